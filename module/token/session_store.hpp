// SessionStore: the session objects of a slot: a store in memory, and beside it other names for keys of the token that
// give no copy of themselves, because a service keeps them.
//
// Such an alias is a private or secret key of its own id, label and usage, without material: what it does, the token's
// key does. It ends with its session; the token's key stays. It can do less than the token's key, never more.
// Owns the store below. Thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <mutex>

#include "kvp11/forwarding_backend.hpp"

namespace kvp11::token {

class SessionStore final : public ForwardingBackend {
public:
    using ForwardingBackend::ForwardingBackend;

    /// `face`, operations and protection are the alias's own. The key is of a Backend that outlives this one.
    std::shared_ptr<const KeyRecord> add_alias(std::shared_ptr<const Key> key, const NewKey& wanted);

    /// Both grow.
    [[nodiscard]] std::uint64_t generation() const noexcept override { return below().generation() + changes_.load(); }
    [[nodiscard]] Result<std::vector<ObjectRef>> find(const ObjectQuery& query) const override;
    [[nodiscard]] Result<std::shared_ptr<const KeyRecord>> key_record(const KeyId& id) const override;
    [[nodiscard]] Result<std::shared_ptr<const KeyRecord>> key_sketch(const KeyId& id) const override {
        return key_record(id);
    }
    [[nodiscard]] Result<std::shared_ptr<const Key>> open(const KeyId& id) const override;
    Result<std::shared_ptr<const KeyRecord>> update(const KeyId& id, const KeyUpdate& change) override;
    Result<void> remove(const ObjectRef& ref) override;

private:
    struct Alias {
        std::shared_ptr<const Key> key;
        std::shared_ptr<const KeyRecord> record;
    };

    mutable std::mutex mutex_;  // guards what follows
    std::map<KeyId, Alias> aliases_;
    std::uint64_t made_ = 0;
    std::atomic<std::uint64_t> changes_{0};  // written under the mutex
};

}  // namespace kvp11::token
