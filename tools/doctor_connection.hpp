// The checks of `kvp11 doctor` from a host's name to an answer over TLS.
#pragma once

#include "tools/doctor_remote.hpp"

namespace kvp11::tools {

Finding check_name(RemoteSlot& slot);
Finding check_proxy(RemoteSlot& slot);
Finding check_connection(RemoteSlot& slot);
Finding check_tls(RemoteSlot& slot);
Finding check_clock(RemoteSlot& slot);

/// Unix seconds of an HTTP date, "Sun, 22 Nov 2026 13:00:26 GMT"; nothing when it is none.
std::optional<std::int64_t> http_date(std::string_view text);

}  // namespace kvp11::tools
