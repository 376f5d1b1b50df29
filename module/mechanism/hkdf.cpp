// PKCS#11 3.1 §6.62: HKDF (RFC 5869), its two steps together or one of them.
#include <optional>

#include "crypto/derivation.hpp"
#include "mechanism/derivation.hpp"
#include "mechanism/parameter_reading.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

struct HkdfSteps {
    bool extract;
    bool expand;
    Digest digest;
    Bytes salt;
    std::optional<CK_OBJECT_HANDLE> salt_key;
    Bytes info;
};

class Hkdf final : public Derivation {
public:
    explicit Hkdf(HkdfSteps steps) : steps_(std::move(steps)) {}

    std::span<const CK_OBJECT_HANDLE> other_keys() const noexcept override {
        return steps_.salt_key ? std::span<const CK_OBJECT_HANDLE>(&*steps_.salt_key, 1)
                               : std::span<const CK_OBJECT_HANDLE>();
    }
    Result<std::vector<DerivedValue>> derive(std::span<const DerivationInput> inputs,
                                             std::span<const std::size_t> sizes) const override {
        const ByteView salt = steps_.salt_key ? inputs[1].value.expose_bytes() : ByteView(steps_.salt);
        std::vector<DerivedValue> values;
        values.push_back({TRY(compute(inputs.front().value, salt, sizes.front()))});
        return values;
    }

private:
    [[nodiscard]] Result<SecretBytes> compute(const SecretBytes& base, ByteView salt, std::size_t size) const {
        if (!steps_.expand) {
            if (size != 0 && size != digest_size(steps_.digest)) {
                return fail(Errc::KeySizeRange, "the extract step gives as many bytes as the digest has");
            }
            return crypto::hkdf_extract(steps_.digest, base, salt);
        }
        if (size == 0) return fail(Errc::TemplateIncomplete, "HKDF wants CKA_VALUE_LEN");
        if (steps_.extract) return crypto::hkdf(steps_.digest, base, salt, steps_.info, size);
        // RFC 5869 §2.3
        if (base.size() < digest_size(steps_.digest)) {
            return fail(Errc::KeySizeRange, "the expand step wants a key that is as long as the digest, or longer");
        }
        return crypto::hkdf_expand(steps_.digest, base, steps_.info, size);
    }

    HkdfSteps steps_;
};

Result<void> read_salt(const CK_HKDF_PARAMS& params, HkdfSteps& steps) {
    switch (params.ulSaltType) {
        case CKF_HKDF_SALT_NULL: return {};
        case CKF_HKDF_SALT_DATA:
            steps.salt = copy_of(TRY(pointed_bytes(params.pSalt, params.ulSaltLen, "HKDF salt")));
            return {};
        case CKF_HKDF_SALT_KEY: steps.salt_key = params.hSaltKey; return {};
        default: return invalid_parameter("unknown HKDF salt type " + std::to_string(params.ulSaltType));
    }
}

}  // namespace

Result<std::unique_ptr<Derivation>> decode_hkdf(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_HKDF_PARAMS>(parameter, "CK_HKDF_PARAMS"));
    HkdfSteps steps{params.bExtract != CK_FALSE, params.bExpand != CK_FALSE, {}, {}, {}, {}};
    if (!steps.extract && !steps.expand) return invalid_parameter("HKDF without a step");
    steps.digest = TRY(digest_of(params.prfHashMechanism));
    // What a step does not use is not looked at.
    if (steps.extract) TRY(read_salt(params, steps));
    if (steps.expand) steps.info = copy_of(TRY(pointed_bytes(params.pInfo, params.ulInfoLen, "HKDF info")));
    return std::make_unique<Hkdf>(std::move(steps));
}

}  // namespace kvp11::mechanism
