// Site: the Managed HSM that is served, and what its handlers share. Owned by the program; outlives the Service.
#pragma once

#include <memory>
#include <string>

#include "host/clock.hpp"
#include "identity/attestation.hpp"
#include "identity/principal.hpp"
#include "partition/partition.hpp"
#include "rest/observer.hpp"
#include "rest/release_signer.hpp"
#include "rest/workers.hpp"
#include "traffic/traffic.hpp"

namespace kvp11::rest {

class Jobs;

struct SiteSettings {
    std::string name = "lab";      // the HSM's name: 3 to 24 characters
    std::string region = "local";  // x-ms-keyvault-region
    std::string authority;         // "https://login.microsoftonline.com/TENANT": where the challenge sends clients
    std::string resource;          // "https://managedhsm.azure.net": what tokens are for
    std::string storage;           // folder that stands for the storage accounts of full backups
    std::shared_ptr<const host::Clock> clock = host::system_clock();
};

/// None of the references is the Site's own; all it holds is thread-safe.
struct Site {
    SiteSettings settings;
    partition::Partition& partition;
    identity::Authenticator& authenticator;
    identity::AttestationVerifier* attestation;  // null: no key is released
    traffic::Traffic& traffic;
    Workers& workers;
    Observer& observer;
    Jobs& jobs;  // backups, restores and security-domain operations under way
    /// Signs released keys. Never null.
    std::shared_ptr<ReleaseSigner> release_signer = std::make_shared<ReleaseSigner>("Managed HSM key release");
};

}  // namespace kvp11::rest
