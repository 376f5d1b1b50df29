#include "tools/exit_code.hpp"

namespace kvp11::tools {
namespace {

struct Row {
    Errc code;
    ExitCode exit;
    std::string_view advice;
};

constexpr Row rows[] = {
    {Errc::ArgumentsBad, ExitCode::Usage, "run the command with --help for its options"},
    {Errc::ConfigurationInvalid, ExitCode::Usage, "correct the configuration, or name the partition with --path"},
    {Errc::SlotIdInvalid, ExitCode::Usage, "see the configuration for the slots there are, or use --path"},

    {Errc::RoleDefinitionNotFound, ExitCode::Usage, "see `kvp11 role definition list` for the roles there are"},
    {Errc::RoleDefinitionInvalid, ExitCode::Usage, "correct the role's definition, or name another role"},
    {Errc::RoleAssignmentNotFound, ExitCode::Usage, "see `kvp11 role assignment list` for who has which role"},
    {Errc::RoleAssignmentInvalid, ExitCode::Usage, "see `kvp11 role assignment list` for what is assigned already"},

    {Errc::PinIncorrect, ExitCode::Refused, "try again with care: too many wrong PINs lock the role"},
    {Errc::PinLocked, ExitCode::Refused,
     "the security officer can set a new user PIN; a locked security officer "
     "means recovery into a new partition from a backup"},
    {Errc::PinInvalid, ExitCode::Refused, "enter the PIN again"},
    {Errc::PinLenRange, ExitCode::Refused, "choose a PIN of another length"},
    {Errc::UserPinNotInitialized, ExitCode::Refused, "set the user's PIN first, as the security officer"},
    {Errc::UserNotLoggedIn, ExitCode::Refused, "give the PIN of the role that may do this"},
    {Errc::AccessDenied, ExitCode::Refused,
     "have a role assigned that allows it (`kvp11 role assignment`), or, where a file or folder was named, run it as "
     "a user who may write there"},

    {Errc::QuorumNotMet, ExitCode::QuorumNotMet,
     "bring the private keys of more officers and name them all in "
     "--sd-wrapping-keys"},

    {Errc::SecurityDomainInvalid, ExitCode::UnusableInput, "use an unchanged file of this ceremony"},
    {Errc::BackupInvalid, ExitCode::UnusableInput, "use an unchanged file that `kvp11 hsm backup` wrote"},
    {Errc::BackupForeign, ExitCode::UnusableInput,
     "recover the security domain that the backup was made under, then "
     "restore"},
    {Errc::FileUnreadable, ExitCode::UnusableInput, "check the file's name, format and permissions"},

    {Errc::StoreNotFound, ExitCode::Store, "check --path, or make the partition with `kvp11 hsm create`"},
    {Errc::StoreDamaged, ExitCode::Store, "recover into a new partition from the security domain and a backup"},
    {Errc::StoreNewer, ExitCode::Store, "use the release of kvp11 that wrote it, or a later one"},
    {Errc::StoreBusy, ExitCode::Store, "try again when other processes are done with the partition"},
    {Errc::StoreFull, ExitCode::Store, "make room on the file system"},
    {Errc::StoreReadOnly, ExitCode::Store, "check the owner and permissions of the partition's folder"},
    {Errc::StoreConflict, ExitCode::Store, "another process changed the same thing: look and try again"},

    {Errc::PartitionNotActive, ExitCode::State,
     "see `kvp11 hsm status`: a new partition becomes active with "
     "`kvp11 security-domain download` or `upload`"},
    {Errc::PartitionErrorState, ExitCode::State, "a self-test failed: check the installation and start again"},
    {Errc::ActionProhibited, ExitCode::State, "see `kvp11 hsm status` for the partition's state"},
    {Errc::TokenNotRecognized, ExitCode::State, "make the partition with `kvp11 hsm create`, or initialise the token"},

    {Errc::KeyNotFound, ExitCode::Key, "see `kvp11 keys list` and `kvp11 keys list-deleted` for the keys there are"},
    {Errc::KeyExists, ExitCode::Key, "choose another name, or delete and purge the key that has it"},
    {Errc::KeyDeleted, ExitCode::Key,
     "recover the deleted key (`kvp11 keys recover`), purge it, or choose another name"},
    {Errc::KeyNameInvalid, ExitCode::Key, "choose a name of 1 to 127 letters, digits and hyphens"},
    {Errc::KeyDisabled, ExitCode::Key, "enable it: `kvp11 keys set-attributes --enabled true`"},
    {Errc::KeyNotYetValid, ExitCode::Key, "see `kvp11 keys show` for when it may be used"},
    {Errc::KeyExpired, ExitCode::Key, "use a newer version of the key, or rotate it"},
    {Errc::KeyVersionLimit, ExitCode::Key, "go on with a key of another name"},
    {Errc::PurgeProtected, ExitCode::Key, "it goes by itself when its retention ends: see `kvp11 keys list-deleted`"},
    {Errc::RotationPolicyMissing, ExitCode::Key, "give it a policy first: `kvp11 keys rotation-policy update`"},
    {Errc::RotationPolicyInvalid, ExitCode::UnusableInput, "correct the policy: docs/partition.md has one"},
    {Errc::ReleasePolicyInvalid, ExitCode::UnusableInput, "correct the release policy; only exportable keys have one"},
    {Errc::WrappedKeyInvalid, ExitCode::UnusableInput, "use an unchanged BYOK file, made for this key exchange key"},
    {Errc::UnwrappingKeyHandleInvalid, ExitCode::Key,
     "make the file for a key of this partition whose operations are import alone"},
    {Errc::AttributeValueInvalid, ExitCode::Usage, "run the command with --help for what it takes"},
    {Errc::AttributeReadOnly, ExitCode::Key, "a key is never protected less than it was: make a new one"},
    {Errc::TemplateInconsistent, ExitCode::Key, "choose fewer operations with --ops: not all go together on one key"},
    {Errc::KeySizeRange, ExitCode::Key, "choose another --size"},
    {Errc::CurveNotSupported, ExitCode::Key, "choose another --curve"},

    {Errc::AuditBroken, ExitCode::AuditBroken,
     "keep the folder as it is and compare it with what `kvp11 audit export` wrote before"},
};

const Row* row_of(Errc code) {
    for (const Row& row : rows) {
        if (row.code == code) return &row;
    }
    return nullptr;
}

}  // namespace

ExitCode exit_code(Errc code) {
    const Row* row = row_of(code);
    return row == nullptr ? ExitCode::Failure : row->exit;
}

std::string_view advice(Errc code) {
    const Row* row = row_of(code);
    return row == nullptr ? std::string_view{} : row->advice;
}

}  // namespace kvp11::tools
