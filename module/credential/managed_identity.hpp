// ManagedIdentityCredential: the identity of the machine: IMDS of virtual machines, App Service, Arc, Azure ML, Cloud
// Shell (identity_endpoint.hpp).
#pragma once

#include "credential/identity_endpoint.hpp"

namespace kvp11::credential {

class ManagedIdentityCredential final : public Credential {
public:
    explicit ManagedIdentityCredential(SurroundingsPtr surroundings) : surroundings_(std::move(surroundings)) {}
    [[nodiscard]] std::string name() const override { return "ManagedIdentityCredential"; }
    Result<Token> acquire(const TokenRequest& request, transport::Clock::time_point deadline) override;
    /// For a chain, where an IMDS that is not there must not cost all the deadline: asks for a second whether anybody
    /// answers; `absent` when nobody does. That is not remembered: a machine under load may answer late once.
    [[nodiscard]] Result<void> probe(transport::Clock::time_point deadline) const;

private:
    SurroundingsPtr surroundings_;
};

}  // namespace kvp11::credential
