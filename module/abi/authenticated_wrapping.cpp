// PKCS#11 3.2 §5.18.6 and §5.18.7: keys wrapped by an AEAD, with data beside them.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"

namespace kvp11::abi {

CK_RV C_WrapKeyAuthenticated(CK_SESSION_HANDLE, CK_MECHANISM_PTR, CK_OBJECT_HANDLE, CK_OBJECT_HANDLE, CK_BYTE_PTR,
                             CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR) {
    return unsupported(__func__);
}

CK_RV C_UnwrapKeyAuthenticated(CK_SESSION_HANDLE, CK_MECHANISM_PTR, CK_OBJECT_HANDLE, CK_BYTE_PTR, CK_ULONG,
                               CK_ATTRIBUTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG, CK_OBJECT_HANDLE_PTR) {
    return unsupported(__func__);
}

}  // namespace kvp11::abi
