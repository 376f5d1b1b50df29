// PKCS#11 3.2 §5.6, the service indicator.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "token/built_in.hpp"

namespace kvp11::abi {

using token::Session;

// One bit for each validation object of the token. There is one, which says that nothing here was validated: its bit
// says that the last service completed was approved by the policy of docs/security.md.
CK_RV C_GetSessionValidationFlags(CK_SESSION_HANDLE hSession, CK_SESSION_VALIDATION_FLAGS_TYPE type,
                                  CK_FLAGS_PTR pFlags) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(pFlags));
        if (type != CKS_LAST_VALIDATION_OK) return fail(Errc::ArgumentsBad, "no such validation flags");
        *pFlags = session.last_was_approved() ? token::built_in::policy_flag : 0;
        return {};
    });
}

}  // namespace kvp11::abi
