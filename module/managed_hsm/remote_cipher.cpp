#include "managed_hsm/remote_cipher.hpp"

#include <cstring>

#include "crypto/growing_secret.hpp"
#include "managed_hsm/operation_body.hpp"
#include "managed_hsm/remote_algorithm.hpp"
#include "managed_hsm/wire.hpp"

namespace kvp11::managed_hsm {
namespace {

constexpr std::size_t block = 16;
constexpr std::size_t tag_size = 16;

std::size_t written_to(MutableBytes output, ByteView bytes, std::size_t at = 0) {
    if (!bytes.empty()) std::memcpy(output.data() + at, bytes.data(), bytes.size());
    return at + bytes.size();
}

/// What both kinds have in common: gathering.
class RemoteCipher : public Cipher {
public:
    RemoteCipher(const RemoteService& service, KeyRecordPtr key, Direction direction, std::size_t most)
        : service_(service),
          key_(std::move(key)),
          direction_(direction),
          most_(most),
          path_(key_path(key_->id, direction == Direction::Encrypt ? "encrypt" : "decrypt")) {}

    Result<std::size_t> update(ByteView input, MutableBytes) override {
        if (input.size() > most_ - gathered_.size()) {
            return fail(encrypting() ? Errc::DataLenRange : Errc::EncryptedDataLenRange,
                        "more than the " + std::to_string(most_) + " bytes that go to the service at once");
        }
        gathered_.append(input);
        return std::size_t{0};
    }
    Result<std::size_t> finish(MutableBytes output) override {
        auto written = send(gathered_.expose_writable(), output);
        gathered_.clear();
        return written;
    }

protected:
    virtual Result<std::size_t> send(ByteView input, MutableBytes output) = 0;

    [[nodiscard]] bool encrypting() const noexcept { return direction_ == Direction::Encrypt; }
    [[nodiscard]] std::size_t gathered() const noexcept { return gathered_.size(); }
    void forget_gathered() noexcept { gathered_.clear(); }
    [[nodiscard]] const KeyRecord& key() const noexcept { return *key_; }

    Result<transport::Answer> operate(OperationBody& body) const {
        return service_.operate(*key_, path_, body.finish());
    }

private:
    const RemoteService& service_;
    KeyRecordPtr key_;
    Direction direction_;
    std::size_t most_;
    std::string path_;
    crypto::GrowingSecret gathered_;
};

class RsaDecryptor final : public RemoteCipher {
public:
    RsaDecryptor(const RemoteService& service, KeyRecordPtr key, const CipherAlgorithm& algorithm,
                 std::string_view word)
        : RemoteCipher(service, key, Direction::Decrypt, (key->spec.bits + 7) / 8),
          size_((key->spec.bits + 7) / 8),
          scheme_(algorithm.scheme),
          word_(word) {}

    Result<void> start(const CipherAlgorithm& algorithm) override {
        if (algorithm.scheme != scheme_) return fail(Errc::MechanismParamInvalid, "made for another scheme");
        word_ = TRY(rsa_word(algorithm));
        forget_gathered();
        return {};
    }
    [[nodiscard]] std::size_t output_bound(std::size_t) const noexcept override { return size_; }
    [[nodiscard]] bool output_exact() const noexcept override { return false; }

private:
    Result<std::size_t> send(ByteView input, MutableBytes output) override {
        if (input.size() != size_) {
            return fail(Errc::EncryptedDataLenRange,
                        "got " + std::to_string(input.size()) + " bytes, want " + std::to_string(size_));
        }
        OperationBody body(word_, input.size());
        body.add("value", input);
        const auto answer = TRY(operate(body));
        const OperationResult result = TRY(parse_operation_result(answer.expose_body()));
        if (result.value.size() > size_) return fail(Errc::DeviceError, "the service's plain text is too long");
        return written_to(output, result.value.expose_bytes());
    }

    std::size_t size_;
    CipherScheme scheme_;
    std::string_view word_;
};

class AesCipher final : public RemoteCipher {
public:
    AesCipher(const RemoteService& service, KeyRecordPtr key, std::shared_ptr<SecretSize> size,
              CipherAlgorithm algorithm, Direction direction)
        : RemoteCipher(service, std::move(key), direction, most_gathered),
          size_(std::move(size)),
          algorithm_(std::move(algorithm)) {}

    Result<void> start(const CipherAlgorithm& algorithm) override {
        if (algorithm.scheme != algorithm_.scheme) return fail(Errc::MechanismParamInvalid, "made for another scheme");
        TRY(check_aes(algorithm, !encrypting()));
        algorithm_ = algorithm;
        made_iv_.clear();
        forget_gathered();
        return {};
    }
    [[nodiscard]] ByteView made_iv() const noexcept override { return made_iv_; }
    [[nodiscard]] std::size_t output_bound(std::size_t input_size) const noexcept override {
        const std::size_t all = gathered() + input_size;
        switch (algorithm_.scheme) {
            case CipherScheme::AesGcm: return encrypting() ? all + tag_size : all - std::min(all, tag_size);
            case CipherScheme::AesCbcPad: return encrypting() ? (all / block + 1) * block : all;
            default: return all;
        }
    }
    [[nodiscard]] bool output_exact() const noexcept override {
        return encrypting() || algorithm_.scheme != CipherScheme::AesCbcPad;
    }

private:
    Result<std::size_t> send(ByteView input, MutableBytes output) override {
        TRY(check_length(input.size()));
        // Nothing becomes nothing, which is no request of the service's.
        if (input.empty() && algorithm_.scheme == CipherScheme::AesCbc) return std::size_t{0};
        const std::size_t bound = output_bound(0);
        const auto answer = TRY(size_->operate([&](std::uint32_t bits) { return attempt(bits, input); }));
        OperationResult result = TRY(parse_operation_result(answer.expose_body()));
        if (result.value.size() + result.tag.size() > bound) {
            return fail(Errc::DeviceError, "the service's answer is longer than its message can be");
        }
        std::size_t written = written_to(output, result.value.expose_bytes());
        if (!encrypting() || algorithm_.scheme != CipherScheme::AesGcm) return written;
        if (result.tag.size() != tag_size || result.iv.empty()) {
            return fail(Errc::DeviceError, "the service's answer lacks the IV or the tag of AES-GCM");
        }
        made_iv_ = std::move(result.iv);
        return written_to(output, result.tag, written);
    }

    [[nodiscard]] Result<void> check_length(std::size_t size) const {
        const Errc code = encrypting() ? Errc::DataLenRange : Errc::EncryptedDataLenRange;
        const bool whole_blocks = algorithm_.scheme == CipherScheme::AesCbc ||
                                  (algorithm_.scheme == CipherScheme::AesCbcPad && !encrypting());
        if (whole_blocks && size % block != 0) return fail(code, "AES-CBC works on whole blocks of 16 bytes");
        const bool ends_short = !encrypting() && ((algorithm_.scheme == CipherScheme::AesGcm && size < tag_size) ||
                                                  (algorithm_.scheme == CipherScheme::AesCbcPad && size == 0));
        return ends_short ? Result<void>(fail(code, "shorter than any encrypted message")) : Result<void>();
    }

    [[nodiscard]] Result<transport::Answer> attempt(std::uint32_t bits, ByteView input) const {
        const bool is_gcm = algorithm_.scheme == CipherScheme::AesGcm;
        const bool with_tag = is_gcm && !encrypting();
        OperationBody body(aes_word(algorithm_.scheme, bits),
                           input.size() + algorithm_.iv.size() + algorithm_.aad.size());
        body.add("value", with_tag ? input.first(input.size() - tag_size) : input);
        if (!algorithm_.iv.empty()) body.add("iv", algorithm_.iv);
        if (is_gcm && !algorithm_.aad.empty()) body.add("aad", algorithm_.aad);
        if (with_tag) body.add("tag", input.last(tag_size));
        return operate(body);
    }

    std::shared_ptr<SecretSize> size_;
    CipherAlgorithm algorithm_;
    Bytes made_iv_;
};

}  // namespace

Result<std::unique_ptr<Cipher>> remote_rsa_decryptor(const RemoteService& service, KeyRecordPtr key,
                                                     const CipherAlgorithm& algorithm) {
    const std::string_view word = TRY(rsa_word(algorithm));
    return std::make_unique<RsaDecryptor>(service, std::move(key), algorithm, word);
}

Result<std::unique_ptr<Cipher>> remote_aes_cipher(const RemoteService& service, KeyRecordPtr key,
                                                  std::shared_ptr<SecretSize> size, const CipherAlgorithm& algorithm,
                                                  Direction direction) {
    TRY(check_aes(algorithm, direction == Direction::Decrypt));
    return std::make_unique<AesCipher>(service, std::move(key), std::move(size), algorithm, direction);
}

}  // namespace kvp11::managed_hsm
