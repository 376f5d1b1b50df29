// The families of mechanisms: each gives its rows, constants of the program. Thread-safe.
#pragma once

#include <span>

#include "mechanism/mechanism.hpp"

namespace kvp11::mechanism {

std::span<const Mechanism> rsa_rows();
std::span<const Mechanism> ecdsa_rows();
std::span<const Mechanism> edwards_rows();  // and Montgomery curves
std::span<const Mechanism> aes_rows();
std::span<const Mechanism> chacha_rows();
std::span<const Mechanism> hmac_rows();
std::span<const Mechanism> derivation_rows();
std::span<const Mechanism> digest_rows();

}  // namespace kvp11::mechanism
