// TokenFile: an access token that somebody else keeps fresh in a file.
#pragma once

#include "credential/surroundings.hpp"

namespace kvp11::credential {

class TokenFile final : public Credential {
public:
    explicit TokenFile(SurroundingsPtr surroundings) : surroundings_(std::move(surroundings)) {}
    [[nodiscard]] std::string name() const override { return "TokenFile"; }
    /// Its end is in the token itself; of one that is no JWT, five minutes are assumed. It is read again each minute.
    Result<Token> acquire(const TokenRequest& request, transport::Clock::time_point deadline) override;

private:
    SurroundingsPtr surroundings_;
};

}  // namespace kvp11::credential
