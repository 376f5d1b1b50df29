// PKCS#11 2.40 §2.17 to §2.22: message digests, which run in the module itself on every slot.
#include "mechanism/families.hpp"

namespace kvp11::mechanism {
namespace {

constexpr Mechanism digest_row(CK_MECHANISM_TYPE type, std::string_view name, Digest digest) {
    return {.type = type, .name = name, .key_type = std::nullopt, .digest = digest};
}

constexpr Mechanism table[] = {
    digest_row(CKM_SHA_1, "CKM_SHA_1", Digest::Sha1),     digest_row(CKM_SHA224, "CKM_SHA224", Digest::Sha224),
    digest_row(CKM_SHA256, "CKM_SHA256", Digest::Sha256), digest_row(CKM_SHA384, "CKM_SHA384", Digest::Sha384),
    digest_row(CKM_SHA512, "CKM_SHA512", Digest::Sha512),
};

}  // namespace

std::span<const Mechanism> digest_rows() { return table; }

}  // namespace kvp11::mechanism
