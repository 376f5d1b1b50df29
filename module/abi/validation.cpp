// PKCS#11 3.2 §5.6, the service indicator.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"

namespace kvp11::abi {

using token::Session;

// The standard has one bit for each validation object of the token. There are none, since nothing here was
// validated: the one bit says that the last service completed was approved by the policy of docs/security.md.
CK_RV C_GetSessionValidationFlags(CK_SESSION_HANDLE hSession, CK_SESSION_VALIDATION_FLAGS_TYPE type,
                                  CK_FLAGS_PTR pFlags) {
    constexpr CK_FLAGS approved = 1;
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(pFlags));
        if (type != CKS_LAST_VALIDATION_OK) return fail(Errc::ArgumentsBad, "no such validation flags");
        *pFlags = session.last_was_approved() ? approved : 0;
        return {};
    });
}

}  // namespace kvp11::abi
