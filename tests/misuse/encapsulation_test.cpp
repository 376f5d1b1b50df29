// Codes of C_EncapsulateKey and C_DecapsulateKey (PKCS#11 3.2, 5.18.8 and 5.18.9), with ECDH as the KEM.
#include <fstream>

#include "misuse/desk.hpp"

namespace kvp11::test {
namespace {

Template shared_secret(CK_ULONG bytes = 32) {
    return generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, bytes).flag(CKA_PRIVATE, false);
}

/// The parameter of the KEM: the public value is the ciphertext, so there is none in it.
Mechanism kem() { return ecdh({}); }

struct Recipient : Desk {
    Recipient() {
        open_half = made_at_home(test::ec_public(ec_numbers(Curve::P256)).flag(CKA_ENCAPSULATE, true));
        closed_half = made_at_home(test::ec_private(ec_numbers(Curve::P256)).flag(CKA_DECAPSULATE, true));
        wanted = shared_secret();
        MUST(f->C_EncapsulateKey(session, kem().get(), open_half, wanted.data(), wanted.size(), out.data(), &size,
                                 &made));
        sealed.assign(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size));
    }
    CK_OBJECT_HANDLE made_at_home(Template object) {
        CK_OBJECT_HANDLE handle = 0;
        object.flag(CKA_PRIVATE, false);
        MUST(f->C_CreateObject(home, object.data(), object.size(), &handle));
        return handle;
    }
    CK_RV encapsulate(Mechanism with, CK_OBJECT_HANDLE key, Template shared) {
        size = out.size();
        return f->C_EncapsulateKey(session, with.get(), key, shared.data(), shared.size(), out.data(), &size, &made);
    }
    CK_RV decapsulate(Mechanism with, CK_OBJECT_HANDLE key, Template shared) {
        return f->C_DecapsulateKey(session, with.get(), key, shared.data(), shared.size(), sealed.data(),
                                   length(sealed), &made);
    }
    void expect_both(const Template& shared, CK_RV code) {
        EXPECT_RV(encapsulate(kem(), open_half, shared), code);
        EXPECT_RV(decapsulate(kem(), closed_half, shared), code);
    }

    CK_OBJECT_HANDLE open_half = 0, closed_half = 0;
    Bytes sealed;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(encapsulation, Recipient)

BOOST_AUTO_TEST_CASE(both_sides_judge_the_template) {
    expect_both(shared_secret(), CKR_OK);
    expect_both(shared_secret().flag(CKA_LOCAL, true), CKR_ATTRIBUTE_READ_ONLY);
    expect_both(shared_secret().bytes(0x7FFFFFF1, Bytes(4)), CKR_ATTRIBUTE_TYPE_INVALID);
    expect_both(shared_secret().bytes(CKA_DERIVE, Bytes{7}), CKR_ATTRIBUTE_VALUE_INVALID);
    expect_both(shared_secret().set(CKA_CLASS, CKO_PRIVATE_KEY), CKR_TEMPLATE_INCONSISTENT);
    // P-256 gives 32 bytes.
    expect_both(shared_secret(33), CKR_KEY_SIZE_RANGE);
    // Class, type and length need not be said.
    expect_both(Template().flag(CKA_TOKEN, false).flag(CKA_PRIVATE, false), CKR_OK);
}

BOOST_AUTO_TEST_CASE(both_sides_judge_mechanism_and_key) {
    EXPECT_RV(encapsulate(CKM_SHA256, open_half, shared_secret()), CKR_MECHANISM_INVALID);
    EXPECT_RV(decapsulate(CKM_SHA256, closed_half, shared_secret()), CKR_MECHANISM_INVALID);
    EXPECT_RV(encapsulate(CKM_ECDH1_DERIVE, open_half, shared_secret()), CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(decapsulate(CKM_ECDH1_DERIVE, closed_half, shared_secret()), CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(encapsulate(kem(), 99999, shared_secret()), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(decapsulate(kem(), 99999, shared_secret()), CKR_UNWRAPPING_KEY_HANDLE_INVALID);
    EXPECT_RV(encapsulate(kem(), rsa_public, shared_secret()), CKR_KEY_TYPE_INCONSISTENT);
    EXPECT_RV(encapsulate(kem(), closed_half, shared_secret()), CKR_KEY_TYPE_INCONSISTENT);
    EXPECT_RV(decapsulate(kem(), rsa_private, shared_secret()), CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT);
    EXPECT_RV(encapsulate(kem(), ec_public, shared_secret()), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(decapsulate(kem(), ec_private, shared_secret()), CKR_KEY_FUNCTION_NOT_PERMITTED);
}

BOOST_AUTO_TEST_CASE(ciphertexts_are_judged_by_length_and_then_by_value) {
    sealed.pop_back();
    EXPECT_RV(decapsulate(kem(), closed_half, shared_secret()), CKR_WRAPPED_KEY_LEN_RANGE);
    sealed.push_back(0);
    sealed[5] ^= 1U;
    EXPECT_RV(decapsulate(kem(), closed_half, shared_secret()), CKR_WRAPPED_KEY_INVALID);
    size = 64;
    EXPECT_RV(f->C_EncapsulateKey(session, kem().get(), open_half, nullptr, 0, out.data(), &size, &made),
              CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(size == 65u);
}

BOOST_AUTO_TEST_CASE(what_is_shared_is_made_where_it_may_be) {
    open(CKF_SERIAL_SESSION);
    expect_both(shared_secret().flag(CKA_TOKEN, true), CKR_SESSION_READ_ONLY);
    MUST(f->C_Logout(session));
    expect_both(shared_secret().flag(CKA_PRIVATE, true), CKR_USER_NOT_LOGGED_IN);
}

// A pair from before the slot's mode was changed.
BOOST_AUTO_TEST_CASE(in_approved_mode_other_curves_agree_on_nothing) {
    const EcNumbers& numbers = ec_numbers(Curve::Secp256k1);
    Template old = test::ec_private(numbers).flag(CKA_TOKEN, true).flag(CKA_DECAPSULATE, true).text(CKA_LABEL, "old");
    MUST(f->C_CreateObject(session, old.data(), old.size(), &made));
    subject->finalise();
    std::ofstream(subject->folder() / "kvp11.toml", std::ios::app) << "mode = \"approved\"\n";
    subject->initialise();
    open();
    Template label = Template().text(CKA_LABEL, "old");
    CK_ULONG count = 0;
    MUST(f->C_FindObjectsInit(session, label.data(), 1));
    MUST(f->C_FindObjects(session, &closed_half, 1, &count));
    MUST(f->C_FindObjectsFinal(session));
    BOOST_REQUIRE_EQUAL(count, 1u);
    home = session;
    open_half = made_at_home(test::ec_public(numbers).flag(CKA_ENCAPSULATE, true));
    sealed = numbers.point;
    wanted = shared_secret();
    expect_both(wanted, CKR_CURVE_NOT_SUPPORTED);
    EXPECT_RV(f->C_DeriveKey(session, ecdh(numbers.point).get(), closed_half, wanted.data(), wanted.size(), &made),
              CKR_CURVE_NOT_SUPPORTED);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
