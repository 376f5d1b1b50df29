// PKCS#11 2.40 §5.7, objects.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "token/attribute_reading.hpp"
#include "token/object_changes.hpp"

namespace kvp11::abi {

using token::Finding;
using token::Progress;
using token::Session;

CK_RV C_CreateObject(CK_SESSION_HANDLE hSession, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount,
                     CK_OBJECT_HANDLE_PTR phObject) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(phObject));
        const token::Template wanted = TRY(attributes(pTemplate, ulCount));
        *phObject = TRY(token::create_object(session, wanted));
        return {};
    });
}

CK_RV C_CopyObject(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount,
                   CK_OBJECT_HANDLE_PTR phNewObject) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(phNewObject));
        const token::Template changes = TRY(attributes(pTemplate, ulCount));
        *phNewObject = TRY(token::copy_object(session, hObject, changes));
        return {};
    });
}

CK_RV C_DestroyObject(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject) {
    return on_session(__func__, hSession, [&](Session& session) { return token::destroy_object(session, hObject); });
}

CK_RV C_GetObjectSize(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ULONG_PTR pulSize) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(pulSize));
        *pulSize = TRY(token::object_size(session, hObject));
        return {};
    });
}

CK_RV C_GetAttributeValue(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ATTRIBUTE_PTR pTemplate,
                          CK_ULONG ulCount) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        if (pTemplate == nullptr || ulCount > token::max_attributes) return fail(Errc::ArgumentsBad);
        return token::get_attributes(session, hObject, {pTemplate, ulCount});
    });
}

CK_RV C_SetAttributeValue(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ATTRIBUTE_PTR pTemplate,
                          CK_ULONG ulCount) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(pTemplate));
        const token::Template changes = TRY(attributes(pTemplate, ulCount));
        return token::set_attributes(session, hObject, changes);
    });
}

CK_RV C_FindObjectsInit(CK_SESSION_HANDLE hSession, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        const token::Template wanted = TRY(attributes(pTemplate, ulCount));
        return session.start_finding(wanted);
    });
}

CK_RV C_FindObjects(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE_PTR phObject, CK_ULONG ulMaxObjectCount,
                    CK_ULONG_PTR pulObjectCount) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        // A slip in the arguments does not end the search.
        TRY(require(pulObjectCount));
        if (phObject == nullptr && ulMaxObjectCount > 0) return fail(Errc::ArgumentsBad, "a pointer is NULL");
        return session.run<Finding>([&](Finding& finding) -> Result<Progress> {
            *pulObjectCount = finding.deliver({phObject, ulMaxObjectCount});
            return Progress::Continues;
        });
    });
}

CK_RV C_FindObjectsFinal(CK_SESSION_HANDLE hSession) {
    return on_operation<Finding>(__func__, hSession, [](Finding&) -> Result<Progress> { return Progress::Over; });
}

}  // namespace kvp11::abi
