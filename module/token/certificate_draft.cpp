#include "token/certificate_draft.hpp"

#include <algorithm>
#include <map>

#include "mechanism/certificate.hpp"
#include "token/key_dates.hpp"

namespace kvp11::token {

namespace {

bool same_bytes(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

Result<void> settle_check_value(ExtraAttributes& extras) {
    const Bytes& value = extras[CKA_VALUE];
    const auto [given, is_missing] = extras.try_emplace(CKA_CHECK_VALUE, Bytes{});
    if (value.empty() || (!is_missing && given->second.empty())) return {};
    Bytes own = mechanism::certificate_check_value(value);
    if (is_missing) {
        given->second = std::move(own);
    } else if (given->second != own) {
        return fail(Errc::AttributeValueInvalid, "CKA_CHECK_VALUE is another certificate's");
    }
    return {};
}

ObjectQuery certificates(bool with_private) {
    ObjectQuery query;
    query.kind = ObjectKind::Record;
    query.record_class = CKO_CERTIFICATE;
    query.with_private = with_private;
    return query;
}

/// A service tells of keys one by one: more of them are not looked at for a certificate's sake.
constexpr std::size_t most_keys = 200;

/// The first key that `is_wanted` says true of, null when there is none; nothing when there are too many to look at.
template <class Condition>
std::optional<std::shared_ptr<const KeyRecord>> find_key(const Backend& store, ObjectKind kind, bool with_private,
                                                         Condition is_wanted) {
    ObjectQuery query;
    query.kind = kind;
    query.with_private = with_private;
    const auto refs = store.find(query);
    if (!refs.ok() || refs->size() > most_keys) return std::nullopt;
    for (const ObjectRef& ref : *refs) {
        auto key = store.key_record(ref.id);
        if (key.ok() && is_wanted(**key)) return std::move(key).value();
    }
    return nullptr;
}

Bytes public_key_info(const KeyRecord& key) {
    const auto info = mechanism::public_attribute(key.public_key, CKA_PUBLIC_KEY_INFO);
    return info.ok() ? *info : Bytes{};
}

}  // namespace

Result<void> complete_certificate(Draft& draft, const Template& attributes) {
    auto& extras = draft.face.extras;
    TRY(settle_check_value(extras));
    if (draft.kind.variety != CKC_X_509) return {};
    if (auto parts = mechanism::certificate_parts(extras[CKA_VALUE])) {
        const std::pair<CK_ATTRIBUTE_TYPE, Bytes> own[] = {
            {CKA_SUBJECT, std::move(parts->subject)},        {CKA_ISSUER, std::move(parts->issuer)},
            {CKA_SERIAL_NUMBER, std::move(parts->serial)},   {CKA_PUBLIC_KEY_INFO, std::move(parts->public_key_info)},
            {CKA_START_DATE, start_date(parts->not_before)}, {CKA_END_DATE, start_date(parts->not_after)}};
        for (const auto& [type, value] : own) {
            if (!attributes.has(type)) extras[type] = value;
        }
    }
    if (!extras.contains(CKA_SUBJECT)) return fail(Errc::TemplateIncomplete, "nothing says CKA_SUBJECT");
    return {};
}

Bytes id_of_key_with(const Backend& store, ByteView wanted, bool with_private) {
    if (wanted.empty()) return {};
    const ObjectKind kind = with_private ? ObjectKind::PrivateKey : ObjectKind::PublicKey;
    const auto key = find_key(store, kind, with_private,
                              [&](const KeyRecord& one) { return same_bytes(public_key_info(one), wanted); });
    if (!key || !*key) return {};
    const KeyRecord& found = **key;
    return with_private || !found.public_face ? found.face.id : found.public_face->id;
}

bool has_public_certificates(const Backend& store) {
    const auto seen = store.find(certificates(false));
    const auto all = store.find(certificates(true));
    if (!seen.ok() || !all.ok() || seen->size() != all->size()) return false;
    if (seen->empty()) return true;
    std::map<Bytes, Bytes> ids;  // by the public key
    for (const ObjectRef& ref : *seen) {
        const auto record = store.record(ref.id.name);
        if (!record.ok()) return false;
        const auto& extras = (*record)->face.extras;
        const auto info = extras.find(CKA_PUBLIC_KEY_INFO);
        if (info != extras.end()) ids.emplace(info->second, (*record)->face.id);
    }
    const auto breaks_it = [&](const KeyRecord& key) {
        const auto id = ids.find(public_key_info(key));
        if (id == ids.end()) return false;
        const bool is_found = key.public_face && !key.public_face->is_private && key.public_face->id == id->second;
        return key.face.id != id->second || !is_found;
    };
    const auto breaker = find_key(store, ObjectKind::PrivateKey, true, breaks_it);
    return breaker && *breaker == nullptr;
}

}  // namespace kvp11::token
