#include "abi/ck_rv.hpp"

#include <array>
#include <cstddef>

namespace kvp11::abi {

namespace {

constexpr ConditionRow row(Errc condition, CK_RV value, std::string_view name, bool operators_concern = false) {
    return {condition, value, name, operators_concern};
}

// In the order of Errc, so that a condition is its own index.
// PKCS#11 2.40 has no code for an HSM that is not active: docs/adr/0003. CKR_FIPS_SELF_TEST_FAILED
// belongs to C_Initialize and to later versions, so a failed self-test is a device error.
constexpr std::array rows = {
    row(Errc::OutOfMemory, CKR_HOST_MEMORY, "CKR_HOST_MEMORY", true),
    row(Errc::Internal, CKR_GENERAL_ERROR, "CKR_GENERAL_ERROR", true),
    row(Errc::NotInitialized, CKR_CRYPTOKI_NOT_INITIALIZED, "CKR_CRYPTOKI_NOT_INITIALIZED"),
    row(Errc::AlreadyInitialized, CKR_CRYPTOKI_ALREADY_INITIALIZED, "CKR_CRYPTOKI_ALREADY_INITIALIZED"),
    row(Errc::ArgumentsBad, CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD"),
    row(Errc::CantLock, CKR_CANT_LOCK, "CKR_CANT_LOCK"),
    row(Errc::NeedToCreateThreads, CKR_NEED_TO_CREATE_THREADS, "CKR_NEED_TO_CREATE_THREADS"),
    row(Errc::FunctionNotSupported, CKR_FUNCTION_NOT_SUPPORTED, "CKR_FUNCTION_NOT_SUPPORTED"),
    row(Errc::FunctionNotParallel, CKR_FUNCTION_NOT_PARALLEL, "CKR_FUNCTION_NOT_PARALLEL"),
    row(Errc::NoEvent, CKR_NO_EVENT, "CKR_NO_EVENT"),
    row(Errc::ConfigurationInvalid, CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD", true),
    row(Errc::SlotIdInvalid, CKR_SLOT_ID_INVALID, "CKR_SLOT_ID_INVALID"),
    row(Errc::TokenNotPresent, CKR_TOKEN_NOT_PRESENT, "CKR_TOKEN_NOT_PRESENT"),
    row(Errc::TokenNotRecognized, CKR_TOKEN_NOT_RECOGNIZED, "CKR_TOKEN_NOT_RECOGNIZED"),
    row(Errc::TokenWriteProtected, CKR_TOKEN_WRITE_PROTECTED, "CKR_TOKEN_WRITE_PROTECTED"),
    row(Errc::DeviceError, CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", true),
    row(Errc::DeviceMemory, CKR_DEVICE_MEMORY, "CKR_DEVICE_MEMORY", true),
    row(Errc::DeviceRemoved, CKR_DEVICE_REMOVED, "CKR_DEVICE_REMOVED", true),
    row(Errc::SessionHandleInvalid, CKR_SESSION_HANDLE_INVALID, "CKR_SESSION_HANDLE_INVALID"),
    row(Errc::SessionCount, CKR_SESSION_COUNT, "CKR_SESSION_COUNT"),
    row(Errc::SessionExists, CKR_SESSION_EXISTS, "CKR_SESSION_EXISTS"),
    row(Errc::SessionReadOnly, CKR_SESSION_READ_ONLY, "CKR_SESSION_READ_ONLY"),
    row(Errc::SessionReadOnlyExists, CKR_SESSION_READ_ONLY_EXISTS, "CKR_SESSION_READ_ONLY_EXISTS"),
    row(Errc::SessionReadWriteSoExists, CKR_SESSION_READ_WRITE_SO_EXISTS, "CKR_SESSION_READ_WRITE_SO_EXISTS"),
    row(Errc::SessionParallelNotSupported, CKR_SESSION_PARALLEL_NOT_SUPPORTED, "CKR_SESSION_PARALLEL_NOT_SUPPORTED"),
    row(Errc::SessionAsyncNotSupported, CKR_SESSION_ASYNC_NOT_SUPPORTED, "CKR_SESSION_ASYNC_NOT_SUPPORTED"),
    row(Errc::PinIncorrect, CKR_PIN_INCORRECT, "CKR_PIN_INCORRECT"),
    row(Errc::PinInvalid, CKR_PIN_INVALID, "CKR_PIN_INVALID"),
    row(Errc::PinLenRange, CKR_PIN_LEN_RANGE, "CKR_PIN_LEN_RANGE"),
    row(Errc::PinLocked, CKR_PIN_LOCKED, "CKR_PIN_LOCKED", true),
    row(Errc::UserAlreadyLoggedIn, CKR_USER_ALREADY_LOGGED_IN, "CKR_USER_ALREADY_LOGGED_IN"),
    row(Errc::UserAnotherAlreadyLoggedIn, CKR_USER_ANOTHER_ALREADY_LOGGED_IN, "CKR_USER_ANOTHER_ALREADY_LOGGED_IN"),
    row(Errc::UserNotLoggedIn, CKR_USER_NOT_LOGGED_IN, "CKR_USER_NOT_LOGGED_IN"),
    row(Errc::UserPinNotInitialized, CKR_USER_PIN_NOT_INITIALIZED, "CKR_USER_PIN_NOT_INITIALIZED"),
    row(Errc::UserTypeInvalid, CKR_USER_TYPE_INVALID, "CKR_USER_TYPE_INVALID"),
    row(Errc::ObjectHandleInvalid, CKR_OBJECT_HANDLE_INVALID, "CKR_OBJECT_HANDLE_INVALID"),
    row(Errc::ActionProhibited, CKR_ACTION_PROHIBITED, "CKR_ACTION_PROHIBITED"),
    row(Errc::AttributeReadOnly, CKR_ATTRIBUTE_READ_ONLY, "CKR_ATTRIBUTE_READ_ONLY"),
    row(Errc::AttributeSensitive, CKR_ATTRIBUTE_SENSITIVE, "CKR_ATTRIBUTE_SENSITIVE"),
    row(Errc::AttributeTypeInvalid, CKR_ATTRIBUTE_TYPE_INVALID, "CKR_ATTRIBUTE_TYPE_INVALID"),
    row(Errc::AttributeValueInvalid, CKR_ATTRIBUTE_VALUE_INVALID, "CKR_ATTRIBUTE_VALUE_INVALID"),
    row(Errc::TemplateIncomplete, CKR_TEMPLATE_INCOMPLETE, "CKR_TEMPLATE_INCOMPLETE"),
    row(Errc::TemplateInconsistent, CKR_TEMPLATE_INCONSISTENT, "CKR_TEMPLATE_INCONSISTENT"),
    row(Errc::CurveNotSupported, CKR_CURVE_NOT_SUPPORTED, "CKR_CURVE_NOT_SUPPORTED"),
    row(Errc::DomainParamsInvalid, CKR_DOMAIN_PARAMS_INVALID, "CKR_DOMAIN_PARAMS_INVALID"),
    row(Errc::KeyHandleInvalid, CKR_KEY_HANDLE_INVALID, "CKR_KEY_HANDLE_INVALID"),
    row(Errc::KeySizeRange, CKR_KEY_SIZE_RANGE, "CKR_KEY_SIZE_RANGE"),
    row(Errc::KeyTypeInconsistent, CKR_KEY_TYPE_INCONSISTENT, "CKR_KEY_TYPE_INCONSISTENT"),
    row(Errc::KeyFunctionNotPermitted, CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED"),
    row(Errc::KeyNotWrappable, CKR_KEY_NOT_WRAPPABLE, "CKR_KEY_NOT_WRAPPABLE"),
    row(Errc::KeyUnextractable, CKR_KEY_UNEXTRACTABLE, "CKR_KEY_UNEXTRACTABLE"),
    row(Errc::KeyIndigestible, CKR_KEY_INDIGESTIBLE, "CKR_KEY_INDIGESTIBLE"),
    row(Errc::PublicKeyInvalid, CKR_PUBLIC_KEY_INVALID, "CKR_PUBLIC_KEY_INVALID"),
    row(Errc::WrappingKeyHandleInvalid, CKR_WRAPPING_KEY_HANDLE_INVALID, "CKR_WRAPPING_KEY_HANDLE_INVALID"),
    row(Errc::WrappingKeySizeRange, CKR_WRAPPING_KEY_SIZE_RANGE, "CKR_WRAPPING_KEY_SIZE_RANGE"),
    row(Errc::WrappingKeyTypeInconsistent, CKR_WRAPPING_KEY_TYPE_INCONSISTENT, "CKR_WRAPPING_KEY_TYPE_INCONSISTENT"),
    row(Errc::UnwrappingKeyHandleInvalid, CKR_UNWRAPPING_KEY_HANDLE_INVALID, "CKR_UNWRAPPING_KEY_HANDLE_INVALID"),
    row(Errc::UnwrappingKeySizeRange, CKR_UNWRAPPING_KEY_SIZE_RANGE, "CKR_UNWRAPPING_KEY_SIZE_RANGE"),
    row(Errc::UnwrappingKeyTypeInconsistent, CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT,
        "CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT"),
    row(Errc::WrappedKeyInvalid, CKR_WRAPPED_KEY_INVALID, "CKR_WRAPPED_KEY_INVALID"),
    row(Errc::WrappedKeyLenRange, CKR_WRAPPED_KEY_LEN_RANGE, "CKR_WRAPPED_KEY_LEN_RANGE"),
    row(Errc::MechanismInvalid, CKR_MECHANISM_INVALID, "CKR_MECHANISM_INVALID"),
    row(Errc::MechanismParamInvalid, CKR_MECHANISM_PARAM_INVALID, "CKR_MECHANISM_PARAM_INVALID"),
    row(Errc::OperationActive, CKR_OPERATION_ACTIVE, "CKR_OPERATION_ACTIVE"),
    row(Errc::OperationNotInitialized, CKR_OPERATION_NOT_INITIALIZED, "CKR_OPERATION_NOT_INITIALIZED"),
    row(Errc::BufferTooSmall, CKR_BUFFER_TOO_SMALL, "CKR_BUFFER_TOO_SMALL"),
    row(Errc::DataInvalid, CKR_DATA_INVALID, "CKR_DATA_INVALID"),
    row(Errc::DataLenRange, CKR_DATA_LEN_RANGE, "CKR_DATA_LEN_RANGE"),
    row(Errc::EncryptedDataInvalid, CKR_ENCRYPTED_DATA_INVALID, "CKR_ENCRYPTED_DATA_INVALID"),
    row(Errc::EncryptedDataLenRange, CKR_ENCRYPTED_DATA_LEN_RANGE, "CKR_ENCRYPTED_DATA_LEN_RANGE"),
    row(Errc::AeadDecryptFailed, CKR_AEAD_DECRYPT_FAILED, "CKR_AEAD_DECRYPT_FAILED"),
    row(Errc::SignatureInvalid, CKR_SIGNATURE_INVALID, "CKR_SIGNATURE_INVALID"),
    row(Errc::SignatureLenRange, CKR_SIGNATURE_LEN_RANGE, "CKR_SIGNATURE_LEN_RANGE"),
    row(Errc::RandomSeedNotSupported, CKR_RANDOM_SEED_NOT_SUPPORTED, "CKR_RANDOM_SEED_NOT_SUPPORTED"),
    row(Errc::SavedStateInvalid, CKR_SAVED_STATE_INVALID, "CKR_SAVED_STATE_INVALID"),
    row(Errc::StateUnsaveable, CKR_STATE_UNSAVEABLE, "CKR_STATE_UNSAVEABLE"),
    row(Errc::KeyNotNeeded, CKR_KEY_NOT_NEEDED, "CKR_KEY_NOT_NEEDED"),
    row(Errc::TokenResourceExceeded, CKR_TOKEN_RESOURCE_EXCEEDED, "CKR_TOKEN_RESOURCE_EXCEEDED"),
    row(Errc::KeyNotFound, CKR_OBJECT_HANDLE_INVALID, "CKR_OBJECT_HANDLE_INVALID"),
    row(Errc::KeyExists, CKR_ATTRIBUTE_VALUE_INVALID, "CKR_ATTRIBUTE_VALUE_INVALID"),
    row(Errc::KeyNameInvalid, CKR_ATTRIBUTE_VALUE_INVALID, "CKR_ATTRIBUTE_VALUE_INVALID"),
    row(Errc::KeyDisabled, CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED"),
    row(Errc::KeyDeleted, CKR_ATTRIBUTE_VALUE_INVALID, "CKR_ATTRIBUTE_VALUE_INVALID"),
    row(Errc::KeyNotYetValid, CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED"),
    row(Errc::KeyExpired, CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED"),
    row(Errc::KeyVersionLimit, CKR_DEVICE_MEMORY, "CKR_DEVICE_MEMORY"),
    row(Errc::PurgeProtected, CKR_FUNCTION_REJECTED, "CKR_FUNCTION_REJECTED"),
    row(Errc::RotationPolicyMissing, CKR_FUNCTION_REJECTED, "CKR_FUNCTION_REJECTED"),
    row(Errc::RotationPolicyInvalid, CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD"),
    row(Errc::ReleasePolicyInvalid, CKR_ATTRIBUTE_VALUE_INVALID, "CKR_ATTRIBUTE_VALUE_INVALID"),
    row(Errc::RoleDefinitionNotFound, CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD"),
    row(Errc::RoleDefinitionInvalid, CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD"),
    row(Errc::RoleAssignmentNotFound, CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD"),
    row(Errc::RoleAssignmentInvalid, CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD"),
    row(Errc::AccessDenied, CKR_FUNCTION_REJECTED, "CKR_FUNCTION_REJECTED", true),
    row(Errc::PartitionNotActive, CKR_FUNCTION_REJECTED, "CKR_FUNCTION_REJECTED", true),
    row(Errc::PartitionErrorState, CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", true),
    row(Errc::AlgorithmNotSupported, CKR_MECHANISM_INVALID, "CKR_MECHANISM_INVALID"),
    row(Errc::StoreNotFound, CKR_TOKEN_NOT_RECOGNIZED, "CKR_TOKEN_NOT_RECOGNIZED", true),
    row(Errc::StoreDamaged, CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", true),
    row(Errc::StoreNewer, CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", true),
    row(Errc::StoreBusy, CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", true),
    row(Errc::StoreFull, CKR_DEVICE_MEMORY, "CKR_DEVICE_MEMORY", true),
    row(Errc::StoreReadOnly, CKR_TOKEN_WRITE_PROTECTED, "CKR_TOKEN_WRITE_PROTECTED", true),
    row(Errc::StoreConflict, CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", true),
    row(Errc::QuorumNotMet, CKR_FUNCTION_REJECTED, "CKR_FUNCTION_REJECTED"),
    row(Errc::SecurityDomainInvalid, CKR_DATA_INVALID, "CKR_DATA_INVALID"),
    row(Errc::BackupInvalid, CKR_DATA_INVALID, "CKR_DATA_INVALID"),
    row(Errc::BackupForeign, CKR_DATA_INVALID, "CKR_DATA_INVALID"),
    row(Errc::FileUnreadable, CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD", true),
    row(Errc::AuditBroken, CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", true),
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (static_cast<std::size_t>(rows[i].condition) != i) return false;
    }
    return true;
}
static_assert(in_order());
static_assert(rows.size() == static_cast<std::size_t>(Errc::AuditBroken) + 1);

}  // namespace

std::span<const ConditionRow> condition_rows() noexcept { return rows; }

const ConditionRow& row_of(Errc condition) noexcept {
    const auto index = static_cast<std::size_t>(condition);
    return rows[index < rows.size() ? index : static_cast<std::size_t>(Errc::Internal)];
}

}  // namespace kvp11::abi
