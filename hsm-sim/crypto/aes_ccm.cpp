// AES-CCM (SP 800-38C). The length of the message is part of what is authenticated first, so it is known beforehand,
// and OpenSSL wants the message in one piece: it is kept until finish().
#include "crypto/aes_cipher.hpp"
#include "crypto/growing_secret.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t longest_message = std::size_t{1} << 30;  // what goes into OpenSSL at once

/// SP 800-38C appendix A.1: the nonce and the length's field have 15 bytes together.
bool length_fits(const CipherAlgorithm& algorithm) {
    const std::size_t width = 15 - algorithm.iv.size();
    return algorithm.data_length <= longest_message && (width >= 8 || algorithm.data_length >> (8 * width) == 0);
}

Result<void> check(const CipherAlgorithm& algorithm) {
    if (algorithm.scheme != CipherScheme::AesCcm) {
        return fail(Errc::MechanismParamInvalid, "the cipher was made for another scheme");
    }
    TRY(check_iv_outside(algorithm));
    if (algorithm.iv.size() < 7 || algorithm.iv.size() > 13) {
        return fail(Errc::MechanismParamInvalid,
                    "got a nonce of " + std::to_string(algorithm.iv.size()) + " bytes, want 7 to 13");
    }
    if (algorithm.tag_length < 4 || algorithm.tag_length > 16 || algorithm.tag_length % 2 != 0) {
        return fail(Errc::MechanismParamInvalid,
                    "got a tag of " + std::to_string(algorithm.tag_length) + " bytes, want 4 to 16, even");
    }
    if (length_fits(algorithm)) return {};
    return fail(Errc::MechanismParamInvalid, "a message of " + std::to_string(algorithm.data_length) +
                                                 " bytes is longer than AES-CCM takes with this nonce");
}

class CcmCipher final : public Cipher {
public:
    CcmCipher(EvpCipherCtx context, SecretBytes key, Direction direction)
        : context_(std::move(context)), key_(std::move(key)), encrypting_(direction == Direction::Encrypt) {}

    Result<void> start(const CipherAlgorithm& algorithm) override {
        held_.clear();
        TRY(check(algorithm));
        algorithm_ = algorithm;
        return {};
    }

    [[nodiscard]] std::size_t output_bound(std::size_t input_size) const noexcept override {
        const std::size_t total = held_.size() + input_size;
        if (encrypting_) return total + algorithm_.tag_length;
        return total < algorithm_.tag_length ? 0 : total - algorithm_.tag_length;
    }
    [[nodiscard]] bool output_exact() const noexcept override { return true; }

    Result<std::size_t> update(ByteView input, MutableBytes) override {
        if (input.size() > input_size() - held_.size()) return wrong_length(held_.size() + input.size());
        held_.append(input);
        return std::size_t{0};
    }

    Result<std::size_t> finish(MutableBytes output) override {
        Result<std::size_t> size = transform(output);
        held_.clear();
        return size;
    }

private:
    [[nodiscard]] std::size_t input_size() const noexcept {
        return algorithm_.data_length + (encrypting_ ? 0 : algorithm_.tag_length);
    }
    [[nodiscard]] Failure wrong_length(std::size_t got) const {
        return fail(encrypting_ ? Errc::DataLenRange : Errc::EncryptedDataLenRange,
                    "got " + std::to_string(got) + " bytes for AES-CCM, want the " + std::to_string(input_size()) +
                        " that were said before");
    }

    Result<std::size_t> transform(MutableBytes output) {
        const MutableBytes message = held_.expose_writable();
        const std::size_t tag = algorithm_.tag_length;
        if (message.size() != input_size()) return wrong_length(message.size());
        if (output.size() < (encrypting_ ? message.size() + tag : message.size() - tag)) {
            return fail(Errc::BufferTooSmall, "the output of a cipher does not fit");
        }
        ErrorMark mark;
        TRY(begin(encrypting_ ? MutableBytes() : message.subspan(message.size() - tag)));
        return encrypting_ ? seal(message, output) : open(message.first(message.size() - tag), output);
    }

    /// Lengths, key and nonce, tag, length of the message, associated data: in the one order that OpenSSL takes.
    Result<void> begin(MutableBytes expected_tag) {
        EVP_CIPHER_CTX* const context = context_.get();
        std::uint8_t* const tag = expected_tag.empty() ? nullptr : expected_tag.data();
        int count = 0;
        std::size_t fed = 0;
        const bool done =
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(algorithm_.iv.size()), nullptr) ==
                1 &&
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(algorithm_.tag_length), tag) == 1 &&
            EVP_CipherInit_ex2(context, nullptr, key_.expose_bytes().data(), algorithm_.iv.data(), -1, nullptr) == 1 &&
            EVP_CipherUpdate(context, nullptr, &count, nullptr, static_cast<int>(algorithm_.data_length)) == 1 &&
            feed_cipher(context, algorithm_.aad, nullptr, fed);
        return done ? Result<void>{} : openssl_failure("AES-CCM");
    }

    /// The message in one call, also when it is empty: this is what makes the tag.
    bool run(ByteView input, std::uint8_t* output) {
        static constexpr std::uint8_t nothing = 0;
        int count = 0;
        const std::uint8_t* const place = input.empty() ? &nothing : input.data();
        return EVP_CipherUpdate(context_.get(), output, &count, place, static_cast<int>(input.size())) == 1;
    }

    Result<std::size_t> seal(ByteView message, MutableBytes output) {
        const MutableBytes tag = output.subspan(message.size(), algorithm_.tag_length);
        if (!run(message, output.data()) ||
            EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag.size()), tag.data()) != 1) {
            return openssl_failure("AES-CCM");
        }
        return message.size() + tag.size();
    }

    Result<std::size_t> open(ByteView text, MutableBytes output) {
        SecretBytes plain(text.size() + 1);
        if (!run(text, plain.expose_writable().data())) return fail(Errc::EncryptedDataInvalid, "the tag is wrong");
        if (!text.empty()) std::memcpy(output.data(), plain.expose_bytes().data(), text.size());
        return text.size();
    }

    EvpCipherCtx context_;
    SecretBytes key_;  // its schedule is made for each message: OpenSSL forgets the tag's length only then
    bool encrypting_;
    CipherAlgorithm algorithm_;
    GrowingSecret held_;
};

}  // namespace

Result<std::unique_ptr<Cipher>> ccm_cipher(const SecretBytes& key, const CipherAlgorithm& algorithm,
                                           Direction direction) {
    TRY(check(algorithm));
    EvpCipherCtx context = TRY(keyed_context(AesMode::Ccm, key, direction));
    auto cipher = std::make_unique<CcmCipher>(std::move(context), key.clone(), direction);
    TRY(cipher->start(algorithm));
    return cipher;
}

}  // namespace kvp11::crypto
