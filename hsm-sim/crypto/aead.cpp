// AES-GCM (SP 800-38D) and ChaCha20-Poly1305 (RFC 8439 §2.8). Encryption puts the tag out at the end; decryption shows
// nothing before the tag was found right.
#include "crypto/aes_cipher.hpp"
#include "crypto/gcm_iv.hpp"
#include "crypto/growing_secret.hpp"
#include "crypto/random.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t longest_tag = 16;
constexpr std::size_t usual_iv = gcm_made_iv;

Result<void> check_iv(const CipherAlgorithm& algorithm) {
    const std::size_t size = algorithm.iv.size();
    if (algorithm.iv_inside && size != 0) {
        return fail(Errc::MechanismParamInvalid,
                    "got an IV of " + std::to_string(size) + " bytes, and the wish for one made inside");
    }
    if (algorithm.iv_inside || (size >= 1 && size <= 256)) return {};
    return fail(Errc::MechanismParamInvalid, "got an IV of " + std::to_string(size) + " bytes, want 1 to 256");
}

Result<void> check_chacha(const CipherAlgorithm& algorithm) {
    TRY(check_iv_outside(algorithm));
    if (algorithm.iv.size() == usual_iv && algorithm.tag_length == longest_tag) return {};
    return fail(Errc::MechanismParamInvalid, "got a nonce of " + std::to_string(algorithm.iv.size()) +
                                                 " bytes and a tag of " + std::to_string(algorithm.tag_length) +
                                                 ", want 12 and 16");
}

Result<void> check(const CipherAlgorithm& algorithm, CipherScheme made_for) {
    const std::size_t tag = algorithm.tag_length;
    if (algorithm.scheme != made_for) {
        return fail(Errc::MechanismParamInvalid, "the cipher was made for another scheme");
    }
    if (made_for == CipherScheme::ChaCha20Poly1305) return check_chacha(algorithm);
    TRY(check_iv(algorithm));
    if (tag != 4 && tag != 8 && (tag < 12 || tag > longest_tag)) {
        return fail(Errc::MechanismParamInvalid,
                    "got a tag of " + std::to_string(tag) + " bytes, want 4, 8 or 12 to 16");
    }
    return {};
}

/// The keyed context and what the two directions share.
class AeadContext {
public:
    AeadContext(EvpCipherCtx context, const SecretBytes& key, CipherScheme scheme)
        : context_(std::move(context)), key_(key.clone()), scheme_(scheme) {}

    [[nodiscard]] CipherScheme scheme() const noexcept { return scheme_; }

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
        if (!feed_cipher(context_.get(), algorithm.aad, nullptr, written))
            return openssl_failure("an authenticated cipher");
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
            return openssl_failure("an authenticated cipher");
        }
        iv_length_ = iv.size();
        if (EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, iv.data(), -1, nullptr) != 1) {
            return openssl_failure("an authenticated cipher");
        }
        return {};
    }

    EvpCipherCtx context_;
    SecretBytes key_;  // for IVs that OpenSSL does not take
    CipherScheme scheme_;
    std::size_t iv_length_ = usual_iv;
    std::size_t tag_length_ = longest_tag;
};

class AeadEncryptor final : public Cipher {
public:
    AeadEncryptor(AeadContext aead, bool iv_inside) : aead_(std::move(aead)), iv_inside_(iv_inside) {}

    // Who chooses the IV was settled, and perhaps approved, when the cipher was made. RBG-based construction of
    // SP 800-38D §8.2.2: all 96 bits are random.
    Result<void> start(const CipherAlgorithm& algorithm) override {
        TRY(check(algorithm, aead_.scheme()));
        if (algorithm.iv_inside != iv_inside_) {
            return fail(Errc::MechanismParamInvalid, "the cipher was made for IVs of another origin");
        }
        if (!iv_inside_) return aead_.start(algorithm, algorithm.iv);
        made_iv_.resize(usual_iv);
        TRY(random_bytes(made_iv_));
        return aead_.start(algorithm, made_iv_);
    }
    [[nodiscard]] ByteView made_iv() const noexcept override { return made_iv_; }
    [[nodiscard]] std::size_t output_bound(std::size_t input_size) const noexcept override {
        return input_size + aead_.tag_length();
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
        if (!aead_.feed(input, output.data())) return openssl_failure("an authenticated cipher");
        return input.size();
    }

    Result<std::size_t> finish(MutableBytes output) override {
        if (output.size() < aead_.tag_length()) return fail(Errc::BufferTooSmall, "the tag does not fit");
        if (!aead_.end() || !aead_.read_tag(output.first(aead_.tag_length())))
            return openssl_failure("an authenticated cipher");
        return aead_.tag_length();
    }

private:
    AeadContext aead_;
    bool iv_inside_;
    Bytes made_iv_;
};

class AeadDecryptor final : public Cipher {
public:
    explicit AeadDecryptor(AeadContext aead) : aead_(std::move(aead)) {}

    Result<void> start(const CipherAlgorithm& algorithm) override {
        held_.clear();
        TRY(check(algorithm, aead_.scheme()));
        if (algorithm.iv_inside) return fail(Errc::MechanismParamInvalid, "the IV of a message to open is given");
        return aead_.start(algorithm, algorithm.iv);
    }
    [[nodiscard]] std::size_t output_bound(std::size_t input_size) const noexcept override {
        const std::size_t total = held_.size() + input_size;
        return total < aead_.tag_length() ? 0 : total - aead_.tag_length();
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
        if (all.size() < aead_.tag_length()) return fail(Errc::EncryptedDataLenRange, "shorter than its tag");
        const MutableBytes text = all.first(all.size() - aead_.tag_length());
        if (output.size() < text.size()) return fail(Errc::BufferTooSmall, "the output of a cipher does not fit");
        if (!aead_.expect_tag(all.subspan(text.size())) || !aead_.feed(text, text.data()) || !aead_.end()) {
            return fail(Errc::EncryptedDataInvalid, "the tag is wrong");
        }
        if (!text.empty()) std::memcpy(output.data(), text.data(), text.size());
        return text.size();
    }

    AeadContext aead_;
    GrowingSecret held_;
};

}  // namespace

Result<std::unique_ptr<Cipher>> aead_cipher(const SecretBytes& key, const CipherAlgorithm& algorithm,
                                            Direction direction) {
    const EVP_CIPHER* const method = algorithm.scheme == CipherScheme::AesGcm ? aes_method(AesMode::Gcm, key.size())
                                                                              : chacha_method(ChaCha::Poly1305);
    AeadContext aead(TRY(keyed_context(method, key, direction)), key, algorithm.scheme);
    std::unique_ptr<Cipher> cipher;
    if (direction == Direction::Encrypt) {
        cipher = std::make_unique<AeadEncryptor>(std::move(aead), algorithm.iv_inside);
    } else {
        cipher = std::make_unique<AeadDecryptor>(std::move(aead));
    }
    TRY(cipher->start(algorithm));
    return cipher;
}

}  // namespace kvp11::crypto
