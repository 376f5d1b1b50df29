// The partition as a ServiceSubject: in a folder, in memory, and as a principal of the REST server sees it.
#include "conformance/service/partition_subjects.hpp"
#include "access/token_principals.hpp"
#include "support/results.hpp"

namespace kvp11::test {
namespace {

using partition::Partition;
using partition::PartitionSettings;

constexpr std::int64_t beginning = 1'767'225'600;  // 2026-01-01 00:00:00 UTC
constexpr const char* principal_id = "11111111-2222-4333-8444-555555555555";
constexpr const char* administrator_id = "11111111-2222-4333-8444-666666666666";

SecretBytes pin_of(std::string_view text) { return SecretBytes::copy_of(bytes_of(text)); }

Result<std::vector<KeyId>> rotated_by(Partition& partition) {
    const partition::DueReport report = TRY(partition.run_due());
    for (const std::string& sentence : report.failed) BOOST_ERROR(sentence);
    return report.rotated;
}

class FolderSubject final : public ServiceSubject {
    // The security officer of the folder, or a principal with the role Administrator.
    template <class Work>
    auto administered(Work work) {
        if (is_principal_) return work(*login_->as_principal(principal_caller(administrator_id)));
        const auto officer = owner_->open();
        REQUIRE_OK(officer->login(Role::SecurityOfficer, pin_of(partition_so_pin)));
        return work(*officer);
    }

public:
    FolderSubject(std::shared_ptr<TestPartition> owner, bool as_principal)
        : owner_(std::move(owner)), is_principal_(as_principal), login_(owner_->open()) {
        REQUIRE_OK(login_->login(Role::User, pin_of(partition_user_pin)));
        if (is_principal_) principal_ = login_->as_principal(principal_caller(principal_id));
    }

    Backend& backend() override { return view(); }
    KeyLifeCycle& keys() override { return view(); }
    host::ManualClock& clock() override { return owner_->clock(); }
    std::unique_ptr<ServiceSubject> second_view() override {
        return std::make_unique<FolderSubject>(owner_, is_principal_);
    }
    Result<std::vector<KeyId>> run_due() override { return rotated_by(view()); }
    Result<std::vector<partition::Setting>> settings() override {
        return administered([](Partition& administrator) { return administrator.settings(); });
    }
    Result<partition::Setting> update_setting(const std::string& name, const std::string& value) override {
        return administered([&](Partition& administrator) { return administrator.update_setting(name, value); });
    }
    std::unique_ptr<ServiceSubject> stranger() override {
        return make_subject(is_principal_ ? SubjectKind::Principal : SubjectKind::Folder, {});
    }

private:
    Partition& view() { return is_principal_ ? *principal_ : *login_; }

    std::shared_ptr<TestPartition> owner_;
    bool is_principal_;
    std::unique_ptr<Partition> login_;
    std::unique_ptr<Partition> principal_;
};

class MemorySubject final : public ServiceSubject {
public:
    explicit MemorySubject(unsigned retention_days) {
        PartitionSettings settings;
        settings.clock = clock_;
        settings.memory_retention_days = retention_days;
        auto opened = Partition::in_memory(std::move(settings));
        REQUIRE_OK(opened);
        partition_ = std::move(opened).value();
    }

    Backend& backend() override { return *partition_; }
    KeyLifeCycle& keys() override { return *partition_; }
    host::ManualClock& clock() override { return *clock_; }
    std::unique_ptr<ServiceSubject> second_view() override { return nullptr; }
    Result<std::vector<KeyId>> run_due() override { return rotated_by(*partition_); }
    Result<std::vector<partition::Setting>> settings() override { return partition_->settings(); }
    Result<partition::Setting> update_setting(const std::string& name, const std::string& value) override {
        return partition_->update_setting(name, value);
    }
    std::unique_ptr<ServiceSubject> stranger() override { return make_subject(SubjectKind::Memory, {}); }

private:
    std::shared_ptr<host::ManualClock> clock_ = std::make_shared<host::ManualClock>(beginning);
    std::unique_ptr<Partition> partition_;
};

}  // namespace

TestPartition::TestPartition(const Wanted& wanted, audit::Level audit_level)
    : clock_(std::make_shared<host::ManualClock>(beginning)), audit_level_(audit_level) {
    const auto partition = open();
    REQUIRE_OK(partition->initialise(pin_of(partition_so_pin), "service test"));
    as_officer([&](Partition& officer) {
        REQUIRE_OK(officer.initialise_user_pin(pin_of(partition_user_pin)));
        if (wanted.retention_days == Wanted{}.retention_days && !wanted.purge_protection) return;
        partition::SettingsChange change;
        change.retention_days = wanted.retention_days;
        change.purge_protection = wanted.purge_protection;
        REQUIRE_OK(officer.configure(change));
    });
    const std::string serial = partition->status()->serial;
    grant(access::token_principal(serial, Role::User), access::role_id::crypto_officer, "/");
    grant(access::token_principal(serial, Role::User), access::role_id::release_user, "/");
    grant(principal_id, access::role_id::crypto_user, "/");
    grant(principal_id, access::role_id::crypto_officer, "/keys");
    grant(principal_id, access::role_id::release_user, "/keys");
    grant(administrator_id, access::role_id::administrator, "/");
}

std::unique_ptr<Partition> TestPartition::open() const {
    PartitionSettings settings;
    settings.path = path();
    settings.kdf_cost = partition::least_kdf_cost;
    settings.clock = clock_;
    settings.audit_level = audit_level_;
    auto opened = Partition::open(std::move(settings));
    REQUIRE_OK(opened);
    return std::move(opened).value();
}

void TestPartition::as_officer(const std::function<void(Partition&)>& work) const {
    const auto officer = open();
    REQUIRE_OK(officer->login(Role::SecurityOfficer, pin_of(partition_so_pin)));
    work(*officer);
}

std::string TestPartition::grant(const std::string& principal, const std::string& role, const std::string& scope) {
    char id[37];
    std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012u", ++grants_);
    as_officer([&](Partition& officer) {
        REQUIRE_OK(officer.assign_role({.id = id, .principal = principal, .role = role, .scope = scope}));
    });
    return id;
}

partition::Caller principal_caller(const std::string& object_id) {
    partition::Caller caller;
    caller.kind = partition::CallerKind::Principal;
    caller.object_id = object_id;
    caller.application = "99999999-0000-4000-8000-000000000001";
    caller.user_name = "alice@contoso.com";
    caller.address = "192.0.2.7";
    caller.client_info = "service-test/1.0";
    caller.correlation_id = "cccccccc-0000-4000-8000-000000000002";
    caller.operation_version = "7.4";
    return caller;
}

std::unique_ptr<ServiceSubject> make_subject(SubjectKind kind, const Wanted& wanted) {
    if (kind == SubjectKind::Memory) return std::make_unique<MemorySubject>(wanted.retention_days);
    return std::make_unique<FolderSubject>(std::make_shared<TestPartition>(wanted), kind == SubjectKind::Principal);
}

}  // namespace kvp11::test
