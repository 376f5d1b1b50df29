// PKCS#11 2.40 §2.17 to §2.22, 3.0 §2.25 to §2.32: message digests, which run in the module itself on every slot.
#include "mechanism/families.hpp"

namespace kvp11::mechanism {
namespace {

constexpr Mechanism digest_row(CK_MECHANISM_TYPE type, std::string_view name, Digest digest) {
    return {.type = type, .name = name, .keys = {}, .digest = digest};
}

constexpr Mechanism table[] = {
    digest_row(CKM_SHA_1, "CKM_SHA_1", Digest::Sha1),
    digest_row(CKM_SHA224, "CKM_SHA224", Digest::Sha224),
    digest_row(CKM_SHA256, "CKM_SHA256", Digest::Sha256),
    digest_row(CKM_SHA384, "CKM_SHA384", Digest::Sha384),
    digest_row(CKM_SHA512, "CKM_SHA512", Digest::Sha512),
    digest_row(CKM_SHA512_224, "CKM_SHA512_224", Digest::Sha512_224),
    digest_row(CKM_SHA512_256, "CKM_SHA512_256", Digest::Sha512_256),
    digest_row(CKM_SHA3_224, "CKM_SHA3_224", Digest::Sha3_224),
    digest_row(CKM_SHA3_256, "CKM_SHA3_256", Digest::Sha3_256),
    digest_row(CKM_SHA3_384, "CKM_SHA3_384", Digest::Sha3_384),
    digest_row(CKM_SHA3_512, "CKM_SHA3_512", Digest::Sha3_512),
};

}  // namespace

std::span<const Mechanism> digest_rows() { return table; }

}  // namespace kvp11::mechanism
