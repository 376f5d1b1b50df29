#include "kvp11/pkcs11.h"
#include "pkcs11_table.hpp"

#define KVP11_STRUCTURES "structures_ours.inc"
#include "fill_table.inc"

HeaderTable our_header() {
    HeaderTable table;
    fill_constants_and_structures(table);
    fill_functions_2_40<CK_FUNCTION_LIST>(table, "CK_FUNCTION_LIST");
    fill_functions_3_0<CK_FUNCTION_LIST_3_0>(table, "CK_FUNCTION_LIST_3_0");
    return table;
}
