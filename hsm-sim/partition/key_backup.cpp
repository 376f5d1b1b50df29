#include "partition/key_backup.hpp"

#include <algorithm>
#include <array>

#include "crypto/random.hpp"
#include "kvp11/key.hpp"
#include "partition/backup_seal.hpp"
#include "store/folded_name.hpp"

namespace kvp11::partition {
namespace {

constexpr std::size_t random_size = 16;
constexpr std::uint8_t format = 1;

// All versions of one key, the last one its latest.
bool is_one_key(const std::vector<PortableItem>& versions) {
    if (versions.empty() || versions.size() > most_versions) return false;
    const std::string name = store::folded_name(versions.front().item.id.name);
    return std::all_of(versions.begin(), versions.end(), [&](const PortableItem& version) {
        const StoredItem& item = version.item;
        return item.kind == ItemKind::Key && store::folded_name(item.id.name) == name &&
               item.is_latest == (&version == &versions.back());
    });
}

}  // namespace

Result<std::string> make_key_backup(const SecretBytes& domain_key, const KeyBackup& backup) {
    std::array<std::uint8_t, random_size> random{};
    TRY(crypto::random_bytes(random));
    store::BinaryWriter head;
    for (const std::uint8_t byte : random) head.integer(byte);
    head.integer(format).text(backup.partition_name).integer(backup.created);
    const SecretBytes plain = encode_items(head.view(), backup.versions);
    return seal_marked_backup(BackupKind::Key, domain_key, plain);
}

Result<KeyBackup> open_key_backup(const SecretBytes& domain_key, const std::string& text) {
    const SecretBytes plain = TRY(unseal_marked_backup(BackupKind::Key, domain_key, text));
    if (plain.size() < random_size) return invalid_backup("it holds no key");
    store::BinaryReader reader(plain.expose_bytes().subspan(random_size));
    if (reader.integer<std::uint8_t>() != format) return invalid_backup("a later release made it");
    KeyBackup backup;
    backup.partition_name = reader.text();
    backup.created = reader.integer<std::int64_t>();
    backup.versions = read_items(reader, ItemLayout::Format2);
    if (!reader.complete() || !is_one_key(backup.versions)) return invalid_backup("it holds no key");
    return backup;
}

}  // namespace kvp11::partition
