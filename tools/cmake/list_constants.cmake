# Writes FILE from HEADER (include/kvp11/pkcs11.h): KVP11_CONSTANT(name) for each number that has a name, in the
# header's order.
cmake_minimum_required(VERSION 3.25)

file(STRINGS ${HEADER} lines REGEX "^#define +CK[A-Z]?_[A-Za-z0-9_]+ +(0x|\\(CKF_)")
list(TRANSFORM lines REPLACE "^#define +([A-Za-z0-9_]+) .*$" "KVP11_CONSTANT(\\1)\n")
list(JOIN lines "" text)
file(WRITE ${FILE} "${text}")
