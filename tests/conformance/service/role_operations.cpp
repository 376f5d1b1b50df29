#include "conformance/service/role_operations.hpp"

#include "conformance/service/service_keys.hpp"
#include "support/results.hpp"

namespace kvp11::test {
namespace {

using partition::Operation;
using partition::Partition;

const Bytes block(32, 0x42);
const WrapAlgorithm key_wrap{.scheme = WrapScheme::AesKw, .label = {}, .iv = {}};
const CipherAlgorithm cbc{.scheme = CipherScheme::AesCbc, .iv = Bytes(16), .aad = {}};

template <class T>
Result<void> outcome(const Result<T>& result) {
    if (!result.ok()) return fail(result.error());
    return {};
}

std::string or_fresh(Stage& stage, const std::string& name) { return name.empty() ? stage.fresh_name() : name; }

std::string or_secret(Stage& stage, const std::string& name) { return name.empty() ? stage.secret.name : name; }

// The pair of this name, in which all that a pair does is allowed.
Result<std::shared_ptr<const Key>> opened_pair(Stage& stage, Partition& caller) { return caller.open(stage.pair); }

Result<std::shared_ptr<const Key>> opened_secret(Stage& stage, Partition& caller, const std::string& name) {
    return caller.open(latest(or_secret(stage, name)));
}

RotationPolicy yearly() {
    RotationPolicy policy;
    policy.actions = {{LifetimeActionType::Rotate, Period{.years = 1}, {}}};
    return policy;
}

NewKey revealable(const std::string& name) {
    NewKey key = aes_key(name);
    key.protection = {.sensitive = false, .extractable = true};
    return key;
}

std::string fresh_guid() {
    static unsigned count = 0;
    char id[37];
    std::snprintf(id, sizeof id, "aaaaaaaa-0000-4000-8000-%012u", ++count);
    return id;
}

access::RoleDefinition custom_role() {
    access::RoleDefinition role;
    role.id = fresh_guid();
    role.name = "role " + role.id;
    role.allowed.set(static_cast<std::size_t>(access::DataAction::KeysRead));
    return role;
}

access::RoleAssignment assignment(const std::string& key_name) {
    access::RoleAssignment wanted;
    wanted.id = fresh_guid();
    wanted.principal = "somebody-" + wanted.id;
    wanted.role = access::role_id::crypto_user;
    wanted.scope = key_name.empty() ? "/keys" : "/keys/" + key_name;
    return wanted;
}

Record certificate() {
    Record record;
    record.object_class = 1;
    record.face.label = copy_of(bytes_of("certificate"));
    return record;
}

// Most key operations take a name: the one that is given, or that of a key made for the occasion.
std::string target(Stage& stage, const std::string& name) {
    return name.empty() ? stage.key(aes_key(stage.fresh_name())).name : name;
}

// A key with this name, deleted; the caller's own one where a scope is tried.
std::string deleted_target(Stage& stage, const std::string& name) {
    if (name.empty()) return stage.deleted_key();
    if (!stage.owner().deleted_key(name).ok()) REQUIRE_OK(stage.owner().remove_key(name));
    return name;
}

std::vector<OperationCase> reading() {
    return {
        {Operation::KeyList, true,
         [](Stage&, Partition& caller, const std::string&) { return outcome(caller.list_keys({})); }},
        {Operation::KeyList, true,
         [](Stage&, Partition& caller, const std::string&) { return outcome(caller.find({})); }},
        {Operation::KeyListVersions, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.list_versions(or_secret(stage, name), {}));
         }},
        {Operation::KeyGet, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.key_record(latest(or_secret(stage, name))));
         }},
        {Operation::KeyRotationPolicyGet, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.rotation_policy(or_secret(stage, name)));
         }},
        {Operation::KeyGetDeleted, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.deleted_key(deleted_target(stage, name)));
         }},
        {Operation::KeyListDeleted, true,
         [](Stage&, Partition& caller, const std::string&) { return outcome(caller.list_deleted_keys({})); }},
        {Operation::ObjectGet, true,
         [](Stage& stage, Partition& caller, const std::string&) {
             return outcome(caller.record((*stage.owner().create_record(certificate()))->id));
         }},
        {Operation::Random, true,
         [](Stage&, Partition& caller, const std::string&) {
             Bytes bytes(16);
             return caller.random(bytes);
         }},
    };
}

std::vector<OperationCase> changing() {
    return {
        {Operation::KeyCreate, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.generate(versioned(aes_key(or_fresh(stage, name)))));
         }},
        {Operation::KeyImport, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.import_key(versioned(aes_key(or_fresh(stage, name))), SecretBytes(32)));
         }},
        {Operation::KeyImport, false,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.import_wrapped_key(versioned(aes_key(or_fresh(stage, name))), "{}"));
         }},
        {Operation::KeyUpdate, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             KeyUpdate update;
             update.tags = Tags{{"a", "b"}};
             return outcome(caller.update(latest(target(stage, name)), update));
         }},
        {Operation::KeyDelete, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.remove_key(target(stage, name)));
         }},
        {Operation::KeyDelete, true,
         [](Stage& stage, Partition& caller, const std::string&) {
             return caller.remove({ObjectKind::SecretKey, stage.key(aes_key(stage.fresh_name()))});
         }},
        {Operation::KeyRecover, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.recover_key(deleted_target(stage, name)));
         }},
        {Operation::KeyPurge, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return caller.purge_key(deleted_target(stage, name));
         }},
        {Operation::KeyRotate, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             const std::string rotated = target(stage, name);
             REQUIRE_OK(stage.owner().set_rotation_policy(rotated, yearly()));
             return outcome(caller.rotate_key(rotated));
         }},
        {Operation::KeyRotationPolicySet, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.set_rotation_policy(target(stage, name), yearly()));
         }},
        {Operation::KeyBackup, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.backup_key(or_secret(stage, name)));
         }},
        {Operation::KeyRestore, true,
         [](Stage& stage, Partition& caller, const std::string&) {
             return outcome(caller.restore_key(stage.backup()));
         }},
        {Operation::ObjectCreate, true,
         [](Stage&, Partition& caller, const std::string&) { return outcome(caller.create_record(certificate())); }},
        {Operation::ObjectUpdate, true,
         [](Stage& stage, Partition& caller, const std::string&) {
             return outcome(caller.update_record(**stage.owner().create_record(certificate())));
         }},
        {Operation::ObjectDelete, true,
         [](Stage& stage, Partition& caller, const std::string&) {
             const std::string id = (*stage.owner().create_record(certificate()))->id;
             return caller.remove({ObjectKind::Record, {id, ""}});
         }},
    };
}

std::vector<OperationCase> using_keys() {
    return {
        {Operation::KeyEncrypt, true,
         [](Stage& stage, Partition& caller, const std::string& name) -> Result<void> {
             const auto key = TRY(opened_secret(stage, caller, name));
             return outcome(key->encryptor(cbc));
         }},
        {Operation::KeyDecrypt, true,
         [](Stage& stage, Partition& caller, const std::string& name) -> Result<void> {
             const auto key = TRY(opened_secret(stage, caller, name));
             return outcome(key->decryptor(cbc));
         }},
        {Operation::KeyWrap, true,
         [](Stage& stage, Partition& caller, const std::string& name) -> Result<void> {
             const auto key = TRY(opened_secret(stage, caller, name));
             return outcome(key->wrap(key_wrap, SecretBytes(32)));
         }},
        {Operation::KeyUnwrap, true,
         [](Stage& stage, Partition& caller, const std::string&) -> Result<void> {
             const auto owned = TRY(stage.owner().open(stage.secret));
             const Bytes wrapped = TRY(owned->wrap(key_wrap, SecretBytes(32)));
             const auto key = TRY(caller.open(stage.secret));
             return outcome(key->unwrap(key_wrap, wrapped));
         }},
        {Operation::KeySign, true,
         [](Stage& stage, Partition& caller, const std::string&) -> Result<void> {
             const auto key = TRY(opened_pair(stage, caller));
             return outcome(key->signer({.scheme = SignatureScheme::Ecdsa}));
         }},
        {Operation::KeySign, true,
         [](Stage& stage, Partition& caller, const std::string& name) -> Result<void> {
             const auto key = TRY(opened_secret(stage, caller, name));
             return outcome(key->mac({.scheme = SignatureScheme::AesCmac}, false));
         }},
        {Operation::KeyVerify, true,
         [](Stage& stage, Partition& caller, const std::string&) -> Result<void> {
             const auto key = TRY(opened_pair(stage, caller));
             return outcome(key->verifier({.scheme = SignatureScheme::Ecdsa}));
         }},
        {Operation::KeyVerify, true,
         [](Stage& stage, Partition& caller, const std::string& name) -> Result<void> {
             const auto key = TRY(opened_secret(stage, caller, name));
             return outcome(key->mac({.scheme = SignatureScheme::AesCmac}, true));
         }},
        {Operation::KeyDerive, true,
         [](Stage& stage, Partition& caller, const std::string&) -> Result<void> {
             const auto key = TRY(opened_pair(stage, caller));
             return outcome(key->agree(key->record().public_key));
         }},
        {Operation::KeyExport, true,
         [](Stage& stage, Partition& caller, const std::string&) -> Result<void> {
             const auto key = TRY(caller.open(stage.key(revealable(stage.fresh_name()))));
             return outcome(key->expose_material(MaterialUse::Reveal));
         }},
    };
}

std::vector<OperationCase> administering() {
    return {
        {Operation::RoleDefinitionGet, true,
         [](Stage&, Partition& caller, const std::string&) { return outcome(caller.role_definitions()); }},
        {Operation::RoleDefinitionPut, true,
         [](Stage&, Partition& caller, const std::string&) {
             return outcome(caller.put_role_definition(custom_role()));
         }},
        {Operation::RoleDefinitionDelete, false,
         [](Stage&, Partition& caller, const std::string&) {
             return outcome(caller.remove_role_definition(fresh_guid()));
         }},
        {Operation::RoleAssignmentGet, true,
         [](Stage&, Partition& caller, const std::string& name) {
             return outcome(caller.role_assignments(assignment(name).scope));
         }},
        {Operation::RoleAssignmentPut, true,
         [](Stage&, Partition& caller, const std::string& name) -> Result<void> {
             const access::RoleAssignment wanted = assignment(name);
             return outcome(caller.assign_role(wanted));
         }},
        {Operation::RoleAssignmentDelete, false,
         [](Stage&, Partition& caller, const std::string& name) {
             return outcome(caller.remove_role_assignment(assignment(name).scope, fresh_guid()));
         }},
        {Operation::SecurityDomainDownload, false,
         [](Stage&, Partition& caller, const std::string&) { return outcome(caller.download_security_domain({}, 2)); }},
        {Operation::SecurityDomainTransferKey, false,
         [](Stage&, Partition& caller, const std::string&) { return outcome(caller.begin_recovery()); }},
        {Operation::SecurityDomainUpload, false,
         [](Stage&, Partition& caller, const std::string&) { return caller.upload_security_domain("{}"); }},
        {Operation::BackupCreate, false,
         [](Stage&, Partition& caller, const std::string&) { return outcome(caller.backup()); }},
        {Operation::RestoreCreate, false,
         [](Stage&, Partition& caller, const std::string&) { return outcome(caller.restore("no backup", {})); }},
        {Operation::SettingsUpdate, true,
         [](Stage&, Partition& caller, const std::string&) {
             return caller.configure({.retention_days = 30, .purge_protection = {}});
         }},
    };
}

// What the server answers itself.
template <Operation operation>
Result<void> ask_about(Stage&, Partition& caller, const std::string&) {
    return caller.authorise(operation);
}

std::vector<OperationCase> asking() {
    return {
        {Operation::SecurityDomainDownloadStatus, true, ask_about<Operation::SecurityDomainDownloadStatus>},
        {Operation::SecurityDomainUploadStatus, true, ask_about<Operation::SecurityDomainUploadStatus>},
        {Operation::BackupStatus, true, ask_about<Operation::BackupStatus>},
        {Operation::RestoreStatus, true, ask_about<Operation::RestoreStatus>},
        {Operation::SettingsGet, true,
         [](Stage&, Partition& caller, const std::string&) { return outcome(caller.settings()); }},
        {Operation::SettingsUpdate, true,
         [](Stage&, Partition& caller, const std::string&) {
             return outcome(caller.update_setting("AllowKeyManagementOperationsThroughARM", "true"));
         }},
        {Operation::KeyRelease, false,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.release_key(latest(or_secret(stage, name)), {}, {}));
         }},
        {Operation::KeyAttestationGet, true,
         [](Stage& stage, Partition& caller, const std::string& name) {
             return outcome(caller.attest_key(latest(or_secret(stage, name))));
         }},
    };
}

}  // namespace

const std::vector<OperationCase>& operation_cases() {
    static const std::vector<OperationCase> all = [] {
        std::vector<OperationCase> cases;
        for (const auto& part : {reading(), changing(), using_keys(), administering(), asking()}) {
            cases.insert(cases.end(), part.begin(), part.end());
        }
        return cases;
    }();
    return all;
}

bool is_refusal(const Result<void>& result) { return !result.ok() && result.code() == Errc::AccessDenied; }

}  // namespace kvp11::test
