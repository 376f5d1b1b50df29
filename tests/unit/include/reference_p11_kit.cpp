#include <p11-kit/pkcs11.h>

#include "pkcs11_table.hpp"

#define KVP11_STRUCTURES "structures_p11_kit.inc"
#include "fill_table.inc"

HeaderTable p11_kit_header() {
    HeaderTable table;
    fill_constants_and_structures(table);
    fill_functions_2_40<CK_FUNCTION_LIST>(table, "CK_FUNCTION_LIST");
    return table;
}
