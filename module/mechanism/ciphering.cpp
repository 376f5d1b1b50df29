// What C_EncryptInit and C_DecryptInit start: a prepared Cipher of the key, with PKCS#11's bounds.
#include <algorithm>

#include "mechanism/key_check.hpp"
#include "mechanism/operation.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

constexpr std::size_t block = 16;

enum class Direction { Encrypt, Decrypt };

/// Upper bound of what a scheme gives out before the end, when `pending` bytes are inside it once the
/// new ones have gone in. Decryption with padding holds back a block that may be the last.
std::size_t released(CipherScheme scheme, Direction direction, std::size_t pending) {
    switch (scheme) {
        case CipherScheme::AesCtr:
        case CipherScheme::AesOfb:
        case CipherScheme::AesCfb8:
        case CipherScheme::AesCfb128:
        case CipherScheme::ChaCha20: return pending;
        case CipherScheme::ChaCha20Poly1305:
        case CipherScheme::AesGcm: return direction == Direction::Encrypt ? pending : 0;
        case CipherScheme::AesEcb:
        case CipherScheme::AesCbc: return pending / block * block;
        case CipherScheme::AesCbcPad:
            if (direction == Direction::Encrypt) return pending / block * block;
            return pending == 0 ? 0 : (pending - 1) / block * block;
        case CipherScheme::AesCts:
        case CipherScheme::AesXts:
        case CipherScheme::AesCcm:
        case CipherScheme::RsaPkcs1:
        case CipherScheme::RsaOaep:
        case CipherScheme::RsaRaw: return 0;  // these need the whole message
    }
    return pending;
}

/// Of an algorithm what can change from message to message and what approval may depend on.
struct Choices {
    Digest digest;
    Digest mgf_digest;
    std::size_t tag_length;

    explicit Choices(const CipherAlgorithm& algorithm)
        : digest(algorithm.digest), mgf_digest(algorithm.mgf_digest), tag_length(algorithm.tag_length) {}
    bool operator==(const Choices&) const = default;
};

/// What a caller asks for. A key that makes its IVs is asked to by an IV of zeros, and the caller finds the one that
/// was made in its place when the message is encrypted, as users of other HSMs in clouds know it. (The message
/// interface of PKCS#11 3.0 has a better way, Cipher::made_iv is for both.)
struct Asked {
    CipherAlgorithm algorithm;
    MutableBytes iv_place;
};

Result<Asked> asked_for(const Request& request, const Key& key, Direction direction) {
    Asked asked{TRY(request.row->cipher(request.parameter)), {}};
    CipherAlgorithm& algorithm = asked.algorithm;
    const bool makes_iv = direction == Direction::Encrypt && algorithm.scheme == CipherScheme::AesGcm && key.makes_iv();
    if (!makes_iv || algorithm.iv != Bytes(gcm_made_iv)) return asked;
    asked.iv_place = gcm_iv_place(request.parameter);
    algorithm.iv.clear();
    algorithm.iv_inside = true;
    return asked;
}

class Ciphering final : public CipherOperation {
public:
    Ciphering(const Mechanism& row, const Asked& asked, Direction direction, std::shared_ptr<const Key> key,
              std::unique_ptr<Cipher> cipher)
        : row_(&row),
          scheme_(asked.algorithm.scheme),
          direction_(direction),
          key_(std::move(key)),
          cipher_(std::move(cipher)),
          iv_place_(asked.iv_place),
          choices_(asked.algorithm),
          approved_(approves(asked.algorithm)) {}

    std::size_t output_bound(std::size_t input_size) const noexcept override {
        return cipher_->output_bound(input_size);
    }
    std::size_t update_bound(std::size_t input_size) const noexcept override {
        return released(scheme_, direction_, pending_ + input_size);
    }
    bool output_exact() const noexcept override { return cipher_->output_exact(); }

    Result<std::size_t> update(ByteView input, MutableBytes output) override {
        const std::size_t written = TRY(cipher_->update(input, output));
        pending_ += input.size();
        pending_ -= std::min(pending_, written);
        return written;
    }
    Result<std::size_t> finish(MutableBytes output) override {
        pending_ = 0;
        const std::size_t written = TRY(cipher_->finish(output));
        deliver_iv();
        return written;
    }
    Result<std::size_t> crypt(ByteView input, MutableBytes output) override {
        const std::size_t written = TRY(cipher_->update(input, output));
        return written + TRY(finish(output.subspan(written)));
    }
    bool restart(const Request& request) override {
        if (request.row != row_) return false;
        const auto asked = asked_for(request, *key_, direction_);
        if (!asked.ok() || !cipher_->start(asked->algorithm).ok()) return false;
        pending_ = 0;
        iv_place_ = asked->iv_place;
        if (Choices(asked->algorithm) == choices_) return true;
        choices_ = Choices(asked->algorithm);
        approved_ = approves(asked->algorithm);
        return true;
    }
    bool was_approved() const noexcept override { return approved_; }

private:
    [[nodiscard]] bool approves(const CipherAlgorithm& algorithm) const noexcept {
        return key_->is_approved(algorithm, direction_ == Direction::Decrypt);
    }
    void deliver_iv() const noexcept {
        const ByteView made = cipher_->made_iv();
        if (made.size() == iv_place_.size()) std::copy(made.begin(), made.end(), iv_place_.begin());
    }

    const Mechanism* row_;
    CipherScheme scheme_;
    Direction direction_;
    std::shared_ptr<const Key> key_;
    std::unique_ptr<Cipher> cipher_;
    MutableBytes iv_place_;  // the caller's, until the message ends
    Choices choices_;
    bool approved_;
    std::size_t pending_ = 0;  // bytes taken in by update and not given out yet
};

Result<std::unique_ptr<CipherOperation>> start(const Request& request, std::shared_ptr<const Key> key,
                                               Direction direction) {
    if (request.row == nullptr || request.row->cipher == nullptr) {
        return fail(Errc::MechanismInvalid, "the mechanism does not encrypt");
    }
    TRY(check_key(*request.row, key->record()));
    const Asked asked = TRY(asked_for(request, *key, direction));
    auto cipher =
        direction == Direction::Encrypt ? TRY(key->encryptor(asked.algorithm)) : TRY(key->decryptor(asked.algorithm));
    return std::make_unique<Ciphering>(*request.row, asked, direction, std::move(key), std::move(cipher));
}

}  // namespace

Result<std::unique_ptr<CipherOperation>> start_encrypting(const Request& request, std::shared_ptr<const Key> key) {
    return start(request, std::move(key), Direction::Encrypt);
}

Result<std::unique_ptr<CipherOperation>> start_decrypting(const Request& request, std::shared_ptr<const Key> key) {
    return start(request, std::move(key), Direction::Decrypt);
}

}  // namespace kvp11::mechanism
