#include "vectors/runner.hpp"

#include <sstream>

#include "support/key_derivation.hpp"
#include "support/pieces.hpp"
#include "vectors/vector_reading.hpp"

namespace kvp11::test {
namespace {

bool is_valid(const Vector& vector) { return !vector.has("result"); }

/// The codes that the vector allows: `result = CKR_A|CKR_B`, CKR_OK without one.
std::vector<CK_RV> wanted(const Vector& vector) {
    if (is_valid(vector)) return {CKR_OK};
    std::vector<CK_RV> codes;
    std::istringstream names(vector.text("result"));
    for (std::string name; std::getline(names, name, '|');) codes.push_back(ckr_number(name));
    return codes;
}

/// The module must answer with one of the codes; of SoftHSM2, whose codes are often not the
/// standard's, only a refusal is asked.
boost::test_tools::predicate_result agrees(CK_RV got, const Vector& vector, const Session& session) {
    if (!is_valid(vector) && session.subject().is_reference()) {
        return got != CKR_OK;
    }
    return rv_is_one_of(got, wanted(vector));
}

}  // namespace

bool VectorRunner::run(const Vector& vector) {
    const std::string& operation = vector.text("operation");
    const auto supports = [&](CK_MECHANISM_TYPE type) { return session_.subject().supports(type); };
    if (operation == "oaep") {
        if (!supports(CKM_RSA_PKCS_OAEP)) return false;
        decryption(vector, oaep_mechanism(vector));
        return true;
    }
    if (operation == "ecdh") {
        const bool montgomery = other_curve_of(vector).has_value();
        if (!supports(CKM_ECDH1_DERIVE) || (montgomery && !supports(CKM_EC_MONTGOMERY_KEY_PAIR_GEN))) return false;
        ecdh(vector);
        return true;
    }
    if (operation == "ecdsa") {
        ecdsa(vector);
        return true;
    }
    const CK_MECHANISM_TYPE type = mechanism_type(vector);
    if (type == CKM_AES_KEY_WRAP_KWP) {
        // One algorithm, two numbers: 2.40's later drafts and 3.0 call it PAD and KWP.
        if (supports(CKM_AES_KEY_WRAP_PAD)) keywrap(vector, CKM_AES_KEY_WRAP_PAD);
        if (supports(type)) keywrap(vector, type);
        return true;
    }
    if (!supports(type)) return false;
    if (operation == "digest")
        digest(vector);
    else if (operation == "mac")
        mac(vector);
    else if (operation == "cipher")
        cipher(vector);
    else if (operation == "keywrap")
        keywrap(vector, type);
    else if (operation == "signature")
        signature(vector, Mechanism(type));
    else if (operation == "pss")
        signature(vector, pss_mechanism(vector));
    else if (operation == "eddsa")
        eddsa(vector);
    else if (operation == "derive")
        derivation(vector);
    else if (operation == "password")
        password(vector);
    else if (operation == "rsa_decrypt")
        decryption(vector, Mechanism(type));
    else
        throw std::runtime_error("unknown operation " + operation);
    return true;
}

void VectorRunner::digest(const Vector& vector) {
    const Mechanism mechanism = mechanism_type(vector);
    const Bytes message = vector.bytes("message");
    BOOST_TEST(to_hex(session_.digest(mechanism, message)) == vector.text("digest"));
    for (std::size_t piece : {std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{129}}) {
        Bytes digest;
        MUST(digest_in_pieces(session_, mechanism, message, piece, &digest));
        BOOST_TEST(to_hex(digest) == vector.text("digest"));
    }
}

void VectorRunner::mac(const Vector& vector) {
    const Mechanism mechanism = vector.has("mac_size")
                                    ? mac_of_length(mechanism_type(vector), vector.number("mac_size"))
                                    : Mechanism(mechanism_type(vector));
    const Bytes message = vector.bytes("message");
    const CK_OBJECT_HANDLE key = session_.create(secret_of(vector).without(CKA_DERIVE));
    const Bytes mac = vector.bytes("mac");
    BOOST_CHECK(agrees(session_.try_verify(mechanism, key, message, mac), vector, session_));
    BOOST_CHECK(agrees(verify_in_pieces(session_, mechanism, key, message, 7, mac), vector, session_));
    if (is_valid(vector)) {
        BOOST_TEST(to_hex(session_.sign(mechanism, key, message)) == to_hex(mac));
        Bytes again;
        MUST(sign_in_pieces(session_, mechanism, key, message, 5, &again));
        BOOST_TEST(to_hex(again) == to_hex(mac));
    }
    MUST(session_.try_destroy(key));
}

void VectorRunner::cipher(const Vector& vector) {
    const Mechanism mechanism = cipher_mechanism(vector);
    const Bytes ciphertext = vector.bytes("ciphertext");
    const CK_OBJECT_HANDLE key = session_.create(secret_of(vector).without(CKA_DERIVE));
    if (is_valid(vector)) {
        const Bytes plaintext = vector.bytes("plaintext");
        BOOST_TEST(to_hex(session_.encrypt(mechanism, key, plaintext)) == to_hex(ciphertext));
        BOOST_TEST(to_hex(session_.decrypt(mechanism, key, ciphertext)) == to_hex(plaintext));
        for (std::size_t piece : {std::size_t{1}, std::size_t{16}, std::size_t{23}}) {
            Bytes out;
            EXPECT_RV(encrypt_in_pieces(session_, mechanism, key, plaintext, piece, &out), CKR_OK);
            BOOST_TEST(to_hex(out) == to_hex(ciphertext));
            EXPECT_RV(decrypt_in_pieces(session_, mechanism, key, ciphertext, piece, &out), CKR_OK);
            BOOST_TEST(to_hex(out) == to_hex(plaintext));
        }
    } else {
        BOOST_CHECK(agrees(session_.try_decrypt(mechanism, key, ciphertext), vector, session_));
        BOOST_CHECK(agrees(decrypt_in_pieces(session_, mechanism, key, ciphertext, 16, nullptr), vector, session_));
    }
    MUST(session_.try_destroy(key));
}

void VectorRunner::keywrap(const Vector& vector, CK_MECHANISM_TYPE type) {
    const Mechanism mechanism = type;
    const CK_OBJECT_HANDLE wrapping = session_.create(aes_key(vector.bytes("key")));
    const Template into = generic_secret({}).without(CKA_VALUE);
    CK_OBJECT_HANDLE unwrapped = CK_INVALID_HANDLE;
    const CK_RV code = session_.try_unwrap(mechanism, wrapping, vector.bytes("ciphertext"), into, &unwrapped);
    BOOST_CHECK(agrees(code, vector, session_));
    if (code == CKR_OK) {
        BOOST_TEST(to_hex(session_.attribute(unwrapped, CKA_VALUE)) == vector.text("plaintext"));
        MUST(session_.try_destroy(unwrapped));
    }
    if (is_valid(vector)) {
        const auto key = session_.create(generic_secret(vector.bytes("plaintext")));
        BOOST_TEST(to_hex(session_.wrap(mechanism, wrapping, key)) == vector.text("ciphertext"));
        MUST(session_.try_destroy(key));
    }
    MUST(session_.try_destroy(wrapping));
}

void VectorRunner::signature(const Vector& vector, Mechanism mechanism) {
    const RsaNumbers numbers = rsa_of(vector);
    const Bytes message = vector.bytes("message");
    const Bytes signature = vector.bytes("signature");
    const CK_OBJECT_HANDLE key = session_.create(rsa_public(numbers));
    BOOST_CHECK(agrees(session_.try_verify(mechanism, key, message, signature), vector, session_));
    BOOST_CHECK(agrees(verify_in_pieces(session_, mechanism, key, message, 50, signature), vector, session_));
    MUST(session_.try_destroy(key));
    if (is_valid(vector) && !numbers.d.empty()) {
        const CK_OBJECT_HANDLE private_key = session_.create(rsa_private(numbers));
        BOOST_TEST(to_hex(session_.sign(mechanism, private_key, message)) == to_hex(signature));
        MUST(session_.try_destroy(private_key));
    }
}

void VectorRunner::decryption(const Vector& vector, Mechanism mechanism) {
    const CK_OBJECT_HANDLE key = session_.create(rsa_private(rsa_of(vector)));
    Bytes message;
    const CK_RV code = session_.try_decrypt(mechanism, key, vector.bytes("ciphertext"), &message);
    BOOST_CHECK(agrees(code, vector, session_));
    if (is_valid(vector)) {
        BOOST_TEST(to_hex(message) == vector.text("message"));
    }
    MUST(session_.try_destroy(key));
}

void VectorRunner::ecdsa(const Vector& vector) {
    EcNumbers numbers = ec_numbers(curve_of(vector));
    numbers.point = vector.bytes("point");
    const CK_OBJECT_HANDLE key = session_.create(ec_public(numbers));
    const Bytes signature = vector.bytes("signature");
    BOOST_CHECK(agrees(session_.try_verify(CKM_ECDSA, key, vector.bytes("digest"), signature), vector, session_));
    const CK_MECHANISM_TYPE hashing = mechanism_type(vector);
    if (session_.subject().supports(hashing)) {
        const Bytes message = vector.bytes("message");
        BOOST_CHECK(agrees(session_.try_verify(hashing, key, message, signature), vector, session_));
        BOOST_CHECK(agrees(verify_in_pieces(session_, hashing, key, message, 33, signature), vector, session_));
    }
    MUST(session_.try_destroy(key));
}

void VectorRunner::ecdh(const Vector& vector) {
    const auto other = other_curve_of(vector);
    const Bytes scalar = vector.bytes("private");
    EcNumbers numbers = other ? EcNumbers{} : ec_numbers(curve_of(vector));
    numbers.scalar = scalar;
    const CK_OBJECT_HANDLE key = session_.create(other ? curve_private(*other, scalar) : ec_private(numbers));
    const std::size_t size = other ? scalar.size() : numbers.size;
    const Template into = generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, size);
    for (const Bytes& point : {vector.bytes("point"), der_octet_string(vector.bytes("point"))}) {
        CK_OBJECT_HANDLE secret = CK_INVALID_HANDLE;
        const CK_RV code = session_.try_derive(test::ecdh(point), key, into, &secret);
        BOOST_CHECK(agrees(code, vector, session_));
        if (code == CKR_OK && is_valid(vector)) {
            BOOST_TEST(to_hex(session_.attribute(secret, CKA_VALUE)) == vector.text("secret"));
        }
    }
    MUST(session_.try_destroy(key));
}

void VectorRunner::eddsa(const Vector& vector) {
    const OtherCurve curve = other_curve_of(vector).value();
    const Bytes message = vector.bytes("message");
    const Bytes signature = vector.bytes("signature");
    for (const Bytes& point : {vector.bytes("point"), der_octet_string(vector.bytes("point"))}) {
        if (session_.subject().is_reference() && point.size() == vector.bytes("point").size()) continue;
        const CK_OBJECT_HANDLE key = session_.create(curve_public(curve, point));
        BOOST_CHECK(agrees(session_.try_verify(CKM_EDDSA, key, message, signature), vector, session_));
        MUST(session_.try_destroy(key));
    }
    if (!is_valid(vector)) return;
    const CK_OBJECT_HANDLE key = session_.create(curve_private(curve, vector.bytes("private")).without(CKA_DERIVE));
    BOOST_TEST(to_hex(session_.sign(CKM_EDDSA, key, message)) == to_hex(signature));
    MUST(session_.try_destroy(key));
}

void VectorRunner::derivation(const Vector& vector) {
    const CK_OBJECT_HANDLE key = session_.create(secret_of(vector));
    const Bytes value = vector.bytes("value");
    const Template into = generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, value.size());
    const auto derived = session_.derive(derivation_mechanism(vector), key, into);
    BOOST_TEST(to_hex(session_.attribute(derived, CKA_VALUE)) == to_hex(value));
    MUST(session_.try_destroy(derived));
    MUST(session_.try_destroy(key));
}

void VectorRunner::password(const Vector& vector) {
    const Bytes value = vector.bytes("value");
    const Template into = generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, value.size());
    for (const auto build : {&pbkdf2, &pbkdf2_with_pointer}) {
        const Mechanism mechanism =
            build(vector.number("prf"), vector.bytes("password"), vector.bytes("salt"), vector.number("iterations"));
        const auto key = session_.generate(mechanism, into);
        BOOST_TEST(to_hex(session_.attribute(key, CKA_VALUE)) == to_hex(value));
        MUST(session_.try_destroy(key));
    }
}

}  // namespace kvp11::test
