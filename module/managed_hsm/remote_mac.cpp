#include "managed_hsm/remote_mac.hpp"

#include <cstring>

#include "crypto/growing_secret.hpp"
#include "managed_hsm/operation_body.hpp"
#include "managed_hsm/remote_algorithm.hpp"
#include "managed_hsm/remote_cipher.hpp"
#include "managed_hsm/wire.hpp"

namespace kvp11::managed_hsm {
namespace {

class RemoteMac final : public Mac {
public:
    RemoteMac(const RemoteService& service, KeyRecordPtr key, std::string_view word, std::size_t size)
        : service_(service), key_(std::move(key)), word_(word), size_(size) {}

    [[nodiscard]] std::size_t size() const noexcept override { return size_; }
    Result<void> start() override {
        message_.clear();
        return {};
    }
    Result<void> update(ByteView input) override {
        if (input.size() > most_gathered - message_.size()) {
            return fail(Errc::DataLenRange,
                        "more than the " + std::to_string(most_gathered) + " bytes that go to the service at once");
        }
        message_.append(input);
        return {};
    }
    Result<std::size_t> finish(MutableBytes mac) override {
        OperationBody body(word_, message_.size());
        body.add("value", message_.expose_writable());
        message_.clear();
        const std::string path = key_path(key_->id, "sign");
        const auto answer = TRY(service_.operate(*key_, path, body.finish()));
        TRY(parse_operation_value(answer.expose_body(), mac.first(size_)));
        return size_;
    }
    Result<void> check(ByteView mac) override {
        if (mac.size() != size_) {
            message_.clear();
            return fail(Errc::SignatureLenRange,
                        "MAC of " + std::to_string(mac.size()) + " bytes, want " + std::to_string(size_));
        }
        OperationBody body(word_, message_.size() + mac.size());
        body.add("digest", message_.expose_writable());
        body.add("value", mac);
        message_.clear();
        const std::string path = key_path(key_->id, "verify");
        const auto answer = TRY(service_.operate(*key_, path, body.finish()));
        if (TRY(parse_verify_result(answer.expose_body()))) return {};
        return fail(Errc::SignatureInvalid, "the MAC does not match");
    }

private:
    const RemoteService& service_;
    KeyRecordPtr key_;
    std::string_view word_;
    std::size_t size_;
    crypto::GrowingSecret message_;
};

}  // namespace

Result<std::unique_ptr<Mac>> remote_mac(const RemoteService& service, KeyRecordPtr key,
                                        const SignatureAlgorithm& algorithm) {
    const std::string_view word = TRY(mac_word(algorithm));
    if (!service.has_algorithms_of_7_6()) {
        return refused(Errc::AlgorithmNotSupported, "HMAC: the service has it from API version 7.6 on");
    }
    return std::make_unique<RemoteMac>(service, std::move(key), word, digest_size(algorithm.digest));
}

}  // namespace kvp11::managed_hsm
