// The bits of each CK_FLAGS, since one bit means different things in different places. Constants; thread-safe.
#pragma once

#include "trace/names.hpp"

namespace kvp11::trace {

/// One use of CK_FLAGS: its bits, in the order in which they are written.
using Flags = std::span<const Constant>;

extern const Flags initialize_flags;  // CK_C_INITIALIZE_ARGS
extern const Flags slot_flags;        // CK_SLOT_INFO
extern const Flags token_flags;       // CK_TOKEN_INFO
extern const Flags session_flags;     // CK_SESSION_INFO, C_OpenSession
extern const Flags mechanism_flags;   // CK_MECHANISM_INFO, C_SessionCancel
extern const Flags waiting_flags;     // C_WaitForSlotEvent
extern const Flags interface_flags;   // C_GetInterface, CK_INTERFACE
extern const Flags message_flags;     // C_EncryptMessageNext, C_DecryptMessageNext
extern const Flags no_flags;          // where no bit has a name, as in CK_INFO

}  // namespace kvp11::trace
