// PKCS#11 3.1 §6.21 and §6.17: keys out of a key's digest and out of data that the key encrypts (Heritage::OneWay).
#include "crypto/digest.hpp"
#include "crypto/symmetric.hpp"
#include "mechanism/derivation.hpp"
#include "mechanism/parameter_reading.hpp"

namespace kvp11::mechanism {
namespace {

constexpr CK_ULONG longest_data = 65536;
constexpr std::size_t block = 16;

using Inputs = std::span<const DerivationInput>;
using Sizes = std::span<const std::size_t>;

/// The leading bytes of all that there are.
Result<std::vector<DerivedValue>> leading(SecretBytes all, std::size_t size) {
    if (size > all.size()) {
        return fail(Errc::KeySizeRange,
                    "the derivation gives " + std::to_string(all.size()) + " bytes, not " + std::to_string(size));
    }
    if (size != 0) all.shrink(size);
    std::vector<DerivedValue> values;
    values.push_back({std::move(all)});
    return values;
}

class HashDerivation final : public Derivation {
public:
    explicit HashDerivation(Digest digest) : digest_(digest) {}
    Result<std::vector<DerivedValue>> derive(Inputs inputs, Sizes sizes) const override {
        crypto::Hash hash(digest_);
        SecretBytes digest(hash.size());
        hash.update(inputs.front().value.expose_bytes());
        hash.finish(digest.expose_writable());
        return leading(std::move(digest), sizes.front());
    }

private:
    Digest digest_;
};

class EncryptionDerivation final : public Derivation {
public:
    EncryptionDerivation(CipherAlgorithm algorithm, Bytes data)
        : algorithm_(std::move(algorithm)), data_(std::move(data)) {}
    Result<std::vector<DerivedValue>> derive(Inputs inputs, Sizes sizes) const override {
        auto cipher = TRY(crypto::aes_cipher(inputs.front().value, algorithm_, crypto::Direction::Encrypt));
        SecretBytes encrypted(cipher->output_bound(data_.size()));
        std::size_t written = TRY(cipher->update(data_, encrypted.expose_writable()));
        written += TRY(cipher->finish(encrypted.expose_writable().subspan(written)));
        encrypted.shrink(written);
        return leading(std::move(encrypted), sizes.front());
    }

private:
    CipherAlgorithm algorithm_;
    Bytes data_;
};

Result<std::unique_ptr<Derivation>> encryption(CipherAlgorithm algorithm, const void* data, CK_ULONG size) {
    if (size == 0 || size % block != 0 || size > longest_data) {
        return invalid_parameter("data of " + std::to_string(size) + " bytes, want a multiple of 16 up to 65536");
    }
    return std::make_unique<EncryptionDerivation>(std::move(algorithm),
                                                  copy_of(TRY(pointed_bytes(data, size, "derivation data"))));
}

}  // namespace

Result<std::unique_ptr<Derivation>> hash_derivation(ByteView parameter, Digest digest) {
    if (!parameter.empty()) return unfitting_parameter(parameter, "none");
    return std::make_unique<HashDerivation>(digest);
}

Result<std::unique_ptr<Derivation>> decode_ecb_encryption(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_KEY_DERIVATION_STRING_DATA>(parameter, "CK_KEY_DERIVATION_STRING_DATA"));
    return encryption({.scheme = CipherScheme::AesEcb, .iv = {}, .aad = {}}, params.pData, params.ulLen);
}

Result<std::unique_ptr<Derivation>> decode_cbc_encryption(ByteView parameter) {
    const auto params =
        TRY(read_parameter<CK_AES_CBC_ENCRYPT_DATA_PARAMS>(parameter, "CK_AES_CBC_ENCRYPT_DATA_PARAMS"));
    Bytes iv(std::begin(params.iv), std::end(params.iv));
    return encryption({.scheme = CipherScheme::AesCbc, .iv = std::move(iv), .aad = {}}, params.pData, params.length);
}

}  // namespace kvp11::mechanism
