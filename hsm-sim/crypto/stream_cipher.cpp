// Ciphers that turn any number of bytes into as many: AES-OFB and AES-CFB (SP 800-38A §6.3, §6.4), ChaCha20 (RFC 8439
// §2.4).
#include "crypto/aes_cipher.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t iv_size = 16;

/// Bytes until the counter of ChaCha20 comes back to zero: 32 bits at the front, little-endian. A counter of 64 bits
/// does not come so far.
std::uint64_t bytes_before_wrap(const CipherAlgorithm& algorithm) {
    constexpr std::uint64_t block = 64;
    if (algorithm.scheme != CipherScheme::ChaCha20 || algorithm.counter_bits == 64) return unlimited_stream;
    std::uint64_t counter = 0;
    for (std::size_t i = 4; i-- > 0;) counter = counter << 8 | algorithm.iv[i];
    return ((std::uint64_t{1} << 32) - counter) * block;
}

class StreamCipher final : public Cipher {
public:
    StreamCipher(EvpCipherCtx context, CipherScheme scheme) : context_(std::move(context)), scheme_(scheme) {}

    Result<void> start(const CipherAlgorithm& algorithm) override {
        if (algorithm.scheme != scheme_) {
            return fail(Errc::MechanismParamInvalid, "the cipher was made for another scheme");
        }
        TRY(check_iv_outside(algorithm));
        if (algorithm.iv.size() != iv_size) {
            return fail(Errc::MechanismParamInvalid,
                        "got an IV of " + std::to_string(algorithm.iv.size()) + " bytes, want 16");
        }
        if (EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, algorithm.iv.data(), -1, nullptr) != 1) {
            return openssl_failure("a stream cipher");
        }
        left_ = bytes_before_wrap(algorithm);
        return {};
    }

    [[nodiscard]] std::size_t output_bound(std::size_t input_size) const noexcept override { return input_size; }
    [[nodiscard]] bool output_exact() const noexcept override { return true; }

    Result<std::size_t> update(ByteView input, MutableBytes output) override {
        return feed_stream(context_.get(), input, output, left_);
    }
    Result<std::size_t> finish(MutableBytes) override { return std::size_t{0}; }

private:
    EvpCipherCtx context_;
    CipherScheme scheme_;
    std::uint64_t left_ = unlimited_stream;
};

const EVP_CIPHER* method_of(CipherScheme scheme, std::size_t key_size) {
    switch (scheme) {
        case CipherScheme::AesOfb: return aes_method(AesMode::Ofb, key_size);
        case CipherScheme::AesCfb8: return aes_method(AesMode::Cfb8, key_size);
        case CipherScheme::AesCfb128: return aes_method(AesMode::Cfb128, key_size);
        default: return chacha_method(ChaCha::Stream);
    }
}

}  // namespace

Result<std::unique_ptr<Cipher>> stream_cipher(const SecretBytes& key, const CipherAlgorithm& algorithm,
                                              Direction direction) {
    EvpCipherCtx context = TRY(keyed_context(method_of(algorithm.scheme, key.size()), key, direction));
    auto cipher = std::make_unique<StreamCipher>(std::move(context), algorithm.scheme);
    TRY(cipher->start(algorithm));
    return cipher;
}

}  // namespace kvp11::crypto
