#include "kvp11/pkcs11.h"

int pkcs11_header_is_c(void);

int pkcs11_header_is_c(void) {
    CK_FUNCTION_LIST_3_2 functions = {.version = {3, 2}, .C_Initialize = NULL_PTR};
    return functions.version.major == 3 && functions.C_Initialize == NULL_PTR;
}
