// Encryption and decryption: every mechanism, the lengths that are refused, RSA paddings.
#include "conformance/conformance_case.hpp"

KVP11_CASES

CONFORMANCE(encryption, aes_modes_round_trip_at_every_key_size) {
    Session session(subject);
    const Bytes iv = pattern(16);
    for (std::size_t size : {std::size_t{16}, std::size_t{24}, std::size_t{32}}) {
        const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(size)));
        const Mechanism whole_blocks[] = {CKM_AES_ECB, Mechanism(CKM_AES_CBC, iv)};
        for (const Mechanism& mechanism : whole_blocks) {
            const Bytes secret = session.encrypt(mechanism, key, pattern(48));
            BOOST_TEST(secret.size() == 48u);
            BOOST_TEST(to_hex(session.decrypt(mechanism, key, secret)) == to_hex(pattern(48)));
        }
        const Mechanism any_length[] = {Mechanism(CKM_AES_CBC_PAD, iv), ctr(iv), gcm(pattern(12), pattern(5))};
        for (const Mechanism& mechanism : any_length) {
            for (std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{16}, std::size_t{47}}) {
                BOOST_TEST_CONTEXT(ckm_name(mechanism.type()) << " " << length) {
                    const Bytes secret = session.encrypt(mechanism, key, pattern(length));
                    BOOST_TEST(to_hex(session.decrypt(mechanism, key, secret)) == to_hex(pattern(length)));
                }
            }
        }
    }
}

CONFORMANCE(encryption, pieces_of_any_size_give_the_same) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(32)));
    const Bytes iv = pattern(16);
    for (const Mechanism& mechanism : {Mechanism(CKM_AES_CBC_PAD, iv), ctr(iv), gcm(pattern(12), pattern(5)),
                                       Mechanism(CKM_AES_CBC, iv), Mechanism(CKM_AES_ECB)}) {
        const Bytes whole = session.encrypt(mechanism, key, pattern(256));
        for (std::size_t piece = 1; piece < 40; piece += 3) {
            BOOST_TEST_CONTEXT(ckm_name(mechanism.type()) << " in pieces of " << piece) {
                Bytes out;
                MUST(encrypt_in_pieces(session, mechanism, key, pattern(256), piece, &out));
                BOOST_TEST(to_hex(out) == to_hex(whole));
                MUST(decrypt_in_pieces(session, mechanism, key, whole, piece, &out));
                BOOST_TEST(to_hex(out) == to_hex(pattern(256)));
            }
        }
    }
}

CONFORMANCE(encryption, partial_blocks_are_refused) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    for (const Mechanism& mechanism : {Mechanism(CKM_AES_ECB), Mechanism(CKM_AES_CBC, pattern(16))}) {
        EXPECT_RV(session.try_encrypt(mechanism, key, pattern(17)), CKR_DATA_LEN_RANGE);
        EXPECT_RV(session.try_decrypt(mechanism, key, pattern(17)), CKR_ENCRYPTED_DATA_LEN_RANGE);
    }
}

CONFORMANCE(encryption, a_final_with_a_partial_block_is_refused) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    Bytes out;
    EXPECT_RV(encrypt_in_pieces(session, CKM_AES_ECB, key, pattern(17), 17, &out), CKR_DATA_LEN_RANGE);
    Session other(subject);
    EXPECT_RV(decrypt_in_pieces(other, CKM_AES_ECB, key, pattern(17), 17, &out), CKR_ENCRYPTED_DATA_LEN_RANGE);
}

CONFORMANCE(encryption, an_update_obeys_the_two_call_rule) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    Mechanism mechanism(CKM_AES_CBC, pattern(16));
    const Bytes whole = session.encrypt(mechanism, key, pattern(64));
    MUST(session.f()->C_EncryptInit(session.handle(), mechanism.get(), key));
    Bytes text = pattern(64);
    CK_ULONG size = 0;
    EXPECT_RV(session.f()->C_EncryptUpdate(session.handle(), text.data(), 64, nullptr, &size), CKR_OK);
    BOOST_TEST(size >= 48u);
    Bytes out(80);
    size = 10;
    EXPECT_RV(session.f()->C_EncryptUpdate(session.handle(), text.data(), 64, out.data(), &size), CKR_BUFFER_TOO_SMALL);
    size = 80;
    MUST(session.f()->C_EncryptUpdate(session.handle(), text.data(), 64, out.data(), &size));
    CK_ULONG last = 80 - size;
    MUST(session.f()->C_EncryptFinal(session.handle(), out.data() + size, &last));
    out.resize(size + last);
    BOOST_TEST(to_hex(out) == to_hex(whole));
}

CONFORMANCE(encryption, in_place_encryption_works) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    for (const Mechanism& mechanism : {Mechanism(CKM_AES_CBC, pattern(16)), ctr(pattern(16))}) {
        const Bytes wanted = session.encrypt(mechanism, key, pattern(64));
        Bytes buffer = pattern(64);
        CK_ULONG size = 64;
        Mechanism own = mechanism;
        MUST(session.f()->C_EncryptInit(session.handle(), own.get(), key));
        MUST(session.f()->C_Encrypt(session.handle(), buffer.data(), 64, buffer.data(), &size));
        BOOST_TEST(to_hex(buffer) == to_hex(wanted));
    }
}

CONFORMANCE(encryption, gcm_with_a_wrong_tag_gives_nothing_away) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(32)));
    const Mechanism mechanism = gcm(pattern(12), pattern(20));
    Bytes secret = session.encrypt(mechanism, key, pattern(64));
    BOOST_TEST(secret.size() == 80u);
    secret.back() ^= 1;
    Bytes out(80, 0);
    CK_ULONG size = 80;
    Mechanism own = mechanism;
    MUST(session.f()->C_DecryptInit(session.handle(), own.get(), key));
    const CK_RV code = session.f()->C_Decrypt(session.handle(), secret.data(), 80, out.data(), &size);
    BOOST_TEST(code != CKR_OK);
    if (!subject.is_reference()) EXPECT_RV(code, CKR_ENCRYPTED_DATA_INVALID);
    BOOST_TEST(to_hex({out.data(), 64}) != to_hex(pattern(64)));
}

CONFORMANCE(encryption, gcm_takes_both_sizes_of_its_parameter, reference_defect("takes one size only")) {
    // The text of 2.40 has no ulIvBits; the header of 2.40 has it. Both are in use.
    struct WithoutIvBits {
        CK_BYTE_PTR iv;
        CK_ULONG iv_size;
        CK_BYTE_PTR aad;
        CK_ULONG aad_size;
        CK_ULONG tag_bits;
    };
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    Bytes iv = pattern(12);
    Bytes aad = pattern(20);
    const Mechanism shorter = Mechanism::with(CKM_AES_GCM, WithoutIvBits{iv.data(), 12, aad.data(), 20, 128});
    BOOST_TEST(to_hex(session.encrypt(shorter, key, pattern(40))) ==
               to_hex(session.encrypt(gcm(iv, aad), key, pattern(40))));
}

CONFORMANCE(encryption, rsa_pkcs1_round_trips) {
    Session session(subject);
    const CK_OBJECT_HANDLE open = session.create(rsa_public());
    const CK_OBJECT_HANDLE hidden = session.create(rsa_private());
    for (std::size_t size : {std::size_t{1}, std::size_t{100}, std::size_t{245}}) {
        const Bytes secret = session.encrypt(CKM_RSA_PKCS, open, pattern(size));
        BOOST_TEST(secret.size() == 256u);
        BOOST_TEST(to_hex(session.decrypt(CKM_RSA_PKCS, hidden, secret)) == to_hex(pattern(size)));
    }
}

CONFORMANCE(encryption, rsa_refuses_lengths_that_cannot_be, reference_defect("answers CKR_GENERAL_ERROR")) {
    Session session(subject);
    const CK_OBJECT_HANDLE open = session.create(rsa_public());
    const CK_OBJECT_HANDLE hidden = session.create(rsa_private());
    EXPECT_RV(session.try_encrypt(CKM_RSA_PKCS, open, pattern(246)), CKR_DATA_LEN_RANGE);
    EXPECT_RV(session.try_encrypt(oaep(CKM_SHA_1, CKM_SHA_1), open, pattern(215)), CKR_DATA_LEN_RANGE);
    for (std::size_t size : {std::size_t{1}, std::size_t{255}, std::size_t{257}}) {
        EXPECT_RV(session.try_decrypt(CKM_RSA_PKCS, hidden, pattern(size)), CKR_ENCRYPTED_DATA_LEN_RANGE);
        EXPECT_RV(session.try_decrypt(oaep(CKM_SHA_1, CKM_SHA_1), hidden, pattern(size)), CKR_ENCRYPTED_DATA_LEN_RANGE);
    }
}

CONFORMANCE(encryption, rsa_oaep_with_sha1_round_trips) {
    Session session(subject);
    const CK_OBJECT_HANDLE open = session.create(rsa_public());
    const CK_OBJECT_HANDLE hidden = session.create(rsa_private());
    const Mechanism mechanism = oaep(CKM_SHA_1, CKM_SHA_1);
    for (std::size_t size : {std::size_t{1}, std::size_t{214}}) {
        const Bytes secret = session.encrypt(mechanism, open, pattern(size));
        BOOST_TEST(to_hex(session.decrypt(mechanism, hidden, secret)) == to_hex(pattern(size)));
    }
}

CONFORMANCE(encryption, rsa_oaep_with_every_digest_mask_and_label,
            reference_defect("has OAEP with SHA-1 and without a label only")) {
    Session session(subject);
    const CK_OBJECT_HANDLE open = session.create(rsa_public());
    const CK_OBJECT_HANDLE hidden = session.create(rsa_private());
    for (CK_MECHANISM_TYPE digest : {CKM_SHA_1, CKM_SHA256, CKM_SHA384, CKM_SHA512}) {
        for (CK_MECHANISM_TYPE mask : {CKM_SHA_1, CKM_SHA256, CKM_SHA512}) {
            const Mechanism mechanism = oaep(digest, mask, text_bytes("label"));
            const Bytes secret = session.encrypt(mechanism, open, pattern(30));
            BOOST_TEST(to_hex(session.decrypt(mechanism, hidden, secret)) == to_hex(pattern(30)));
            EXPECT_RV(session.try_decrypt(oaep(digest, mask), hidden, secret), CKR_ENCRYPTED_DATA_INVALID);
        }
    }
}

CONFORMANCE(encryption, oaep_takes_a_source_of_zero_without_data,
            reference_defect("answers CKR_ARGUMENTS_BAD in some versions")) {
    Session session(subject);
    const CK_OBJECT_HANDLE open = session.create(rsa_public());
    const CK_OBJECT_HANDLE hidden = session.create(rsa_private());
    // pkcs11-tool 0.23 sends this.
    const Mechanism lenient =
        Mechanism::with(CKM_RSA_PKCS_OAEP, CK_RSA_PKCS_OAEP_PARAMS{CKM_SHA256, CKG_MGF1_SHA256, 0, nullptr, 0});
    const Bytes secret = session.encrypt(lenient, open, pattern(30));
    BOOST_TEST(to_hex(session.decrypt(oaep(CKM_SHA256, CKM_SHA256), hidden, secret)) == to_hex(pattern(30)));
}

CONFORMANCE(encryption, raw_rsa_round_trips) {
    Session session(subject);
    const CK_OBJECT_HANDLE open = session.create(rsa_public());
    const CK_OBJECT_HANDLE hidden = session.create(rsa_private());
    Bytes message = pattern(256);
    message[0] = 0;
    const Bytes secret = session.encrypt(CKM_RSA_X_509, open, message);
    BOOST_TEST(to_hex(session.decrypt(CKM_RSA_X_509, hidden, secret)) == to_hex(message));
}

KVP11_CASES_END
