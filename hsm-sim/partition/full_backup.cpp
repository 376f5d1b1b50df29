#include "partition/full_backup.hpp"

#include <boost/json.hpp>

#include "crypto/jose.hpp"
#include "crypto/random.hpp"
#include "partition/backup_seal.hpp"

namespace kvp11::partition {
namespace {

namespace json = boost::json;

constexpr const char* file_format = "kvp11-backup";
constexpr std::int64_t format = 2;
constexpr std::int64_t format_of_one_piece = 1;
constexpr std::size_t segment_size = 1 << 20;
constexpr std::size_t id_size = 16;

using EachItem = std::function<Result<void>(PortableItem)>;

Bytes encode_head(const FullBackupHead& head) {
    store::BinaryWriter writer;
    writer.text(head.partition_name).integer(head.created);
    const FullBackupHead::Settings settings = head.settings.value_or(FullBackupHead::Settings{});
    writer.text(settings.serial).integer(settings.retention_days).flag(settings.purge_protection);
    return writer.bytes(settings.access_table).take();
}

Result<FullBackupHead> decode_head(ByteView encoded) {
    store::BinaryReader reader(encoded);
    FullBackupHead head;
    head.partition_name = reader.text();
    head.created = reader.integer<std::int64_t>();
    FullBackupHead::Settings settings;
    settings.serial = reader.text();
    settings.retention_days = reader.integer<std::uint32_t>();
    settings.purge_protection = reader.flag();
    settings.access_table = reader.bytes();
    head.settings = std::move(settings);
    if (!reader.complete()) return invalid_backup("its head does not decode");
    return head;
}

std::string text_at(const json::object& file, const char* name) {
    const json::value* value = file.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

Result<void> give_items(store::BinaryReader& reader, ItemLayout layout, const EachItem& each) {
    std::vector<PortableItem> items = read_items(reader, layout);
    if (!reader.complete()) return invalid_backup("an item is cut short");
    for (PortableItem& item : items) TRY(each(std::move(item)));
    return {};
}

Result<FullBackupHead> read_one_piece(const SecretBytes& domain_key, const json::object& file, const EachItem& each) {
    if (text_at(file, "jwe").empty()) return invalid_backup("it holds nothing");
    const std::string domain = TRY(domain_name_of_format_1(domain_key));
    if (text_at(file, "domain") != domain) return foreign_backup();
    const SecretBytes plain = TRY(unseal_backup(BackupKind::FullFormat1, domain_key, text_at(file, "jwe")));
    store::BinaryReader reader(plain.expose_bytes());
    FullBackupHead head;
    head.partition_name = reader.text();
    head.created = reader.integer<std::int64_t>();
    TRY(give_items(reader, ItemLayout::Format1, each));
    return head;
}

/// The segments as they must follow one another.
struct Sequence {
    Bytes id;
    std::uint32_t next = 0;
    bool ended = false;
};

Result<void> check_place(store::BinaryReader& reader, Sequence& sequence) {
    const Bytes id = reader.bytes();
    const auto number = reader.integer<std::uint32_t>();
    const bool is_last = reader.flag();
    if (sequence.next == 0) sequence.id = id;
    if (!reader.ok() || sequence.ended || number != sequence.next || id != sequence.id) {
        return invalid_backup("its segments are out of order or of different backups");
    }
    ++sequence.next;
    sequence.ended = is_last;
    return {};
}

Result<FullBackupHead> read_segments(const SecretBytes& domain_key, const json::object& file, const EachItem& each) {
    const Result<Bytes> mark = crypto::from_base64url(text_at(file, "domain"));
    TRY(check_domain_mark(domain_key, mark.ok() ? *mark : Bytes{}));
    const json::value* list = file.if_contains("segments");
    if (!list || !list->is_array()) return invalid_backup("it has no segments");
    FullBackupHead head;
    Sequence sequence;
    for (const json::value& segment : list->get_array()) {
        if (!segment.is_string()) return invalid_backup("a segment is no text");
        const json::string& text = segment.get_string();
        const SecretBytes plain =
            TRY(unseal_backup(BackupKind::Full, domain_key, std::string_view(text.data(), text.size())));
        store::BinaryReader reader(plain.expose_bytes());
        const bool is_first = sequence.next == 0;
        TRY(check_place(reader, sequence));
        if (is_first) head = TRY(decode_head(reader.view()));
        TRY(give_items(reader, ItemLayout::Format2, each));
    }
    if (!sequence.ended) return invalid_backup("its last segments are missing");
    return head;
}

}  // namespace

Result<FullBackupWriter> FullBackupWriter::begin(const SecretBytes& domain_key, const FullBackupHead& head) {
    FullBackupWriter writer(domain_key);
    writer.id_.resize(id_size);
    TRY(crypto::random_bytes(writer.id_));
    writer.head_ = encode_head(head);
    const Bytes mark = TRY(domain_mark(domain_key));
    writer.text_ = json::serialize(json::object{{"format", file_format},
                                                {"version", format},
                                                {"partition", head.partition_name},
                                                {"created", head.created},
                                                {"domain", crypto::base64url(mark)}});
    writer.text_.pop_back();
    writer.text_ += R"(,"segments":[)";
    return writer;
}

Result<void> FullBackupWriter::add(PortableItem item) {
    pending_size_ += item.item.metadata.size() + item.plain.size();
    pending_.push_back(std::move(item));
    return pending_size_ < segment_size ? Result<void>{} : seal_segment(false);
}

Result<std::string> FullBackupWriter::finish() {
    TRY(seal_segment(true));
    text_ += "]}";
    return std::move(text_);
}

Result<void> FullBackupWriter::seal_segment(bool is_last) {
    store::BinaryWriter place;
    place.bytes(id_).integer(next_segment_).flag(is_last);
    if (next_segment_ == 0) place.bytes(head_);
    const SecretBytes plain = encode_items(place.view(), pending_);
    const std::string sealed = TRY(seal_backup(BackupKind::Full, *domain_key_, plain));
    if (next_segment_ != 0) text_ += ',';
    text_ += '"' + sealed + '"';
    ++next_segment_;
    pending_.clear();
    pending_size_ = 0;
    return {};
}

Result<FullBackupHead> read_full_backup(const SecretBytes& domain_key, const std::string& text, const EachItem& each) {
    boost::system::error_code problem;
    const json::value parsed = json::parse(text, problem);
    const json::object* file = problem ? nullptr : parsed.if_object();
    if (!file) return invalid_backup("it is no JSON object");
    if (text_at(*file, "format") != file_format) return invalid_backup("it is no backup of a kvp11 partition");
    const json::value* version = file->if_contains("version");
    if (!version || !version->is_int64()) return invalid_backup("its version is missing or no number");
    switch (version->get_int64()) {
        case format_of_one_piece: return read_one_piece(domain_key, *file, each);
        case format: return read_segments(domain_key, *file, each);
        default: return invalid_backup("got version " + std::to_string(version->get_int64()) + ", want 1 or 2");
    }
}

}  // namespace kvp11::partition
