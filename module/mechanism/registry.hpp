// The registry of mechanisms: every row, in the order of families, and the projections of them.
// Immutable after the first use; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "kvp11/backend.hpp"
#include "mechanism/mechanism.hpp"

namespace kvp11::mechanism {

/// All rows of all families.
const std::vector<const Mechanism*>& rows();
/// Null when there is no such mechanism.
const Mechanism* find_row(CK_MECHANISM_TYPE type);
/// A request by type; MechanismInvalid.
Result<Request> request(CK_MECHANISM_TYPE type, ByteView parameter);

/// What a slot with this backend lists (C_GetMechanismList), in ascending order without repetition.
std::vector<CK_MECHANISM_TYPE> list(const Backend& backend);
/// C_GetMechanismInfo; MechanismInvalid when the slot does not list it.
Result<CK_MECHANISM_INFO> info(const Backend& backend, CK_MECHANISM_TYPE type);
/// The CKF_… flags that follow from the row (CKF_HW is not among them); those of messages, recovery and KEMs follow
/// from these and are in info() only.
CK_FLAGS flags(const Mechanism& row);
/// Those of them that the approved-mode policy can approve with some key and parameters.
CK_FLAGS approved_flags(const Mechanism& row);

/// A row in words. `remote`: what keys of a Managed HSM do with it; session keys of any slot do what `roles` has.
struct RowWords {
    std::string name;
    std::string keys;
    std::string sizes;
    std::string roles;
    std::string approved;  // "yes", "no", or the roles that are
    std::string remote;    // likewise
};
/// Every row; `managed_hsm` is asked what it supports, and nothing else.
std::vector<RowWords> described_rows(const Backend& managed_hsm);
/// The table of docs/mechanisms.md.
std::string markdown_table(const Backend& managed_hsm);

}  // namespace kvp11::mechanism
