// C_WrapKeyAuthenticated and C_UnwrapKeyAuthenticated: each code that 5.18.6 and 5.18.7 of PKCS#11 3.2 list for them,
// where no test that takes every function by turns meets it.
#include <filesystem>

#include "misuse/desk.hpp"
#include "support/process.hpp"

namespace kvp11::test {
namespace {

constexpr const char* unwrapping = "C_UnwrapKeyAuthenticated";

/// A desk with a key that was wrapped: its blob and tag, and the IV, where the right calls have them.
struct Wrapped : Desk {
    Wrapped() {
        right();
        call_of(unwrapping).begin(*this);
        blob = Bytes(out.begin(), out.begin() + 16);
    }
    CK_RV wrap(Mechanism with, CK_OBJECT_HANDLE under, CK_OBJECT_HANDLE key) {
        size = 1024;
        return f->C_WrapKeyAuthenticated(session, with.get(), under, key, in.data(), 32, out.data(), &size);
    }
    CK_RV wrap(CK_OBJECT_HANDLE under, CK_OBJECT_HANDLE key) {
        return wrap(Mechanism::with(CKM_AES_GCM, message), under, key);
    }
    CK_RV unwrap(Mechanism with, CK_OBJECT_HANDLE under) {
        return f->C_UnwrapKeyAuthenticated(session, with.get(), under, blob.data(), length(blob), wanted.data(),
                                           wanted.size(), in.data(), 32, &made);
    }
    CK_RV unwrap(CK_OBJECT_HANDLE under) { return unwrap(Mechanism::with(CKM_AES_GCM, message), under); }
    template <class Spoil>
    CK_RV unwrap_as(Spoil spoil) {
        wanted = aes_key({}).without(CKA_VALUE);
        spoil(wanted);
        return unwrap(aes);
    }
    CK_OBJECT_HANDLE created(Template object) {
        CK_OBJECT_HANDLE handle = 0;
        MUST(f->C_CreateObject(home, object.data(), object.size(), &handle));
        return handle;
    }
    Bytes blob;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(authenticated_wrapping, Wrapped)

BOOST_AUTO_TEST_CASE(keys_are_judged_before_they_leave) {
    EXPECT_RV(wrap(99999, aes), CKR_WRAPPING_KEY_HANDLE_INVALID);
    EXPECT_RV(wrap(aes, 99999), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(wrap(rsa_public, aes), CKR_WRAPPING_KEY_TYPE_INCONSISTENT);
    EXPECT_RV(wrap(aes, rsa_public), CKR_KEY_NOT_WRAPPABLE);
    EXPECT_RV(wrap(aes, created(aes_key(pattern(16)).flag(CKA_WRAP_WITH_TRUSTED, true))), CKR_KEY_NOT_WRAPPABLE);
    EXPECT_RV(wrap(aes, created(aes_key(pattern(16)).flag(CKA_EXTRACTABLE, false))), CKR_KEY_UNEXTRACTABLE);
    EXPECT_RV(wrap(created(aes_key(pattern(16)).flag(CKA_WRAP, false)), aes), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(wrap(CKM_SHA256, aes, aes), CKR_MECHANISM_INVALID);
    EXPECT_RV(wrap(CKM_AES_KEY_WRAP, aes, aes), CKR_MECHANISM_INVALID);
    EXPECT_RV(wrap(CKM_AES_GCM, aes, aes), CKR_MECHANISM_PARAM_INVALID);
    message.ulTagBits = 127;
    EXPECT_RV(wrap(aes, aes), CKR_MECHANISM_PARAM_INVALID);
}

// PKCS#11 has no size that such a key could be too long for.
BOOST_AUTO_TEST_CASE(the_longest_secret_is_wrapped) {
    const CK_OBJECT_HANDLE longest = created(generic_secret(Bytes(8192, 5)));
    Bytes room(8192);
    size = room.size();
    EXPECT_RV(f->C_WrapKeyAuthenticated(session, Mechanism::with(CKM_AES_GCM, message).get(), aes, longest, nullptr, 0,
                                        room.data(), &size),
              CKR_OK);
    CK_BYTE nonce[13] = {};
    CK_BYTE mac_room[16] = {};
    const CK_CCM_MESSAGE_PARAMS ccm{0, nonce, sizeof nonce, 0, CKG_GENERATE, mac_room, sizeof mac_room};
    EXPECT_RV(f->C_WrapKeyAuthenticated(session, Mechanism::with(CKM_AES_CCM, ccm).get(), aes, longest, nullptr, 0,
                                        room.data(), &size),
              CKR_OK);
}

BOOST_AUTO_TEST_CASE(keys_are_judged_before_they_come_back) {
    EXPECT_RV(unwrap(99999), CKR_UNWRAPPING_KEY_HANDLE_INVALID);
    EXPECT_RV(unwrap(rsa_private), CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT);
    EXPECT_RV(unwrap(created(aes_key(pattern(16)).flag(CKA_UNWRAP, false))), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(unwrap(CKM_SHA256, aes), CKR_MECHANISM_INVALID);
    EXPECT_RV(unwrap(CKM_AES_GCM, aes), CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(unwrap(created(aes_key(pattern(32)))), CKR_WRAPPED_KEY_INVALID);
    blob[3] ^= 1;
    EXPECT_RV(unwrap(aes), CKR_WRAPPED_KEY_INVALID);
    // Nothing but a tag.
    blob.clear();
    EXPECT_RV(unwrap(aes), CKR_WRAPPED_KEY_LEN_RANGE);
}

BOOST_AUTO_TEST_CASE(templates_are_judged_as_every_makers_are) {
    EXPECT_RV(unwrap_as([](Template& t) { t.flag(CKA_LOCAL, true); }), CKR_ATTRIBUTE_READ_ONLY);
    EXPECT_RV(unwrap_as([](Template& t) { t.bytes(0x7FFFFFF1, Bytes(4)); }), CKR_ATTRIBUTE_TYPE_INVALID);
    EXPECT_RV(unwrap_as([](Template& t) { t.bytes(CKA_DERIVE, Bytes{7}); }), CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV(unwrap_as([](Template& t) { t.set(CKA_CLASS, CKO_SECRET_KEY).set(CKA_KEY_TYPE, CKK_RSA); }),
              CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV(unwrap_as([](Template& t) { t.without(CKA_CLASS); }), CKR_TEMPLATE_INCOMPLETE);
    const auto as_pair = [](Template& t) { t = Template().set(CKA_CLASS, CKO_PRIVATE_KEY).set(CKA_KEY_TYPE, CKK_RSA); };
    EXPECT_RV(unwrap_as(as_pair), CKR_WRAPPED_KEY_INVALID);
    EXPECT_RV(unwrap_as([](Template&) {}), CKR_OK);
}

BOOST_AUTO_TEST_CASE(sessions_and_tokens_that_take_no_key_say_so) {
    open(CKF_SERIAL_SESSION);
    EXPECT_RV(unwrap_as([](Template& t) { t.flag(CKA_TOKEN, true); }), CKR_SESSION_READ_ONLY);
    EXPECT_RV(unwrap_as([](Template&) {}), CKR_OK);
    right();
    MUST(f->C_Logout(session));
    EXPECT_RV(unwrap_as([](Template& t) { t.flag(CKA_PRIVATE, true); }), CKR_USER_NOT_LOGGED_IN);
    EXPECT_RV(wrap(aes, aes), CKR_OK);
    // The token's own keys are closed as long as nobody is logged in, those that everybody finds as well.
    right();
    const CK_OBJECT_HANDLE shared = created(aes_key(pattern(16)).flag(CKA_TOKEN, true).flag(CKA_PRIVATE, false));
    MUST(f->C_Logout(session));
    EXPECT_RV(wrap(shared, aes), CKR_USER_NOT_LOGGED_IN);
    EXPECT_RV(unwrap(shared), CKR_USER_NOT_LOGGED_IN);
}

// A secret whose bytes are PKCS#8 comes back as a private key; this one is on brainpoolP256r1 (RFC 5639).
BOOST_AUTO_TEST_CASE(a_curve_that_is_not_here_is_named_as_such) {
    const Bytes foreign = from_hex("30420201003014"
                                   "06072a8648ce3d0201"
                                   "06092b2403030208010107"
                                   "0427302502010104"
                                   "20") +
                          Bytes(32, 1);
    MUST(wrap(aes, created(generic_secret(foreign))));
    blob = Bytes(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(foreign.size()));
    wanted = Template().set(CKA_CLASS, CKO_PRIVATE_KEY).set(CKA_KEY_TYPE, CKK_EC).flag(CKA_TOKEN, false);
    EXPECT_RV(unwrap(aes), CKR_CURVE_NOT_SUPPORTED);
}

// With the token goes its log, without which no key leaves it.
BOOST_AUTO_TEST_CASE(a_token_that_was_taken_away_wraps_nothing) {
    const CK_OBJECT_HANDLE kept = created(aes_key(pattern(16)).flag(CKA_TOKEN, true));
    const std::filesystem::path elsewhere = subject->folder() / "elsewhere";
    for (const bool is_wrapping : {true, false}) {
        const Ended ended = in_child([&] {
            right();
            call_of(unwrapping).begin(*this);
            std::filesystem::rename(subject->partition(), elsewhere);
            const CK_RV code = is_wrapping ? wrap(aes, kept) : unwrap(kept);
            std::filesystem::rename(elsewhere, subject->partition());
            return code == CKR_DEVICE_REMOVED ? 0 : 1;
        });
        BOOST_TEST(ended.is_clean(), ended.exit_code << " " << ended.signal);
    }
}

// What is under way in a session keeps nobody from a single call.
BOOST_AUTO_TEST_CASE(an_operation_that_is_under_way_does_not_matter) {
    MUST(f->C_EncryptInit(session, Mechanism(CKM_AES_ECB).get(), aes));
    EXPECT_RV(wrap(aes, aes), CKR_OK);
    EXPECT_RV(unwrap_as([](Template&) {}), CKR_OK);
    size = out.size();
    EXPECT_RV(f->C_Encrypt(session, in.data(), 16, out.data(), &size), CKR_OK);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
