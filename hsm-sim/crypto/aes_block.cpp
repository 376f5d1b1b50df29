// AES-ECB, AES-CBC and AES-CBC with PKCS#7 padding.
#include "crypto/aes_cipher.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t block = 16;

class BlockCipher final : public Cipher {
public:
    BlockCipher(EvpCipherCtx context, CipherScheme scheme, Direction direction)
        : context_(std::move(context)), scheme_(scheme), encrypting_(direction == Direction::Encrypt) {}

    Result<void> start(const CipherAlgorithm& algorithm) override;
    [[nodiscard]] std::size_t output_bound(std::size_t input_size) const noexcept override;
    [[nodiscard]] bool output_exact() const noexcept override { return encrypting_ || !padded(); }
    Result<std::size_t> update(ByteView input, MutableBytes output) override;
    Result<std::size_t> finish(MutableBytes output) override;

private:
    [[nodiscard]] bool padded() const noexcept { return scheme_ == CipherScheme::AesCbcPad; }
    // A padded decryption keeps a complete last block back, for it may be the padding's.
    [[nodiscard]] bool holds_last_block() const noexcept { return padded() && !encrypting_; }
    [[nodiscard]] std::size_t ready(std::size_t total) const noexcept {
        return (holds_last_block() && total > 0 ? total - 1 : total) / block * block;
    }

    EvpCipherCtx context_;
    CipherScheme scheme_;
    bool encrypting_;
    std::size_t held_ = 0;  // bytes fed and not yet put out
};

Result<void> BlockCipher::start(const CipherAlgorithm& algorithm) {
    if (algorithm.scheme != scheme_) return fail(Errc::MechanismParamInvalid, "the cipher was made for another scheme");
    TRY(check_iv_outside(algorithm));
    const bool has_iv = scheme_ != CipherScheme::AesEcb;
    if (has_iv && algorithm.iv.size() != block) {
        return fail(Errc::MechanismParamInvalid,
                    "got an IV of " + std::to_string(algorithm.iv.size()) + " bytes, want 16");
    }
    const std::uint8_t* iv = has_iv ? algorithm.iv.data() : nullptr;
    if (EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, iv, -1, nullptr) != 1) return openssl_failure("AES");
    held_ = 0;
    return {};
}

std::size_t BlockCipher::output_bound(std::size_t input_size) const noexcept {
    const std::size_t total = held_ + input_size;
    if (!padded()) return total / block * block;
    return encrypting_ ? total / block * block + block : total;
}

Result<std::size_t> BlockCipher::update(ByteView input, MutableBytes output) {
    const std::size_t total = held_ + input.size();
    const std::size_t produced = ready(total);
    if (output.size() < produced) return fail(Errc::BufferTooSmall, "the output of a cipher does not fit");
    // With bytes held back the output runs ahead of the input, so one place cannot serve both.
    SecretBytes apart;
    const MutableBytes written_to = output.first(produced);
    const bool same_place = input.data() == written_to.data() && held_ != 0;
    if (produced != 0 && (same_place || shifted_overlap(input, written_to))) {
        apart = SecretBytes::copy_of(input);
        input = apart.expose_bytes();
    }
    std::size_t written = 0;
    std::uint8_t none[block];
    std::uint8_t* place = output.data() == nullptr ? none : output.data();
    if (!feed_cipher(context_.get(), input, place, written)) return openssl_failure("AES");
    held_ = total - produced;
    return written;
}

Result<std::size_t> BlockCipher::finish(MutableBytes output) {
    const bool whole = padded() ? (encrypting_ || held_ == block) : held_ == 0;
    if (!whole) {
        return fail(encrypting_ ? Errc::DataLenRange : Errc::EncryptedDataLenRange,
                    "the length is not a multiple of 16 bytes");
    }
    if (!padded()) return std::size_t{0};
    ErrorMark mark;  // for bad padding, which is no rare thing
    std::uint8_t last[2 * block];
    int count = 0;
    if (EVP_CipherFinal_ex(context_.get(), last, &count) != 1) {
        explicit_bzero(last, sizeof last);
        return encrypting_ ? openssl_failure("AES") : fail(Errc::EncryptedDataInvalid, "the padding is wrong");
    }
    const auto size = static_cast<std::size_t>(count);
    const bool fits = size <= output.size();
    if (fits && size != 0) std::memcpy(output.data(), last, size);
    explicit_bzero(last, sizeof last);
    held_ = 0;
    if (!fits) return fail(Errc::BufferTooSmall, "the output of a cipher does not fit");
    return size;
}

}  // namespace

Result<std::unique_ptr<Cipher>> block_cipher(const SecretBytes& key, const CipherAlgorithm& algorithm,
                                             Direction direction) {
    const AesMode mode = algorithm.scheme == CipherScheme::AesEcb ? AesMode::Ecb : AesMode::Cbc;
    EvpCipherCtx context = TRY(keyed_context(mode, key, direction));
    EVP_CIPHER_CTX_set_padding(context.get(), algorithm.scheme == CipherScheme::AesCbcPad ? 1 : 0);
    auto cipher = std::make_unique<BlockCipher>(std::move(context), algorithm.scheme, direction);
    TRY(cipher->start(algorithm));
    return cipher;
}

}  // namespace kvp11::crypto
