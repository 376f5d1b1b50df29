// Collected: data of a mechanism that works on one whole message, given in parts. One operation's own.
//
// PKCS#11 makes most of these mechanisms single-part; clients call Update with them all the same.
#pragma once

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"

namespace kvp11::mechanism {

class Collected {
public:
    explicit Collected(std::size_t limit) : limit_(limit) {}

    /// DataLenRange beyond what the mechanism takes in parts.
    Result<void> append(ByteView data) {
        if (data.size() > limit_ - bytes_.size()) {
            return fail(Errc::DataLenRange, "more than " + std::to_string(limit_) +
                                                " bytes in parts of a message that is signed as a whole");
        }
        bytes_.insert(bytes_.end(), data.begin(), data.end());
        return {};
    }
    [[nodiscard]] ByteView view() const noexcept { return bytes_; }
    void clear() noexcept { bytes_.clear(); }

private:
    std::size_t limit_;
    Bytes bytes_;
};

}  // namespace kvp11::mechanism
