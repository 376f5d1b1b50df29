// What OpenSSL leaves behind where memory ends in the middle of an operation with a private RSA key.
#pragma once

namespace kvp11::crypto {

/// OpenSSL blinds the operations of a key with two numbers that belong together, changes both before each use and makes
/// new ones for every 32nd. Where memory ended between the two changes (seen with 3.0.19), the results of all uses
/// until then are wrong, and nobody is told. So whoever saw such an operation fail uses them up: `again` does it once
/// more. A few tens of milliseconds with keys of 2048 bits.
template <class Operation>
void use_up_blinding(Operation again) {
    constexpr int uses = 32;
    for (int i = 0; i < uses; ++i) (void)again();
}

}  // namespace kvp11::crypto
