#include "crypto/ecdsa.hpp"

#include <algorithm>
#include <array>

#include "crypto/der_reader.hpp"
#include "crypto/library.hpp"
#include "crypto/numbers.hpp"

namespace kvp11::crypto {
namespace {

// SEQUENCE { INTEGER, INTEGER } of two P-521 values: 2 · (2 + 1 + 66) + 3.
using DerSignature = std::array<std::uint8_t, 144>;

bool write_padded(ByteView digits, MutableBytes place) {
    if (digits.size() > place.size()) return false;
    const std::size_t zeros = place.size() - digits.size();
    std::fill_n(place.begin(), zeros, std::uint8_t{0});
    std::copy(digits.begin(), digits.end(), place.begin() + static_cast<std::ptrdiff_t>(zeros));
    return true;
}

bool plain_from_der(ByteView der, MutableBytes plain) {
    const auto both = DerReader(der).take(DerTag::Sequence);
    if (!both) return false;
    DerReader reader(*both);
    const auto r = reader.take_number();
    const auto s = reader.take_number();
    const std::size_t half = plain.size() / 2;
    return r && s && write_padded(without_leading_zeros(*r), plain.first(half)) &&
           write_padded(without_leading_zeros(*s), plain.subspan(half));
}

std::size_t put_integer(ByteView digits, std::uint8_t* place) {
    digits = without_leading_zeros(digits);
    const bool zero_first = digits.empty() || digits[0] >= 0x80;
    const std::size_t size = digits.size() + (zero_first ? 1 : 0);
    place[0] = static_cast<std::uint8_t>(DerTag::Integer);
    place[1] = static_cast<std::uint8_t>(size);
    place[2] = 0;
    std::copy(digits.begin(), digits.end(), place + 2 + (zero_first ? 1 : 0));
    return 2 + size;
}

std::size_t der_from_plain(ByteView plain, DerSignature& der) {
    DerSignature integers;
    std::size_t size = put_integer(plain.first(plain.size() / 2), integers.data());
    size += put_integer(plain.subspan(plain.size() / 2), integers.data() + size);
    std::size_t head = 0;
    der[head++] = static_cast<std::uint8_t>(DerTag::Sequence);
    if (size >= 0x80) der[head++] = 0x81;
    der[head++] = static_cast<std::uint8_t>(size);
    std::copy_n(integers.begin(), size, der.begin() + static_cast<std::ptrdiff_t>(head));
    return head + size;
}

/// Only the leftmost bits up to the order's count; more bytes than those change nothing.
ByteView leftmost(ByteView input, Curve curve) { return input.first(std::min(input.size(), curve_size(curve))); }

std::size_t thread_number() noexcept {
    static std::atomic<std::size_t> next{0};
    thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed);
    return mine;
}

constexpr std::uint8_t nothing = 0;
const std::uint8_t* pointer_to(ByteView input) { return input.empty() ? &nothing : input.data(); }

class EcdsaSigner final : public Signer {
public:
    EcdsaSigner(std::shared_ptr<EcdsaContexts> contexts, EvpPkeyCtx context, Curve curve)
        : contexts_(std::move(contexts)), context_(std::move(context)), curve_(curve) {}
    EcdsaSigner(const EcdsaSigner&) = delete;
    EcdsaSigner& operator=(const EcdsaSigner&) = delete;
    ~EcdsaSigner() override { contexts_->give_back(std::move(context_)); }

    [[nodiscard]] std::size_t size() const noexcept override { return 2 * curve_size(curve_); }

    Result<std::size_t> sign(ByteView input, MutableBytes signature) override {
        if (signature.size() < size()) return fail(Errc::BufferTooSmall, "the signature does not fit");
        ErrorMark mark;
        DerSignature der;
        std::size_t der_size = der.size();
        input = leftmost(input, curve_);
        if (EVP_PKEY_sign(context_.get(), der.data(), &der_size, pointer_to(input), input.size()) != 1 ||
            !plain_from_der({der.data(), der_size}, signature.first(size()))) {
            return openssl_failure("ECDSA");
        }
        return size();
    }

private:
    std::shared_ptr<EcdsaContexts> contexts_;
    EvpPkeyCtx context_;
    Curve curve_;
};

class EcdsaVerifier final : public Verifier {
public:
    EcdsaVerifier(EvpPkeyCtx context, Curve curve) : context_(std::move(context)), curve_(curve) {}

    [[nodiscard]] std::size_t size() const noexcept override { return 2 * curve_size(curve_); }

    Result<void> verify(ByteView input, ByteView signature) override {
        if (signature.empty() || signature.size() % 2 != 0 || signature.size() > size()) {
            return fail(Errc::SignatureLenRange, "got a signature of " + std::to_string(signature.size()) +
                                                     " bytes, want an even number up to " + std::to_string(size()));
        }
        ErrorMark mark;
        DerSignature der;
        const std::size_t der_size = der_from_plain(signature, der);
        input = leftmost(input, curve_);
        if (EVP_PKEY_verify(context_.get(), der.data(), der_size, pointer_to(input), input.size()) != 1) {
            if (memory_ran_out()) return openssl_failure("verifying with ECDSA");
            return fail(Errc::SignatureInvalid, "the signature is wrong");
        }
        return {};
    }

private:
    EvpPkeyCtx context_;
    Curve curve_;
};

}  // namespace

Result<EvpPkeyCtx> ecdsa_context(EVP_PKEY* key, bool signing) {
    EvpPkeyCtx context(EVP_PKEY_CTX_new_from_pkey(library_context(), key, nullptr));
    const int done = !context ? 0 : signing ? EVP_PKEY_sign_init(context.get()) : EVP_PKEY_verify_init(context.get());
    if (done != 1) return openssl_failure("preparing ECDSA");
    return context;
}

EcdsaContexts::~EcdsaContexts() {
    for (auto& place : spare_) EvpPkeyCtx(place.context.load());
}

EvpPkeyCtx EcdsaContexts::take() {
    const std::size_t first = thread_number();
    for (std::size_t i = 0; i < spare_.size(); ++i) {
        auto& place = spare_[(first + i) % spare_.size()].context;
        if (place.load(std::memory_order_relaxed) == nullptr) continue;
        if (EVP_PKEY_CTX* const context = place.exchange(nullptr, std::memory_order_acquire))
            return EvpPkeyCtx(context);
    }
    return EvpPkeyCtx(EVP_PKEY_CTX_dup(ready_.get()));
}

void EcdsaContexts::give_back(EvpPkeyCtx context) noexcept {
    const std::size_t first = thread_number();
    for (std::size_t i = 0; i < spare_.size(); ++i) {
        auto& place = spare_[(first + i) % spare_.size()].context;
        EVP_PKEY_CTX* none = nullptr;
        if (place.load(std::memory_order_relaxed) != nullptr) continue;
        if (!place.compare_exchange_strong(none, context.get(), std::memory_order_release)) continue;
        (void)context.release();
        return;
    }
}

Result<std::unique_ptr<Signer>> ecdsa_signer(std::shared_ptr<EcdsaContexts> contexts, Curve curve) {
    EvpPkeyCtx context = contexts->take();
    if (!context) return openssl_failure("preparing ECDSA");
    return std::make_unique<EcdsaSigner>(std::move(contexts), std::move(context), curve);
}

Result<std::unique_ptr<Verifier>> ecdsa_verifier(const EVP_PKEY_CTX* ready, Curve curve) {
    EvpPkeyCtx context(EVP_PKEY_CTX_dup(ready));
    if (!context) return openssl_failure("preparing ECDSA");
    return std::make_unique<EcdsaVerifier>(std::move(context), curve);
}

}  // namespace kvp11::crypto
