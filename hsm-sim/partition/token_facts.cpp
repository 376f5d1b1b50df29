#include "partition/token_facts.hpp"

#include "store/binary_encoding.hpp"

namespace kvp11::partition {
namespace {

constexpr std::uint8_t format = 1;

}  // namespace

Bytes encode_facts(const TokenFacts& facts) {
    BinaryWriter writer;
    writer.integer(format).integer(static_cast<std::uint8_t>(facts.life_cycle)).flag(facts.has_security_domain);
    writer.text(facts.label).text(facts.serial).text(facts.epoch).integer(facts.created);
    writer.text(facts.group).integer(facts.kdf_cost);
    writer.integer(static_cast<std::uint32_t>(facts.administrators.size()));
    for (const std::string& administrator : facts.administrators) writer.text(administrator);
    writer.integer(static_cast<std::uint32_t>(facts.officers.size()));
    for (const Officer& officer : facts.officers) writer.text(officer.subject).text(officer.thumbprint);
    return writer.integer(facts.quorum).take();
}

Result<TokenFacts> decode_facts(ByteView encoded) {
    BinaryReader reader(encoded);
    TokenFacts facts;
    if (reader.integer<std::uint8_t>() != format) reader.fail();
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
    if (!reader.complete()) return fail(Errc::StoreDamaged, "the store is damaged: the partition's own facts");
    return facts;
}

}  // namespace kvp11::partition
