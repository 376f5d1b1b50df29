// PKCS#11 2.40 sections 5.2 and 5.8 to 5.12: the two-call rule and the life of an operation.
#include "conformance/conformance_case.hpp"

KVP11_CASES

namespace {

/// What the four kinds of one-shot function have in common: Init, then data in and bytes out.
struct OneShot {
    const char* name;
    CK_RV (*init)(Session&, CK_OBJECT_HANDLE);
    CK_RV (*once)(Session&, CK_BYTE_PTR, CK_ULONG_PTR);
    CK_RV (*update)(Session&);
    CK_RV (*final_call)(Session&, CK_BYTE_PTR, CK_ULONG_PTR);
    CK_ULONG size;
};

CK_BYTE block[32] = {1, 2, 3};
CK_BYTE room[64];

const OneShot one_shots[] = {
    {"digest",
     [](Session& s, CK_OBJECT_HANDLE) {
         Mechanism mechanism = CKM_SHA256;
         return s.f()->C_DigestInit(s.handle(), mechanism.get());
     },
     [](Session& s, CK_BYTE_PTR out, CK_ULONG_PTR size) { return s.f()->C_Digest(s.handle(), block, 32, out, size); },
     [](Session& s) { return s.f()->C_DigestUpdate(s.handle(), block, 32); },
     [](Session& s, CK_BYTE_PTR out, CK_ULONG_PTR size) { return s.f()->C_DigestFinal(s.handle(), out, size); }, 32},
    {"sign",
     [](Session& s, CK_OBJECT_HANDLE key) {
         Mechanism mechanism = CKM_SHA256_HMAC;
         return s.f()->C_SignInit(s.handle(), mechanism.get(), key);
     },
     [](Session& s, CK_BYTE_PTR out, CK_ULONG_PTR size) { return s.f()->C_Sign(s.handle(), block, 32, out, size); },
     [](Session& s) { return s.f()->C_SignUpdate(s.handle(), block, 32); },
     [](Session& s, CK_BYTE_PTR out, CK_ULONG_PTR size) { return s.f()->C_SignFinal(s.handle(), out, size); }, 32},
    {"encrypt",
     [](Session& s, CK_OBJECT_HANDLE) {
         const auto keys = s.find(Template().set(CKA_KEY_TYPE, CKK_AES));
         Mechanism mechanism(CKM_AES_CBC, Bytes(16, 7));
         return s.f()->C_EncryptInit(s.handle(), mechanism.get(), keys.at(0));
     },
     [](Session& s, CK_BYTE_PTR out, CK_ULONG_PTR size) { return s.f()->C_Encrypt(s.handle(), block, 32, out, size); },
     [](Session& s) {
         CK_ULONG size = sizeof room;
         return s.f()->C_EncryptUpdate(s.handle(), block, 32, room, &size);
     },
     [](Session& s, CK_BYTE_PTR out, CK_ULONG_PTR size) { return s.f()->C_EncryptFinal(s.handle(), out, size); }, 32},
    {"decrypt",
     [](Session& s, CK_OBJECT_HANDLE) {
         const auto keys = s.find(Template().set(CKA_KEY_TYPE, CKK_AES));
         Mechanism mechanism(CKM_AES_CBC, Bytes(16, 7));
         return s.f()->C_DecryptInit(s.handle(), mechanism.get(), keys.at(0));
     },
     [](Session& s, CK_BYTE_PTR out, CK_ULONG_PTR size) { return s.f()->C_Decrypt(s.handle(), block, 32, out, size); },
     [](Session& s) {
         CK_ULONG size = sizeof room;
         return s.f()->C_DecryptUpdate(s.handle(), block, 32, room, &size);
     },
     [](Session& s, CK_BYTE_PTR out, CK_ULONG_PTR size) { return s.f()->C_DecryptFinal(s.handle(), out, size); }, 32},
};

CK_OBJECT_HANDLE make_keys(Session& session) {
    session.create(aes_key(pattern(16)));
    return session.create(generic_secret(pattern(32)));
}

}  // namespace

CONFORMANCE(operations, a_size_query_and_a_short_buffer_keep_the_operation) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = make_keys(session);
    for (const OneShot& row : one_shots) {
        BOOST_TEST_CONTEXT(row.name) {
            MUST(row.init(session, key));
            for (int i = 0; i < 2; ++i) {
                CK_ULONG size = 0;
                EXPECT_RV(row.once(session, nullptr, &size), CKR_OK);
                BOOST_TEST(size >= row.size);
                size = row.size - 1;
                EXPECT_RV(row.once(session, room, &size), CKR_BUFFER_TOO_SMALL);
                BOOST_TEST(size >= row.size);
            }
            CK_ULONG size = sizeof room;
            EXPECT_RV(row.once(session, room, &size), CKR_OK);
            BOOST_TEST(size == row.size);
            EXPECT_RV(row.once(session, room, &size), CKR_OPERATION_NOT_INITIALIZED);
        }
    }
}

CONFORMANCE(operations, the_final_call_obeys_the_two_call_rule) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = make_keys(session);
    for (const OneShot& row : one_shots) {
        BOOST_TEST_CONTEXT(row.name) {
            MUST(row.init(session, key));
            MUST(row.update(session));
            CK_ULONG size = 0;
            EXPECT_RV(row.final_call(session, nullptr, &size), CKR_OK);
            if (size > 0) {
                CK_ULONG short_size = size - 1;
                EXPECT_RV(row.final_call(session, room, &short_size), CKR_BUFFER_TOO_SMALL);
            }
            size = sizeof room;
            EXPECT_RV(row.final_call(session, room, &size), CKR_OK);
            EXPECT_RV(row.final_call(session, room, &size), CKR_OPERATION_NOT_INITIALIZED);
        }
    }
}

CONFORMANCE(operations, nothing_runs_without_an_init) {
    Session session(subject);
    for (const OneShot& row : one_shots) {
        BOOST_TEST_CONTEXT(row.name) {
            CK_ULONG size = sizeof room;
            EXPECT_RV(row.once(session, room, &size), CKR_OPERATION_NOT_INITIALIZED);
            EXPECT_RV(row.update(session), CKR_OPERATION_NOT_INITIALIZED);
            EXPECT_RV(row.final_call(session, room, &size), CKR_OPERATION_NOT_INITIALIZED);
        }
    }
    EXPECT_RV(session.f()->C_Verify(session.handle(), block, 32, room, 32), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(session.f()->C_VerifyUpdate(session.handle(), block, 32), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(session.f()->C_VerifyFinal(session.handle(), room, 32), CKR_OPERATION_NOT_INITIALIZED);
}

CONFORMANCE(operations, a_second_init_reports_operation_active) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = make_keys(session);
    for (const OneShot& row : one_shots) {
        BOOST_TEST_CONTEXT(row.name) {
            if (std::string(row.name) == "encrypt" || std::string(row.name) == "decrypt") {
                continue;  // their init searches first; see the next case
            }
            MUST(row.init(session, key));
            EXPECT_RV(row.init(session, key), CKR_OPERATION_ACTIVE);
            CK_ULONG size = sizeof room;
            EXPECT_RV(row.once(session, room, &size), CKR_OK);
        }
    }
}

CONFORMANCE(operations, a_second_cipher_init_reports_operation_active) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    Mechanism ecb = CKM_AES_ECB;
    MUST(session.f()->C_EncryptInit(session.handle(), ecb.get(), key));
    EXPECT_RV(session.f()->C_EncryptInit(session.handle(), ecb.get(), key), CKR_OPERATION_ACTIVE);
    CK_ULONG size = sizeof room;
    EXPECT_RV(session.f()->C_Encrypt(session.handle(), block, 32, room, &size), CKR_OK);
    MUST(session.f()->C_DecryptInit(session.handle(), ecb.get(), key));
    EXPECT_RV(session.f()->C_DecryptInit(session.handle(), ecb.get(), key), CKR_OPERATION_ACTIVE);
    size = sizeof room;
    EXPECT_RV(session.f()->C_Decrypt(session.handle(), block, 32, room, &size), CKR_OK);
}

CONFORMANCE(operations, one_shot_after_an_update_is_refused, reference_defect("does the one-shot call")) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = make_keys(session);
    for (const OneShot& row : one_shots) {
        BOOST_TEST_CONTEXT(row.name) {
            MUST(row.init(session, key));
            MUST(row.update(session));
            CK_ULONG size = sizeof room;
            EXPECT_RV_IN(row.once(session, room, &size), CKR_OPERATION_ACTIVE, CKR_OPERATION_NOT_INITIALIZED);
            // Refused is refused: whether the operation goes on is the library's affair.
            size = sizeof room;
            EXPECT_RV_IN(row.final_call(session, room, &size), CKR_OK, CKR_OPERATION_NOT_INITIALIZED);
        }
    }
}

CONFORMANCE(operations, an_error_ends_the_operation, reference_defect("keeps some operations after an error")) {
    Session session(subject);
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(16)));
    const CK_OBJECT_HANDLE rsa = session.create(rsa_public());
    CK_ULONG size = sizeof room;
    Mechanism ecb = CKM_AES_ECB;
    MUST(session.f()->C_EncryptInit(session.handle(), ecb.get(), aes));
    EXPECT_RV(session.f()->C_Encrypt(session.handle(), block, 31, room, &size), CKR_DATA_LEN_RANGE);
    EXPECT_RV(session.f()->C_Encrypt(session.handle(), block, 32, room, &size), CKR_OPERATION_NOT_INITIALIZED);
    Mechanism rsa_pkcs = CKM_SHA256_RSA_PKCS;
    MUST(session.f()->C_VerifyInit(session.handle(), rsa_pkcs.get(), rsa));
    EXPECT_RV(session.f()->C_Verify(session.handle(), block, 32, room, 64), CKR_SIGNATURE_LEN_RANGE);
    EXPECT_RV(session.f()->C_Verify(session.handle(), block, 32, room, 64), CKR_OPERATION_NOT_INITIALIZED);
    MUST(session.f()->C_DigestInit(session.handle(), Mechanism(CKM_SHA256).get()));
    EXPECT_RV(session.f()->C_DigestUpdate(session.handle(), nullptr, 32), CKR_ARGUMENTS_BAD);
    EXPECT_RV(session.f()->C_DigestUpdate(session.handle(), block, 32), CKR_OPERATION_NOT_INITIALIZED);
}

CONFORMANCE(operations, a_null_length_is_refused) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = make_keys(session);
    for (const OneShot& row : one_shots) {
        BOOST_TEST_CONTEXT(row.name) {
            Session fresh(subject);
            MUST(row.init(fresh, key));
            EXPECT_RV(row.once(fresh, room, nullptr), CKR_ARGUMENTS_BAD);
        }
        BOOST_TEST_CONTEXT(row.name << " final") {
            Session fresh(subject);
            MUST(row.init(fresh, key));
            MUST(row.update(fresh));
            EXPECT_RV(row.final_call(fresh, room, nullptr), CKR_ARGUMENTS_BAD);
        }
    }
}

CONFORMANCE(operations, a_verify_is_used_up_whatever_it_says) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(generic_secret(pattern(32)));
    Mechanism hmac = CKM_SHA256_HMAC;
    const Bytes mac = session.sign(hmac, key, Bytes(block, block + 32));
    Bytes wrong = mac;
    wrong[0] ^= 1;
    MUST(session.f()->C_VerifyInit(session.handle(), hmac.get(), key));
    EXPECT_RV(session.f()->C_Verify(session.handle(), block, 32, wrong.data(), 32), CKR_SIGNATURE_INVALID);
    EXPECT_RV(session.f()->C_Verify(session.handle(), block, 32, input(mac), 32), CKR_OPERATION_NOT_INITIALIZED);
    MUST(session.f()->C_VerifyInit(session.handle(), hmac.get(), key));
    EXPECT_RV(session.f()->C_Verify(session.handle(), block, 32, input(mac), 32), CKR_OK);
    EXPECT_RV(session.f()->C_Verify(session.handle(), block, 32, input(mac), 32), CKR_OPERATION_NOT_INITIALIZED);
}

CONFORMANCE(operations, an_init_without_a_mechanism_is_refused) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    EXPECT_RV(session.f()->C_DigestInit(session.handle(), nullptr), CKR_ARGUMENTS_BAD);
    EXPECT_RV(session.f()->C_SignInit(session.handle(), nullptr, key), CKR_ARGUMENTS_BAD);
    EXPECT_RV(session.f()->C_VerifyInit(session.handle(), nullptr, key), CKR_ARGUMENTS_BAD);
    EXPECT_RV(session.f()->C_EncryptInit(session.handle(), nullptr, key), CKR_ARGUMENTS_BAD);
    EXPECT_RV(session.f()->C_DecryptInit(session.handle(), nullptr, key), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(operations, a_failed_init_leaves_nothing_behind) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    EXPECT_RV(session.try_encrypt(0x7FFFFFF1, key, pattern(16)), CKR_MECHANISM_INVALID);
    EXPECT_RV(session.try_encrypt(CKM_AES_ECB, key, pattern(16)), CKR_OK);
    EXPECT_RV(session.try_sign(CKM_AES_ECB, key, pattern(16)), CKR_MECHANISM_INVALID);
    EXPECT_RV(session.try_sign(CKM_AES_CMAC, key, pattern(16)), CKR_OK);
}

CONFORMANCE(operations, logout_ends_operations_with_private_keys,
            reference_defect("keeps the operation until it is called")) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(generic_secret(pattern(32)));
    MUST(session.f()->C_SignInit(session.handle(), Mechanism(CKM_SHA256_HMAC).get(), key));
    session.logout();
    CK_ULONG size = sizeof room;
    EXPECT_RV_IN(session.f()->C_Sign(session.handle(), block, 32, room, &size), CKR_OPERATION_NOT_INITIALIZED,
                 CKR_USER_NOT_LOGGED_IN);
}

CONFORMANCE(operations, digest_key_digests_a_secret) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(generic_secret(pattern(16)));
    MUST(session.f()->C_DigestInit(session.handle(), Mechanism(CKM_SHA256).get()));
    const CK_RV code = session.f()->C_DigestKey(session.handle(), key);
    EXPECT_RV_IN(code, CKR_OK, CKR_KEY_INDIGESTIBLE, CKR_FUNCTION_NOT_SUPPORTED);
    if (code == CKR_OK) {
        CK_ULONG size = sizeof room;
        MUST(session.f()->C_DigestFinal(session.handle(), room, &size));
        BOOST_TEST(to_hex({room, 32}) == to_hex(session.digest(CKM_SHA256, pattern(16))));
    }
}

KVP11_CASES_END
