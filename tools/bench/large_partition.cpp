#include "large_partition.hpp"

#include <cstdint>
#include <cstring>

#include "crypto/asymmetric.hpp"
#include "kvp11/key.hpp"
#include "loaded_module.hpp"
#include "partition/item_of.hpp"
#include "partition/key_names.hpp"
#include "partition/new_key.hpp"
#include "partition/partition_core.hpp"
#include "target.hpp"

namespace kvp11::bench {
namespace {

using namespace partition;

template <class T>
T require(Result<T> result) {
    if (!result.ok()) throw Failure(result.error().message);
    return std::move(result).value();
}
void require(const Result<void>& result) {
    if (!result.ok()) throw Failure(result.error().message);
}

SecretBytes pin(const char* text) { return SecretBytes::copy_of(bytes_of(text)); }

NewKey wanted_key(std::size_t number) {
    const auto id = static_cast<std::uint32_t>(number);
    NewKey key;
    key.name = name_of_key(number);
    key.spec.type = KeyType::Ec;
    key.ops = KeyOps::Sign | KeyOps::Verify;
    key.face.label = copy_of(bytes_of(key.name));
    key.face.id.resize(sizeof(id));
    std::memcpy(key.face.id.data(), &id, sizeof(id));
    key.public_face = key.face;
    key.public_face->is_private = false;
    return key;
}

class Filler {
public:
    explicit Filler(PartitionCore& core)
        : view_(require(core.unlocked_view())),
          now_(core.now()),
          half_(require(crypto::PrivateHalf::generate({.type = KeyType::Ec}))),
          plain_(require(half_->expose_pkcs8())) {}

    void add(std::size_t from, std::size_t to) {
        Batch batch;
        for (std::size_t number = from; number < to; ++number) {
            const NewKey wanted = wanted_key(number);
            KeyRecord record = record_of(wanted, half_->spec(), now_);
            record.id = {wanted.name, require(random_id())};
            record.public_key = half_->public_key();
            StoredItem item = item_of(record);
            require(view_.session->seal.seal(item, plain_));
            batch.push_back(InsertItem{std::move(item)});
        }
        require(view_.store->commit(batch));
    }

private:
    PartitionCore::View view_;
    std::int64_t now_;
    std::shared_ptr<const crypto::PrivateHalf> half_;
    SecretMaterial plain_;
};

}  // namespace

std::string name_of_key(std::size_t number) { return "key-" + std::to_string(number); }

void make_large_partition(const std::filesystem::path& folder, std::size_t keys, unsigned kdf_cost) {
    constexpr std::size_t at_once = 2000;
    PartitionSettings settings;
    settings.path = folder;
    settings.kdf_cost = kdf_cost;
    PartitionCore core(settings, nullptr);
    require(core.initialise(pin(kSoPin), kLabel));
    require(core.login(Role::SecurityOfficer, pin(kSoPin)));
    require(core.initialise_user_pin(pin(kUserPin)));
    require(core.logout());
    require(core.login(Role::User, pin(kUserPin)));
    Filler filler(core);
    for (std::size_t from = 0; from < keys; from += at_once) filler.add(from, std::min(keys, from + at_once));
}

}  // namespace kvp11::bench
