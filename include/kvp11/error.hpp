// The conditions under which an operation of kvp11 does not succeed.
//
// One enumeration serves every layer, so that a condition keeps its name from the store up to the
// C boundary. Each edge projects it with one table of its own: module/abi/ck_rv.cpp (CK_RV),
// hsm-sim/server (HTTP status) and tools (exit code). Values only; everything here is thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace kvp11 {

enum class Errc : std::uint16_t {
    // Library and host (PKCS#11 2.40 §5.1.1, §5.1.6)
    OutOfMemory,
    Internal,  // only for what cannot happen
    NotInitialized,
    AlreadyInitialized,
    ArgumentsBad,
    CantLock,
    NeedToCreateThreads,
    FunctionNotSupported,
    FunctionNotParallel,
    NoEvent,
    ConfigurationInvalid,
    // Slot and token
    SlotIdInvalid,
    TokenNotPresent,
    TokenNotRecognized,
    TokenWriteProtected,
    DeviceError,
    DeviceMemory,
    DeviceRemoved,
    // Session
    SessionHandleInvalid,
    SessionCount,
    SessionExists,
    SessionReadOnly,
    SessionReadOnlyExists,
    SessionReadWriteSoExists,
    SessionParallelNotSupported,
    SessionAsyncNotSupported,
    // Login
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    UserAlreadyLoggedIn,
    UserAnotherAlreadyLoggedIn,
    UserNotLoggedIn,
    UserPinNotInitialized,
    UserTypeInvalid,
    // Objects and templates
    ObjectHandleInvalid,
    ActionProhibited,
    AttributeReadOnly,
    AttributeSensitive,
    AttributeTypeInvalid,
    AttributeValueInvalid,
    TemplateIncomplete,
    TemplateInconsistent,
    CurveNotSupported,
    DomainParamsInvalid,
    // Keys
    KeyHandleInvalid,
    KeySizeRange,
    KeyTypeInconsistent,
    KeyFunctionNotPermitted,
    KeyNotWrappable,
    KeyUnextractable,
    KeyIndigestible,
    PublicKeyInvalid,
    WrappingKeyHandleInvalid,
    WrappingKeySizeRange,
    WrappingKeyTypeInconsistent,
    UnwrappingKeyHandleInvalid,
    UnwrappingKeySizeRange,
    UnwrappingKeyTypeInconsistent,
    WrappedKeyInvalid,
    WrappedKeyLenRange,
    // Operations
    MechanismInvalid,
    MechanismParamInvalid,
    OperationActive,
    OperationNotInitialized,
    BufferTooSmall,
    DataInvalid,
    DataLenRange,
    EncryptedDataInvalid,
    EncryptedDataLenRange,
    AeadDecryptFailed,  // of a message (3.0 §5.13): what was sealed or the data beside it was changed
    SignatureInvalid,
    SignatureLenRange,
    RandomSeedNotSupported,
    SavedStateInvalid,
    StateUnsaveable,
    KeyNotNeeded,
    TokenResourceExceeded,
    // Backends
    KeyNotFound,
    KeyExists,
    KeyNameInvalid,
    KeyDisabled,
    KeyDeleted,       // the name is held by a deleted key, which can be recovered or purged
    KeyNotYetValid,   // before its not-before time
    KeyExpired,       // after its expiry time
    KeyVersionLimit,  // 100 versions of one key
    PurgeProtected,
    RotationPolicyMissing,
    RotationPolicyInvalid,
    ReleasePolicyInvalid,
    RoleDefinitionNotFound,
    RoleDefinitionInvalid,
    RoleAssignmentNotFound,
    RoleAssignmentInvalid,
    AccessDenied,
    PartitionNotActive,   // awaits its security domain, or is being recovered
    PartitionErrorState,  // a self-test failed; no cryptography until restart
    AlgorithmNotSupported,
    // Store
    StoreNotFound,
    StoreDamaged,
    StoreNewer,
    StoreBusy,
    StoreFull,
    StoreReadOnly,
    StoreConflict,
    // Security domain and backups
    QuorumNotMet,
    SecurityDomainInvalid,
    BackupInvalid,
    BackupForeign,  // of another security domain
    FileUnreadable,
    AuditBroken,  // a record is missing, changed or out of order
};

/// A condition and a plain sentence about it. The sentence is lower case, says what was got and
/// what was wanted, and never holds key bytes, PINs or tokens.
struct Error {
    Errc code;
    std::string message;
};

}  // namespace kvp11
