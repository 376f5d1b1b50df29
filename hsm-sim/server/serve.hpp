// hsm-sim serve: from options to the end of the process.
#pragma once

#include <iosfwd>

#include "kvp11/result.hpp"
#include "server/serve_options.hpp"

namespace kvp11::server {

/// Serves until SIGTERM or SIGINT. Writes to `out` where it listens, ending with a line "ready URL".
Result<void> serve(const ServeOptions& options, std::ostream& out);

}  // namespace kvp11::server
