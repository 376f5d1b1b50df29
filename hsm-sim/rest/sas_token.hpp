// SasToken: what a shared access signature for a storage container says of itself. A value. Nobody checks its
// signature here: a folder stands for the container.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kvp11/result.hpp"

namespace kvp11::rest {

class SasToken {
public:
    /// "?se=2030-01-01T00%3A00Z&sp=rwdl&sig=…", with the question mark or not. ArgumentsBad with the service's own
    /// sentence when it has no expiry field, and with one of ours for an expiry that is no time.
    static Result<SasToken> parse(std::string_view text);

    /// AccessDenied when it has expired, or says what it permits (sp) and `permission`, 'r' or 'w', is not there.
    [[nodiscard]] Result<void> permits(char permission, std::int64_t now) const;

private:
    std::int64_t expires_ = 0;
    std::string permissions_;  // empty: it does not say
    std::string expiry_text_;
};

}  // namespace kvp11::rest
