#include "token/finding.hpp"

#include <algorithm>

#include "token/built_in.hpp"

namespace kvp11::token {

namespace {

bool answered_by_query(CK_ATTRIBUTE_TYPE type) {
    return type == CKA_CLASS || type == CKA_ID || type == CKA_LABEL || type == CKA_TOKEN;
}

/// A class as queries: public keys are halves of keys or records.
std::vector<ObjectQuery> queries_for(std::optional<CK_OBJECT_CLASS> object_class) {
    const auto of_kind = [](ObjectKind kind) {
        ObjectQuery query;
        query.kind = kind;
        return query;
    };
    if (!object_class) return {ObjectQuery{}};
    if (*object_class == CKO_PRIVATE_KEY) return {of_kind(ObjectKind::PrivateKey)};
    if (*object_class == CKO_SECRET_KEY) return {of_kind(ObjectKind::SecretKey)};
    std::vector<ObjectQuery> queries;
    if (*object_class == CKO_PUBLIC_KEY) queries.push_back(of_kind(ObjectKind::PublicKey));
    queries.push_back(of_kind(ObjectKind::Record));
    queries.back().record_class = *object_class;
    return queries;
}

struct Search {
    std::vector<ObjectQuery> queries;
    std::optional<bool> on_token;
    bool needs_matching = false;
    bool needs_whole = false;  // for that more than a sketch
};

Result<Search> plan(const Template& wanted, bool with_private) {
    Search search;
    search.queries = queries_for(TRY(wanted.number(CKA_CLASS)));
    search.on_token = TRY(wanted.flag(CKA_TOKEN));
    for (ObjectQuery& query : search.queries) {
        query.with_private = with_private;
        if (const auto id = wanted.find(CKA_ID)) query.id = copy_of(*id);
        if (const auto label = wanted.find(CKA_LABEL)) query.label = copy_of(*label);
    }
    const auto& given = wanted.attributes();
    search.needs_matching =
        std::any_of(given.begin(), given.end(), [](const auto& one) { return !answered_by_query(one.type); });
    search.needs_whole =
        std::any_of(given.begin(), given.end(), [](const auto& one) { return !is_sketched(one.type); });
    return search;
}

}  // namespace

bool matches(const Object& object, const Template& wanted) {
    for (const auto& [type, value] : wanted.attributes()) {
        const Rule* rule = find_rule(object.kind(), type);
        if (rule == nullptr) return false;
        const auto own = object.value(*rule);
        if (!own.ok() || !std::equal(own->begin(), own->end(), value.begin(), value.end())) return false;
    }
    return true;
}

Result<std::vector<Handle>> find_objects(Slot& slot, const Template& wanted) {
    const bool with_private = slot.sees_private();
    const Search search = TRY(plan(wanted, with_private));
    std::vector<Handle> found;
    const auto add_if_it_matches = [&](bool on_token, const ObjectRef& ref, bool is_private, bool needs_matching) {
        const Handle handle = slot.objects().handle_of(on_token, ref, is_private);
        if (needs_matching) {
            const auto object = search.needs_whole ? slot.objects().object(handle) : slot.objects().sketch(handle);
            if (!object.ok() || !matches(**object, wanted)) return;
        }
        found.push_back(handle);
    };
    for (const bool on_token : {true, false}) {
        if (search.on_token && *search.on_token != on_token) continue;
        for (const ObjectQuery& query : search.queries) {
            for (const ObjectRef& ref : TRY(slot.objects().store(on_token).find(query))) {
                add_if_it_matches(on_token, ref, with_private, search.needs_matching);
            }
        }
    }
    for (const ObjectRef& ref : built_in::asked_for(slot, wanted)) add_if_it_matches(true, ref, false, true);
    return found;
}

}  // namespace kvp11::token
