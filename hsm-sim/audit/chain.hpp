// The hash chain that ties each line of the log to all lines before it, and the seals over it.
//
// hash of a line = SHA-256(hash of the line before ‖ the line without its hash); 32 zero bytes stand before the
// first. A seal is HMAC-SHA-256 over the number of records and the hash of the last one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/digest.hpp"
#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::audit {

using ChainHash = std::array<std::uint8_t, 32>;

/// How far a chain goes.
struct ChainEnd {
    std::uint64_t records = 0;
    ChainHash hash{};
};

/// One thread's at a time.
class Chain {
public:
    ChainHash next(const ChainHash& previous, std::string_view content);

private:
    crypto::Hash hash_{Digest::Sha256};
};

void append_hex(std::string& text, ByteView bytes);
std::string hex(ByteView bytes);
/// Nothing unless it is 64 digits in lower case.
std::optional<ChainHash> hash_of_hex(std::string_view text);

Result<ChainHash> seal_of(const SecretBytes& seal_key, const ChainEnd& end);

}  // namespace kvp11::audit
