// How a key of the service looks as PKCS#11 objects, and how what PKCS#11 has more is kept in its tags.
//
// A key needs no tag: CKA_LABEL is its name; CKA_ID is its name when that has at most 32 characters, else the first 16
// bytes of SHA-256 of the name in lower case. So an id that is a name is looked up by one GET. A version that is not
// the latest has the label "name/version" and 16 bytes of SHA-256("name/version") as id. Tags override:
//   p11_pri_… and p11_pub_…  of the private or secret half and of the public half, as Microsoft's TLS offload
//   library writes them: an entry whose suffix contains LABEL or ID, without regard to case; plain text, "0x" hex or
//   "base64:" (docs/remote.md says how they are told apart).
// What we write: p11_pri_label, p11_pri_id, p11_pri_extras (further attributes) and the same for p11_pub_, each only
// when it differs from the default; p11_pub_none when the pair has no public object. A tag holds 256 characters.
//
// Functions over values; thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::managed_hsm {

using Tags = std::map<std::string, std::string>;

/// The faces of a key of which nothing but name and tags is known. `public_face` is for pairs only.
struct Faces {
    Face face;
    std::optional<Face> public_face;
};
Faces faces_of(const KeyId& id, bool is_latest, const Tags& tags);

/// A record as read from the service, made whole: faces, protection, whether it may be used.
void complete(KeyRecord& record, bool is_latest);

/// The tags that keep `face` and `public_face` for a key of this name, beside the caller's own. AttributeValueInvalid
/// when they do not fit.
Result<Tags> tags_with(Tags own, const std::string& name, const Face& face, const std::optional<Face>& public_face,
                       bool is_pair);

/// A name that a label or an id may directly name: 1 to 127 of [0-9a-zA-Z-].
std::optional<std::string> name_in(ByteView label_or_id);

}  // namespace kvp11::managed_hsm
