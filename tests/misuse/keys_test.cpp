// Codes of the functions that make, wrap, unwrap and derive keys.
#include "misuse/desk.hpp"

namespace kvp11::test {
namespace {

const Bytes no_curve = from_hex("06052b81040021");  // secp224r1, which is not here

/// PKCS#8 of a private key on brainpoolP256r1 (RFC 5639, RFC 5958): well formed, and of a curve that is not here.
const Bytes foreign_key = from_hex("30420201003014"
                                   "06072a8648ce3d0201"
                                   "06092b2403030208010107"
                                   "0427302502010104"
                                   "20") +
                          Bytes(32, 1);

CK_OBJECT_HANDLE made_of(Desk& desk, Template object) {
    CK_OBJECT_HANDLE handle = 0;
    MUST(desk.f->C_CreateObject(desk.home, object.data(), object.size(), &handle));
    return handle;
}

struct Keys : Desk {
    CK_RV generate(Mechanism with, Template key) {
        right();
        return f->C_GenerateKey(session, with.get(), key.data(), key.size(), &made);
    }
    CK_RV generate_pair(Mechanism with, const Bytes& parameters) {
        right();
        Template half = Template().bytes(CKA_EC_PARAMS, parameters);
        return f->C_GenerateKeyPair(session, with.get(), half.data(), half.size(), nullptr, 0, &made, &made_too);
    }
    CK_RV create(Template object) {
        right();
        return f->C_CreateObject(session, object.data(), object.size(), &made);
    }
    CK_RV wrap(Mechanism with, CK_OBJECT_HANDLE under, CK_OBJECT_HANDLE key) {
        right();
        return f->C_WrapKey(session, with.get(), under, key, out.data(), &size);
    }
    CK_RV unwrap(const Bytes& plain, Template key) {
        right();
        Mechanism cbc(CKM_AES_CBC_PAD, Bytes(16));
        MUST(f->C_EncryptInit(session, cbc.get(), aes));
        MUST(f->C_Encrypt(session, input(plain), length(plain), out.data(), &size));
        return f->C_UnwrapKey(session, cbc.get(), aes, out.data(), size, key.data(), key.size(), &made);
    }
    CK_RV derive(Mechanism with, CK_OBJECT_HANDLE base, Template key) {
        right();
        return f->C_DeriveKey(session, with.get(), base, key.data(), key.size(), &made);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(keys, Keys)

BOOST_AUTO_TEST_CASE(keys_are_generated_by_mechanisms_that_do_so) {
    for (const CK_MECHANISM_TYPE type : {CK_MECHANISM_TYPE{0x7FFFFFF1}, CK_MECHANISM_TYPE{CKM_SHA256}}) {
        EXPECT_RV(generate(type, aes_generation(16)), CKR_MECHANISM_INVALID);
        EXPECT_RV(generate_pair(type, ec_numbers(Curve::P256).parameters), CKR_MECHANISM_INVALID);
        CK_MECHANISM_INFO information{};
        if (type != CKM_SHA256) EXPECT_RV(f->C_GetMechanismInfo(slot, type, &information), CKR_MECHANISM_INVALID);
    }
    EXPECT_RV(generate({CKM_AES_KEY_GEN, Bytes(3)}, aes_generation(16)), CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(generate_pair({CKM_EC_KEY_PAIR_GEN, Bytes(3)}, ec_numbers(Curve::P256).parameters),
              CKR_MECHANISM_PARAM_INVALID);
}

// A curve that is not here is another thing than parameters that are none.
BOOST_AUTO_TEST_CASE(curves_are_named_by_parameters_that_make_sense) {
    const Bytes nonsense = {1, 2, 3};
    for (const auto& [parameters, code] :
         {std::pair{no_curve, CKR_CURVE_NOT_SUPPORTED}, {nonsense, CKR_DOMAIN_PARAMS_INVALID}}) {
        EXPECT_RV(generate_pair(CKM_EC_KEY_PAIR_GEN, parameters), code);
        EXPECT_RV(create(test::ec_public(ec_numbers(Curve::P256)).bytes(CKA_EC_PARAMS, parameters)), code);
        EXPECT_RV(create(test::ec_private(ec_numbers(Curve::P256)).bytes(CKA_EC_PARAMS, parameters)), code);
    }
    Template key = Template().set(CKA_CLASS, CKO_PRIVATE_KEY).set(CKA_KEY_TYPE, CKK_EC).flag(CKA_TOKEN, false);
    EXPECT_RV(unwrap(foreign_key, key), CKR_CURVE_NOT_SUPPORTED);
}

BOOST_AUTO_TEST_CASE(sizes_of_wrapped_and_of_wrapping_keys_are_told_apart) {
    const CK_OBJECT_HANDLE odd = made_of(*this, generic_secret(pattern(12)));
    const CK_OBJECT_HANDLE large = made_of(*this, generic_secret(pattern(250)));
    EXPECT_RV(wrap(CKM_AES_KEY_WRAP, aes, odd), CKR_KEY_SIZE_RANGE);
    EXPECT_RV(wrap(CKM_RSA_PKCS, rsa_public, large), CKR_KEY_SIZE_RANGE);
    RsaNumbers numbers = rsa_numbers();
    numbers.n = Bytes(64, 0xff);
    const CK_OBJECT_HANDLE small = made_of(*this, test::rsa_public(numbers).flag(CKA_WRAP, true));
    EXPECT_RV(wrap(CKM_RSA_PKCS, small, aes), CKR_WRAPPING_KEY_SIZE_RANGE);
}

BOOST_AUTO_TEST_CASE(a_derived_key_of_a_type_with_several_sizes_needs_its_length) {
    const CK_OBJECT_HANDLE base = made_of(*this, generic_secret(pattern(32)).flag(CKA_DERIVE, true));
    CK_KEY_DERIVATION_STRING_DATA more{in.data(), 16};
    const Mechanism joined = Mechanism::with(CKM_CONCATENATE_BASE_AND_DATA, more);
    EXPECT_RV(derive(joined, base, aes_key({}).without(CKA_VALUE)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(derive(joined, base, aes_key({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 16)), CKR_OK);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
