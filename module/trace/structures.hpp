// The structures that functions take and fill. Constants; thread-safe.
#pragma once

#include "trace/layout.hpp"

namespace kvp11::trace {

extern const Layout initialize_arguments;  // CK_C_INITIALIZE_ARGS
extern const Layout version_layout;        // CK_VERSION
extern const Layout info;                  // CK_INFO
extern const Layout slot_info;             // CK_SLOT_INFO
extern const Layout token_info;            // CK_TOKEN_INFO
extern const Layout mechanism_info;        // CK_MECHANISM_INFO
extern const Layout session_info;          // CK_SESSION_INFO
extern const Layout interface_layout;      // CK_INTERFACE
extern const Layout async_data;            // CK_ASYNC_DATA

}  // namespace kvp11::trace
