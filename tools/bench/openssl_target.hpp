// Straight OpenSSL, as fast as its EVP interface goes: each thread keeps one context, initialised
// once.
#pragma once

#include "target.hpp"

namespace kvp11::bench {

class OpensslTarget final : public Target {
public:
    std::vector<Job> prepare(const Operation& operation) override;
};

// Lookups and logins have no counterpart in OpenSSL.
bool openssl_does(Work work);

}  // namespace kvp11::bench
