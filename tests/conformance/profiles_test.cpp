// The mandatory test cases of OASIS PKCS #11 Profiles 3.2: BL-M-1-32, EXT-M-1-32, AUTH-M-1-32 and CERT-M-1-32, call by
// call as test-cases/pkcs11-v3.2/mandatory/*.xml of github.com/oasis-tcs/pkcs11 (working/doc/profiles) has them.
//
// What they presuppose of a token is made before. By clause 3.1 of that document values in the answers are examples
// (names, versions, times, numbers of slots, keys); sequences, return values and kinds of answers are not. Two things
// are not as the examples have them, since they describe another token: sizes of PINs and memory, and RSA keys
// below 1024 bits.
#include <algorithm>

#include "conformance/conformance_case.hpp"
#include "support/certificates.hpp"

KVP11_CASES

namespace {

/// The calls that the four cases share.
class ProfileCase {
public:
    explicit ProfileCase(Subject& subject) : subject_(subject), f_(subject.f()) { subject.finalise(); }

    void begin() {
        MUST(f_->C_Initialize(nullptr));
        CK_INFO info{};
        MUST(f_->C_GetInfo(&info));
        BOOST_TEST(info.flags == 0u);
        CK_ULONG count = 0;
        MUST(f_->C_GetSlotList(CK_TRUE, nullptr, &count));
        BOOST_REQUIRE(count >= 1u);
        std::vector<CK_SLOT_ID> slots(count);
        MUST(f_->C_GetSlotList(CK_TRUE, slots.data(), &count));
        // SoftHSM2 lists a token that is not initialised as well.
        const auto is_ready = [&](CK_SLOT_ID slot) {
            CK_TOKEN_INFO token{};
            return f_->C_GetTokenInfo(slot, &token) == CKR_OK && (token.flags & CKF_USER_PIN_INITIALIZED) != 0;
        };
        const auto ready = std::find_if(slots.begin(), slots.end(), is_ready);
        BOOST_REQUIRE(ready != slots.end());
        slot_ = *ready;
    }

    void slot_and_token() {
        CK_SLOT_INFO slot{};
        MUST(f_->C_GetSlotInfo(slot_, &slot));
        BOOST_TEST((slot.flags & CKF_TOKEN_PRESENT) != 0u);
        CK_TOKEN_INFO token{};
        MUST(f_->C_GetTokenInfo(slot_, &token));
        constexpr CK_FLAGS wanted = CKF_RNG | CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED | CKF_TOKEN_INITIALIZED;
        BOOST_TEST((token.flags & wanted) == wanted);
        for (const CK_ULONG sessions : {token.ulSessionCount, token.ulRwSessionCount})
            BOOST_TEST((sessions == 0u || sessions == CK_UNAVAILABLE_INFORMATION));
        BOOST_TEST(token.ulMinPinLen <= token.ulMaxPinLen);
    }

    void open(CK_FLAGS flags) { MUST(f_->C_OpenSession(slot_, flags, nullptr, nullptr, &session_)); }
    void login() {
        const std::string pin = user_pin;
        MUST(f_->C_Login(session_, CKU_USER, reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(pin.data())),
                         static_cast<CK_ULONG>(pin.size())));
    }

    /// C_FindObjectsInit and one C_FindObjects for at most so many; the search stays open.
    std::vector<CK_OBJECT_HANDLE> begin_finding(Template wanted, CK_ULONG most) {
        MUST(f_->C_FindObjectsInit(session_, wanted.data(), wanted.size()));
        std::vector<CK_OBJECT_HANDLE> found(most);
        CK_ULONG count = 0;
        MUST(f_->C_FindObjects(session_, found.data(), most, &count));
        BOOST_REQUIRE(count <= most);
        found.resize(count);
        return found;
    }
    void end_finding() { MUST(f_->C_FindObjectsFinal(session_)); }

    /// A query for the length, then the value with exactly this room.
    Bytes attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
        CK_ATTRIBUTE one{type, nullptr, 0};
        MUST(f_->C_GetAttributeValue(session_, object, &one, 1));
        Bytes value(one.ulValueLen);
        one.pValue = value.data();
        MUST(f_->C_GetAttributeValue(session_, object, &one, 1));
        BOOST_TEST(one.ulValueLen == value.size());
        return value;
    }

    void logout() { MUST(f_->C_Logout(session_)); }
    void end() {
        MUST(f_->C_CloseSession(session_));
        MUST(f_->C_CloseAllSessions(slot_));
        MUST(f_->C_Finalize(nullptr));
        subject_.initialise();
    }

    CK_FUNCTION_LIST_PTR f() const { return f_; }
    CK_SLOT_ID slot() const { return slot_; }
    CK_SESSION_HANDLE session() const { return session_; }

private:
    Subject& subject_;
    CK_FUNCTION_LIST_PTR f_;
    CK_SLOT_ID slot_ = 0;
    CK_SESSION_HANDLE session_ = CK_INVALID_HANDLE;
};

constexpr CK_FLAGS read_only = CKF_SERIAL_SESSION;
constexpr CK_FLAGS read_write = CKF_SERIAL_SESSION | CKF_RW_SESSION;

Template token_objects() { return Template().flag(CKA_TOKEN, true); }

}  // namespace

CONFORMANCE(profiles, bl_m_1_32, remote_lacks(Lack::BeforeLogin)) {
    ProfileCase run(subject);
    run.begin();
    run.slot_and_token();
    run.open(read_only);
    BOOST_TEST(run.begin_finding(token_objects(), 1).empty());
    run.end_finding();
    run.end();
}

static void expect_mechanism(ProfileCase& run, CK_MECHANISM_TYPE type, CK_FLAGS flags) {
    CK_MECHANISM_INFO info{};
    MUST(run.f()->C_GetMechanismInfo(run.slot(), type, &info));
    BOOST_TEST((info.flags & flags) == flags);
    BOOST_TEST(info.ulMinKeySize <= info.ulMaxKeySize);
}

CONFORMANCE(profiles, ext_m_1_32) {
    ProfileCase run(subject);
    run.begin();
    run.slot_and_token();
    CK_ULONG count = 0;
    MUST(run.f()->C_GetMechanismList(run.slot(), nullptr, &count));
    std::vector<CK_MECHANISM_TYPE> listed(count);
    MUST(run.f()->C_GetMechanismList(run.slot(), listed.data(), &count));
    for (const CK_MECHANISM_TYPE wanted : {CKM_SHA512, CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_RSA_PKCS})
        BOOST_TEST((std::find(listed.begin(), listed.end(), wanted) != listed.end()));
    expect_mechanism(run, CKM_SHA512, CKF_DIGEST);
    expect_mechanism(run, CKM_RSA_PKCS_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR);
    expect_mechanism(run, CKM_RSA_PKCS, CKF_ENCRYPT | CKF_DECRYPT | CKF_SIGN | CKF_VERIFY | CKF_WRAP | CKF_UNWRAP);
    run.open(read_write);
    run.login();
    BOOST_TEST(run.begin_finding(token_objects(), 1).empty());
    run.end_finding();
    run.logout();
    run.end();
}

CONFORMANCE(profiles, auth_m_1_32) {
    {
        Session session(subject);
        session.generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN,
                              pair_public({1})
                                  .flag(CKA_TOKEN, true)
                                  .text(CKA_LABEL, "testrsa-pub")
                                  .set(CKA_MODULUS_BITS, 2048)
                                  .bytes(CKA_PUBLIC_EXPONENT, from_hex("010001")),
                              pair_private({1}).flag(CKA_TOKEN, true).text(CKA_LABEL, "testrsa-pri"));
    }
    ProfileCase run(subject);
    run.begin();
    run.open(read_write);
    run.login();
    const auto public_keys =
        run.begin_finding(token_objects().text(CKA_LABEL, "testrsa-pub").set(CKA_CLASS, CKO_PUBLIC_KEY), 1);
    run.end_finding();
    BOOST_REQUIRE_EQUAL(public_keys.size(), 1u);
    Bytes modulus(1024);
    Bytes exponent(1024);
    CK_ATTRIBUTE parts[] = {{CKA_MODULUS, modulus.data(), 1024}, {CKA_PUBLIC_EXPONENT, exponent.data(), 1024}};
    MUST(run.f()->C_GetAttributeValue(run.session(), public_keys[0], parts, 2));
    BOOST_TEST(parts[0].ulValueLen == 256u);
    BOOST_TEST(to_hex(Bytes(exponent.begin(), exponent.begin() + 3)) == "010001");
    BOOST_TEST(parts[1].ulValueLen == 3u);
    const auto private_keys =
        run.begin_finding(token_objects().text(CKA_LABEL, "testrsa-pri").set(CKA_CLASS, CKO_PRIVATE_KEY), 1);
    run.end_finding();
    BOOST_REQUIRE_EQUAL(private_keys.size(), 1u);
    Mechanism sha256 = CKM_SHA256_RSA_PKCS;
    const Bytes data = pattern(391);
    Bytes signature(256);
    CK_ULONG size = 256;
    MUST(run.f()->C_SignInit(run.session(), sha256.get(), private_keys[0]));
    MUST(run.f()->C_Sign(run.session(), input(data), length(data), signature.data(), &size));
    BOOST_TEST(size == 256u);
    // The case compares with an example's signature; its key is nobody else's to have.
    MUST(run.f()->C_VerifyInit(run.session(), sha256.get(), public_keys[0]));
    MUST(run.f()->C_Verify(run.session(), input(data), length(data), signature.data(), size));
    run.logout();
    run.end();
}

// Beside a list of roots the case finds a certificate, and three more objects. SoftHSM2 keeps no order.
CONFORMANCE(profiles, cert_m_1_32, remote_lacks(Lack::BeforeLogin), reference_defect("finds objects in any order")) {
    const Bytes label = text_bytes("Mozilla Builtin Roots\n");
    {
        Session session(subject);
        const Template data = token_objects().set(CKA_CLASS, CKO_DATA).flag(CKA_PRIVATE, false);
        session.create(Template(data).bytes(CKA_LABEL, label));
        session.create(token_objects()
                           .set(CKA_CLASS, CKO_CERTIFICATE)
                           .set(CKA_CERTIFICATE_TYPE, CKC_X_509)
                           .flag(CKA_PRIVATE, false)
                           .bytes(CKA_SUBJECT, {})
                           .bytes(CKA_VALUE, globalsign_root()));
        for (std::uint8_t i = 0; i < 4; ++i) session.create(Template(data).bytes(CKA_VALUE, {i}));
    }
    ProfileCase run(subject);
    run.begin();
    run.open(read_only);
    const auto found = run.begin_finding(token_objects(), 5);
    BOOST_REQUIRE_EQUAL(found.size(), 5u);
    BOOST_TEST(to_hex(run.attribute(found[0], CKA_LABEL)) == to_hex(label));
    const Bytes value = run.attribute(found[1], CKA_VALUE);
    BOOST_TEST(value.size() == 889u);
    BOOST_TEST(to_hex(value) == to_hex(globalsign_root()));
    run.end_finding();
    run.end();
}

KVP11_CASES_END
