// HMAC over saved digest states (half the time of a kept EVP_MAC for short messages), AES-CMAC and AES-GMAC.
#include <array>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "crypto/digest.hpp"
#include "crypto/library.hpp"
#include "crypto/symmetric.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t largest_digest = 64;
constexpr std::size_t aes_mac_size = 16;

/// RFC 2104's B. Of SHA-3 the sponge's rate (FIPS 202 §7).
constexpr std::array<std::size_t, digest_count> block_sizes = {64, 64, 64, 128, 128, 128, 128, 144, 136, 104, 72};
constexpr std::size_t largest_block = 144;
constexpr std::size_t block_size(Digest digest) { return block_sizes[static_cast<std::size_t>(digest)]; }

/// Bytes of a MAC that its algorithm wishes shorter than `whole`.
Result<std::size_t> cut_length(const SignatureAlgorithm& algorithm, std::size_t whole) {
    if (algorithm.mac_length <= whole) return algorithm.mac_length == 0 ? whole : algorithm.mac_length;
    return fail(Errc::MechanismParamInvalid, "got a MAC of " + std::to_string(algorithm.mac_length) +
                                                 " bytes to make, want at most " + std::to_string(whole));
}

EvpMdCtx new_digest_context() { return EvpMdCtx(required(EVP_MD_CTX_new(), "a digest context")); }

/// RFC 2104 with both keyed states kept, so that a message costs no key block.
class Hmac final : public Mac {
public:
    Hmac(const SecretBytes& key, Digest digest, std::size_t size) : digest_(digest), size_(size) {
        std::array<std::uint8_t, largest_block> padded{};
        const std::size_t block = block_size(digest);
        if (key.size() > block) {
            Hash shortening(digest);
            shortening.update(key.expose_bytes());
            shortening.finish(padded);
        } else if (!key.empty()) {
            std::memcpy(padded.data(), key.expose_bytes().data(), key.size());
        }
        usable_ = begin(inner_.get(), padded, 0x36) && begin(outer_.get(), padded, 0x36 ^ 0x5c);
        explicit_bzero(padded.data(), padded.size());
    }

    [[nodiscard]] bool usable() const noexcept { return usable_; }
    [[nodiscard]] std::size_t size() const noexcept override { return size_; }

    Result<void> start() override {
        started_ = false;
        return {};
    }

    Result<void> update(ByteView input) override {
        if (!started_) TRY(copy(inner_.get()));
        if (!input.empty() && EVP_DigestUpdate(running_.get(), input.data(), input.size()) != 1) {
            return openssl_failure("HMAC");
        }
        return {};
    }

    Result<std::size_t> finish(MutableBytes mac) override {
        if (mac.size() < size()) return fail(Errc::BufferTooSmall, "the MAC does not fit");
        if (!started_) TRY(copy(inner_.get()));
        std::uint8_t whole[largest_digest];  // the inner digest, then the MAC before it is cut
        bool done = EVP_DigestFinal_ex(running_.get(), whole, nullptr) == 1;
        started_ = false;
        TRY(copy(outer_.get()));
        started_ = false;
        done = done && EVP_DigestUpdate(running_.get(), whole, digest_size(digest_)) == 1 &&
               EVP_DigestFinal_ex(running_.get(), whole, nullptr) == 1;
        if (done) std::memcpy(mac.data(), whole, size_);
        explicit_bzero(whole, sizeof whole);
        if (!done) return openssl_failure("HMAC");
        return size();
    }

private:
    /// XORs into the padded key in place: the second call turns the inner key into the outer one.
    bool begin(EVP_MD_CTX* state, std::array<std::uint8_t, largest_block>& padded, std::uint8_t pattern) const {
        for (std::uint8_t& byte : padded) byte ^= pattern;
        return EVP_MD_CTX_copy_ex(state, digest_template(digest_)) == 1 &&
               EVP_DigestUpdate(state, padded.data(), block_size(digest_)) == 1;
    }

    Result<void> copy(const EVP_MD_CTX* state) {
        if (EVP_MD_CTX_copy_ex(running_.get(), state) != 1) return fail(Errc::DeviceMemory, "no memory for HMAC");
        started_ = true;
        return {};
    }

    Digest digest_;
    std::size_t size_;
    EvpMdCtx inner_ = new_digest_context();
    EvpMdCtx outer_ = new_digest_context();
    EvpMdCtx running_ = new_digest_context();
    bool usable_ = false;
    bool started_ = false;
};

/// A MAC that OpenSSL keeps under its key.
class AesMac final : public Mac {
public:
    AesMac(EvpMacCtx context, std::size_t size, const GmacIv& iv)
        : context_(std::move(context)), size_(size), iv_(iv) {}

    [[nodiscard]] std::size_t size() const noexcept override { return size_; }

    Result<void> start() override {
        const OSSL_PARAM again[] = {OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_IV, iv_.bytes.data(), iv_.size),
                                    OSSL_PARAM_construct_end()};
        if (EVP_MAC_init(context_.get(), nullptr, 0, iv_.size == 0 ? nullptr : again) != 1) {
            return openssl_failure("a MAC of AES");
        }
        return {};
    }
    Result<void> update(ByteView input) override {
        if (!input.empty() && EVP_MAC_update(context_.get(), input.data(), input.size()) != 1) {
            return openssl_failure("a MAC of AES");
        }
        return {};
    }
    Result<std::size_t> finish(MutableBytes mac) override {
        if (mac.size() < size()) return fail(Errc::BufferTooSmall, "the MAC does not fit");
        std::uint8_t whole[aes_mac_size];
        std::size_t written = 0;
        if (EVP_MAC_final(context_.get(), whole, &written, sizeof whole) != 1) return openssl_failure("a MAC of AES");
        std::memcpy(mac.data(), whole, size_);
        explicit_bzero(whole, sizeof whole);
        TRY(start());
        return size_;
    }

private:
    EvpMacCtx context_;
    std::size_t size_;
    GmacIv iv_;  // of AES-GMAC
};

/// The cipher under the MAC: CBC for CMAC, GCM for GMAC.
const char* cipher_name(bool is_gmac, std::size_t key_size) {
    if (is_gmac) return key_size == 16 ? "AES-128-GCM" : key_size == 24 ? "AES-192-GCM" : "AES-256-GCM";
    return key_size == 16 ? "AES-128-CBC" : key_size == 24 ? "AES-192-CBC" : "AES-256-CBC";
}

Result<std::unique_ptr<Mac>> aes_mac(const SecretBytes& key, const SignatureAlgorithm& algorithm) {
    const bool is_gmac = algorithm.scheme == SignatureScheme::AesGmac;
    if (key.size() != 16 && key.size() != 24 && key.size() != 32) {
        return fail(Errc::KeySizeRange,
                    "got an AES key of " + std::to_string(key.size()) + " bytes, want 16, 24 or 32");
    }
    if (is_gmac && (algorithm.iv.size == 0 || algorithm.iv.size > algorithm.iv.bytes.size())) {
        return fail(Errc::MechanismParamInvalid,
                    "got an IV of " + std::to_string(algorithm.iv.size) + " bytes for AES-GMAC, want 1 to 16");
    }
    const std::size_t size = TRY(cut_length(algorithm, aes_mac_size));
    EvpMacCtx context(EVP_MAC_CTX_new(is_gmac ? gmac_method() : cmac_method()));
    if (!context) return fail(Errc::DeviceMemory, "no memory for a MAC");
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, const_cast<char*>(cipher_name(is_gmac, key.size())), 0),
        OSSL_PARAM_construct_end()};
    // AES-GMAC takes its key and its IV one after the other.
    const bool has_cipher = EVP_MAC_CTX_set_params(context.get(), parameters) == 1;
    if (!has_cipher || EVP_MAC_init(context.get(), key.expose_bytes().data(), key.size(), nullptr) != 1) {
        return openssl_failure("a MAC of AES");
    }
    auto made = std::make_unique<AesMac>(std::move(context), size, is_gmac ? algorithm.iv : GmacIv());
    TRY(made->start());
    return made;
}

}  // namespace

Result<std::unique_ptr<Mac>> mac(const SecretBytes& key, const SignatureAlgorithm& algorithm) {
    ErrorMark mark;
    const bool of_aes = algorithm.scheme == SignatureScheme::AesCmac || algorithm.scheme == SignatureScheme::AesGmac;
    if (of_aes) return aes_mac(key, algorithm);
    if (algorithm.scheme != SignatureScheme::Hmac) {
        return fail(Errc::KeyTypeInconsistent, "a secret key signs with HMAC, AES-CMAC and AES-GMAC only");
    }
    const std::size_t size = TRY(cut_length(algorithm, digest_size(algorithm.digest)));
    auto made = std::make_unique<Hmac>(key, algorithm.digest, size);
    if (!made->usable()) return fail(Errc::DeviceMemory, "no memory for HMAC");
    return made;
}

}  // namespace kvp11::crypto
