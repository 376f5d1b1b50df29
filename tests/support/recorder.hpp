// Recorder: the function list of libkvp11 with a note of each code that a function returned.
//
// With KVP11_RETURN_CODES=<file> in the environment, load_module() gives the list of the recorder, and every pair of
// function and code that a test case meets for the first time becomes a line "C_Sign CKR_OK suite/case" at the end of
// the file. Child processes write into the same file. tests/misuse/return_codes.py reads it. Thread-safe.
#pragma once

#include <string>

#include "kvp11/pkcs11.h"

namespace kvp11::test {

/// Whether KVP11_RETURN_CODES is set.
bool is_recording();
/// The list of version 3.2 of libkvp11, loaded once per process; the recorder's when is_recording().
CK_FUNCTION_LIST_3_2* functions_3_2();
/// The same without the recorder, for where the recorder's own allocations would be in the way; record() is for then.
CK_FUNCTION_LIST_3_2* plain_functions_3_2();
void record(const std::string& function, CK_RV code);

}  // namespace kvp11::test
