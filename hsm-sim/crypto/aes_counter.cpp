// AES-CTR with a counter of any width in the low bits of the block (PKCS#11 2.40 §2.9).
#include <algorithm>

#include "crypto/aes_cipher.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t block = 16;

/// Bytes until a counter in the low `bits` of `iv` comes back to zero.
std::uint64_t bytes_before_wrap(const Bytes& iv, std::size_t bits) {
    std::uint64_t left = 0;  // counter values after the first one: the complement of the counter
    for (std::size_t byte = 0; byte < block; ++byte) {
        const std::size_t low_bit = 8 * (block - 1 - byte);
        if (low_bit >= bits) continue;
        const std::size_t width = std::min<std::size_t>(8, bits - low_bit);
        const auto complement = static_cast<std::uint64_t>(~iv[byte] & ((1U << width) - 1U));
        if (left >> 48 != 0) return unlimited_stream;
        left = left << 8 | complement;
    }
    return left >> 56 != 0 ? unlimited_stream : (left + 1) * block;
}

class CounterCipher final : public Cipher {
public:
    explicit CounterCipher(EvpCipherCtx context) : context_(std::move(context)) {}

    Result<void> start(const CipherAlgorithm& algorithm) override;
    [[nodiscard]] std::size_t output_bound(std::size_t input_size) const noexcept override { return input_size; }
    [[nodiscard]] bool output_exact() const noexcept override { return true; }
    Result<std::size_t> update(ByteView input, MutableBytes output) override {
        return feed_stream(context_.get(), input, output, left_);
    }
    Result<std::size_t> finish(MutableBytes) override { return std::size_t{0}; }

private:
    EvpCipherCtx context_;
    std::uint64_t left_ = 0;
};

Result<void> CounterCipher::start(const CipherAlgorithm& algorithm) {
    TRY(check_iv_outside(algorithm));
    if (algorithm.scheme != CipherScheme::AesCtr || algorithm.iv.size() != block) {
        return fail(Errc::MechanismParamInvalid,
                    "got a counter block of " + std::to_string(algorithm.iv.size()) + " bytes, want 16");
    }
    if (algorithm.counter_bits == 0 || algorithm.counter_bits > 128) {
        return fail(Errc::MechanismParamInvalid,
                    "got a counter of " + std::to_string(algorithm.counter_bits) + " bits, want 1 to 128");
    }
    if (EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, algorithm.iv.data(), -1, nullptr) != 1) {
        return openssl_failure("AES-CTR");
    }
    left_ = bytes_before_wrap(algorithm.iv, algorithm.counter_bits);
    return {};
}

}  // namespace

Result<std::unique_ptr<Cipher>> counter_cipher(const SecretBytes& key, const CipherAlgorithm& algorithm,
                                               Direction direction) {
    EvpCipherCtx context = TRY(keyed_context(AesMode::Ctr, key, direction));
    auto cipher = std::make_unique<CounterCipher>(std::move(context));
    TRY(cipher->start(algorithm));
    return cipher;
}

}  // namespace kvp11::crypto
