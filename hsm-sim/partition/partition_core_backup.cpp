// Full backup and restore. The file is JSON around a JWE whose content key comes from the domain key, so
// only partitions of the same security domain read it; docs/storage-format.md has the bytes.
#include <algorithm>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "crypto/derivation.hpp"
#include "crypto/jose.hpp"
#include "store/binary_encoding.hpp"
#include "partition/key_names.hpp"
#include "partition/partition.hpp"
#include "partition/record_encoding.hpp"

namespace kvp11::partition {
namespace {

constexpr std::size_t page = 512;
constexpr std::size_t content_key_size = 64;
constexpr const char* content_key_id = "backup-protection-key";
constexpr const char* file_format = "kvp11-backup";

Failure invalid(const std::string& why) { return fail(Errc::BackupInvalid, "the backup cannot be used: " + why); }

Result<SecretBytes> content_key(const SecretBytes& domain_key) {
    return crypto::sp108_counter(domain_key, bytes_of(content_key_id), {}, content_key_size);
}

// Names a domain without telling anything of its key.
Result<std::string> domain_name(const SecretBytes& domain_key) {
    const SecretBytes name = TRY(crypto::sp108_counter(domain_key, bytes_of("domain-name"), {}, 16));
    return hex_of(name.expose_bytes());
}

/// One item: what is shown of it, and its secret, which follows in the file.
struct BackedUp {
    Bytes head;
    SecretBytes plain;
};

Result<BackedUp> back_up(const StoredItem& item, const ItemSeal& seal) {
    TRY(seal.verify(item));
    BackedUp backed;
    if (!item.sealed.empty()) backed.plain = TRY(seal.unseal(item));
    BinaryWriter writer;
    writer.integer(static_cast<std::uint8_t>(item.kind)).integer(item.detail).text(item.id.name).text(item.id.version);
    writer.integer(item.revision).integer(item.created).bytes(item.metadata);
    writer.integer(static_cast<std::uint32_t>(backed.plain.size()));
    backed.head = writer.take();
    return backed;
}

// Sized before it is filled: a buffer that grows would leave copies of secrets behind.
SecretBytes join(const Bytes& head, const std::vector<BackedUp>& items) {
    std::size_t size = head.size();
    for (const BackedUp& item : items) size += item.head.size() + item.plain.size();
    SecretBytes whole(size);
    std::uint8_t* out = std::copy(head.begin(), head.end(), whole.expose_writable().data());
    for (const BackedUp& item : items) {
        out = std::copy(item.head.begin(), item.head.end(), out);
        const ByteView plain = item.plain.expose_bytes();
        out = std::copy(plain.begin(), plain.end(), out);
    }
    return whole;
}

// The index rows come from the metadata, never from the file.
Result<std::vector<StoredFace>> faces_in(const StoredItem& item, bool has_plain) {
    if (item.kind == ItemKind::Key) {
        KeyRecord record = TRY(decode_key(item.id, item.revision, item.metadata));
        record.has_material = has_plain;
        return faces_of(record);
    }
    const Record record = TRY(decode_record(item.id.name, item.revision, item.metadata));
    return std::vector<StoredFace>{face_of(record)};
}

Result<StoredItem> read_item(BinaryReader& reader, const ItemSeal& seal) {
    StoredItem item;
    item.kind = reader.enumerator(ItemKind::Record);
    item.detail = reader.integer<std::uint64_t>();
    item.id.name = reader.text();
    item.id.version = reader.text();
    item.revision = reader.integer<std::uint64_t>();
    item.created = reader.integer<std::int64_t>();
    item.metadata = reader.bytes();
    const SecretBytes plain = SecretBytes::copy_of(reader.view());
    if (!reader.ok()) return invalid("an item is cut short");
    Result<std::vector<StoredFace>> faces = faces_in(item, !plain.empty());
    if (!faces.ok()) return invalid("the record of '" + item.id.name + "' does not decode");
    item.faces = std::move(faces).value();
    TRY(seal.seal(item, plain));
    return item;
}

struct BackupFile {
    std::string domain;
    std::string jwe;
};

Result<BackupFile> parse_file(const std::string& text) {
    boost::system::error_code error;
    const boost::json::value json = boost::json::parse(text, error);
    const boost::json::object* object = error ? nullptr : json.if_object();
    if (!object) return invalid("it is no JSON object");
    const auto text_at = [object](const char* name) {
        const boost::json::value* value = object->if_contains(name);
        return value && value->is_string() ? std::string(value->as_string()) : std::string();
    };
    if (text_at("format") != file_format) return invalid("it is no backup of a kvp11 partition");
    BackupFile file{text_at("domain"), text_at("jwe")};
    if (file.jwe.empty()) return invalid("it holds nothing");
    return file;
}

}  // namespace

Result<std::string> Partition::backup() {
    const View seen = TRY(any_role_view());
    std::vector<BackedUp> items;
    for (std::uint64_t after = 0;;) {
        const std::vector<StoredItem> some = TRY(seen.store->items(after, page));
        for (const StoredItem& item : some) items.push_back(TRY(back_up(item, seen.session->seal)));
        if (some.size() < page) break;
        after = some.back().sequence;
    }
    const std::int64_t now = unix_time();
    BinaryWriter head;
    head.text(seen.facts->label).integer(now).integer(static_cast<std::uint32_t>(items.size()));
    const SecretBytes plain = join(head.take(), items);
    const SecretBytes key = TRY(content_key(seen.session->domain_key));
    const std::string jwe = TRY(crypto::jwe_seal_direct(key, content_key_id, plain));
    const std::string domain = TRY(domain_name(seen.session->domain_key));
    return boost::json::serialize(boost::json::object{{"format", file_format},
                                                      {"version", 1},
                                                      {"partition", seen.facts->label},
                                                      {"created", now},
                                                      {"domain", domain},
                                                      {"jwe", jwe}});
}

Result<RestoreReport> Partition::restore(const std::string& backup) {
    const View seen = TRY(any_role_view());
    const BackupFile file = TRY(parse_file(backup));
    const std::string domain = TRY(domain_name(seen.session->domain_key));
    if (file.domain != domain) {
        return fail(Errc::BackupForeign, "the backup belongs to another security domain than this partition's");
    }
    const SecretBytes key = TRY(content_key(seen.session->domain_key));
    const Result<SecretBytes> plain = crypto::jwe_unseal_direct(key, file.jwe);
    if (!plain.ok()) return invalid("it was changed or is cut short");
    BinaryReader reader(plain.value().expose_bytes());
    RestoreReport report;
    report.partition_name = reader.text();
    report.created = reader.integer<std::int64_t>();
    Batch batch;
    for (auto left = reader.integer<std::uint32_t>(); left > 0 && reader.ok(); --left) {
        StoredItem item = TRY(read_item(reader, seen.session->seal));
        ++(item.kind == ItemKind::Key ? report.keys : report.records);
        batch.push_back(InsertItem{std::move(item)});
    }
    if (!reader.complete()) return invalid("it is cut short");
    TRY(seen.store->commit(batch));
    return report;
}

}  // namespace kvp11::partition
