// What C_MessageEncryptInit and C_MessageDecryptInit start: one Cipher of the key for message after message. The
// parameter of the Init is not looked at, since each message brings its own.
#include <algorithm>

#include "mechanism/key_check.hpp"
#include "mechanism/message_iv.hpp"
#include "mechanism/operation.hpp"

namespace kvp11::mechanism {
namespace {

/// What sealing and opening have in common: the cipher, kept from message to message, and the bytes inside it.
class Messages : public MessageOperation {
public:
    Messages(const Mechanism& row, std::shared_ptr<const Key> key, bool opens)
        : row_(&row), key_(std::move(key)), opens_(opens) {}

    std::size_t finish_size(std::size_t input_size) const noexcept override { return inside_ + input_size; }
    Result<std::size_t> update(ByteView input, MutableBytes output) override {
        const std::size_t written = TRY(cipher_->update(input, output));
        inside_ += input.size();
        inside_ -= std::min(inside_, written);
        return written;
    }
    void abandon() override { inside_ = 0; }
    bool was_approved() const noexcept override { return approved_; }

protected:
    [[nodiscard]] const Mechanism& row() const noexcept { return *row_; }
    [[nodiscard]] Cipher& cipher() const noexcept { return *cipher_; }

    Result<MessageParameters> parameters(ByteView parameter) const { return row_->message(parameter); }
    /// The parameters of the message's end, which must be those of its beginning where the cipher knows them.
    Result<MessageParameters> last_parameters(ByteView parameter) const {
        auto message = TRY(row_->message(parameter));
        if (message.algorithm.tag_length == tag_length_) return message;
        return fail(Errc::MechanismParamInvalid, "the tag's length is not that of the message's beginning");
    }

    Result<void> start(const CipherAlgorithm& algorithm) {
        inside_ = 0;
        tag_length_ = algorithm.tag_length;
        approved_ = key_->is_approved(algorithm, opens_);
        // A cipher's IVs have one origin; the caller's messages may have both.
        if (cipher_ && iv_inside_ == algorithm.iv_inside) return cipher_->start(algorithm);
        iv_inside_ = algorithm.iv_inside;
        cipher_ = opens_ ? TRY(key_->decryptor(algorithm)) : TRY(key_->encryptor(algorithm));
        return {};
    }
    [[nodiscard]] std::size_t tag_length() const noexcept { return tag_length_; }

private:
    const Mechanism* row_;
    std::shared_ptr<const Key> key_;
    bool opens_;
    std::unique_ptr<Cipher> cipher_;
    bool iv_inside_ = false;
    std::size_t tag_length_ = 0;
    std::size_t inside_ = 0;  // bytes taken in and not given out yet
    bool approved_ = false;
};

class Sealing final : public Messages {
public:
    Sealing(const Mechanism& row, std::shared_ptr<const Key> key) : Messages(row, std::move(key), false) {}

    Result<void> begin(ByteView parameter, ByteView associated) override {
        auto message = TRY(parameters(parameter));
        CipherAlgorithm& algorithm = message.algorithm;
        algorithm.aad = copy_of(associated);
        algorithm.iv_inside = leaves_iv_to_key(message);
        if (!algorithm.iv_inside) {
            TRY(iv_.make(message));
            algorithm.iv = copy_of(message.iv);
        }
        TRY(start(algorithm));
        deliver_iv(message);
        return {};
    }
    std::size_t update_bound(std::size_t input_size) const noexcept override { return finish_size(input_size); }

    Result<std::size_t> finish(ByteView parameter, ByteView input, MutableBytes output) override {
        const auto message = TRY(last_parameters(parameter));
        SecretBytes sealed(cipher().output_bound(input.size()));
        const MutableBytes room = sealed.expose_writable();
        std::size_t size = TRY(cipher().update(input, room));
        size += TRY(cipher().finish(room.subspan(size)));
        const std::size_t text = size - std::min(size, tag_length());
        if (output.size() < text) return fail(Errc::BufferTooSmall, "the ciphertext does not fit");
        std::copy_n(room.begin(), text, output.begin());
        std::copy_n(room.begin() + static_cast<std::ptrdiff_t>(text), tag_length(), message.tag.begin());
        deliver_iv(message);
        return text;
    }
    bool restart(const Request& request) override {
        iv_ = MessageIv();
        return request.row == &row();
    }

private:
    /// A key elsewhere tells its IV only with the ciphertext.
    void deliver_iv(const MessageParameters& message) const {
        const ByteView made = cipher().made_iv();
        if (made.size() == message.iv.size()) std::copy(made.begin(), made.end(), message.iv.begin());
    }

    MessageIv iv_;
};

class Opening final : public Messages {
public:
    Opening(const Mechanism& row, std::shared_ptr<const Key> key) : Messages(row, std::move(key), true) {}

    Result<void> begin(ByteView parameter, ByteView associated) override {
        auto message = TRY(parameters(parameter));
        message.algorithm.iv = copy_of(message.iv);
        message.algorithm.aad = copy_of(associated);
        return start(message.algorithm);
    }
    /// Nothing comes out before the tag was checked.
    std::size_t update_bound(std::size_t) const noexcept override { return 0; }

    Result<std::size_t> finish(ByteView parameter, ByteView input, MutableBytes output) override {
        const auto message = TRY(last_parameters(parameter));
        const std::size_t size = finish_size(input.size());
        SecretBytes opened(cipher().output_bound(input.size() + message.tag.size()));
        const MutableBytes room = opened.expose_writable();
        std::size_t written = TRY(cipher().update(input, room));
        written += TRY(cipher().update(message.tag, room.subspan(written)));
        const auto last = cipher().finish(room.subspan(written));
        if (!last.ok() && last.code() == Errc::EncryptedDataInvalid) {
            return fail(Errc::AeadDecryptFailed, last.error().message);
        }
        written += TRY(last);
        if (written > size || output.size() < written) return fail(Errc::BufferTooSmall, "the plaintext does not fit");
        std::copy_n(room.begin(), written, output.begin());
        return written;
    }
    bool restart(const Request& request) override { return request.row == &row(); }
};

template <class Kind>
Result<std::unique_ptr<MessageOperation>> start_messages(const Request& request, std::shared_ptr<const Key> key) {
    if (request.row == nullptr || request.row->message == nullptr) {
        return fail(Errc::MechanismInvalid, "the mechanism has no messages");
    }
    TRY(check_key(*request.row, key->record()));
    return std::make_unique<Kind>(*request.row, std::move(key));
}

}  // namespace

Result<std::unique_ptr<MessageOperation>> start_encrypting_messages(const Request& request,
                                                                    std::shared_ptr<const Key> key) {
    return start_messages<Sealing>(request, std::move(key));
}

Result<std::unique_ptr<MessageOperation>> start_decrypting_messages(const Request& request,
                                                                    std::shared_ptr<const Key> key) {
    return start_messages<Opening>(request, std::move(key));
}

}  // namespace kvp11::mechanism
