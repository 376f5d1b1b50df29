// PKCS#11 2.40 §5.5, slots and tokens.
#include <algorithm>
#include <string>

#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/interfaces.hpp"
#include "abi/output.hpp"
#include "abi/text.hpp"
#include "token/key_dates.hpp"
#include "token/token_info.hpp"

namespace kvp11::abi {

using token::Library;
using token::Session;

CK_RV C_GetSlotList(CK_BBOOL tokenPresent, CK_SLOT_ID_PTR pSlotList, CK_ULONG_PTR pulCount) {
    return guarded(__func__, [&](Library& library) -> Result<void> {
        std::vector<CK_SLOT_ID> ids;
        for (const auto& slot : library.slots()) {
            if (tokenPresent == CK_FALSE || slot->backend().ok()) ids.push_back(slot->id());
        }
        return write_list(ids, pSlotList, pulCount);
    });
}

CK_RV C_GetSlotInfo(CK_SLOT_ID slotID, CK_SLOT_INFO_PTR pInfo) {
    return guarded(__func__, [&](Library& library) -> Result<void> {
        TRY(require(pInfo));
        const auto slot = TRY(library.slot(slotID));
        *pInfo = {};
        write_text(pInfo->slotDescription, slot->description());
        write_text(pInfo->manufacturerID, "kvp11");
        pInfo->flags = slot->backend().ok() ? CKF_TOKEN_PRESENT : 0;
        pInfo->firmwareVersion = library_version;
        return {};
    });
}

CK_RV C_GetTokenInfo(CK_SLOT_ID slotID, CK_TOKEN_INFO_PTR pInfo) {
    return guarded(__func__, [&](Library& library) -> Result<void> {
        TRY(require(pInfo));
        const auto slot = TRY(library.slot(slotID));
        const TokenStatus status = TRY(slot->status());
        *pInfo = token::token_numbers(*slot, status);
        write_text(pInfo->label, status.label);
        write_text(pInfo->manufacturerID, "kvp11");
        write_text(pInfo->model, status.model);
        write_text(pInfo->serialNumber, status.serial);
        const Bytes now = slot->has_clock() ? token::time_now() : Bytes{};
        write_text(pInfo->utcTime, text_of(now));
        return {};
    });
}

// Slots neither come nor go, so who waits for that waits for C_Finalize (2.40 §5.5, C_WaitForSlotEvent).
CK_RV C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID_PTR pSlot, CK_VOID_PTR pRserved) {
    const unsigned life = Library::life();  // before it is seen that the library runs
    const CK_RV checked = guarded(__func__, [&](Library&) -> Result<void> {
        TRY(require(pSlot));
        if (pRserved != nullptr) return fail(Errc::ArgumentsBad, "pReserved is not NULL");
        if ((flags & CKF_DONT_BLOCK) != 0) return fail(Errc::NoEvent);
        return {};
    });
    if (checked != CKR_OK) return checked;
    Library::wait_for_end(life);
    return refuse(__func__, Errc::NotInitialized);
}

CK_RV C_GetMechanismList(CK_SLOT_ID slotID, CK_MECHANISM_TYPE_PTR pMechanismList, CK_ULONG_PTR pulCount) {
    return guarded(__func__, [&](Library& library) -> Result<void> {
        const auto slot = TRY(library.slot(slotID));
        return write_list(TRY(token::mechanisms(*slot)), pMechanismList, pulCount);
    });
}

CK_RV C_GetMechanismInfo(CK_SLOT_ID slotID, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO_PTR pInfo) {
    return guarded(__func__, [&](Library& library) -> Result<void> {
        TRY(require(pInfo));
        const auto slot = TRY(library.slot(slotID));
        *pInfo = TRY(token::mechanism_info(*slot, type));
        return {};
    });
}

CK_RV C_InitToken(CK_SLOT_ID slotID, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen, CK_UTF8CHAR_PTR pLabel) {
    return guarded(__func__, [&](Library& library) -> Result<void> {
        const auto slot = TRY(library.slot(slotID));
        TRY(require(pLabel));
        const SecretBytes so_pin = TRY(pin(pPin, ulPinLen));
        return slot->initialise(so_pin, token::label_of_field(ByteView(pLabel, sizeof CK_TOKEN_INFO::label)));
    });
}

CK_RV C_InitPIN(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        const SecretBytes user_pin = TRY(pin(pPin, ulPinLen));
        return session.slot().initialise_user_pin(user_pin);
    });
}

CK_RV C_SetPIN(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pOldPin, CK_ULONG ulOldLen, CK_UTF8CHAR_PTR pNewPin,
               CK_ULONG ulNewLen) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        if (!session.read_write()) return fail(Errc::SessionReadOnly);
        const SecretBytes old_pin = TRY(pin(pOldPin, ulOldLen));
        const SecretBytes new_pin = TRY(pin(pNewPin, ulNewLen));
        return session.slot().change_pin(old_pin, new_pin);
    });
}

}  // namespace kvp11::abi
