#include "token/token_info.hpp"

#include <algorithm>
#include <iterator>

#include "mechanism/registry.hpp"

namespace kvp11::token {

namespace {

struct PinFlags {
    CK_FLAGS count_low;
    CK_FLAGS final_try;
    CK_FLAGS locked;
};

CK_FLAGS pin_flags(const PinStatus& pin, const PinFlags& flags) {
    if (pin.failures >= pin.limit) return flags.locked;
    if (pin.failures + 1 == pin.limit) return flags.final_try | flags.count_low;
    return pin.failures > 0 ? flags.count_low : 0;
}

CK_FLAGS token_flags(const TokenStatus& status) {
    CK_FLAGS flags = CKF_RNG | CKF_DUAL_CRYPTO_OPERATIONS | CKF_RESTORE_KEY_NOT_NEEDED;
    if (status.life_cycle != LifeCycle::Uninitialised) flags |= CKF_TOKEN_INITIALIZED;
    if (status.life_cycle == LifeCycle::Error) flags |= CKF_ERROR_STATE;
    if (status.login_required) flags |= CKF_LOGIN_REQUIRED;
    if (status.read_only) flags |= CKF_WRITE_PROTECTED;
    if (status.user.initialised) flags |= CKF_USER_PIN_INITIALIZED;
    flags |= pin_flags(status.user, {CKF_USER_PIN_COUNT_LOW, CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED});
    flags |= pin_flags(status.security_officer, {CKF_SO_PIN_COUNT_LOW, CKF_SO_PIN_FINAL_TRY, CKF_SO_PIN_LOCKED});
    return flags;
}

}  // namespace

CK_TOKEN_INFO token_numbers(const Slot& slot, const TokenStatus& status) {
    CK_TOKEN_INFO info{};
    info.flags = token_flags(status) | (slot.has_clock() ? CKF_CLOCK_ON_TOKEN : 0);
    info.ulMaxSessionCount = CK_EFFECTIVELY_INFINITE;
    info.ulSessionCount = slot.session_count();
    info.ulMaxRwSessionCount = CK_EFFECTIVELY_INFINITE;
    info.ulRwSessionCount = slot.read_write_count();
    info.ulMaxPinLen = max_pin_size;
    info.ulMinPinLen = min_pin_size;
    info.ulTotalPublicMemory = CK_UNAVAILABLE_INFORMATION;
    info.ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION;
    info.ulTotalPrivateMemory = CK_UNAVAILABLE_INFORMATION;
    info.ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION;
    return info;
}

std::string label_of_field(ByteView field) {
    std::size_t size = field.size();
    while (size > 0 && (field[size - 1] == ' ' || field[size - 1] == 0)) --size;
    return std::string(text_of(field.first(size)));
}

// A slot has one list for keys of the token and session keys; where the token is elsewhere, they differ in what they
// can do. What a key of the token cannot do is refused when it is asked to.
Result<std::vector<CK_MECHANISM_TYPE>> mechanisms(const Slot& slot) {
    const auto of_token = mechanism::list(*TRY(slot.backend()));
    const auto of_session = mechanism::list(slot.session_objects());
    std::vector<CK_MECHANISM_TYPE> both;
    std::set_union(of_token.begin(), of_token.end(), of_session.begin(), of_session.end(), std::back_inserter(both));
    return both;
}

Result<CK_MECHANISM_INFO> mechanism_info(const Slot& slot, CK_MECHANISM_TYPE type) {
    const auto of_token = mechanism::info(*TRY(slot.backend()), type);
    auto of_session = mechanism::info(slot.session_objects(), type);
    if (!of_session.ok()) return of_token;
    if (of_token.ok()) of_session->flags |= of_token->flags;
    return of_session;
}

Result<mechanism::Request> listed_mechanism(const Slot& slot, CK_MECHANISM_TYPE type, ByteView parameter,
                                            CK_FLAGS needed) {
    const CK_MECHANISM_INFO info = TRY(mechanism_info(slot, type));
    if ((info.flags & needed) == 0) return fail(Errc::MechanismInvalid, "the mechanism does not do this");
    return mechanism::request(type, parameter);
}

}  // namespace kvp11::token
