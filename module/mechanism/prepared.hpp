// PreparedSignature: what a signing or verifying operation was started with. A value; keeps its key open.
#pragma once

#include <memory>

#include "kvp11/backend.hpp"
#include "mechanism/mechanism.hpp"

namespace kvp11::mechanism {

struct PreparedSignature {
    const Mechanism* row;
    SignatureAlgorithm algorithm;
    std::shared_ptr<const Key> key;
    bool for_verifying;
    bool approved;  // as far as key and algorithm decide

    /// Whether a restart with this request would do the same again.
    [[nodiscard]] bool matches(const Request& request) const;
    [[nodiscard]] bool is_mac() const noexcept;
    /// The service indicator for a message that reaches the key as this input, undigested.
    [[nodiscard]] bool approves(ByteView input) const noexcept;
};

/// MechanismInvalid, KeyTypeInconsistent, KeySizeRange, MechanismParamInvalid.
Result<PreparedSignature> prepare_signature(const Request& request, std::shared_ptr<const Key> key, bool for_verifying);

}  // namespace kvp11::mechanism
