// AccessTable as bytes; docs/roles.md lists them.
#include "access/access_table.hpp"
#include "store/binary_encoding.hpp"

namespace kvp11::access {
namespace {

constexpr std::uint8_t format = 1;

static_assert(data_action_count < 64, "a set of data actions is stored as one 64-bit number");

DataActions read_actions(store::BinaryReader& reader) {
    const auto bits = reader.integer<std::uint64_t>();
    if (bits >> data_action_count != 0) reader.fail();
    return DataActions(bits);
}

RoleDefinition read_definition(store::BinaryReader& reader) {
    RoleDefinition definition;
    definition.id = reader.text();
    definition.name = reader.text();
    definition.description = reader.text();
    definition.allowed = read_actions(reader);
    definition.denied = read_actions(reader);
    return definition;
}

RoleAssignment read_assignment(store::BinaryReader& reader) {
    RoleAssignment assignment;
    assignment.id = reader.text();
    assignment.principal = reader.text();
    assignment.role = reader.text();
    assignment.scope = reader.text();
    return assignment;
}

Failure damaged(const std::string& why) { return fail(Errc::StoreDamaged, "the table of roles is damaged: " + why); }

}  // namespace

Bytes AccessTable::encode() const {
    store::BinaryWriter writer;
    writer.integer(format).integer(revision_);
    writer.integer(static_cast<std::uint32_t>(custom_.size()));
    for (const auto& [id, definition] : custom_) {
        writer.text(id).text(definition.name).text(definition.description);
        writer.integer(std::uint64_t{definition.allowed.to_ullong()});
        writer.integer(std::uint64_t{definition.denied.to_ullong()});
    }
    writer.integer(static_cast<std::uint32_t>(assignments_.size()));
    for (const auto& [id, held] : assignments_) {
        writer.text(id).text(held.principal).text(held.role).text(held.scope);
    }
    return writer.take();
}

Result<AccessTable> AccessTable::read(ByteView encoded) {
    store::BinaryReader reader(encoded);
    AccessTable table;
    if (reader.integer<std::uint8_t>() != format) return damaged("its format is unknown");
    table.revision_ = reader.integer<std::uint64_t>();
    const auto definitions = reader.integer<std::uint32_t>();
    for (std::uint32_t i = 0; i < definitions && reader.ok(); ++i) {
        RoleDefinition kept = TRY(table.checked(read_definition(reader)));
        const std::string id = kept.id;
        table.custom_.emplace(id, std::move(kept));
    }
    const auto assignments = reader.integer<std::uint32_t>();
    for (std::uint32_t i = 0; i < assignments && reader.ok(); ++i) {
        RoleAssignment kept = TRY(table.checked(read_assignment(reader)));
        const std::string id = kept.id;
        table.assignments_.emplace(id, std::move(kept));
    }
    if (!reader.complete()) return damaged("it has bytes too few or too many");
    TRY(table.check_bonds());
    return table;
}

Result<AccessTable> AccessTable::decode(ByteView encoded) {
    Result<AccessTable> table = read(encoded);
    if (!table) return table.code() == Errc::StoreDamaged ? fail(table.error()) : damaged(table.error().message);
    // Order, repetition and spelling at once: what is kept must be what was read.
    if (table->encode() != copy_of(encoded)) return damaged("it is not as it was written");
    table->sum_up_rights();
    return table;
}

}  // namespace kvp11::access
