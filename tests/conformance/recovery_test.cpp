// PKCS#11 2.40 §5.11.5, §5.12.5: what was signed comes out of the signature.
#include "conformance/conformance_case.hpp"

KVP11_CASES

namespace {

const Mark no_recovery = reference_defect("does not support the functions");

Template recovering_private() { return rsa_private().flag(CKA_SIGN_RECOVER, true); }
Template recovering_public() { return rsa_public().flag(CKA_VERIFY_RECOVER, true); }

CK_RV sign_recover(const Session& s, CK_MECHANISM_TYPE type, CK_OBJECT_HANDLE key, const Bytes& data,
                   Bytes& signature) {
    const CK_RV begun = s.f()->C_SignRecoverInit(s.handle(), Mechanism(type).get(), key);
    if (begun != CKR_OK) return begun;
    signature.assign(1024, 0);
    CK_ULONG size = signature.size();
    const CK_RV code = s.f()->C_SignRecover(s.handle(), input(data), length(data), signature.data(), &size);
    signature.resize(code == CKR_OK ? size : 0);
    return code;
}

CK_RV verify_recover(const Session& s, CK_MECHANISM_TYPE type, CK_OBJECT_HANDLE key, const Bytes& signature,
                     Bytes& data) {
    const CK_RV begun = s.f()->C_VerifyRecoverInit(s.handle(), Mechanism(type).get(), key);
    if (begun != CKR_OK) return begun;
    data.assign(1024, 0);
    CK_ULONG size = data.size();
    const CK_RV code = s.f()->C_VerifyRecover(s.handle(), input(signature), length(signature), data.data(), &size);
    data.resize(code == CKR_OK ? size : 0);
    return code;
}

}  // namespace

CONFORMANCE(recovery, data_comes_out_of_its_signature, no_recovery) {
    Session session(subject);
    const CK_OBJECT_HANDLE signing = session.create(recovering_private());
    const CK_OBJECT_HANDLE verifying = session.create(recovering_public());
    Bytes signature;
    Bytes data;
    MUST(sign_recover(session, CKM_RSA_PKCS, signing, pattern(40), signature));
    MUST(verify_recover(session, CKM_RSA_PKCS, verifying, signature, data));
    BOOST_TEST(to_hex(data) == to_hex(pattern(40)));
    // It is the signature that C_Sign makes, too.
    BOOST_TEST(to_hex(session.sign(CKM_RSA_PKCS, signing, pattern(40))) == to_hex(signature));

    MUST(sign_recover(session, CKM_RSA_X_509, signing, pattern(40), signature));
    MUST(verify_recover(session, CKM_RSA_X_509, verifying, signature, data));
    BOOST_TEST(data.size() == signature.size());
    BOOST_TEST(to_hex(Bytes(data.end() - 40, data.end())) == to_hex(pattern(40)));
}

CONFORMANCE(recovery, a_wrong_signature_is_refused_before_the_buffer, no_recovery) {
    Session session(subject);
    const CK_OBJECT_HANDLE signing = session.create(recovering_private());
    const CK_OBJECT_HANDLE verifying = session.create(recovering_public());
    Bytes signature;
    Bytes data;
    MUST(sign_recover(session, CKM_RSA_PKCS, signing, pattern(40), signature));
    Bytes wrong = signature;
    wrong[9] ^= 1;
    EXPECT_RV(verify_recover(session, CKM_RSA_PKCS, verifying, wrong, data), CKR_SIGNATURE_INVALID);
    wrong.pop_back();
    EXPECT_RV(verify_recover(session, CKM_RSA_PKCS, verifying, wrong, data), CKR_SIGNATURE_LEN_RANGE);
    wrong = signature;
    wrong[9] ^= 1;
    CK_BYTE little[4];
    CK_ULONG size = sizeof little;
    MUST(session.f()->C_VerifyRecoverInit(session.handle(), Mechanism(CKM_RSA_PKCS).get(), verifying));
    EXPECT_RV(session.f()->C_VerifyRecover(session.handle(), wrong.data(), wrong.size(), little, &size),
              CKR_SIGNATURE_INVALID);
    MUST(session.f()->C_VerifyRecoverInit(session.handle(), Mechanism(CKM_RSA_PKCS).get(), verifying));
    EXPECT_RV(session.f()->C_VerifyRecover(session.handle(), signature.data(), signature.size(), little, &size),
              CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(size == 40u);
    data.assign(40, 0);
    MUST(session.f()->C_VerifyRecover(session.handle(), signature.data(), signature.size(), data.data(), &size));
    BOOST_TEST(to_hex(data) == to_hex(pattern(40)));
}

CONFORMANCE(recovery, the_attributes_stand_for_themselves, no_recovery) {
    Session session(subject);
    Bytes signature;
    const CK_OBJECT_HANDLE plain = session.create(rsa_private());
    BOOST_TEST(!session.flag(plain, CKA_SIGN_RECOVER));
    EXPECT_RV(sign_recover(session, CKM_RSA_PKCS, plain, pattern(9), signature), CKR_KEY_FUNCTION_NOT_PERMITTED);
    const CK_OBJECT_HANDLE only = session.create(recovering_private().flag(CKA_SIGN, false));
    BOOST_TEST(session.flag(only, CKA_SIGN_RECOVER));
    BOOST_TEST(!session.flag(only, CKA_SIGN));
    EXPECT_RV(sign_recover(session, CKM_RSA_PKCS, only, pattern(9), signature), CKR_OK);
    EXPECT_RV(session.try_sign(CKM_RSA_PKCS, only, pattern(9)), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(session.try_set(only, Template().flag(CKA_SIGN_RECOVER, false)), CKR_OK);
    EXPECT_RV(sign_recover(session, CKM_RSA_PKCS, only, pattern(9), signature), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(sign_recover(session, CKM_SHA256_RSA_PKCS, only, pattern(9), signature), CKR_MECHANISM_INVALID);
    CK_MECHANISM_INFO info{};
    MUST(session.f()->C_GetMechanismInfo(subject.slot(), CKM_RSA_PKCS, &info));
    BOOST_TEST((info.flags & (CKF_SIGN_RECOVER | CKF_VERIFY_RECOVER)) == (CKF_SIGN_RECOVER | CKF_VERIFY_RECOVER));
}

KVP11_CASES_END
