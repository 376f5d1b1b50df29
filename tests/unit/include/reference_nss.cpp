#include <nss/pkcs11.h>

#include "pkcs11_table.hpp"

#include "fill_table.inc"
#include "fill_table_3_0.inc"

HeaderTable nss_header() {
    HeaderTable table;
    fill_constants(table);
    fill_structures_2_40(table);
    fill_functions_2_40(table);
    fill_structures_3_0(table);
    fill_functions_3_0(table);
    return table;
}
