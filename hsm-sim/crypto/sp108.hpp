// Key derivation of SP 800-108 r1 over any keyed PRF, with the PRF's input put together by the caller, as PKCS#11 3.0
// §2.42 wants it: where the counter stands, how wide it is and which bytes are around it. Thread-safe functions.
#pragma once

#include <span>

#include "kvp11/algorithm.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::crypto {

enum class Sp108Mode : std::uint8_t { Counter, Feedback, DoublePipeline };  // §4.1, §4.2, §4.3

/// A piece of what the PRF reads in every iteration. `bytes` outlives the derivation.
struct Sp108Part {
    enum class Kind : std::uint8_t {
        Counter,   // the iteration's number from 1 on: width_bits, little_endian
        Feedback,  // K(i-1), or A(i) in the double pipeline; of neither in counter mode
        Bytes,     // bytes
    };
    Kind kind = Kind::Bytes;
    std::size_t width_bits = 32;  // 8, 16, 24 or 32
    bool little_endian = false;
    ByteView bytes{};
};

struct Sp108Algorithm {
    Sp108Mode mode = Sp108Mode::Counter;
    SignatureAlgorithm prf{.scheme = SignatureScheme::Hmac};  // Hmac over any digest, or AesCmac; mac_length is 0
    std::span<const Sp108Part> parts{};  // in order. Counter: one counter; else one Feedback and at most one counter
    ByteView iv{};                       // Feedback: K(0), perhaps empty
};

/// Bytes that one iteration gives.
std::size_t sp108_segment(const SignatureAlgorithm& prf);

/// The leading `size` bytes of K(1) || K(2) || … MechanismParamInvalid for parts that the mode does not allow,
/// KeySizeRange for no bytes, for more than the counter can count (2^width_bits - 1 segments) and for a key that
/// AES-CMAC does not take.
Result<SecretBytes> sp108(const SecretBytes& key, const Sp108Algorithm& algorithm, std::size_t size);

/// A number as counters and lengths are written: `width_bits` from 8 to 64 in steps of 8. MechanismParamInvalid for
/// other widths and for numbers that do not fit.
Result<Bytes> sp108_number(std::uint64_t number, std::size_t width_bits, bool little_endian);

}  // namespace kvp11::crypto
