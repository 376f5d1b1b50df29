// Functions with the names of the module's and of what is inside it, exported by the host program; each
// ends it. A module that finds its own parts through the dynamic linker would run into them.
#include <cstdio>
#include <cstdlib>

#define OWN_FUNCTION(name)                                                                                             \
    extern "C" __attribute__((visibility("default"))) unsigned long name() {                                           \
        std::puts("called back: " #name);                                                                              \
        std::fflush(stdout);                                                                                           \
        std::_Exit(4);                                                                                                 \
    }

OWN_FUNCTION(C_Sign)
OWN_FUNCTION(C_SignUpdate)
OWN_FUNCTION(C_SignFinal)
OWN_FUNCTION(C_GetSlotList)
OWN_FUNCTION(C_OpenSession)
OWN_FUNCTION(C_Login)
OWN_FUNCTION(C_FindObjects)
OWN_FUNCTION(EVP_DigestSign)
OWN_FUNCTION(EVP_PKEY_sign)
OWN_FUNCTION(RAND_bytes_ex)
OWN_FUNCTION(sqlite3_open_v2)
OWN_FUNCTION(sqlite3_prepare_v2)
