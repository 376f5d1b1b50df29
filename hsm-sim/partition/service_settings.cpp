#include "partition/service_settings.hpp"

#include <array>

#include "store/binary_encoding.hpp"
#include "store/folded_name.hpp"

namespace kvp11::partition {
namespace {

constexpr std::uint8_t format = 1;

struct SettingRow {
    const char* name;
    const char* type;
    const char* value;  // until it is changed
};
constexpr auto rows = std::to_array<SettingRow>({
    {"AllowKeyManagementOperationsThroughARM", "boolean", "false"},
});

const SettingRow* row_named(const std::string& name) {
    for (const SettingRow& row : rows) {
        if (store::folded_name(row.name) == store::folded_name(name)) return &row;
    }
    return nullptr;
}

}  // namespace

std::vector<Setting> settings_with(const ChangedSettings& changed) {
    std::vector<Setting> all;
    for (const SettingRow& row : rows) {
        const auto found = changed.find(row.name);
        all.push_back({row.name, row.type, found == changed.end() ? row.value : found->second});
    }
    return all;
}

// Clients write a boolean as their language does: "True".
Result<Setting> setting_changed_to(const std::string& name, const std::string& value) {
    const SettingRow* row = row_named(name);
    if (!row) return fail(Errc::KeyNotFound, "there is no setting '" + name + "'");
    const std::string folded = store::folded_name(value);
    if (folded == "true" || folded == "false") return Setting{row->name, row->type, folded};
    return fail(Errc::ArgumentsBad, std::string("the setting ") + row->name + " is 'true' or 'false'");
}

Bytes encode_settings(const ChangedSettings& changed) {
    store::BinaryWriter writer;
    writer.integer(format).integer(static_cast<std::uint32_t>(changed.size()));
    for (const auto& [name, value] : changed) writer.text(name).text(value);
    return writer.take();
}

Result<ChangedSettings> decode_settings(ByteView encoded) {
    ChangedSettings changed;
    if (encoded.empty()) return changed;
    store::BinaryReader reader(encoded);
    if (reader.integer<std::uint8_t>() != format) reader.fail();
    for (auto left = reader.integer<std::uint32_t>(); left > 0 && reader.ok(); --left) {
        std::string name = reader.text();
        changed[std::move(name)] = reader.text();
    }
    if (!reader.complete()) return fail(Errc::StoreDamaged, "the store is damaged: the partition's settings");
    return changed;
}

}  // namespace kvp11::partition
