#include "partition/security_domain.hpp"

#include <algorithm>
#include <bit>
#include <set>

#include "crypto/derivation.hpp"
#include "crypto/jose.hpp"
#include "crypto/random.hpp"
#include "partition/key_names.hpp"
#include "partition/security_domain_file.hpp"
#include "partition/shamir.hpp"

namespace kvp11::partition {
namespace {

constexpr std::size_t master_key_size = 32;
constexpr std::size_t content_key_size = 64;  // A256CBC-HS512
constexpr std::size_t fewest_officers = 3;
constexpr std::size_t most_officers = 10;
constexpr std::size_t smallest_modulus_bits = 2048;

std::string thumbprint(const crypto::Certificate& certificate) {
    return crypto::base64url(certificate.sha256_thumbprint);
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

/// The thumbprint of a file's member as `openssl x509 -fingerprint -sha256` has it, without colons.
std::string hexadecimal(const std::string& x5t_256) {
    const Result<Bytes> bytes = crypto::from_base64url(x5t_256);
    return bytes ? hex_of(*bytes) : "unreadable";
}

/// "1 officer", "3 officers".
std::string officers_text(std::size_t count) { return std::to_string(count) + (count == 1 ? " officer" : " officers"); }

std::size_t modulus_bits(const PublicKey& key) {
    if (key.type != KeyType::Rsa || key.n.empty()) return 0;
    return 8 * (key.n.size() - 1) + static_cast<std::size_t>(std::bit_width(key.n.front()));
}

Result<void> check_rsa(const crypto::Certificate& certificate, const std::string& which) {
    if (certificate.key.type != KeyType::Rsa) return fail(Errc::ArgumentsBad, which + " holds no RSA key");
    const std::size_t bits = modulus_bits(certificate.key);
    if (bits < smallest_modulus_bits) {
        return fail(Errc::ArgumentsBad,
                    which + " holds an RSA key of " + std::to_string(bits) + " bits, want 2048 or more");
    }
    return {};
}

Result<void> check_officers(const std::vector<crypto::Certificate>& officers, unsigned quorum) {
    if (officers.size() < fewest_officers || officers.size() > most_officers) {
        return fail(Errc::ArgumentsBad,
                    "got " + std::to_string(officers.size()) +
                        (officers.size() == 1 ? " wrapping certificate" : " wrapping certificates") +
                        ", want 3 to 10, one for each officer");
    }
    if (quorum < 2 || quorum > officers.size()) {
        return fail(Errc::ArgumentsBad, "got a quorum of " + std::to_string(quorum) + ", want 2 to " +
                                            std::to_string(officers.size()) + ", the number of officers");
    }
    std::set<std::string> keys;
    for (std::size_t i = 0; i < officers.size(); ++i) {
        const std::string which = "wrapping certificate " + std::to_string(i + 1);
        TRY(check_rsa(officers[i], which));
        // By key, not by certificate: one private key must not hold two shares.
        if (!keys.insert(std::string(text_of(officers[i].key.n))).second) {
            return fail(Errc::ArgumentsBad, which + " holds the same key as an earlier one, want different officers");
        }
    }
    return {};
}

Result<SecretBytes> content_key(const SecretBytes& master_key, const std::string& tag) {
    return crypto::sp108_counter(master_key, bytes_of(tag), {}, content_key_size);
}

Result<std::vector<SealedDatum>> seal_data(const std::vector<Datum>& data, const SecretBytes& master_key) {
    std::vector<SealedDatum> sealed;
    for (const Datum& datum : data) {
        const SecretBytes key = TRY(content_key(master_key, datum.tag));
        sealed.push_back({datum.tag, TRY(crypto::jwe_seal_direct(key, datum.tag, datum.plain))});
    }
    return sealed;
}

Result<std::vector<Datum>> unseal_data(const std::vector<SealedDatum>& sealed, const SecretBytes& master_key) {
    std::vector<Datum> data;
    for (const SealedDatum& datum : sealed) {
        const SecretBytes key = TRY(content_key(master_key, datum.tag));
        Result<SecretBytes> plain = crypto::jwe_unseal_direct(key, datum.compact_jwe);
        if (!plain) {
            return fail(Errc::SecurityDomainInvalid,
                        "the part " + datum.tag +
                            " does not open with the recovered key: the file was changed or mixed");
        }
        data.push_back({datum.tag, std::move(plain).value()});
    }
    return data;
}

Result<SealedKey> seal_key(const SecretBytes& key, const crypto::Certificate& recipient) {
    const auto half = TRY(crypto::PublicHalf::parse(recipient.key));
    return SealedKey{TRY(crypto::jwe_seal_to(*half, key)), thumbprint(recipient)};
}

/// Who of the given officers holds a share of the file, and what a message about a missing quorum
/// needs.
struct Attendance {
    std::vector<std::pair<const OfficerKey*, const SealedKey*>> present;
    std::vector<std::string> absent;     // thumbprints in the file, in hexadecimal
    std::vector<std::string> strangers;  // names of officers who do not belong to the file
};

Attendance attendance(const SecurityDomainFile& file, const std::vector<OfficerKey>& officers) {
    Attendance result;
    for (const SealedKey& share : file.shares) {
        const auto officer = std::find_if(officers.begin(), officers.end(), [&](const OfficerKey& candidate) {
            return thumbprint(candidate.certificate) == share.x5t_256;
        });
        if (officer == officers.end()) {
            result.absent.push_back(hexadecimal(share.x5t_256));
        } else {
            result.present.emplace_back(&*officer, &share);
        }
    }
    for (const OfficerKey& officer : officers) {
        const std::string own = thumbprint(officer.certificate);
        const bool belongs = std::any_of(file.shares.begin(), file.shares.end(),
                                         [&](const SealedKey& share) { return share.x5t_256 == own; });
        if (!belongs) result.strangers.push_back(officer.name);
    }
    return result;
}

Failure quorum_not_met(const SecurityDomainFile& file, const Attendance& who) {
    std::vector<std::string> names;
    for (const auto& [officer, share] : who.present) names.push_back(officer->name);
    const std::size_t missing = file.quorum - who.present.size();
    std::string message = "the security domain opens with " + std::to_string(file.quorum) + " of its " +
                          officers_text(file.shares.size()) + " and got " + std::to_string(who.present.size()) +
                          (names.empty() ? "" : " (" + joined(names) + ")") + ": " + std::to_string(missing) +
                          " more needed of those with the certificates " + joined(who.absent) + " (SHA-256)";
    if (!who.strangers.empty()) message += "; not of this security domain: " + joined(who.strangers);
    return fail(Errc::QuorumNotMet, message);
}

Result<void> check_pairs(const std::vector<OfficerKey>& officers) {
    for (const OfficerKey& officer : officers) {
        if (!officer.key || !(officer.key->public_key() == officer.certificate.key)) {
            return fail(Errc::ArgumentsBad, officer.name + " is not the private key of the certificate beside it");
        }
    }
    return {};
}

Result<SecretBytes> recover_master_key(const SecurityDomainFile& file, const Attendance& who) {
    std::vector<SecretBytes> shares;
    for (const auto& [officer, sealed] : who.present) {
        if (shares.size() == file.quorum) break;
        Result<SecretBytes> share = crypto::jwe_unseal_with(*officer->key, sealed->enc_key);
        if (!share) {
            return fail(Errc::SecurityDomainInvalid,
                        "the share of " + officer->name + " does not open: the file was changed");
        }
        shares.push_back(std::move(share).value());
    }
    return combine(shares);
}

}  // namespace

Result<std::string> make_security_domain(const std::vector<Datum>& data,
                                         const std::vector<crypto::Certificate>& officers, unsigned quorum) {
    TRY(check_officers(officers, quorum));
    if (data.empty()) return fail(Errc::ArgumentsBad, "a security domain needs something to protect");
    const SecretBytes master_key = TRY(crypto::random_secret(master_key_size));
    const auto shares = TRY(split(master_key, quorum, static_cast<unsigned>(officers.size())));
    SecurityDomainFile file;
    file.quorum = quorum;
    file.data = TRY(seal_data(data, master_key));
    for (std::size_t i = 0; i < officers.size(); ++i) file.shares.push_back(TRY(seal_key(shares[i], officers[i])));
    return to_json(file);
}

Result<SecurityDomainSummary> describe_security_domain(const std::string& json) {
    const SecurityDomainFile file = TRY(parse_security_domain_file(json));
    SecurityDomainSummary summary;
    summary.quorum = file.quorum;
    for (const SealedKey& share : file.shares) summary.x5t_256.push_back(share.x5t_256);
    for (const SealedDatum& datum : file.data) summary.tags.push_back(datum.tag);
    return summary;
}

Result<std::string> make_restore_blob(const std::string& security_domain_json, const crypto::Certificate& exchange,
                                      const std::vector<OfficerKey>& officers) {
    const SecurityDomainFile file = TRY(parse_security_domain_file(security_domain_json));
    TRY(check_rsa(exchange, "the exchange certificate"));
    TRY(check_pairs(officers));
    const Attendance who = attendance(file, officers);
    if (who.present.size() < file.quorum) return quorum_not_met(file, who);
    const SecretBytes master_key = TRY(recover_master_key(file, who));
    const std::vector<Datum> data = TRY(unseal_data(file.data, master_key));

    const SecretBytes new_key = TRY(crypto::random_secret(master_key_size));
    RestoreBlobFile blob;
    blob.data = TRY(seal_data(data, new_key));
    blob.wrapped_key = TRY(seal_key(new_key, exchange));
    return to_json(blob);
}

Result<std::vector<Datum>> open_restore_blob(const std::string& json, const crypto::PrivateHalf& transfer_key,
                                             const crypto::Certificate& transfer_certificate) {
    const RestoreBlobFile blob = TRY(parse_restore_blob_file(json));
    if (blob.wrapped_key.x5t_256 != thumbprint(transfer_certificate)) {
        return fail(Errc::SecurityDomainInvalid,
                    "the restore blob is for another exchange certificate: it has SHA-256 " +
                        hexadecimal(blob.wrapped_key.x5t_256) + ", want " +
                        hex_of(transfer_certificate.sha256_thumbprint));
    }
    Result<SecretBytes> master_key = crypto::jwe_unseal_with(transfer_key, blob.wrapped_key.enc_key);
    if (!master_key) return fail(Errc::SecurityDomainInvalid, "the restore blob does not open with the exchange key");
    return unseal_data(blob.data, *master_key);
}

}  // namespace kvp11::partition
