#include "managed_hsm/mapping_tags.hpp"

#include <algorithm>

#include "managed_hsm/extra_tags.hpp"
#include "managed_hsm/listed_type.hpp"
#include "managed_hsm/mapping.hpp"
#include "managed_hsm/tag_value.hpp"

namespace kvp11::managed_hsm {
namespace {

/// Ours by their exact names. Entries of Microsoft's library stay: it needs them, and ours go before them.
bool is_ours(std::string_view name) {
    constexpr std::string_view names[] = {
        private_tags.label, private_tags.id, private_tags.extras, public_tags.label, public_tags.id,
        public_tags.extras, no_public_tag,   local_tag,           bits_tag,          type_tag};
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

Result<void> put(Tags& tags, const char* name, ByteView value, std::string_view what) {
    auto text = tag_value_of(value);
    if (!text) {
        return fail(Errc::AttributeValueInvalid, std::string(what) + " of " + std::to_string(value.size()) +
                                                     " bytes does not fit into a tag of the service, which holds 256");
    }
    tags[name] = std::move(*text);
    return {};
}

Result<void> put_face(Tags& tags, const HalfTags& half, const Face& face, const Face& otherwise,
                      const FaceRules& rules) {
    if (face.label != otherwise.label) TRY(put(tags, half.label, face.label, "a CKA_LABEL"));
    if (face.id != otherwise.id) TRY(put(tags, half.id, face.id, "a CKA_ID"));
    std::string extras = packed_extras(face, rules);
    if (extras.empty()) return {};
    if (extras.size() > longest_tag) {
        return fail(Errc::AttributeValueInvalid,
                    "further attributes of " + std::to_string(extras.size()) +
                        " characters do not fit into a tag of the service, which holds 256");
    }
    tags[half.extras] = std::move(extras);
    return {};
}

}  // namespace

Result<Tags> tags_with(const Tags& own, const Kept& kept) {
    const bool is_pair = kept.spec.type == KeyType::Rsa || kept.spec.type == KeyType::Ec;
    Tags tags;
    for (const auto& [name, value] : own) {
        if (!is_ours(name)) tags.emplace(name, value);
    }
    const KeyId id{kept.name, {}};
    const FaceRules rules{kept.spec.type, kept.generated, false};
    TRY(put_face(tags, private_tags, kept.face, faces_of(id, true, tags).face, rules));
    if (is_pair && kept.public_face) {
        const Faces otherwise = faces_of(id, true, tags);
        const FaceRules public_rules{kept.spec.type, kept.generated, true};
        TRY(put_face(tags, public_tags, *kept.public_face, *otherwise.public_face, public_rules));
    }
    if (is_pair && !kept.public_face) tags[no_public_tag] = yes_value;
    if (kept.generated) tags[local_tag] = yes_value;
    if (!is_pair && kept.spec.bits != 0) tags[bits_tag] = std::to_string(kept.spec.bits);
    // Without it everything is as it is, only slower.
    if (kept.tells_type && tags.size() < most_tags) tags[type_tag] = type_word(kept.spec.type);
    if (tags.size() > most_tags) {
        return fail(Errc::AttributeValueInvalid,
                    "the key would need " + std::to_string(tags.size()) + " tags, and the service keeps at most 15");
    }
    return tags;
}

}  // namespace kvp11::managed_hsm
