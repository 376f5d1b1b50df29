// PKCS#11 2.40 §5.12: two operations at once, and which may be at once at all.
#include <set>

#include "conformance/conformance_case.hpp"

KVP11_CASES

namespace {

const Mark no_duals = reference_defect("does not support the functions");

struct Pair {
    CK_OBJECT_HANDLE cipher;
    CK_OBJECT_HANDLE mac;
};
Pair make(Session& s) { return {s.create(aes_key(pattern(16))), s.create(generic_secret(pattern(32)))}; }
Mechanism cbc_pad() { return {CKM_AES_CBC_PAD, pattern(16)}; }

/// A dual-purpose call with pieces of `piece` bytes over everything, then C_EncryptFinal or C_DecryptFinal.
using Update = CK_RV (*)(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR);
Bytes through(Session& s, Update update, CK_C_EncryptFinal last, const Bytes& data, std::size_t piece) {
    Bytes out;
    Bytes room(data.size() + 32);
    for (std::size_t at = 0; at < data.size(); at += piece) {
        CK_ULONG size = room.size();
        MUST(update(s.handle(), input(data) + at, std::min(piece, data.size() - at), room.data(), &size));
        out.insert(out.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
    }
    CK_ULONG size = room.size();
    MUST(last(s.handle(), room.data(), &size));
    out.insert(out.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
    return out;
}

}  // namespace

CONFORMANCE(duals, digest_and_encrypt_then_decrypt_and_digest, no_duals) {
    Session session(subject);
    const CK_FUNCTION_LIST* f = session.f();
    const Pair keys = make(session);
    const Bytes text = pattern(100);
    MUST(f->C_DigestInit(session.handle(), Mechanism(CKM_SHA256).get()));
    MUST(f->C_EncryptInit(session.handle(), cbc_pad().get(), keys.cipher));
    const Bytes sealed = through(session, f->C_DigestEncryptUpdate, f->C_EncryptFinal, text, 13);
    Bytes digest(32);
    CK_ULONG size = 32;
    MUST(f->C_DigestFinal(session.handle(), digest.data(), &size));
    BOOST_TEST(to_hex(digest) == to_hex(session.digest(CKM_SHA256, text)));
    BOOST_TEST(to_hex(sealed) == to_hex(session.encrypt(cbc_pad(), keys.cipher, text)));

    MUST(f->C_DecryptInit(session.handle(), cbc_pad().get(), keys.cipher));
    MUST(f->C_DigestInit(session.handle(), Mechanism(CKM_SHA256).get()));
    // What C_DecryptFinal gives, the caller digests (the standard's own example).
    Bytes room(200);
    size = room.size();
    MUST(f->C_DecryptDigestUpdate(session.handle(), input(sealed), length(sealed), room.data(), &size));
    Bytes opened(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
    size = room.size();
    MUST(f->C_DecryptFinal(session.handle(), room.data(), &size));
    MUST(f->C_DigestUpdate(session.handle(), room.data(), size));
    opened.insert(opened.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
    size = 32;
    MUST(f->C_DigestFinal(session.handle(), room.data(), &size));
    BOOST_TEST(to_hex(opened) == to_hex(text));
    BOOST_TEST(to_hex({room.data(), 32}) == to_hex(digest));
}

CONFORMANCE(duals, sign_and_encrypt_then_decrypt_and_verify, no_duals) {
    Session session(subject);
    const CK_FUNCTION_LIST* f = session.f();
    const Pair keys = make(session);
    const Bytes text = pattern(96);
    const Mechanism cbc(CKM_AES_CBC, pattern(16));
    MUST(f->C_SignInit(session.handle(), Mechanism(CKM_SHA256_HMAC).get(), keys.mac));
    MUST(f->C_EncryptInit(session.handle(), Mechanism(cbc).get(), keys.cipher));
    const Bytes sealed = through(session, f->C_SignEncryptUpdate, f->C_EncryptFinal, text, 16);
    Bytes mac(32);
    CK_ULONG size = 32;
    MUST(f->C_SignFinal(session.handle(), mac.data(), &size));
    BOOST_TEST(to_hex(mac) == to_hex(session.sign(CKM_SHA256_HMAC, keys.mac, text)));

    MUST(f->C_DecryptInit(session.handle(), Mechanism(cbc).get(), keys.cipher));
    MUST(f->C_VerifyInit(session.handle(), Mechanism(CKM_SHA256_HMAC).get(), keys.mac));
    const Bytes opened = through(session, f->C_DecryptVerifyUpdate, f->C_DecryptFinal, sealed, 32);
    BOOST_TEST(to_hex(opened) == to_hex(text));
    EXPECT_RV(f->C_VerifyFinal(session.handle(), mac.data(), 32), CKR_OK);
}

CONFORMANCE(duals, a_short_buffer_takes_nothing_in_twice, no_duals) {
    Session session(subject);
    const CK_FUNCTION_LIST* f = session.f();
    const Pair keys = make(session);
    const Bytes text = pattern(48);
    MUST(f->C_DigestInit(session.handle(), Mechanism(CKM_SHA256).get()));
    MUST(f->C_EncryptInit(session.handle(), Mechanism(CKM_AES_CBC, pattern(16)).get(), keys.cipher));
    Bytes room(64);
    CK_ULONG size = 0;
    MUST(f->C_DigestEncryptUpdate(session.handle(), input(text), 48, nullptr, &size));
    BOOST_TEST(size == 48u);
    size = 47;
    EXPECT_RV(f->C_DigestEncryptUpdate(session.handle(), input(text), 48, room.data(), &size), CKR_BUFFER_TOO_SMALL);
    size = 64;
    MUST(f->C_DigestEncryptUpdate(session.handle(), input(text), 48, room.data(), &size));
    size = 32;
    MUST(f->C_DigestFinal(session.handle(), room.data(), &size));
    BOOST_TEST(to_hex({room.data(), 32}) == to_hex(session.digest(CKM_SHA256, text)));
}

CONFORMANCE(duals, without_both_operations_nothing_runs, no_duals) {
    Session session(subject);
    const CK_FUNCTION_LIST* f = session.f();
    const Pair keys = make(session);
    CK_BYTE bytes[64] = {};
    CK_ULONG size = sizeof bytes;
    MUST(f->C_EncryptInit(session.handle(), cbc_pad().get(), keys.cipher));
    EXPECT_RV(f->C_DigestEncryptUpdate(session.handle(), bytes, 16, bytes, &size), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(f->C_SignEncryptUpdate(session.handle(), bytes, 16, bytes, &size), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(f->C_DecryptDigestUpdate(session.handle(), bytes, 16, bytes, &size), CKR_OPERATION_NOT_INITIALIZED);
    size = sizeof bytes;
    EXPECT_RV(f->C_Encrypt(session.handle(), bytes, 16, bytes, &size), CKR_OK);
}

CONFORMANCE(duals, only_those_pairs_go_together, reference_defect("has one operation at a time")) {
    Session session(subject);
    const CK_FUNCTION_LIST* f = session.f();
    const CK_SESSION_HANDLE s = session.handle();
    const Pair keys = make(session);
    using Start = std::function<CK_RV()>;
    const std::pair<const char*, Start> starts[] = {
        {"digest", [&] { return f->C_DigestInit(s, Mechanism(CKM_SHA256).get()); }},
        {"encrypt", [&] { return f->C_EncryptInit(s, cbc_pad().get(), keys.cipher); }},
        {"decrypt", [&] { return f->C_DecryptInit(s, cbc_pad().get(), keys.cipher); }},
        {"sign", [&] { return f->C_SignInit(s, Mechanism(CKM_SHA256_HMAC).get(), keys.mac); }},
        {"verify", [&] { return f->C_VerifyInit(s, Mechanism(CKM_SHA256_HMAC).get(), keys.mac); }},
        {"find", [&] { return f->C_FindObjectsInit(s, nullptr, 0); }},
    };
    const std::set<std::set<std::string>> together = {
        {"digest", "encrypt"}, {"decrypt", "digest"}, {"sign", "encrypt"}, {"decrypt", "verify"}};
    for (const auto& [first, start_first] : starts) {
        for (const auto& [second, start_second] : starts) {
            BOOST_TEST_CONTEXT(first << " and " << second) {
                MUST(start_first());
                const bool allowed = together.contains({first, second});
                EXPECT_RV(start_second(), allowed ? CKR_OK : CKR_OPERATION_ACTIVE);
                f->C_DigestInit(s, nullptr);
                f->C_EncryptInit(s, nullptr, 0);
                f->C_DecryptInit(s, nullptr, 0);
                f->C_SignInit(s, nullptr, 0);
                f->C_VerifyInit(s, nullptr, 0);
                f->C_FindObjectsFinal(s);
            }
        }
    }
}

KVP11_CASES_END
