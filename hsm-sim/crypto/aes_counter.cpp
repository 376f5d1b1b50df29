// AES-CTR with a counter of any width in the low bits of the block (PKCS#11 2.40 §2.9).
#include <algorithm>
#include <limits>

#include "crypto/aes_cipher.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t block = 16;
constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

/// Bytes until a counter in the low `bits` of `iv` comes back to zero.
std::uint64_t bytes_before_wrap(const Bytes& iv, std::size_t bits) {
    std::uint64_t left = 0;  // counter values after the first one: the complement of the counter
    for (std::size_t byte = 0; byte < block; ++byte) {
        const std::size_t low_bit = 8 * (block - 1 - byte);
        if (low_bit >= bits) continue;
        const std::size_t width = std::min<std::size_t>(8, bits - low_bit);
        const auto complement = static_cast<std::uint64_t>(~iv[byte] & ((1U << width) - 1U));
        if (left >> 48 != 0) return unlimited;
        left = left << 8 | complement;
    }
    return left >> 56 != 0 ? unlimited : (left + 1) * block;
}

class CounterCipher final : public Cipher {
public:
    explicit CounterCipher(EvpCipherCtx context) : context_(std::move(context)) {}

    Result<void> start(const CipherAlgorithm& algorithm) override;
    [[nodiscard]] std::size_t output_bound(std::size_t input_size) const noexcept override { return input_size; }
    [[nodiscard]] bool output_exact() const noexcept override { return true; }
    Result<std::size_t> update(ByteView input, MutableBytes output) override;
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

Result<std::size_t> CounterCipher::update(ByteView input, MutableBytes output) {
    if (output.size() < input.size()) return fail(Errc::BufferTooSmall, "the output of a cipher does not fit");
    if (input.size() > left_) return fail(Errc::DataLenRange, "the counter would wrap around and repeat");
    if (input.empty()) return std::size_t{0};
    SecretBytes apart;
    if (shifted_overlap(input, output.first(input.size()))) {
        apart = SecretBytes::copy_of(input);
        input = apart.expose_bytes();
    }
    std::size_t written = 0;
    if (!feed_cipher(context_.get(), input, output.data(), written)) return openssl_failure("AES-CTR");
    if (left_ != unlimited) left_ -= input.size();
    return written;
}

}  // namespace

Result<std::unique_ptr<Cipher>> counter_cipher(const SecretBytes& key, const CipherAlgorithm& algorithm) {
    EvpCipherCtx context = TRY(keyed_context(AesMode::Ctr, key, Direction::Encrypt));
    auto cipher = std::make_unique<CounterCipher>(std::move(context));
    TRY(cipher->start(algorithm));
    return cipher;
}

}  // namespace kvp11::crypto
