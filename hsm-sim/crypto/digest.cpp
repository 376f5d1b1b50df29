#include "crypto/digest.hpp"

#include <stdexcept>

#include "crypto/library.hpp"

namespace kvp11::crypto {

struct Hash::State {
    Digest digest;
    EvpMdCtx context{required(EVP_MD_CTX_new(), "a digest context")};
    bool started = false;

    // Copied at the first byte and not before, so that a restart costs nothing.
    void start() {
        if (started) return;
        if (EVP_MD_CTX_copy_ex(context.get(), digest_template(digest)) != 1) throw std::bad_alloc();
        started = true;
    }
};

Hash::Hash(Digest digest) : state_(std::make_unique<State>(State{digest})) {}
Hash::Hash(Hash&&) noexcept = default;
Hash& Hash::operator=(Hash&&) noexcept = default;
Hash::~Hash() = default;

Digest Hash::digest() const noexcept { return state_->digest; }
void Hash::restart() { state_->started = false; }

void Hash::update(ByteView input) {
    state_->start();
    if (!input.empty()) EVP_DigestUpdate(state_->context.get(), input.data(), input.size());
}

void Hash::finish(MutableBytes output) {
    if (output.size() < size()) throw std::length_error("the buffer is shorter than the digest");
    state_->start();
    EVP_DigestFinal_ex(state_->context.get(), output.data(), nullptr);
    state_->started = false;
}

Hash Hash::clone() const {
    Hash copy(digest());
    if (!state_->started) return copy;
    if (EVP_MD_CTX_copy_ex(copy.state_->context.get(), state_->context.get()) != 1) throw std::bad_alloc();
    copy.state_->started = true;
    return copy;
}

Bytes hash(Digest digest, ByteView input) {
    Bytes output(digest_size(digest));
    Hash running(digest);
    running.update(input);
    running.finish(output);
    return output;
}

}  // namespace kvp11::crypto
