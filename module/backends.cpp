#include "backends.hpp"

#include "config/config.hpp"
#include "log/log.hpp"
#include "managed_hsm/managed_hsm.hpp"
#include "partition/partition.hpp"
#include "records/certificate_keeper.hpp"
#include "remote_settings.hpp"
#include "slot_settings.hpp"

namespace kvp11 {

namespace {

using token::SlotDefinition;

fips::Mode session_mode(const config::PartitionSettings& settings) { return mode_of(settings.mode); }
fips::Mode session_mode(const config::ManagedHsmSettings&) { return fips::Mode::All; }

Result<std::unique_ptr<Backend>> open_backend(const config::SlotConfiguration&,
                                              const config::PartitionSettings& settings) {
    std::unique_ptr<Backend> partition = TRY(partition::Partition::open(settings_of(settings)));
    return records::with_certificates(std::move(partition), settings.certificates);
}

/// Nothing is sent here: a service that cannot be reached is no reason that a host does not start.
Result<std::unique_ptr<Backend>> open_backend(const config::SlotConfiguration& slot,
                                              const config::ManagedHsmSettings& settings) {
    auto records = TRY(record_settings_of(settings));
    auto keys = TRY(managed_hsm::open_managed_hsm(remote_settings_of(slot, settings)));
    return records::with_records(std::move(keys), std::move(records));
}

Result<SlotDefinition> open_slot(const config::SlotConfiguration& slot) {
    auto backend = std::visit([&](const auto& settings) { return open_backend(slot, settings); }, slot.backend);
    if (!backend.ok()) {
        log::write(log::Level::Error, "slot " + std::to_string(slot.id) + ": " + backend.error().message);
    }
    // Session objects must be no way around the slot's mode.
    partition::PartitionSettings session_objects;
    session_objects.mode = std::visit([](const auto& settings) { return session_mode(settings); }, slot.backend);
    const std::string description =
        "kvp11 slot " + std::to_string(slot.id) + (slot.label.empty() ? "" : " " + slot.label);
    return SlotDefinition{slot.id, description, std::move(backend),
                          TRY(partition::Partition::in_memory(std::move(session_objects))),
                          std::holds_alternative<config::PartitionSettings>(slot.backend)};
}

}  // namespace

Result<std::vector<SlotDefinition>> open_backends(const std::string& reserved) {
    const config::Configuration configuration = TRY(config::load(reserved));
    log::configure({log::level_named(configuration.log.level).value_or(log::Level::Warn), configuration.log.target});
    std::vector<SlotDefinition> slots;
    for (const auto& slot : configuration.slots) slots.push_back(TRY(open_slot(slot)));
    return slots;
}

}  // namespace kvp11
