// PKCS#11 2.40 §5.14, random numbers.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"

namespace kvp11::abi {

using token::Session;

CK_RV C_SeedRandom(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSeed, CK_ULONG ulSeedLen) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        return session.slot().token().seed_random(TRY(input(pSeed, ulSeedLen)));
    });
}

CK_RV C_GenerateRandom(CK_SESSION_HANDLE hSession, CK_BYTE_PTR RandomData, CK_ULONG ulRandomLen) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(RandomData));
        return session.slot().token().random(MutableBytes(RandomData, ulRandomLen));
    });
}

}  // namespace kvp11::abi
