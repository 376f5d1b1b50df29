// Two partitions of one security domain, and who is logged in to them.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>

#include "officers.hpp"
#include "workplace.hpp"

namespace kvp11::test {

inline partition::PartitionSettings settings_with(const std::string& path, std::shared_ptr<const host::Clock> clock) {
    partition::PartitionSettings settings;
    settings.path = path;
    settings.clock = std::move(clock);
    return settings;
}

inline void log_in(partition::Partition& token, Role role) {
    REQUIRE_OK(token.logout());
    REQUIRE_OK(token.login(role, pin(role == Role::User ? user_pin : so_pin)));
}

/// As the security officer, who may recover and purge; then the user is logged in.
inline void recover(partition::Partition& token, const std::string& name) {
    log_in(token, Role::SecurityOfficer);
    REQUIRE_OK(token.recover_key(name));
    log_in(token, Role::User);
}
inline void purge_deleted(partition::Partition& token, const std::string& name) {
    log_in(token, Role::SecurityOfficer);
    REQUIRE_OK(token.purge_key(name));
    log_in(token, Role::User);
}
inline void purge(partition::Partition& token, const std::string& name) {
    REQUIRE_OK(token.remove_key(name));
    purge_deleted(token, name);
}

/// Active, with its security domain downloaded; its user is logged in.
struct Domain {
    std::unique_ptr<partition::Partition> token;
    std::string file;
};
inline Domain domain_at(const std::string& path) {
    Domain domain{provisioned(path), {}};
    log_in(*domain.token, Role::SecurityOfficer);
    auto file = domain.token->download_security_domain(three_certificates(), 2);
    REQUIRE_OK(file);
    domain.file = std::move(file).value();
    log_in(*domain.token, Role::User);
    return domain;
}

/// A new, empty partition that has taken over the domain of these officers; its user is logged in.
inline std::unique_ptr<partition::Partition> twin_at(const std::string& path, const std::string& domain_file,
                                                     const std::vector<partition::OfficerKey>& quorum) {
    setenv("KVP11_TEST_SMALL_KEYS", "1", 1);
    auto token = provisioned(path);
    log_in(*token, Role::SecurityOfficer);
    const auto exchange = token->begin_recovery();
    REQUIRE_OK(exchange);
    const auto blob = partition::make_restore_blob(domain_file, exchange.value(), quorum);
    REQUIRE_OK(blob);
    REQUIRE_OK(token->upload_security_domain(blob.value()));
    log_in(*token, Role::User);
    return token;
}
inline std::unique_ptr<partition::Partition> twin_at(const std::string& path, const std::string& domain_file) {
    return twin_at(path, domain_file, officers({"wrap1", "wrap3"}));
}

}  // namespace kvp11::test
