// The ways in which machines of Azure give out the token of their managed identity: one row each, chosen by the
// environment as Azure's SDKs do. Values and pure functions, thread-safe.
#pragma once

#include <string>

#include "credential/surroundings.hpp"
#include "credential/wiped_text.hpp"

namespace kvp11::credential {

struct IdentitySource {
    std::string_view name;                // "IMDS"
    std::string_view needs[2] = {};       // variables that must be set for this source; none: the last resort
    std::string_view secret_header = {};  // "X-IDENTITY-HEADER"; empty: none
    std::string_view secret_variable = {};
    std::string_view endpoint_variable = {};  // the URL; empty: imds_host or Arc's own
    std::string_view api_version = {};        // empty: no such parameter
    std::string_view client_id = {};          // names of the query's parameters; empty: this source cannot choose
    std::string_view object_id = {};
    std::string_view resource_id = {};
    bool metadata_header = false;  // "Metadata: true"
    bool by_form = false;          // POST, the resource in a form
    bool key_file = false;         // Arc: 401 names a file whose content goes back
    bool can_probe = false;        // IMDS: asked whether it is there at all
    bool supported = true;
};

/// Never null: IMDS where nothing else is.
const IdentitySource& identity_source(const Surroundings& surroundings);

/// A question to the source, with its own memory.
struct IdentityQuestion {
    transport::Endpoint endpoint;
    std::string target;
    WipedText head_lines;
    std::string body;
    std::string chosen;  // "client id 0000…", "" for the system-assigned one
};
/// UserNotLoggedIn for a URL that is none, a source that cannot do what the settings want, and a secret that no header
/// can hold.
Result<IdentityQuestion> identity_question(const Surroundings& surroundings, const IdentitySource& source,
                                           const std::string& resource);

}  // namespace kvp11::credential
