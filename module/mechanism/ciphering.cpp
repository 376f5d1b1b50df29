// What C_EncryptInit and C_DecryptInit start: a prepared Cipher of the key, with PKCS#11's bounds.
#include <algorithm>

#include "mechanism/key_check.hpp"
#include "mechanism/operation.hpp"

namespace kvp11::mechanism {
namespace {

constexpr std::size_t block = 16;

enum class Direction { Encrypt, Decrypt };

/// Upper bound of what a scheme gives out before the end, when `pending` bytes are inside it once the
/// new ones have gone in. Decryption with padding holds back a block that may be the last.
std::size_t released(CipherScheme scheme, Direction direction, std::size_t pending) {
    switch (scheme) {
        case CipherScheme::AesCtr: return pending;
        case CipherScheme::AesGcm: return direction == Direction::Encrypt ? pending : 0;
        case CipherScheme::AesEcb:
        case CipherScheme::AesCbc: return pending / block * block;
        case CipherScheme::AesCbcPad:
            if (direction == Direction::Encrypt) return pending / block * block;
            return pending == 0 ? 0 : (pending - 1) / block * block;
        case CipherScheme::RsaPkcs1:
        case CipherScheme::RsaOaep:
        case CipherScheme::RsaRaw: return 0;
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

class Ciphering final : public CipherOperation {
public:
    Ciphering(const Mechanism& row, const CipherAlgorithm& algorithm, Direction direction,
              std::shared_ptr<const Key> key, std::unique_ptr<Cipher> cipher)
        : row_(&row),
          scheme_(algorithm.scheme),
          direction_(direction),
          key_(std::move(key)),
          cipher_(std::move(cipher)),
          choices_(algorithm),
          approved_(approves(algorithm)) {}

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
        return cipher_->finish(output);
    }
    Result<std::size_t> crypt(ByteView input, MutableBytes output) override {
        const std::size_t written = TRY(cipher_->update(input, output));
        return written + TRY(cipher_->finish(output.subspan(written)));
    }
    bool restart(const Request& request) override {
        if (request.row != row_) return false;
        const auto algorithm = row_->cipher(request.parameter);
        if (!algorithm.ok() || !cipher_->start(*algorithm).ok()) return false;
        pending_ = 0;
        if (Choices(*algorithm) == choices_) return true;
        choices_ = Choices(*algorithm);
        approved_ = approves(*algorithm);
        return true;
    }
    bool was_approved() const noexcept override { return approved_; }

private:
    [[nodiscard]] bool approves(const CipherAlgorithm& algorithm) const noexcept {
        return key_->is_approved(algorithm, direction_ == Direction::Decrypt);
    }

    const Mechanism* row_;
    CipherScheme scheme_;
    Direction direction_;
    std::shared_ptr<const Key> key_;
    std::unique_ptr<Cipher> cipher_;
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
    const auto algorithm = TRY(request.row->cipher(request.parameter));
    auto cipher = direction == Direction::Encrypt ? TRY(key->encryptor(algorithm)) : TRY(key->decryptor(algorithm));
    return std::make_unique<Ciphering>(*request.row, algorithm, direction, std::move(key), std::move(cipher));
}

}  // namespace

Result<std::unique_ptr<CipherOperation>> start_encrypting(const Request& request, std::shared_ptr<const Key> key) {
    return start(request, std::move(key), Direction::Encrypt);
}

Result<std::unique_ptr<CipherOperation>> start_decrypting(const Request& request, std::shared_ptr<const Key> key) {
    return start(request, std::move(key), Direction::Decrypt);
}

}  // namespace kvp11::mechanism
