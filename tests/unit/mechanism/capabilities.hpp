// Capabilities: a Backend that says what it supports, for the projections of the registry; nothing else is asked of it.
#pragma once

#include <optional>
#include <set>

#include "kvp11/backend.hpp"

namespace kvp11::test {

class Capabilities final : public Backend {
public:
    /// Of hashes and lengths; public halves do everything.
    struct Limits {
        std::set<Digest> digests;
        bool shortened;
    };
    explicit Capabilities(bool everything, std::optional<Limits> limits = {})
        : everything_(everything), limits_(std::move(limits)) {}

    bool supports(const SignatureAlgorithm& algorithm, KeyType type, bool for_verifying) const noexcept override {
        if (limits_) {
            const bool fits =
                limits_->digests.contains(algorithm.digest) && (limits_->shortened || algorithm.mac_length == 0);
            return fits || (for_verifying && is_pair(type));
        }
        return everything_ || algorithm.scheme == SignatureScheme::RsaPkcs1 ||
               algorithm.scheme == SignatureScheme::RsaPkcs1DigestInfo;
    }
    bool supports(CipherScheme, KeyType, bool) const noexcept override { return everything_; }
    bool supports(WrapScheme, KeyType) const noexcept override { return everything_; }
    bool supports_generating(KeyType type) const noexcept override { return everything_ || type == KeyType::Rsa; }
    bool supports_agreement(KeyType) const noexcept override { return everything_; }
    bool supports_derivation(KeyType) const noexcept override { return everything_; }

    std::uint64_t generation() const noexcept override { return 0; }
    Result<TokenStatus> status() const override { return no(); }
    Result<void> login(Role, const SecretBytes&) override { return no(); }
    Result<void> logout() override { return no(); }
    Result<void> initialise(const SecretBytes&, const std::string&) override { return no(); }
    Result<void> initialise_user_pin(const SecretBytes&) override { return no(); }
    Result<void> change_pin(Role, const SecretBytes&, const SecretBytes&) override { return no(); }
    Result<std::vector<ObjectRef>> find(const ObjectQuery&) const override { return no(); }
    Result<std::shared_ptr<const KeyRecord>> key_record(const KeyId&) const override { return no(); }
    Result<std::shared_ptr<const Record>> record(const std::string&) const override { return no(); }
    Result<std::shared_ptr<const Key>> open(const KeyId&) const override { return no(); }
    Result<std::shared_ptr<const KeyRecord>> generate(const NewKey&) override { return no(); }
    Result<std::shared_ptr<const KeyRecord>> import_key(const NewKey&, const SecretMaterial&) override { return no(); }
    Result<std::shared_ptr<const KeyRecord>> update(const KeyId&, const KeyUpdate&) override { return no(); }
    Result<void> remove(const ObjectRef&) override { return no(); }
    Result<std::shared_ptr<const Record>> create_record(const Record&) override { return no(); }
    Result<std::shared_ptr<const Record>> update_record(const Record&) override { return no(); }
    Result<void> random(MutableBytes) override { return no(); }

private:
    static Failure no() { return fail(Errc::FunctionNotSupported); }
    bool everything_;
    std::optional<Limits> limits_;
};

}  // namespace kvp11::test
