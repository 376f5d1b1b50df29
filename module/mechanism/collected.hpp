// Collected: data of a mechanism that works on one short message, given in parts. One operation's own.
//
// PKCS#11 makes these mechanisms single-part; clients call Update with them all the same.
#pragma once

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"

namespace kvp11::mechanism {

class Collected {
public:
    /// DataLenRange beyond any modulus or digest.
    Result<void> append(ByteView data) {
        if (data.size() > limit - bytes_.size()) {
            return fail(Errc::DataLenRange,
                        "more than " + std::to_string(limit) + " bytes for a single-part mechanism");
        }
        bytes_.insert(bytes_.end(), data.begin(), data.end());
        return {};
    }
    [[nodiscard]] ByteView view() const noexcept { return bytes_; }
    void clear() noexcept { bytes_.clear(); }

private:
    static constexpr std::size_t limit = 4096;
    Bytes bytes_;
};

}  // namespace kvp11::mechanism
