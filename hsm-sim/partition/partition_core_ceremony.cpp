// The security domain's ceremony: download to officers, recovery of a lost partition, and what an
// operator sees.
#include <algorithm>
#include <cstdlib>

#include "crypto/random.hpp"
#include "crypto/sealing.hpp"
#include "fips/pairwise.hpp"
#include "partition/core_process.hpp"
#include "partition/domain_secrets.hpp"
#include "partition/key_names.hpp"
#include "partition/life_cycle.hpp"
#include "partition/partition_core.hpp"
#include "partition/security_domain.hpp"
#include "store/binary_encoding.hpp"

namespace kvp11::partition {
namespace {

constexpr int transfer_days = 365;

// Making a 4096-bit key takes seconds; tests that make many say so.
std::uint32_t transfer_bits() { return std::getenv("KVP11_TEST_SMALL_KEYS") ? 2048 : 4096; }

struct TransferKey {
    std::shared_ptr<const crypto::PrivateHalf> key;
    crypto::Certificate certificate;
};

Result<TransferKey> make_transfer_key() {
    TransferKey transfer;
    transfer.key = TRY(crypto::PrivateHalf::generate({.type = KeyType::Rsa, .bits = transfer_bits()}));
    TRY(fips::pairwise_consistent(*transfer.key, KeyOps::Decrypt, fips::PairOrigin::Generated));
    transfer.certificate = TRY(crypto::self_signed(*transfer.key, "transfer-key", transfer_days));
    return transfer;
}

Result<Bytes> seal_transfer_key(const TransferKey& transfer, const SecretBytes& partition_key) {
    const SecretMaterial plain = TRY(transfer.key->expose_pkcs8());
    const Bytes box = TRY(crypto::seal(partition_key, box_binding(meta_name::transfer), plain));
    return store::BinaryWriter().bytes(transfer.certificate.der).bytes(box).take();
}

Result<TransferKey> unseal_transfer_key(ByteView stored, const SecretBytes& partition_key) {
    store::BinaryReader reader(stored);
    const Bytes certificate = reader.bytes();
    const Bytes box = reader.bytes();
    if (!reader.complete()) return fail(Errc::StoreDamaged, "the store is damaged: the transfer key");
    const SecretMaterial plain = TRY(crypto::unseal(partition_key, box_binding(meta_name::transfer), box));
    TransferKey transfer;
    transfer.key = TRY(crypto::PrivateHalf::parse(plain));
    transfer.certificate = TRY(crypto::parse_certificate(certificate));
    return transfer;
}

std::vector<Officer> officers_of(const std::vector<crypto::Certificate>& certificates) {
    std::vector<Officer> officers;
    for (const crypto::Certificate& certificate : certificates) {
        officers.push_back({common_name_of(certificate.subject), hex_of(certificate.sha256_thumbprint)});
    }
    return officers;
}

/// What the old partition key has tagged, the new one tags.
Result<void> tag_again(Store& store, const ItemSeal& seal, Batch& batch) {
    for (const auto& [name, tag_name] : {std::pair(meta_name::access, meta_name::access_tag),
                                         std::pair(meta_name::checkpoint, meta_name::checkpoint_tag),
                                         std::pair(meta_name::settings, meta_name::settings_tag)}) {
        const Bytes value = TRY(store.meta(name));
        if (value.empty()) continue;
        Bytes tag = TRY(seal.tag_of(name, value));
        batch.push_back(PutMeta{tag_name, std::move(tag), {}});
    }
    return {};
}

}  // namespace

// The facts go in only if nobody changed them since they were seen. What is compared are the stored bytes, which an
// earlier release may have written.
Result<void> PartitionCore::put_facts(const View& view, const TokenFacts& facts, const LoginSession& session,
                                      Batch rest) {
    Bytes before = TRY(view.store->meta(meta_name::facts));
    const TokenFacts present = TRY(decode_facts(before));
    if (encode_facts(present) != encode_facts(*view.facts)) {
        return fail(Errc::StoreConflict, "another process changed the partition first");
    }
    Bytes encoded = encode_facts(facts);
    Bytes tag = TRY(tag_of_facts(session.seal, encoded));
    rest.push_back(PutMeta{meta_name::facts, std::move(encoded), std::move(before)});
    rest.push_back(PutMeta{meta_name::facts_tag, std::move(tag), {}});
    return view.store->commit(rest);
}

Result<std::string> PartitionCore::download_security_domain(const std::vector<crypto::Certificate>& officers,
                                                            unsigned quorum) {
    const View seen = TRY(unlocked_view());
    TokenFacts facts = *seen.facts;
    facts.life_cycle = TRY(next(facts.life_cycle, LifeEvent::DownloadSecurityDomain));
    facts.has_security_domain = true;
    facts.officers = officers_of(officers);
    facts.quorum = static_cast<std::uint8_t>(std::min(quorum, 255U));
    std::vector<Datum> data;
    data.push_back({std::string(domain_tag), TRY(encode_domain({facts, *seen.session}))});
    data.push_back({std::string(enclave_tag), TRY(encode_enclave(facts.serial))});
    std::string file = TRY(make_security_domain(data, officers, quorum));
    TRY(put_facts(seen, facts, *seen.session, {}));
    return file;
}

Result<crypto::Certificate> PartitionCore::begin_recovery() {
    const View seen = TRY(unlocked_view());
    TokenFacts facts = *seen.facts;
    facts.life_cycle = TRY(next(facts.life_cycle, LifeEvent::BeginRecovery));
    const TransferKey transfer = TRY(make_transfer_key());
    Bytes stored = TRY(seal_transfer_key(transfer, seen.session->partition_key));
    TRY(put_facts(seen, facts, *seen.session, {PutMeta{meta_name::transfer, std::move(stored), {}}}));
    return transfer.certificate;
}

// The folder keeps its own role secret; only what it seals becomes the lost partition's.
Result<void> PartitionCore::upload_security_domain(const std::string& restore_blob) {
    const View seen = TRY(officer_view());
    TokenFacts facts = *seen.facts;
    facts.life_cycle = TRY(next(facts.life_cycle, LifeEvent::UploadSecurityDomain));
    const Bytes stored = TRY(seen.store->meta(meta_name::transfer));
    const TransferKey transfer = TRY(unseal_transfer_key(stored, seen.session->partition_key));
    const std::vector<Datum> data = TRY(open_restore_blob(restore_blob, *transfer.key, transfer.certificate));
    RecoveredDomain domain = TRY(decode_domain(data));
    facts.has_security_domain = true;
    facts.officers = domain.officers;
    facts.quorum = domain.quorum;
    facts.epoch = TRY(random_id());
    const SecretBytes& role_secret = seen.session->role_secret;
    Bytes by_role = TRY(crypto::seal(role_secret, box_binding(meta_name::key_by_role), domain.partition_key));
    Bytes by_domain = TRY(crypto::seal(domain.domain_key, box_binding(meta_name::key_by_domain), domain.partition_key));
    Bytes domain_box =
        TRY(crypto::seal(domain.partition_key, box_binding(meta_name::domain_by_key), domain.domain_key));
    ItemSeal seal = TRY(ItemSeal::derive(domain.partition_key));
    auto session = std::make_shared<const LoginSession>(
        LoginSession{Role::SecurityOfficer, facts.epoch, role_secret.clone(), std::move(domain.partition_key),
                     std::move(domain.domain_key), std::move(seal), seen.session->caller});
    Batch batch = {PutMeta{meta_name::key_by_role, std::move(by_role), {}},
                   PutMeta{meta_name::key_by_domain, std::move(by_domain), {}},
                   PutMeta{meta_name::domain_by_key, std::move(domain_box), {}}, EraseMeta{meta_name::transfer},
                   EraseMeta{meta_name::attestation}};
    TRY(tag_again(*seen.store, session->seal, batch));
    // Others who ask in this process in between find the new session as soon as it holds.
    announce_session(session);
    const Result<void> put = put_facts(seen, facts, *session, std::move(batch));
    if (put.ok()) adopt_session(std::move(session));
    announce_session(nullptr);
    return put;
}

Result<PartitionSummary> PartitionCore::summary() const {
    PartitionSummary summary;
    summary.path = folder_.path();
    summary.self_tests = fips::self_test_results();
    summary.integrity = fips::library_integrity();
    summary.mode = settings_.mode;
    summary.token = TRY(status());
    if (summary.token.life_cycle == LifeCycle::Uninitialised) return summary;
    const View seen = TRY(view());
    summary.facts = *seen.facts;
    summary.counts = TRY(seen.store->counts());
    return summary;
}

std::uint64_t PartitionSummary::keys_of(KeyType type) const {
    for (const ItemCount& count : counts) {
        if (count.kind == ItemKind::Key && count.detail == static_cast<std::uint64_t>(type)) return count.count;
    }
    return 0;
}

std::uint64_t PartitionSummary::keys() const {
    std::uint64_t sum = 0;
    for (const ItemCount& count : counts) sum += count.kind == ItemKind::Key ? count.count : 0;
    return sum;
}

std::uint64_t PartitionSummary::records() const {
    std::uint64_t sum = 0;
    for (const ItemCount& count : counts) sum += count.kind == ItemKind::Record ? count.count : 0;
    return sum;
}

}  // namespace kvp11::partition
