#include "partition/backup_seal.hpp"

#include "crypto/derivation.hpp"
#include "crypto/digest.hpp"
#include "crypto/jose.hpp"
#include "partition/item_seal.hpp"
#include "partition/key_names.hpp"

namespace kvp11::partition {
namespace {

constexpr std::size_t content_key_size = 64;
constexpr std::size_t name_size = 12;
constexpr std::size_t check_size = 4;
constexpr const char* content_key_id = "backup-protection-key";

// The contexts of the key derivation, by BackupKind.
constexpr std::string_view contexts[] = {"", "full backup 2", "key backup 1"};

Result<SecretBytes> content_key(BackupKind kind, const SecretBytes& domain_key) {
    const std::string_view context = contexts[static_cast<std::size_t>(kind)];
    return crypto::sp108_counter(domain_key, bytes_of(content_key_id), bytes_of(context), content_key_size);
}

Bytes check_of(ByteView name) {
    Bytes check = crypto::hash(Digest::Sha256, name);
    check.resize(check_size);
    return check;
}

}  // namespace

Failure invalid_backup(const std::string& why) {
    return fail(Errc::BackupInvalid, "the backup cannot be used: " + why);
}

Failure foreign_backup() {
    return fail(Errc::BackupForeign, "the backup belongs to another security domain than this partition's");
}

Result<Bytes> domain_mark(const SecretBytes& domain_key) {
    const SecretBytes name = TRY(crypto::sp108_counter(domain_key, bytes_of("domain-mark"), {}, name_size));
    Bytes mark = copy_of(name.expose_bytes());
    const Bytes check = check_of(mark);
    mark.insert(mark.end(), check.begin(), check.end());
    return mark;
}

Result<void> check_domain_mark(const SecretBytes& domain_key, ByteView mark) {
    const Bytes ours = TRY(domain_mark(domain_key));
    if (same_tag(mark, ours)) return {};
    const bool is_one =
        mark.size() == name_size + check_size && same_tag(check_of(mark.first(name_size)), mark.subspan(name_size));
    return is_one ? foreign_backup() : invalid_backup("the mark of its security domain is damaged");
}

Result<std::string> domain_name_of_format_1(const SecretBytes& domain_key) {
    const SecretBytes name = TRY(crypto::sp108_counter(domain_key, bytes_of("domain-name"), {}, 16));
    return hex_of(name.expose_bytes());
}

Result<std::string> seal_backup(BackupKind kind, const SecretBytes& domain_key, const SecretBytes& plain) {
    const SecretBytes key = TRY(content_key(kind, domain_key));
    return crypto::jwe_seal_direct(key, content_key_id, plain);
}

Result<std::string> seal_marked_backup(BackupKind kind, const SecretBytes& domain_key, const SecretBytes& plain) {
    const SecretBytes key = TRY(content_key(kind, domain_key));
    const Bytes mark = TRY(domain_mark(domain_key));
    return crypto::jwe_seal_direct(key, content_key_id, plain, mark);
}

Result<SecretBytes> unseal_backup(BackupKind kind, const SecretBytes& domain_key, std::string_view compact) {
    const SecretBytes key = TRY(content_key(kind, domain_key));
    Result<SecretBytes> plain = crypto::jwe_unseal_direct(key, compact);
    if (!plain.ok()) return invalid_backup("it was changed or is cut short (" + plain.error().message + ")");
    return plain;
}

Result<SecretBytes> unseal_marked_backup(BackupKind kind, const SecretBytes& domain_key, std::string_view compact) {
    const Result<Bytes> mark = crypto::jwe_iv(compact);
    if (!mark.ok()) return invalid_backup(mark.error().message);
    TRY(check_domain_mark(domain_key, *mark));
    return unseal_backup(kind, domain_key, compact);
}

}  // namespace kvp11::partition
