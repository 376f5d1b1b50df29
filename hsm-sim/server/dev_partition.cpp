#include "server/dev_partition.hpp"

#include <array>

#include "access/guid.hpp"
#include "crypto/asymmetric.hpp"
#include "crypto/certificate_issue.hpp"
#include "crypto/jose.hpp"
#include "crypto/random.hpp"
#include "server/files.hpp"

namespace kvp11::server {
namespace {

constexpr KeySpec rsa_2048{.type = KeyType::Rsa, .bits = 2048};
constexpr unsigned officers = 3;
constexpr unsigned quorum = 2;
constexpr int officer_days = 3650;
constexpr std::size_t pin_size = 18;
// The PIN is random: trying others is hopeless at any cost, and a start takes no second for it.
constexpr unsigned kdf_cost = 12;

Result<void> assign_roles(partition::Partition& partition, const DevIdentities& identities) {
    for (const DevRole& row : dev_roles()) {
        for (const DevApplication& application : identities.applications) {
            if (application.name != row.application) continue;
            for (const std::string_view role : row.role_ids) {
                std::array<std::uint8_t, 16> random{};
                TRY(crypto::random_bytes(random));
                const access::RoleAssignment wanted{access::guid_of(random), application.object_id, std::string(role),
                                                    "/"};
                const auto assigned = partition.assign_role(wanted);
                const bool has_it = !assigned.ok() && assigned.code() == Errc::RoleAssignmentInvalid;
                if (!assigned.ok() && !has_it) return fail(assigned.error());
            }
        }
    }
    return {};
}

/// Officers' keys as openssl would have made them; the domain's file is what `az keyvault security-domain` writes.
Result<void> download_security_domain(partition::Partition& partition, const DevPartitionFiles& files) {
    TRY(make_private_folder(files.officers()));
    std::vector<crypto::Certificate> certificates;
    for (unsigned i = 1; i <= officers; ++i) {
        const std::string path = files.officers() + "/officer-" + std::to_string(i);
        const auto key = TRY(crypto::PrivateHalf::generate(rsa_2048));
        const auto certificate = TRY(crypto::self_signed(*key, "officer " + std::to_string(i), officer_days));
        const SecretBytes pem = TRY(crypto::expose_private_key_pem(*key));
        TRY(replace_file(path + ".key", text_of(pem.expose_bytes())));
        TRY(replace_file(path + ".cer", crypto::certificate_pem(certificate)));
        certificates.push_back(certificate);
    }
    const std::string domain = TRY(partition.download_security_domain(certificates, quorum));
    return replace_file(files.officers() + "/security-domain.json", domain);
}

}  // namespace

Result<SecretBytes> dev_pin(const DevPartitionFiles& files) {
    if (!exists(files.pin())) {
        Bytes random(pin_size);
        TRY(crypto::random_bytes(random));
        TRY(replace_file(files.pin(), crypto::base64url(random) + "\n"));
    }
    return read_secret_line(files.pin());
}

Result<void> prepare_dev_partition(partition::Partition& partition, const DevPartitionFiles& files,
                                   const DevIdentities& identities, const std::string& name, bool activated) {
    const SecretBytes pin = TRY(dev_pin(files));
    if (TRY(partition.status()).life_cycle == LifeCycle::Uninitialised) {
        partition::CreateOptions wanted;
        wanted.name = name;
        wanted.administrators = {identities.admin().object_id};
        wanted.so_pin = pin.clone();
        wanted.kdf_cost = kdf_cost;
        TRY(partition.create(wanted));
    }
    TRY(partition.login(Role::SecurityOfficer, pin));
    if (!activated) return {};
    if (TRY(partition.status()).life_cycle == LifeCycle::Provisioned) TRY(download_security_domain(partition, files));
    // Once: roles that somebody took away stay away. What an interrupted start has assigned is no obstacle.
    const std::string done = files.folder + "/prepared";
    if (exists(done) || TRY(partition.status()).life_cycle != LifeCycle::Active) return {};
    TRY(assign_roles(partition, identities));
    return replace_file(done, "");
}

}  // namespace kvp11::server
