#include "fips/pairwise.hpp"

#include <cstdlib>

#include "crypto/digest.hpp"
#include "fips/error_state.hpp"

namespace kvp11::fips {
namespace {

constexpr std::string_view message = "one message for every pair";

bool spoils_signatures() {
    static const bool wish = [] {
        const char* text = std::getenv("KVP11_TEST_PAIRWISE_FAIL");
        return text && std::string_view(text) == "1";
    }();
    return wish;
}

SignatureScheme scheme_of(KeyType type) {
    if (type == KeyType::Rsa) return SignatureScheme::RsaPkcs1;
    return type == KeyType::Ec ? SignatureScheme::Ecdsa : SignatureScheme::EdDsa;
}

// The digest is a message like another to EdDSA.
Result<bool> signs_and_verifies(const crypto::PrivateHalf& pair, const crypto::PublicHalf& half) {
    const SignatureAlgorithm algorithm{.scheme = scheme_of(pair.spec().type), .digest = Digest::Sha256};
    const Bytes digest = crypto::hash(Digest::Sha256, bytes_of(message));
    const auto signer = TRY(pair.signer(algorithm));
    Bytes signature(signer->size());
    TRY(signer->sign(digest, signature));
    if (spoils_signatures()) signature.back() ^= 1U;
    const auto verifier = TRY(half.verifier(algorithm));
    return verifier->verify(digest, signature).ok();
}

// SP 800-56A r3 5.6.2.1.4, as far as a key that only agrees can be tested: with a pair that is made for it.
Result<bool> agrees(const crypto::PrivateHalf& pair) {
    const auto other = TRY(crypto::PrivateHalf::generate(pair.spec()));
    SecretBytes there = TRY(other->agree(pair.public_key()));
    if (spoils_signatures()) there.expose_writable()[0] ^= 1U;
    return TRY(pair.agree(other->public_key())).equals(there);
}

// OAEP with SHA-1 leaves room for this message in the shortest modulus that can be imported, 512 bits.
Result<bool> encrypts_and_decrypts(const crypto::PrivateHalf& pair, const crypto::PublicHalf& half) {
    const CipherAlgorithm algorithm{.scheme = CipherScheme::RsaOaep, .iv = {}, .aad = {}};
    const ByteView plain = bytes_of(message.substr(0, 16));
    const auto encryptor = TRY(half.encryptor(algorithm));
    Bytes sealed(encryptor->output_bound(plain.size()));
    TRY(encryptor->update(plain, {}));
    TRY(encryptor->finish(sealed));
    const auto decryptor = TRY(pair.decryptor(algorithm));
    Bytes opened(decryptor->output_bound(sealed.size()));
    TRY(decryptor->update(sealed, {}));
    opened.resize(TRY(decryptor->finish(opened)));
    return opened == copy_of(plain);
}

Result<bool> is_consistent(const crypto::PrivateHalf& pair, KeyOps operations) {
    constexpr KeyOps transport = KeyOps::Encrypt | KeyOps::Decrypt | KeyOps::Wrap | KeyOps::Unwrap;
    const auto half = TRY(crypto::PublicHalf::parse(pair.public_key()));
    if (pair.spec().type == KeyType::EcMontgomery) return agrees(pair);
    if (!TRY(signs_and_verifies(pair, *half))) return false;
    if (pair.spec().type != KeyType::Rsa || (operations & transport) == KeyOps::None) return true;
    return encrypts_and_decrypts(pair, *half);
}

}  // namespace

Result<void> pairwise_consistent(const crypto::PrivateHalf& pair, KeyOps operations, PairOrigin origin) {
    const Result<bool> consistent = is_consistent(pair, operations);
    if (consistent.ok() && consistent.value()) return {};
    if (!consistent.ok() && consistent.code() == Errc::DeviceMemory) return fail(consistent.error());
    if (origin == PairOrigin::Imported) {
        return fail(Errc::AttributeValueInvalid, "the private half of the key does not belong to its public half");
    }
    enter_error_state("a fresh pair failed its consistency test");
    return require_operational();
}

}  // namespace kvp11::fips
