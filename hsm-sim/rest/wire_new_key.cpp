#include "rest/wire_new_key.hpp"

#include <limits>

#include "rest/wire_word.hpp"

namespace kvp11::rest {
namespace {

constexpr std::uint32_t usual_rsa_bits = 2048;
constexpr std::uint32_t usual_secret_bits = 256;
constexpr std::int64_t least_exponent = 3;

constexpr std::string_view policy_only_if_exportable = "Non-exportable keys must not have release policy";
constexpr std::string_view exportable_only_with_policy = "Exportable keys must have release policy";

Result<std::map<std::string, std::string>> tags_of(const json::object& tags) {
    std::map<std::string, std::string> read;
    for (const json::key_value_pair& tag : tags) {
        if (!tag.value().is_string())
            return fail(Errc::ArgumentsBad, "Property 'tags' must have strings as its values");
        read.emplace(std::string(tag.key()), std::string(tag.value().get_string()));
    }
    return read;
}

Result<std::optional<ReleasePolicy>> policy_of(const json::object& body) {
    const json::object* said = TRY(optional_object(body, "release_policy"));
    if (!said) return std::optional<ReleasePolicy>{};
    ReleasePolicy policy;
    const auto content_type = TRY(optional_text(*said, "contentType"));
    if (content_type) policy.content_type = std::string(*content_type);
    policy.data = TRY(binary_member(*said, "data"));
    policy.immutable = TRY(optional_bool(*said, "immutable")).value_or(false);
    return std::optional<ReleasePolicy>(std::move(policy));
}

Result<std::uint32_t> bits_of(const json::object& body, KeyType type) {
    const auto said = TRY(optional_integer(body, "key_size"));
    if (!said) return type == KeyType::Rsa ? usual_rsa_bits : usual_secret_bits;
    constexpr std::int64_t largest = 16384;
    const bool fits = *said > 0 && *said <= largest &&
                      (type == KeyType::Rsa   ? *said == 2048 || *said == 3072 || *said == 4096
                       : type == KeyType::Aes ? *said == 128 || *said == 192 || *said == 256
                                              : *said >= 128 && *said <= 512 && *said % 8 == 0);
    if (fits) return static_cast<std::uint32_t>(*said);
    const char* sizes = type == KeyType::Rsa   ? "2048, 3072 or 4096"
                        : type == KeyType::Aes ? "128, 192 or 256"
                                               : "from 128 to 512, whole bytes";
    return fail(Errc::ArgumentsBad, "Property 'key_size' has the value " + std::to_string(*said) + "; keys of type " +
                                        std::string(kty_word(type)) + " have " + sizes);
}

Result<KeySpec> spec_of(const json::object& body, KeyType type) {
    KeySpec spec{.type = type};
    if (type == KeyType::Ec) {
        const auto crv = TRY(optional_text(body, "crv"));
        if (crv) spec.curve = TRY(curve_of_crv(*crv));
        return spec;
    }
    spec.bits = TRY(bits_of(body, type));
    if (type != KeyType::Rsa) return spec;
    const auto exponent = TRY(optional_integer(body, "public_exponent"));
    if (!exponent) return spec;
    if (*exponent < least_exponent || *exponent % 2 == 0 || *exponent > std::numeric_limits<std::int32_t>::max()) {
        return fail(Errc::ArgumentsBad, "Property 'public_exponent' must be odd and 3 or more");
    }
    spec.public_exponent = static_cast<std::uint32_t>(*exponent);
    return spec;
}

/// "nbf" or "exp": seconds since 1970, before which there were no keys.
Result<std::optional<std::int64_t>> optional_time(const json::object& attributes, std::string_view name) {
    const auto time = TRY(optional_integer(attributes, name));
    if (time && *time < 0) {
        return fail(Errc::ArgumentsBad, "Property '" + std::string(name) + "' must be a number of seconds since 1970");
    }
    return time;
}

}  // namespace

Result<std::optional<KeyOps>> optional_operations(const json::object& object) {
    const json::array* words = TRY(optional_array(object, "key_ops"));
    if (!words || words->empty()) return std::optional<KeyOps>{};
    return std::optional<KeyOps>(TRY(key_ops_of(*words)));
}

Result<NewKey> new_key_of(const std::string& name, const json::object& body) {
    NewKey key;
    key.name = name;
    key.name_use = NameUse::MayAddVersion;
    const std::string_view kty = TRY(text_member(body, "kty"));
    const KeyType said = TRY(type_of_kty(kty));
    const auto operations = TRY(optional_operations(body));
    key.ops = operations.value_or(usual_operations(said));
    key.spec = TRY(spec_of(body, type_for(said, key.ops)));
    TRY(read_key_properties(body, key));
    return key;
}

Result<void> read_key_properties(const json::object& body, NewKey& key) {
    TRY(check_operations(key.spec.type, key.ops));
    if (const json::object* attributes = TRY(optional_object(body, "attributes"))) {
        key.enabled = TRY(optional_bool(*attributes, "enabled")).value_or(true);
        key.not_before = TRY(optional_time(*attributes, "nbf"));
        key.expires = TRY(optional_time(*attributes, "exp"));
        key.exportable = TRY(optional_bool(*attributes, "exportable")).value_or(false);
    }
    if (const json::object* tags = TRY(optional_object(body, "tags"))) key.tags = TRY(tags_of(*tags));
    key.release_policy = TRY(policy_of(body));
    if (key.release_policy && !key.exportable) {
        return fail(Errc::ReleasePolicyInvalid, std::string(policy_only_if_exportable));
    }
    if (key.exportable && !key.release_policy) {
        return fail(Errc::ReleasePolicyInvalid, std::string(exportable_only_with_policy));
    }
    return {};
}

Result<WireUpdate> key_update_of(const json::object& body) {
    WireUpdate wire;
    KeyUpdate& update = wire.update;
    update.ops = TRY(optional_operations(body));
    if (const json::object* attributes = TRY(optional_object(body, "attributes"))) {
        update.enabled = TRY(optional_bool(*attributes, "enabled"));
        const auto not_before = TRY(optional_time(*attributes, "nbf"));
        if (not_before) update.not_before = not_before;
        const auto expires = TRY(optional_time(*attributes, "exp"));
        if (expires) update.expires = expires;
        wire.exportable = TRY(optional_bool(*attributes, "exportable"));
    }
    if (const json::object* tags = TRY(optional_object(body, "tags"))) update.tags = TRY(tags_of(*tags));
    update.release_policy = TRY(policy_of(body));
    return wire;
}

// Seen in recordings of the service (azure-sdk-for-js, keyvault-keys, release policy tests).
Error with_service_text(Error error) {
    constexpr std::string_view ours = "key release policy: ";
    constexpr std::string_view theirs = "Key Release Policy: ";
    if (error.code != Errc::ReleasePolicyInvalid) return error;
    if (error.message.starts_with(ours)) error.message.replace(0, ours.size(), theirs);
    if (error.message.find("is not exportable") != std::string::npos) error.message = policy_only_if_exportable;
    return error;
}

}  // namespace kvp11::rest
