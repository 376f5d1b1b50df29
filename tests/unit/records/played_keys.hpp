// A Backend of keys alone, as far as records need one; and what their tests share.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "crypto/asymmetric.hpp"
#include "crypto/x509.hpp"
#include "records/record_keeper.hpp"
#include "support/results.hpp"

namespace kvp11::test {

using KeyPtr = std::shared_ptr<const crypto::PrivateHalf>;

/// Keys are pairs on P-256 with their name as label and id. Counts searches.
class PlayedKeys final : public Backend {
public:
    KeyPtr add(const std::string& name);
    void add(const std::string& name, const PublicKey& key, const std::string& label);
    void remove_key(const std::string& name);

    std::size_t by_label = 0;
    std::size_t of_all = 0;
    bool is_down = false;
    bool has_public_halves = true;  // of keys that are added from then on
    bool hides_private = false;     // as a partition does before a login
    std::string called;             // the last method that was handed down

    [[nodiscard]] Result<TokenStatus> status() const override;
    [[nodiscard]] bool supports(const SignatureAlgorithm&, KeyType, bool) const noexcept override { return true; }
    [[nodiscard]] bool supports(CipherScheme, KeyType, bool) const noexcept override { return false; }
    [[nodiscard]] bool supports(WrapScheme, KeyType) const noexcept override { return true; }
    [[nodiscard]] bool supports_generating(KeyType) const noexcept override { return true; }
    [[nodiscard]] bool supports_agreement(KeyType) const noexcept override { return false; }
    [[nodiscard]] std::uint64_t generation() const noexcept override { return generation_; }
    Result<void> login(Role, const SecretBytes&) override { return handed_down("login"); }
    Result<void> logout() override { return handed_down("logout"); }
    Result<void> initialise(const SecretBytes&, const std::string&) override { return handed_down("initialise"); }
    Result<void> initialise_user_pin(const SecretBytes&) override { return handed_down("initialise_user_pin"); }
    Result<void> change_pin(Role, const SecretBytes&, const SecretBytes&) override { return handed_down("change_pin"); }
    [[nodiscard]] Result<std::vector<ObjectRef>> find(const ObjectQuery& query) const override;
    [[nodiscard]] Result<std::shared_ptr<const KeyRecord>> key_record(const KeyId& id) const override;
    [[nodiscard]] Result<std::shared_ptr<const Record>> record(const std::string&) const override {
        return fail(Errc::Internal, "records are not asked below");
    }
    [[nodiscard]] Result<std::shared_ptr<const Key>> open(const KeyId&) const override {
        return fail(Errc::KeyNotFound);
    }
    Result<std::shared_ptr<const KeyRecord>> generate(const NewKey&) override { return fail(Errc::KeyExists); }
    Result<std::shared_ptr<const KeyRecord>> import_key(const NewKey&, const SecretMaterial&) override {
        return fail(Errc::KeyExists);
    }
    Result<std::shared_ptr<const KeyRecord>> update(const KeyId&, const KeyUpdate&) override {
        return fail(Errc::KeyNotFound);
    }
    Result<void> remove(const ObjectRef& ref) override { return handed_down("remove " + ref.id.name); }
    Result<std::shared_ptr<const Record>> create_record(const Record&) override { return fail(Errc::Internal); }
    Result<std::shared_ptr<const Record>> update_record(const Record&) override { return fail(Errc::Internal); }
    Result<void> random(MutableBytes) override { return handed_down("random"); }

private:
    Result<void> handed_down(const std::string& what) {
        called = what;
        return {};
    }
    std::map<std::string, std::shared_ptr<const KeyRecord>> keys_;
    std::uint64_t generation_ = 1;
};

/// A slot with records in a folder of its own.
struct Workplace {
    explicit Workplace(std::vector<std::string> certificates = {});
    ~Workplace();
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return root / name; }
    /// Another process's view of the same: its own keeper over the same file.
    [[nodiscard]] std::unique_ptr<Backend> another() const;
    void write(const std::string& name, const std::string& text) const;

    std::filesystem::path root;
    std::vector<std::string> certificates;
    PlayedKeys* keys = nullptr;  // of `slot`
    std::unique_ptr<Backend> slot;
};

KeyPtr fresh_key();
/// For `key`, signed by `issuer_key` with `issuer`, or by itself.
crypto::Certificate certificate(const std::string& name, const KeyPtr& key, const KeyPtr& issuer_key = nullptr,
                                const crypto::Certificate* issuer = nullptr);
ObjectQuery records_labelled(const std::string& label);
ObjectQuery all_records();
Record data(const std::string& label);
/// What was found, in its order, by label.
std::vector<std::string> labels(const Backend& slot, const ObjectQuery& query);

}  // namespace kvp11::test
