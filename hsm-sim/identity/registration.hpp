// Registrations: the applications of a test authority, ready to be checked. Immutable, thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/asymmetric.hpp"
#include "identity/test_authority.hpp"

namespace kvp11::identity {

/// A certificate whose key signs client assertions, and all names that an assertion's header may call it by.
struct AssertionKey {
    std::shared_ptr<const crypto::PublicHalf> key;
    std::vector<std::string> names;  // x5t, x5t#S256, and both thumbprints in hex
};

struct Registration {
    Application application;
    Bytes secret_digest;  // SHA-256; empty when there is no secret
    std::vector<AssertionKey> assertion_keys;
};

class Registrations {
public:
    /// ConfigurationInvalid with the application's name.
    static Result<Registrations> make(std::vector<Application> applications);

    /// Null when there is none.
    [[nodiscard]] const Registration* find(std::string_view client_id) const noexcept;
    /// The first managed identity for which all that are not empty are right; null when there is none. `resource_id` is
    /// of Azure's form, …/userAssignedIdentities/NAME.
    [[nodiscard]] const Registration* managed_identity(std::string_view client_id, std::string_view object_id,
                                                       std::string_view resource_id) const noexcept;

private:
    std::vector<Registration> all_;
};

}  // namespace kvp11::identity
