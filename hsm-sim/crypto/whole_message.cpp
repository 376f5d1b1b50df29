// AES-CTS (SP 800-38A addendum, CBC-CS1) and AES-XTS (IEEE 1619, SP 800-38E): ciphers that need the end of a message
// before they can write its last two blocks. The message is kept until finish().
#include "crypto/aes_cipher.hpp"
#include "crypto/growing_secret.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t block = 16;
constexpr std::size_t longest_cts = std::size_t{1} << 30;  // what goes into OpenSSL at once
constexpr std::size_t longest_xts = block << 20;           // SP 800-38E §4: 2^20 blocks in a data unit

class WholeMessageCipher final : public Cipher {
public:
    WholeMessageCipher(EvpCipherCtx context, CipherScheme scheme, Direction direction)
        : context_(std::move(context)), scheme_(scheme), encrypting_(direction == Direction::Encrypt) {}

    Result<void> start(const CipherAlgorithm& algorithm) override {
        held_.clear();
        if (algorithm.scheme != scheme_) {
            return fail(Errc::MechanismParamInvalid, "the cipher was made for another scheme");
        }
        TRY(check_iv_outside(algorithm));
        if (algorithm.iv.size() != block) {
            return fail(Errc::MechanismParamInvalid,
                        "got an IV of " + std::to_string(algorithm.iv.size()) + " bytes, want 16");
        }
        if (EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, algorithm.iv.data(), -1, nullptr) != 1) {
            return openssl_failure("AES");
        }
        return {};
    }

    [[nodiscard]] std::size_t output_bound(std::size_t input_size) const noexcept override {
        return held_.size() + input_size;
    }
    [[nodiscard]] bool output_exact() const noexcept override { return true; }

    Result<std::size_t> update(ByteView input, MutableBytes) override {
        if (input.size() > longest() - held_.size()) return wrong_length("longer than AES takes at once");
        held_.append(input);
        return std::size_t{0};
    }

    Result<std::size_t> finish(MutableBytes output) override {
        Result<std::size_t> size = transform(output);
        held_.clear();
        return size;
    }

private:
    [[nodiscard]] std::size_t longest() const noexcept {
        return scheme_ == CipherScheme::AesXts ? longest_xts : longest_cts;
    }
    [[nodiscard]] Failure wrong_length(const char* what) const {
        return fail(encrypting_ ? Errc::DataLenRange : Errc::EncryptedDataLenRange,
                    std::string("the message is ") + what);
    }

    Result<std::size_t> transform(MutableBytes output) {
        const MutableBytes message = held_.expose_writable();
        if (message.size() < block) return wrong_length("shorter than a block of 16 bytes");
        if (output.size() < message.size()) return fail(Errc::BufferTooSmall, "the output of a cipher does not fit");
        ErrorMark mark;
        SecretBytes transformed(message.size());
        std::size_t written = 0;
        if (!feed_cipher(context_.get(), message, transformed.expose_writable().data(), written) ||
            written != message.size()) {
            return openssl_failure("AES");
        }
        std::memcpy(output.data(), transformed.expose_bytes().data(), written);
        return written;
    }

    EvpCipherCtx context_;
    CipherScheme scheme_;
    bool encrypting_;
    GrowingSecret held_;
};

}  // namespace

Result<void> check_xts_key(const SecretBytes& key) {
    if (key.size() != 32 && key.size() != 64) {
        return fail(Errc::KeySizeRange,
                    "got an AES-XTS key of " + std::to_string(key.size()) + " bytes, want 32 or 64");
    }
    const SecretBytes first = SecretBytes::copy_of(key.expose_bytes().first(key.size() / 2));
    const SecretBytes second = SecretBytes::copy_of(key.expose_bytes().subspan(key.size() / 2));
    if (!first.equals(second)) return {};
    return fail(Errc::AttributeValueInvalid, "the two halves of an AES-XTS key are the same");
}

Result<std::unique_ptr<Cipher>> whole_message_cipher(const SecretBytes& key, const CipherAlgorithm& algorithm,
                                                     Direction direction) {
    const bool is_xts = algorithm.scheme == CipherScheme::AesXts;
    if (is_xts) TRY(check_xts_key(key));
    EvpCipherCtx context =
        TRY(keyed_context(is_xts ? xts_method(key.size()) : aes_method(AesMode::Cts, key.size()), key, direction));
    auto cipher = std::make_unique<WholeMessageCipher>(std::move(context), algorithm.scheme, direction);
    TRY(cipher->start(algorithm));
    return cipher;
}

}  // namespace kvp11::crypto
