#include "config/config.hpp"

#include <array>
#include <map>

#include "config/remote_together.hpp"
#include "config/schema.hpp"
#include "config/search.hpp"
#include "config/slot_rows.hpp"
#include "config/toml_tree.hpp"

namespace kvp11::config {

namespace fs = std::filesystem;

namespace {

/// One file being read. Remembers where ids and paths were given, to name both places of a clash.
struct Reading {
    const fs::path& file;
    Configuration result;
    std::map<std::uint32_t, std::uint32_t> line_of_id;
    std::map<fs::path, std::uint32_t> line_of_path;
};

Place place_of(const Node& table, std::string_view key) {
    for (const auto& entry : table.entries)
        if (entry.key == key) return entry.value.place;
    return table.place;
}

std::string backend_of(const Node& table) {
    for (const auto& entry : table.entries)
        if (entry.key == "backend" && entry.value.type == NodeType::Text) return entry.value.text;
    return SlotDraft().backend;
}

template <class Key>
Result<void> note(const Reading& reading, std::map<Key, std::uint32_t>& lines, const Key& value, Place place,
                  std::string_view key, const std::string& shown) {
    const auto [other, fresh] = lines.emplace(value, place.line);
    if (fresh) return {};
    return mistake(reading.file, place, key,
                   shown + " is taken by the slot of line " + std::to_string(other->second) +
                       "; every slot needs its own");
}

Result<void> read_slot(Reading& reading, const Node& table) {
    const auto backend = backend_of(table);
    SlotDraft draft;
    const Section section{reading.file, "slot", backend};
    TRY(read_table<SlotDraft>(section, slot_rows(), table, draft));
    TRY(note(reading, reading.line_of_id, draft.id, place_of(table, "id"), "slot.id", std::to_string(draft.id)));
    SlotConfiguration slot{draft.id, std::move(draft.label), {}};
    if (draft.backend == partition_kind) {
        TRY(note(reading, reading.line_of_path, draft.partition.path, place_of(table, "path"), "slot.path",
                 draft.partition.path.string()));
        slot.backend = std::move(draft.partition);
    } else {
        TRY(check_together(section, table, draft.managed_hsm));
        slot.backend = std::move(draft.managed_hsm);
    }
    reading.result.slots.push_back(std::move(slot));
    return {};
}

Result<void> read_slots(Reading& reading, const Node& list) {
    for (const auto& item : list.items) {
        if (item.type != NodeType::Table)
            return mistake(reading.file, item.place, "slot",
                           "must hold tables, and holds " + std::string(spoken(item.type)) +
                               "; begin each slot with [[slot]]");
        TRY(read_slot(reading, item));
    }
    return {};
}

Result<void> read_log(Reading& reading, const Node& table) {
    return read_table<LogSettings>({reading.file, "log", {}}, log_rows(), table, reading.result.log);
}

struct SectionRow {
    std::string_view key;
    NodeType type;
    std::string_view heading;
    Result<void> (*read)(Reading&, const Node&);
};

constexpr std::array<SectionRow, 2> sections{{
    {"log", NodeType::Table, "[log]", read_log},
    {"slot", NodeType::List, "[[slot]]", read_slots},
}};

Result<void> read_section(Reading& reading, const Entry& entry) {
    for (const auto& section : sections) {
        if (section.key != entry.key) continue;
        if (section.type == entry.value.type) return section.read(reading, entry.value);
        return mistake(reading.file, entry.value.place, entry.key,
                       "is " + std::string(spoken(entry.value.type)) + "; write " + std::string(section.heading));
    }
    constexpr std::array<std::string_view, 2> known{"log", "slot"};
    return unknown_key({reading.file, {}, {}}, entry, known);
}

Result<SlotConfiguration> default_slot() {
    return SlotConfiguration{0, {}, PartitionSettings{TRY(default_partition()), {}, {}}};
}

}  // namespace

Result<Configuration> read(const fs::path& file) {
    const auto document = TRY(read_toml(file));
    Reading reading{file, {}, {}, {}};
    reading.result.file = file;
    for (const auto& entry : document.entries) TRY(read_section(reading, entry));
    if (reading.result.slots.empty()) reading.result.slots.push_back(TRY(default_slot()));
    return std::move(reading.result);
}

Result<Configuration> load(std::string_view reserved) {
    if (const auto file = TRY(find_file(reserved))) return read(*file);
    Configuration configuration;
    configuration.slots.push_back(TRY(default_slot()));
    return configuration;
}

}  // namespace kvp11::config
