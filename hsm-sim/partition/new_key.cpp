#include "partition/new_key.hpp"

#include "partition/release_policy.hpp"

namespace kvp11::partition {
namespace {

constexpr std::uint32_t most_secret_bits = 8 * 8192;
constexpr std::size_t most_attribute_bytes = 1U << 20U;

std::size_t size_of(const Face& face) {
    std::size_t size = face.id.size() + face.label.size();
    for (const auto& [type, value] : face.extras) size += value.size();
    return size;
}

Result<void> check_tags(const std::map<std::string, std::string>& tags) {
    if (tags.size() > most_tags) {
        return fail(Errc::AttributeValueInvalid, "got " + std::to_string(tags.size()) + " tags, want at most 15");
    }
    for (const auto& [name, value] : tags) {
        if (!name.empty() && name.size() <= longest_tag && value.size() <= longest_tag) continue;
        return fail(Errc::AttributeValueInvalid, "a tag has a name of 1 to 256 and a value of at most 256 bytes");
    }
    return {};
}

Result<void> check_release_policy(const KeyRecord& record, const ReleasePolicy& wanted) {
    if (!record.exportable) {
        return fail(Errc::ReleasePolicyInvalid, "a key that is not exportable must not have a release policy");
    }
    if (record.release_policy && record.release_policy->immutable && *record.release_policy != wanted) {
        return fail(Errc::ReleasePolicyInvalid, "the release policy of '" + record.id.name + "' is immutable");
    }
    return check_policy_grammar(wanted);
}

Result<void> check_protection(const Protection& before, const Protection& after, Role role) {
    if (before.sensitive && !after.sensitive) return fail(Errc::AttributeReadOnly, "a key stays sensitive");
    if (!before.extractable && after.extractable) return fail(Errc::AttributeReadOnly, "a key stays unextractable");
    if (before.wrap_with_trusted && !after.wrap_with_trusted) {
        return fail(Errc::AttributeReadOnly, "a key stays wrappable by trusted keys only");
    }
    if (!before.trusted && after.trusted && role != Role::SecurityOfficer) {
        return fail(Errc::AttributeReadOnly, "only the security officer makes a key trusted");
    }
    return {};
}

// The officer sees no private object, so it may set nothing of one but whether it is trusted.
Result<void> check_officer(const KeyRecord& record, const KeyUpdate& update) {
    bool only_trusted = !update.ops && !update.face && !update.public_face && !update.enabled && !update.tags &&
                        !update.not_before && !update.expires && !update.release_policy;
    if (update.protection) {
        Protection wanted = *update.protection;
        wanted.trusted = record.protection.trusted;
        only_trusted = only_trusted && wanted == record.protection;
    }
    if (only_trusted || !record.face.is_private) return {};
    return fail(Errc::UserNotLoggedIn, "a private object needs the user to be logged in");
}

struct SecretSizes {
    KeyType type;
    bool (*fits)(std::uint32_t bits);
    std::string_view wanted;
};
constexpr SecretSizes secret_sizes[] = {
    {KeyType::Aes, [](std::uint32_t bits) { return bits == 128 || bits == 192 || bits == 256; }, "128, 192 or 256"},
    {KeyType::AesXts, [](std::uint32_t bits) { return bits == 256 || bits == 512; }, "256 or 512"},
    {KeyType::ChaCha20, [](std::uint32_t bits) { return bits == 256; }, "256"},
    {KeyType::GenericSecret, [](std::uint32_t bits) { return bits >= 8 && bits % 8 == 0 && bits <= most_secret_bits; },
     "whole bytes, at most 8 KiB"},
};

}  // namespace

Result<void> check_new_key(const NewKey& key) {
    std::size_t size = size_of(key.face) + (key.public_face ? size_of(*key.public_face) : 0);
    if (size > most_attribute_bytes) {
        return fail(Errc::AttributeValueInvalid,
                    "got " + std::to_string(size) + " bytes of attributes, want at most 1 MiB");
    }
    TRY(check_tags(key.tags));
    if (key.release_policy && !key.exportable) {
        return fail(Errc::ReleasePolicyInvalid, "a key that is not exportable must not have a release policy");
    }
    return key.release_policy ? check_policy_grammar(*key.release_policy) : Result<void>{};
}

Result<void> check_pair_size(const KeySpec& spec) {
    const bool fits = is_on_curve(spec.type) || spec.bits == 2048 || spec.bits == 3072 || spec.bits == 4096;
    if (fits) return {};
    return fail(Errc::KeySizeRange,
                "got an RSA key of " + std::to_string(spec.bits) + " bits, want 2048, 3072 or 4096");
}

Result<void> check_secret_size(KeyType type, std::uint32_t bits) {
    for (const SecretSizes& row : secret_sizes) {
        if (row.type != type) continue;
        if (row.fits(bits)) return {};
        return fail(Errc::KeySizeRange,
                    "got a secret key of " + std::to_string(bits) + " bits, want " + std::string(row.wanted));
    }
    return fail(Errc::KeyTypeInconsistent, "a pair of keys has no material of bytes");
}

Result<void> check_import(const KeySpec& said, const KeySpec& material) {
    if (said.type != material.type) return fail(Errc::AttributeValueInvalid, "the material is of another key type");
    if (said.bits != 0 && !is_on_curve(said.type) && said.bits != material.bits) {
        return fail(Errc::AttributeValueInvalid,
                    "got material of " + std::to_string(material.bits) + " bits, want " + std::to_string(said.bits));
    }
    if (is_pair(material.type)) return {};
    const Result<void> size = check_secret_size(material.type, material.bits);
    if (!size.ok()) return fail(Errc::AttributeValueInvalid, size.error().message);
    return {};
}

Result<void> check_retention(std::uint32_t days) {
    if (days >= 7 && days <= 90) return {};
    return fail(Errc::ArgumentsBad, "got a retention of " + std::to_string(days) + " days, want 7 to 90");
}

KeyRecord record_of(const NewKey& key, const KeySpec& spec, std::int64_t now) {
    KeyRecord record;
    record.spec = spec;
    record.ops = key.ops;
    record.protection = key.protection;
    record.not_before = key.not_before;
    record.expires = key.expires;
    record.enabled = key.enabled;
    record.exportable = key.exportable;
    record.release_policy = key.release_policy;
    record.created = now;
    record.updated = now;
    record.tags = key.tags;
    record.public_key.type = spec.type;
    record.public_key.curve = spec.curve;
    record.face = key.face;
    if (is_pair(spec.type)) record.public_face = key.public_face;
    record.revision = 1;
    return record;
}

Result<void> apply_update(KeyRecord& record, const KeyUpdate& update, Role role) {
    if (role == Role::SecurityOfficer) TRY(check_officer(record, update));
    if (update.protection) TRY(check_protection(record.protection, *update.protection, role));
    if (update.public_face && !record.public_face) {
        return fail(Errc::KeyNotFound, "the public half of '" + record.id.name + "' was destroyed");
    }
    if (update.tags) TRY(check_tags(*update.tags));
    if (update.release_policy) TRY(check_release_policy(record, *update.release_policy));
    if (update.ops) record.ops = *update.ops;
    if (update.protection) record.protection = *update.protection;
    if (update.face) record.face = *update.face;
    if (update.public_face) record.public_face = *update.public_face;
    if (update.enabled) record.enabled = *update.enabled;
    if (update.not_before) record.not_before = *update.not_before;
    if (update.expires) record.expires = *update.expires;
    if (update.tags) record.tags = *update.tags;
    if (update.release_policy) record.release_policy = *update.release_policy;
    return {};
}

}  // namespace kvp11::partition
