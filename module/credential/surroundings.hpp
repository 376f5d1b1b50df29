// Surroundings: what every credential is made of: its settings with the environment's values filled in, and the outside
// world as far as a test wants to say how it is. Immutable, shared, thread-safe.
//
// Inside this room a credential that finds nothing to log in with fails with `absent`: the chain goes on to the next
// one. To callers it is UserNotLoggedIn, and so is the ConfigurationInvalid of a tenant or login server that is not
// known.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "credential/credential.hpp"
#include "credential/environment.hpp"
#include "host/clock.hpp"

namespace kvp11::credential {

constexpr Errc absent = Errc::TokenNotPresent;

struct Surroundings {
    CredentialSettings settings;
    Environment environment;
    transport::Transport* transport = nullptr;
    std::shared_ptr<const host::Clock> clock = host::system_clock();
    std::function<void(std::chrono::milliseconds)> pause;  // sleeps
    std::string arc_key_folder = "/var/opt/azcmagent/tokens/";
    std::string arc_agent = "/opt/azcmagent/bin/himds";
};
using SurroundingsPtr = std::shared_ptr<const Surroundings>;

/// Fills in what the settings leave empty.
Surroundings surroundings_of(CredentialSettings settings, Environment environment, transport::Transport& transport);

/// As open_credential and open_pin_credential.
Result<std::unique_ptr<Credential>> open_in(SurroundingsPtr surroundings);
Result<std::unique_ptr<Credential>> open_pin_in(Surroundings surroundings, const SecretBytes& pin);

}  // namespace kvp11::credential
