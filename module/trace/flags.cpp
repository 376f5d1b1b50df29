#include "trace/flags.hpp"

namespace kvp11::trace {
namespace {

#define NAMED(constant)                                                                                                \
    Constant { #constant, constant }

constexpr Constant of_initialize[] = {NAMED(CKF_LIBRARY_CANT_CREATE_OS_THREADS), NAMED(CKF_OS_LOCKING_OK)};

constexpr Constant of_slots[] = {NAMED(CKF_TOKEN_PRESENT), NAMED(CKF_REMOVABLE_DEVICE), NAMED(CKF_HW_SLOT)};

constexpr Constant of_tokens[] = {
    NAMED(CKF_RNG),
    NAMED(CKF_WRITE_PROTECTED),
    NAMED(CKF_LOGIN_REQUIRED),
    NAMED(CKF_USER_PIN_INITIALIZED),
    NAMED(CKF_RESTORE_KEY_NOT_NEEDED),
    NAMED(CKF_CLOCK_ON_TOKEN),
    NAMED(CKF_PROTECTED_AUTHENTICATION_PATH),
    NAMED(CKF_DUAL_CRYPTO_OPERATIONS),
    NAMED(CKF_TOKEN_INITIALIZED),
    NAMED(CKF_SECONDARY_AUTHENTICATION),
    NAMED(CKF_USER_PIN_COUNT_LOW),
    NAMED(CKF_USER_PIN_FINAL_TRY),
    NAMED(CKF_USER_PIN_LOCKED),
    NAMED(CKF_USER_PIN_TO_BE_CHANGED),
    NAMED(CKF_SO_PIN_COUNT_LOW),
    NAMED(CKF_SO_PIN_FINAL_TRY),
    NAMED(CKF_SO_PIN_LOCKED),
    NAMED(CKF_SO_PIN_TO_BE_CHANGED),
    NAMED(CKF_ERROR_STATE),
    NAMED(CKF_SEED_RANDOM_REQUIRED),
    NAMED(CKF_ASYNC_SESSION_SUPPORTED),
};

constexpr Constant of_sessions[] = {NAMED(CKF_RW_SESSION), NAMED(CKF_SERIAL_SESSION), NAMED(CKF_ASYNC_SESSION)};

constexpr Constant of_mechanisms[] = {
    NAMED(CKF_HW),
    NAMED(CKF_MESSAGE_ENCRYPT),
    NAMED(CKF_MESSAGE_DECRYPT),
    NAMED(CKF_MESSAGE_SIGN),
    NAMED(CKF_MESSAGE_VERIFY),
    NAMED(CKF_MULTI_MESSAGE),
    NAMED(CKF_FIND_OBJECTS),
    NAMED(CKF_ENCRYPT),
    NAMED(CKF_DECRYPT),
    NAMED(CKF_DIGEST),
    NAMED(CKF_SIGN),
    NAMED(CKF_SIGN_RECOVER),
    NAMED(CKF_VERIFY),
    NAMED(CKF_VERIFY_RECOVER),
    NAMED(CKF_GENERATE),
    NAMED(CKF_GENERATE_KEY_PAIR),
    NAMED(CKF_WRAP),
    NAMED(CKF_UNWRAP),
    NAMED(CKF_DERIVE),
    NAMED(CKF_EC_F_P),
    NAMED(CKF_EC_F_2M),
    NAMED(CKF_EC_ECPARAMETERS),
    NAMED(CKF_EC_OID),
    NAMED(CKF_EC_UNCOMPRESS),
    NAMED(CKF_EC_COMPRESS),
    NAMED(CKF_EC_CURVENAME),
    NAMED(CKF_ENCAPSULATE),
    NAMED(CKF_DECAPSULATE),
    NAMED(CKF_EXTENSION),
};

constexpr Constant of_waiting[] = {NAMED(CKF_DONT_BLOCK)};
constexpr Constant of_interfaces[] = {NAMED(CKF_INTERFACE_FORK_SAFE)};
constexpr Constant of_messages[] = {NAMED(CKF_END_OF_MESSAGE)};

}  // namespace

const Flags initialize_flags = of_initialize;
const Flags slot_flags = of_slots;
const Flags token_flags = of_tokens;
const Flags session_flags = of_sessions;
const Flags mechanism_flags = of_mechanisms;
const Flags waiting_flags = of_waiting;
const Flags interface_flags = of_interfaces;
const Flags message_flags = of_messages;
const Flags no_flags = {};

}  // namespace kvp11::trace
