// Call: a call of a C function in the log, as two lines with one number: what was passed, and what came of it.
//
//   #7 C_SignInit(hSession = 0x1, pMechanism = CKM_SHA256_RSA_PKCS, hKey = 0x3)
//   #7 C_SignInit = CKR_OK in 0.042 ms
//
// Nothing of it fails or throws: without memory a line is missing. Whoever uses it asks
// log::enabled(log::Level::Trace) first.
#pragma once

#include <chrono>

#include "trace/arguments.hpp"

namespace kvp11::trace {

class Call {
public:
    /// Writes the first line. `words` outlives this. Without `follow` no pointer is read: that is for calls that the
    /// module refuses before it reads anything.
    Call(const Function& function, std::span<const Word> words, bool follow) noexcept;
    /// Writes the second.
    void ended(CK_RV value, std::chrono::steady_clock::duration took) const noexcept;

private:
    const Arguments arguments_;
    const unsigned long number_;  // in this process
};

}  // namespace kvp11::trace
