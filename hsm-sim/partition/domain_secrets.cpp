#include "partition/domain_secrets.hpp"

#include <algorithm>
#include <array>

#include "crypto/random.hpp"
#include "store/binary_encoding.hpp"

namespace kvp11::partition {
namespace {

constexpr std::uint8_t format = 1;
constexpr std::size_t key_size = 32;

// A writer's buffer is not wiped, so it goes through here at once.
SecretBytes secret_of(store::BinaryWriter& writer) {
    Bytes plain = writer.take();
    SecretBytes secret = SecretBytes::copy_of(plain);
    explicit_bzero(plain.data(), plain.size());
    return secret;
}

}  // namespace

// The keys come last, in one piece, so that the growing buffer leaves no copies of them behind.
Result<SecretBytes> encode_domain(const DomainSource& source) {
    store::BinaryWriter writer;
    writer.text("kvp11 domain").integer(format).text(source.facts.label).integer(source.facts.quorum);
    writer.integer(static_cast<std::uint32_t>(source.facts.officers.size()));
    for (const Officer& officer : source.facts.officers) writer.text(officer.subject).text(officer.thumbprint);
    const ByteView head = writer.view();
    SecretBytes plain(head.size() + 2 * key_size);
    std::uint8_t* out = std::copy(head.begin(), head.end(), plain.expose_writable().data());
    for (const SecretBytes* key : {&source.session.partition_key, &source.session.domain_key}) {
        const ByteView bytes = key->expose_bytes();
        if (bytes.size() != key_size) return fail(Errc::Internal, "a partition's key has another size");
        out = std::copy(bytes.begin(), bytes.end(), out);
    }
    return plain;
}

Result<SecretBytes> encode_enclave(const std::string& serial) {
    std::array<std::uint8_t, 32> value{};
    TRY(crypto::random_bytes(value));
    store::BinaryWriter writer;
    writer.text("kvp11 enclave").integer(format).text(serial).bytes(value);
    return secret_of(writer);
}

Result<RecoveredDomain> decode_domain(const std::vector<Datum>& data) {
    const auto found = std::find_if(data.begin(), data.end(), [](const Datum& d) { return d.tag == domain_tag; });
    if (found == data.end()) {
        return fail(Errc::SecurityDomainInvalid, "the security domain holds no '" + std::string(domain_tag) + "'");
    }
    const ByteView plain = found->plain.expose_bytes();
    const std::size_t keys_at = plain.size() - std::min(plain.size(), 2 * key_size);
    store::BinaryReader reader(plain.first(keys_at));
    RecoveredDomain domain;
    const bool is_ours = reader.text() == "kvp11 domain" && reader.integer<std::uint8_t>() == format;
    domain.partition_name = reader.text();
    domain.quorum = reader.integer<std::uint8_t>();
    for (auto left = reader.integer<std::uint32_t>(); left > 0 && reader.ok(); --left) {
        std::string subject = reader.text();
        domain.officers.push_back({std::move(subject), reader.text()});
    }
    if (!is_ours || !reader.complete()) {
        return fail(Errc::SecurityDomainInvalid, "the security domain was not made by a kvp11 partition");
    }
    domain.partition_key = SecretBytes::copy_of(plain.subspan(keys_at, key_size));
    domain.domain_key = SecretBytes::copy_of(plain.subspan(keys_at + key_size, key_size));
    return domain;
}

// Looks for the attribute's OBJECT IDENTIFIER 2.5.4.3 and takes the string after it.
std::string common_name_of(ByteView der_name) {
    constexpr std::uint8_t identifier[] = {0x06, 0x03, 0x55, 0x04, 0x03};
    const auto at = std::search(der_name.begin(), der_name.end(), std::begin(identifier), std::end(identifier));
    const auto value = static_cast<std::size_t>(at - der_name.begin()) + std::size(identifier);
    if (at == der_name.end() || value + 2 > der_name.size()) return {};
    const std::size_t size = der_name[value + 1];
    if (size > 127 || value + 2 + size > der_name.size()) return {};
    std::string name(text_of(der_name.subspan(value + 2, size)));
    std::replace_if(
        name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
    return name;
}

}  // namespace kvp11::partition
