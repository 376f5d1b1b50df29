// AzureCliCredential: whoever is logged in with az on this machine: for developers, not for services.
#pragma once

#include "credential/surroundings.hpp"

namespace kvp11::credential {

class AzureCliCredential final : public Credential {
public:
    explicit AzureCliCredential(SurroundingsPtr surroundings) : surroundings_(std::move(surroundings)) {}
    [[nodiscard]] std::string name() const override { return "AzureCliCredential"; }
    Result<Token> acquire(const TokenRequest& request, transport::Clock::time_point deadline) override;

private:
    SurroundingsPtr surroundings_;
};

}  // namespace kvp11::credential
