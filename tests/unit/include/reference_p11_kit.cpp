#include <p11-kit/pkcs11.h>

#include "pkcs11_table.hpp"

#include "fill_table.inc"

HeaderTable p11_kit_header() {
    HeaderTable table;
    fill_constants(table);
    fill_structures_2_40(table);
    fill_functions_2_40(table);
    STRUCTURE(CK_C_INITIALIZE_ARGS)
    return table;
}
