#include "tools/partition_access.hpp"

#include <charconv>
#include <filesystem>

#include "access/role.hpp"
#include "config/config.hpp"
#include "slot_settings.hpp"
#include "tools/options.hpp"

namespace kvp11::tools {
namespace {

Failure no_such_slot(const std::string& wanted, const config::Configuration& configuration) {
    std::string known;
    for (const auto& slot : configuration.slots) known += (known.empty() ? "" : ", ") + std::to_string(slot.id);
    return fail(Errc::SlotIdInvalid, "got --slot " + wanted + ", want one of " + known);
}

Result<partition::PartitionSettings> settings_of_slot(const std::string& wanted) {
    const config::Configuration configuration = TRY(config::load({}));
    std::uint32_t id = 0;
    const auto [end, problem] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), id);
    if (problem != std::errc{} || end != wanted.data() + wanted.size()) return no_such_slot(wanted, configuration);
    for (const auto& slot : configuration.slots) {
        if (slot.id != id) continue;
        const auto* in_process = std::get_if<config::PartitionSettings>(&slot.backend);
        if (in_process == nullptr) {
            return fail(Errc::SlotIdInvalid,
                        "slot " + wanted + " is a Managed HSM, want one with backend = \"partition\"");
        }
        return settings_of(*in_process);
    }
    return no_such_slot(wanted, configuration);
}

constexpr const char* user_word = "user";
constexpr const char* officer_word = "so";

/// Who does it in a partition whose roles nobody changed.
const char* usual_role(partition::Operation operation) {
    const auto action = partition::row_of(operation).needs;
    for (const access::RoleDefinition& role : access::built_in_roles()) {
        if (role.id != access::role_id::crypto_user || !action) continue;
        if (role.allowed.test(static_cast<std::size_t>(*action))) return user_word;
    }
    return officer_word;
}

}  // namespace

void PartitionAccess::declare_place(Options& options) {
    options.text("--path", path_, "The partition's folder");
    options.text("--slot", slot_, "The slot of the configuration (KVP11_CONFIG) that the partition is in");
    options.exactly_one({"--path", "--slot"});
}

void PartitionAccess::declare_officer(Options& options) {
    declare_place(options);
    options.text("--so-pin-file", so_pin_file_,
                 "File with the security officer's PIN (else KVP11_SO_PIN, else asked for)");
}

void PartitionAccess::declare_login(Options& options, partition::Operation operation) {
    declare_officer(options);
    as_ = usual_role(operation);
    options.text("--pin-file", pin_file_, "File with the user's PIN (else KVP11_PIN, else asked for)");
    options.text("--as", as_, "Who does it, user or so: left out, " + as_);
}

Result<partition::PartitionSettings> PartitionAccess::settings() const {
    if (!slot_.empty()) return settings_of_slot(slot_);
    std::error_code problem;
    const std::filesystem::path path = std::filesystem::absolute(path_, problem);
    if (path_.empty() || problem) return fail(Errc::ArgumentsBad, "got --path '" + path_ + "', want a folder");
    partition::PartitionSettings opened;
    opened.path = path.string();
    return opened;
}

Result<std::unique_ptr<partition::Partition>> PartitionAccess::open() const {
    partition::PartitionSettings where = TRY(settings());
    return partition::Partition::open(std::move(where));
}

Result<SecretBytes> PartitionAccess::officer_pin(Entry entry) const {
    return enter_pin({.file = so_pin_file_, .environment = "KVP11_SO_PIN", .prompt = "security officer's PIN"}, entry);
}

Result<SecretBytes> PartitionAccess::user_pin() const {
    return enter_pin({.file = pin_file_, .environment = "KVP11_PIN", .prompt = "user's PIN"});
}

Result<std::unique_ptr<partition::Partition>> PartitionAccess::open_existing() const {
    auto partition = TRY(open());
    if (TRY(partition->status()).life_cycle == LifeCycle::Uninitialised) {
        return fail(Errc::StoreNotFound, "there is no partition in " + TRY(settings()).path);
    }
    return partition;
}

Result<std::unique_ptr<partition::Partition>> PartitionAccess::open_as_officer() const {
    auto partition = TRY(open_existing());
    const SecretBytes pin = TRY(officer_pin(Entry::Once));
    TRY(partition->login(Role::SecurityOfficer, pin));
    return partition;
}

Result<std::unique_ptr<partition::Partition>> PartitionAccess::open_logged_in() const {
    if (as_ == officer_word) return open_as_officer();
    if (as_ != user_word) return fail(Errc::ArgumentsBad, "got --as " + as_ + ", want user or so");
    auto partition = TRY(open_existing());
    const SecretBytes pin = TRY(user_pin());
    TRY(partition->login(Role::User, pin));
    return partition;
}

}  // namespace kvp11::tools
