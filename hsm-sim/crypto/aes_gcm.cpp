// AES-GCM (SP 800-38D). Encryption puts the tag out at the end; decryption shows nothing before the tag
// was found right.
#include "crypto/aes_cipher.hpp"
#include "crypto/gcm_iv.hpp"
#include "crypto/growing_secret.hpp"
#include "crypto/random.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t longest_tag = 16;
constexpr std::size_t usual_iv = 12;

Result<void> check_iv(const CipherAlgorithm& algorithm) {
    const std::size_t size = algorithm.iv.size();
    if (algorithm.iv_inside && size != 0) {
        return fail(Errc::MechanismParamInvalid,
                    "got an IV of " + std::to_string(size) + " bytes, and the wish for one made inside");
    }
    if (algorithm.iv_inside || (size >= 1 && size <= 256)) return {};
    return fail(Errc::MechanismParamInvalid, "got an IV of " + std::to_string(size) + " bytes, want 1 to 256");
}

Result<void> check(const CipherAlgorithm& algorithm) {
    const std::size_t tag = algorithm.tag_length;
    if (algorithm.scheme != CipherScheme::AesGcm) {
        return fail(Errc::MechanismParamInvalid, "the cipher was made for another scheme");
    }
    TRY(check_iv(algorithm));
    if (tag != 4 && tag != 8 && (tag < 12 || tag > longest_tag)) {
        return fail(Errc::MechanismParamInvalid,
                    "got a tag of " + std::to_string(tag) + " bytes, want 4, 8 or 12 to 16");
    }
    return {};
}

/// The keyed context and what the two directions share.
class GcmContext {
public:
    GcmContext(EvpCipherCtx context, const SecretBytes& key) : context_(std::move(context)), key_(key.clone()) {}

    /// `iv` is the algorithm's, or one that was made instead of it.
    Result<void> start(const CipherAlgorithm& algorithm, ByteView iv) {
        tag_length_ = algorithm.tag_length;
        if (iv.size() <= longest_openssl_gcm_iv) {
            TRY(set_iv(iv));
        } else {
            const Bytes short_iv = TRY(equivalent_gcm_iv(key_, iv));
            TRY(set_iv(short_iv));
        }
        std::size_t written = 0;
        if (!feed_cipher(context_.get(), algorithm.aad, nullptr, written)) return openssl_failure("AES-GCM");
        return {};
    }

    [[nodiscard]] bool feed(ByteView input, std::uint8_t* output) {
        std::size_t written = 0;
        return feed_cipher(context_.get(), input, output, written) && written == input.size();
    }
    [[nodiscard]] bool end() {
        std::uint8_t none[longest_tag];
        int count = 0;
        return EVP_CipherFinal_ex(context_.get(), none, &count) == 1;
    }
    [[nodiscard]] bool read_tag(MutableBytes tag) {
        return EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag.size()), tag.data()) ==
               1;
    }
    [[nodiscard]] bool expect_tag(MutableBytes tag) {
        return EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()) ==
               1;
    }
    [[nodiscard]] std::size_t tag_length() const noexcept { return tag_length_; }

private:
    Result<void> set_iv(ByteView iv) {
        if (iv.size() != iv_length_ &&
            EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(iv.size()), nullptr) != 1) {
            return openssl_failure("AES-GCM");
        }
        iv_length_ = iv.size();
        if (EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, iv.data(), -1, nullptr) != 1) {
            return openssl_failure("AES-GCM");
        }
        return {};
    }

    EvpCipherCtx context_;
    SecretBytes key_;  // for IVs that OpenSSL does not take
    std::size_t iv_length_ = usual_iv;
    std::size_t tag_length_ = longest_tag;
};

class GcmEncryptor final : public Cipher {
public:
    GcmEncryptor(GcmContext gcm, bool iv_inside) : gcm_(std::move(gcm)), iv_inside_(iv_inside) {}

    // Who chooses the IV was settled, and perhaps approved, when the cipher was made. RBG-based construction of
    // SP 800-38D §8.2.2: all 96 bits are random.
    Result<void> start(const CipherAlgorithm& algorithm) override {
        TRY(check(algorithm));
        if (algorithm.iv_inside != iv_inside_) {
            return fail(Errc::MechanismParamInvalid, "the cipher was made for IVs of another origin");
        }
        if (!iv_inside_) return gcm_.start(algorithm, algorithm.iv);
        made_iv_.resize(usual_iv);
        TRY(random_bytes(made_iv_));
        return gcm_.start(algorithm, made_iv_);
    }
    [[nodiscard]] ByteView made_iv() const noexcept override { return made_iv_; }
    [[nodiscard]] std::size_t output_bound(std::size_t input_size) const noexcept override {
        return input_size + gcm_.tag_length();
    }
    [[nodiscard]] bool output_exact() const noexcept override { return true; }

    Result<std::size_t> update(ByteView input, MutableBytes output) override {
        if (output.size() < input.size()) return fail(Errc::BufferTooSmall, "the output of a cipher does not fit");
        if (input.empty()) return std::size_t{0};
        SecretBytes apart;
        if (shifted_overlap(input, output.first(input.size()))) {
            apart = SecretBytes::copy_of(input);
            input = apart.expose_bytes();
        }
        if (!gcm_.feed(input, output.data())) return openssl_failure("AES-GCM");
        return input.size();
    }

    Result<std::size_t> finish(MutableBytes output) override {
        if (output.size() < gcm_.tag_length()) return fail(Errc::BufferTooSmall, "the tag does not fit");
        if (!gcm_.end() || !gcm_.read_tag(output.first(gcm_.tag_length()))) return openssl_failure("AES-GCM");
        return gcm_.tag_length();
    }

private:
    GcmContext gcm_;
    bool iv_inside_;
    Bytes made_iv_;
};

class GcmDecryptor final : public Cipher {
public:
    explicit GcmDecryptor(GcmContext gcm) : gcm_(std::move(gcm)) {}

    Result<void> start(const CipherAlgorithm& algorithm) override {
        held_.clear();
        TRY(check(algorithm));
        if (algorithm.iv_inside) return fail(Errc::MechanismParamInvalid, "the IV of a message to open is given");
        return gcm_.start(algorithm, algorithm.iv);
    }
    [[nodiscard]] std::size_t output_bound(std::size_t input_size) const noexcept override {
        const std::size_t total = held_.size() + input_size;
        return total < gcm_.tag_length() ? 0 : total - gcm_.tag_length();
    }
    [[nodiscard]] bool output_exact() const noexcept override { return true; }

    Result<std::size_t> update(ByteView input, MutableBytes) override {
        held_.append(input);
        return std::size_t{0};
    }

    Result<std::size_t> finish(MutableBytes output) override {
        Result<std::size_t> size = open(output);
        held_.clear();
        return size;
    }

private:
    Result<std::size_t> open(MutableBytes output) {
        const MutableBytes all = held_.expose_writable();
        if (all.size() < gcm_.tag_length()) return fail(Errc::EncryptedDataLenRange, "shorter than its tag");
        const MutableBytes text = all.first(all.size() - gcm_.tag_length());
        if (output.size() < text.size()) return fail(Errc::BufferTooSmall, "the output of a cipher does not fit");
        if (!gcm_.expect_tag(all.subspan(text.size())) || !gcm_.feed(text, text.data()) || !gcm_.end()) {
            return fail(Errc::EncryptedDataInvalid, "the tag is wrong");
        }
        if (!text.empty()) std::memcpy(output.data(), text.data(), text.size());
        return text.size();
    }

    GcmContext gcm_;
    GrowingSecret held_;
};

}  // namespace

Result<std::unique_ptr<Cipher>> gcm_cipher(const SecretBytes& key, const CipherAlgorithm& algorithm,
                                           Direction direction) {
    GcmContext gcm(TRY(keyed_context(AesMode::Gcm, key, direction)), key);
    std::unique_ptr<Cipher> cipher;
    if (direction == Direction::Encrypt) {
        cipher = std::make_unique<GcmEncryptor>(std::move(gcm), algorithm.iv_inside);
    } else {
        cipher = std::make_unique<GcmDecryptor>(std::move(gcm));
    }
    TRY(cipher->start(algorithm));
    return cipher;
}

}  // namespace kvp11::crypto
