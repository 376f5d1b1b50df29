// Applications of Entra ID that log in by themselves: by a secret, by a certificate, by a token that a trusted issuer
// wrote (workload identity), and EnvironmentCredential, which is the first or the second.
#pragma once

#include <optional>

#include "credential/authority.hpp"
#include "credential/surroundings.hpp"

namespace kvp11::credential {

class ClientSecretCredential final : public Credential {
public:
    explicit ClientSecretCredential(SurroundingsPtr surroundings, std::optional<SecretBytes> secret = std::nullopt)
        : surroundings_(std::move(surroundings)), secret_(std::move(secret)) {}
    [[nodiscard]] std::string name() const override { return "ClientSecretCredential"; }
    [[nodiscard]] bool heeds_tenant() const noexcept override { return may_take_tenant(*surroundings_); }
    Result<Token> acquire(const TokenRequest& request, transport::Clock::time_point deadline) override;

private:
    [[nodiscard]] Result<SecretBytes> secret() const;

    SurroundingsPtr surroundings_;
    std::optional<SecretBytes> secret_;  // that came as a PIN
};

class ClientCertificateCredential final : public Credential {
public:
    explicit ClientCertificateCredential(SurroundingsPtr surroundings) : surroundings_(std::move(surroundings)) {}
    [[nodiscard]] std::string name() const override { return "ClientCertificateCredential"; }
    Result<Token> acquire(const TokenRequest& request, transport::Clock::time_point deadline) override;

private:
    SurroundingsPtr surroundings_;
};

class WorkloadIdentityCredential final : public Credential {
public:
    explicit WorkloadIdentityCredential(SurroundingsPtr surroundings) : surroundings_(std::move(surroundings)) {}
    [[nodiscard]] std::string name() const override { return "WorkloadIdentityCredential"; }
    Result<Token> acquire(const TokenRequest& request, transport::Clock::time_point deadline) override;

private:
    SurroundingsPtr surroundings_;
};

class EnvironmentCredential final : public Credential {
public:
    explicit EnvironmentCredential(SurroundingsPtr surroundings)
        : by_secret_(surroundings), by_certificate_(std::move(surroundings)) {}
    [[nodiscard]] std::string name() const override { return "EnvironmentCredential"; }
    Result<Token> acquire(const TokenRequest& request, transport::Clock::time_point deadline) override;

private:
    ClientSecretCredential by_secret_;
    ClientCertificateCredential by_certificate_;
};

}  // namespace kvp11::credential
