#include "tools/doctor_partition.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "partition/life_cycle.hpp"
#include "partition/partition.hpp"
#include "slot_settings.hpp"
#include "tools/doctor_checks.hpp"
#include "tools/pin_entry.hpp"

namespace kvp11::tools {
namespace {

/// What the steps so far brought to light.
struct PartitionSlot {
    const config::PartitionSettings& configuration;
    const DoctorWishes& wishes;
    std::unique_ptr<partition::Partition> partition;
    std::optional<partition::PartitionSummary> summary;
    KeyRecordPtr key;
    std::string may_use = "it needs the PIN, by --pin-file or KVP11_PIN";  // empty: logged in
};

std::string octal(unsigned mode) {
    std::string text;
    for (unsigned shift = 12; shift > 0; shift -= 3) text += static_cast<char>('0' + ((mode >> (shift - 3)) & 7U));
    return text;
}

std::string user_name(uid_t user) {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> buffer{};
    if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return found->pw_name;
    return std::to_string(user);
}

Finding check_configuration(PartitionSlot& slot) { return fine(Area::Configuration, slot.wishes.place); }

/// Of a partition that was made: what is not there, or not ours to use; empty when all is well.
std::string problem_with_files(const std::filesystem::path& folder) {
    if (::access((folder / "token.db").c_str(), F_OK) != 0) return {};
    for (const char* name : {"token.db", "root.key", "generation"}) {
        const std::string file = (folder / name).string();
        if (::access(file.c_str(), F_OK) != 0) return file + " is not there: no PIN opens the partition without it";
        if (::access(file.c_str(), R_OK | W_OK) != 0) return file + " may not be read and written by us";
    }
    return {};
}

Finding check_folder(PartitionSlot& slot) {
    const std::string path = slot.configuration.path.string();
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return failed(Area::Folder, path + " is not there",
                      "make the partition with `kvp11 hsm create`, or initialise the token (pkcs11-tool --init-token)");
    }
    if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
        return failed(Area::Folder, path + " is not ours to use: its owner is " + user_name(status.st_uid),
                      "run the program as that user, or share the partition with a group");
    }
    if (const std::string problem = problem_with_files(path); !problem.empty()) {
        return failed(Area::Folder, problem,
                      "mend owner and mode (" + user_name(status.st_uid) +
                          " owns the folder), or recover into a new partition from the security domain and a backup");
    }
    const unsigned mode = status.st_mode & 07777U;
    if ((mode & 07U) != 0) {
        return warning(Area::Folder, path + " has mode " + octal(mode) + ": others may look into it",
                       "chmod o= " + path);
    }
    return fine(Area::Folder, path + ", mode " + octal(mode) + ", owner " + user_name(status.st_uid));
}

Finding check_life_cycle(PartitionSlot& slot) {
    auto opened = partition::Partition::open(settings_of(slot.configuration));
    if (!opened) return failed(Area::LifeCycle, opened.error().message, "see `kvp11 hsm status`");
    slot.partition = std::move(*opened);
    auto summary = slot.partition->summary();
    if (!summary) return failed(Area::LifeCycle, summary.error().message, "see `kvp11 hsm status`");
    slot.summary = std::move(*summary);
    const LifeCycle state = slot.summary->token.life_cycle;
    const std::string text(partition::name_of(state));
    if (state == LifeCycle::Active || state == LifeCycle::Error) {
        return fine(Area::LifeCycle, text + ", " + std::to_string(slot.summary->keys()) + " keys");
    }
    return failed(Area::LifeCycle, text + ": no key can be used",
                  state == LifeCycle::Uninitialised
                      ? "make the partition with `kvp11 hsm create`, or initialise the token"
                      : "activate it with `kvp11 security-domain download` or `upload`");
}

Finding check_self_tests(PartitionSlot& slot) {
    std::string bad;
    for (const auto& test : slot.summary->self_tests)
        if (!test.passed) bad += (bad.empty() ? "" : ", ") + test.algorithm;
    const fips::IntegrityReport& integrity = slot.summary->integrity;
    if (!bad.empty()) return failed(Area::SelfTests, "failed: " + bad, "install the program anew");
    if (integrity.outcome == fips::Integrity::Differs) {
        return failed(Area::SelfTests, integrity.file + " is not the file that was built", "install the program anew");
    }
    const std::string passed = std::to_string(slot.summary->self_tests.size()) + " passed";
    if (integrity.outcome == fips::Integrity::NotChecked) {
        return warning(Area::SelfTests, passed + "; " + integrity.file + " was not checked: " + integrity.reason,
                       "copy the file's .hmac along with it");
    }
    return fine(Area::SelfTests, passed + ", " + integrity.file + " is as it was built");
}

Finding check_pin(PartitionSlot& slot) {
    const PinStatus& user = slot.summary->token.user;
    const PinStatus& officer = slot.summary->token.security_officer;
    if (user.initialised && user.failures >= user.limit) {
        return failed(Area::Pin, "the user's PIN is locked after " + std::to_string(user.failures) + " wrong ones",
                      "the security officer sets a new one: pkcs11-tool --login --login-type so --init-pin");
    }
    if (officer.failures >= officer.limit) {
        return failed(Area::Pin, "the security officer's PIN is locked",
                      "recover into a new partition from the security domain and a backup");
    }
    if (!user.initialised) {
        return warning(Area::Pin, "the user has no PIN yet: programs cannot log in",
                       "the security officer sets one: pkcs11-tool --login --login-type so --init-pin");
    }
    if (user.failures == 0) return fine(Area::Pin, "the user's is set, none wrong since the last right one");
    return warning(Area::Pin,
                   std::to_string(user.failures) + " of " + std::to_string(user.limit) + " wrong PINs of the user",
                   "see which program has a wrong PIN before it locks");
}

Finding check_audit(PartitionSlot& slot) {
    if (slot.configuration.audit == config::AuditLevel::Off) return skipped(Area::Audit, "the slot records nothing");
    const auto verified = slot.partition->verify_audit();
    if (!verified) return failed(Area::Audit, verified.error().message, "see `kvp11 audit verify`");
    for (const auto& finding : verified->findings) {
        if (finding.what == "repaired") continue;
        return failed(Area::Audit, finding.sentence,
                      "keep the folder as it is, and compare it with what `kvp11 audit export` wrote before");
    }
    return fine(Area::Audit, std::to_string(verified->records) + " records in order" +
                                 (verified->seals_checked ? "" : "; seals are checked with the PIN only"));
}

/// With the PIN where one was given; wrong ones count, so nobody is asked for one that was not.
void log_in(PartitionSlot& slot) {
    if (slot.wishes.pin_file.empty() && secure_getenv("KVP11_PIN") == nullptr) return;
    const auto pin = enter_pin({.file = slot.wishes.pin_file, .environment = "KVP11_PIN", .prompt = "user's PIN"});
    const auto done = pin ? slot.partition->login(Role::User, *pin) : Result<void>(fail(pin.error()));
    slot.may_use = done ? "" : done.error().message;
}

Finding check_key(PartitionSlot& slot) {
    if (slot.wishes.key.key.empty()) return skipped(Area::Key, "no --key was given");
    const KeyId id = key_id_in(slot.wishes.key.key);
    const auto record = slot.partition->key_record(id);
    if (!record)
        return failed(Area::Key, record.error().message, "see `kvp11 keys list` and `kvp11 keys list-deleted`");
    slot.key = *record;
    return judge_key(**record);
}

Finding check_partition_mechanism(PartitionSlot& slot) {
    if (slot.key) log_in(slot);
    return check_mechanism(*slot.partition, slot.key.get(), slot.wishes.key, slot.may_use);
}

constexpr CheckRow<PartitionSlot> check_rows[] = {
    {Area::Configuration, {}, check_configuration},    {Area::Folder, {}, check_folder},
    {Area::LifeCycle, Area::Folder, check_life_cycle}, {Area::SelfTests, Area::LifeCycle, check_self_tests},
    {Area::Pin, Area::LifeCycle, check_pin},           {Area::Audit, Area::LifeCycle, check_audit},
    {Area::Key, Area::SelfTests, check_key},           {Area::Mechanism, Area::Key, check_partition_mechanism},
};

}  // namespace

SlotReport examine(const config::SlotConfiguration&, const config::PartitionSettings& settings,
                   const DoctorWishes& wishes) {
    PartitionSlot slot{settings, wishes, {}, {}, {}};
    return run_checks<PartitionSlot>(slot, check_rows);
}

}  // namespace kvp11::tools
