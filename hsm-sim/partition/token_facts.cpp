#include "partition/token_facts.hpp"

#include "store/binary_encoding.hpp"

namespace kvp11::partition {
namespace {

constexpr std::uint8_t format = 3;
constexpr std::uint8_t format_without_settings = 2;
constexpr std::uint8_t format_without_recovery = 1;  // schema version 1

}  // namespace

Bytes encode_facts(const TokenFacts& facts) {
    store::BinaryWriter writer;
    writer.integer(format).integer(static_cast<std::uint8_t>(facts.life_cycle)).flag(facts.has_security_domain);
    writer.text(facts.label).text(facts.serial).text(facts.epoch).integer(facts.created);
    writer.text(facts.group).integer(facts.kdf_cost);
    writer.integer(static_cast<std::uint32_t>(facts.administrators.size()));
    for (const std::string& administrator : facts.administrators) writer.text(administrator);
    writer.integer(static_cast<std::uint32_t>(facts.officers.size()));
    for (const Officer& officer : facts.officers) writer.text(officer.subject).text(officer.thumbprint);
    writer.integer(facts.quorum).integer(facts.retention_days).flag(facts.purge_protection);
    return writer.flag(facts.has_access_table).flag(facts.has_changed_settings).take();
}

Result<TokenFacts> decode_facts(ByteView encoded) {
    store::BinaryReader reader(encoded);
    TokenFacts facts;
    const auto written_as = reader.integer<std::uint8_t>();
    if (written_as < format_without_recovery || written_as > format) reader.fail();
    facts.life_cycle = reader.enumerator(LifeCycle::Recovery);
    facts.has_security_domain = reader.flag();
    facts.label = reader.text();
    facts.serial = reader.text();
    facts.epoch = reader.text();
    facts.created = reader.integer<std::int64_t>();
    facts.group = reader.text();
    facts.kdf_cost = reader.integer<std::uint8_t>();
    for (auto left = reader.integer<std::uint32_t>(); left > 0 && reader.ok(); --left) {
        facts.administrators.push_back(reader.text());
    }
    for (auto left = reader.integer<std::uint32_t>(); left > 0 && reader.ok(); --left) {
        std::string subject = reader.text();
        facts.officers.push_back({std::move(subject), reader.text()});
    }
    facts.quorum = reader.integer<std::uint8_t>();
    if (written_as >= format_without_settings) {
        facts.retention_days = reader.integer<std::uint32_t>();
        facts.purge_protection = reader.flag();
        facts.has_access_table = reader.flag();
    }
    if (written_as == format) facts.has_changed_settings = reader.flag();
    if (!reader.complete()) return fail(Errc::StoreDamaged, "the store is damaged: the partition's own facts");
    return facts;
}

}  // namespace kvp11::partition
