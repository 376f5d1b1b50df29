// Operations in parts: what goes between the parts and what does not, and parts whose length cannot be.
#include "misuse/desk.hpp"

namespace kvp11::test {
namespace {

struct Between {
    const char* call;
    const char* first;  // what went before it
};

CK_RV run(Desk& desk, const char* name) {
    desk.size = desk.out.size();
    return call_of(name).run(desk);
}

/// The same with no room for the result.
CK_RV run_without_room(Desk& desk, const char* name) {
    desk.size = 0;
    return call_of(name).run(desk);
}

Mechanism padded() { return Mechanism(CKM_AES_CBC_PAD, Bytes(16)); }
/// A counter that comes back to zero after two blocks.
Mechanism short_counter() { return ctr(Bytes(16), 1); }

void encrypt(Desk& d, Mechanism mechanism) { MUST(d.f->C_EncryptInit(d.session, mechanism.get(), d.aes)); }
void decrypt(Desk& d, Mechanism mechanism) { MUST(d.f->C_DecryptInit(d.session, mechanism.get(), d.aes)); }
void digest(Desk& d) { MUST(d.f->C_DigestInit(d.session, Mechanism(CKM_SHA256).get())); }
void sign(Desk& d, CK_MECHANISM_TYPE type, CK_OBJECT_HANDLE key) {
    MUST(d.f->C_SignInit(d.session, Mechanism(type).get(), key));
}
void verify(Desk& d, CK_MECHANISM_TYPE type, CK_OBJECT_HANDLE key) {
    MUST(d.f->C_VerifyInit(d.session, Mechanism(type).get(), key));
}

/// One of the functions that go over a part, alone or for two operations at once.
struct Part {
    const char* name;
    void (*begin)(Desk&, const Mechanism&);
    CK_RV length_code;
};

const Part part_functions[] = {
    {"C_EncryptUpdate", [](Desk& d, const Mechanism& m) { encrypt(d, m); }, CKR_DATA_LEN_RANGE},
    {"C_DecryptUpdate", [](Desk& d, const Mechanism& m) { decrypt(d, m); }, CKR_ENCRYPTED_DATA_LEN_RANGE},
    {"C_DigestEncryptUpdate", [](Desk& d, const Mechanism& m) { digest(d), encrypt(d, m); }, CKR_DATA_LEN_RANGE},
    {"C_DecryptDigestUpdate", [](Desk& d, const Mechanism& m) { decrypt(d, m), digest(d); },
     CKR_ENCRYPTED_DATA_LEN_RANGE},
    {"C_SignEncryptUpdate", [](Desk& d, const Mechanism& m) { sign(d, CKM_SHA256_HMAC, d.secret), encrypt(d, m); },
     CKR_DATA_LEN_RANGE},
    {"C_DecryptVerifyUpdate", [](Desk& d, const Mechanism& m) { decrypt(d, m), verify(d, CKM_SHA256_HMAC, d.secret); },
     CKR_ENCRYPTED_DATA_LEN_RANGE},
};

bool decrypts(const Part& part) { return std::string_view(part.name).starts_with("C_Decrypt"); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(parts, Desk)

BOOST_AUTO_TEST_CASE(what_was_begun_in_parts_is_not_done_as_a_whole) {
    constexpr Between rows[] = {
        {"C_Encrypt", "C_EncryptUpdate"},
        {"C_Decrypt", "C_DecryptUpdate"},
        {"C_Digest", "C_DigestUpdate"},
        {"C_Digest", "C_DigestKey"},
        {"C_Sign", "C_SignUpdate"},
        {"C_Verify", "C_VerifyUpdate"},
        {"C_VerifySignature", "C_VerifySignatureUpdate"},
        {"C_EncryptMessage", "C_EncryptMessageBegin"},
        {"C_EncryptMessageBegin", "C_EncryptMessageBegin"},
        {"C_MessageEncryptFinal", "C_EncryptMessageBegin"},
        {"C_DecryptMessage", "C_DecryptMessageBegin"},
        {"C_DecryptMessageBegin", "C_DecryptMessageBegin"},
        {"C_MessageDecryptFinal", "C_DecryptMessageBegin"},
        {"C_SignMessage", "C_SignMessageBegin"},
        {"C_SignMessageBegin", "C_SignMessageBegin"},
        {"C_MessageSignFinal", "C_SignMessageBegin"},
        {"C_VerifyMessage", "C_VerifyMessageBegin"},
        {"C_VerifyMessageBegin", "C_VerifyMessageBegin"},
        {"C_MessageVerifyFinal", "C_VerifyMessageBegin"},
    };
    for (const Between& row : rows) {
        right();
        call_of(row.call).begin(*this);
        BOOST_TEST_CONTEXT(row.call << " after " << row.first) {
            EXPECT_RV(run(*this, row.first), CKR_OK);
            EXPECT_RV(run(*this, row.call), CKR_OPERATION_ACTIVE);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_message_that_was_not_begun_has_no_parts) {
    constexpr Between rows[] = {
        {"C_EncryptMessageNext", "C_EncryptMessage"},
        {"C_DecryptMessageNext", "C_DecryptMessage"},
        {"C_SignMessageNext", "C_SignMessage"},
        {"C_VerifyMessageNext", "C_VerifyMessage"},
    };
    for (const Between& row : rows) {
        right();
        call_of(row.first).begin(*this);
        BOOST_TEST_CONTEXT(row.call) {
            EXPECT_RV(run(*this, row.call), CKR_OPERATION_NOT_INITIALIZED);
            // Of the process nothing has ended.
            EXPECT_RV(run(*this, row.first), CKR_OK);
        }
    }
}

// What did not fit waits for the function that it is of: no other one may take it, or go on without it.
BOOST_AUTO_TEST_CASE(a_result_that_did_not_fit_is_fetched_before_anything_else) {
    for (const Part& row : part_functions) {
        BOOST_TEST_CONTEXT(row.name) {
            const char* last = decrypts(row) ? "C_DecryptFinal" : "C_EncryptFinal";
            right();
            row.begin(*this, padded());
            EXPECT_RV(run_without_room(*this, row.name), CKR_BUFFER_TOO_SMALL);
            EXPECT_RV(run(*this, last), CKR_OPERATION_ACTIVE);
            EXPECT_RV(run(*this, last), CKR_OPERATION_NOT_INITIALIZED);
        }
    }
    CK_BYTE sealed[16] = {};
    for (const Part& row : part_functions) {
        BOOST_TEST_CONTEXT(row.name) {
            const char* last = decrypts(row) ? "C_DecryptFinal" : "C_EncryptFinal";
            right();
            encrypt(*this, padded());
            MUST(f->C_Encrypt(session, in.data(), 5, sealed, &size));
            row.begin(*this, padded());
            size = out.size();
            if (decrypts(row)) MUST(f->C_DecryptUpdate(session, sealed, 16, out.data(), &size));
            EXPECT_RV(run_without_room(*this, last), CKR_BUFFER_TOO_SMALL);
            BOOST_TEST(size == (decrypts(row) ? 5u : 16u));
            EXPECT_RV(run(*this, row.name), CKR_OPERATION_ACTIVE);
        }
    }
}

// A part that two operations go over is seen by both of them or by none.
BOOST_AUTO_TEST_CASE(the_part_of_two_operations_is_not_fetched_by_one) {
    for (const Part& row : part_functions) {
        const bool is_dual =
            row.name != std::string_view("C_EncryptUpdate") && row.name != std::string_view("C_DecryptUpdate");
        if (!is_dual) continue;
        const char* alone = decrypts(row) ? "C_DecryptUpdate" : "C_EncryptUpdate";
        BOOST_TEST_CONTEXT(row.name) {
            for (const auto& [first, second] : {std::pair{row.name, alone}, {alone, row.name}}) {
                right();
                row.begin(*this, Mechanism(CKM_AES_ECB));
                EXPECT_RV(run_without_room(*this, first), CKR_BUFFER_TOO_SMALL);
                EXPECT_RV(run(*this, second), CKR_OPERATION_ACTIVE);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(no_part_goes_beyond_a_counter) {
    for (const Part& row : part_functions) {
        right();
        row.begin(*this, short_counter());
        BOOST_TEST_CONTEXT(row.name) {
            EXPECT_RV(run(*this, row.name), CKR_OK);
            EXPECT_RV(run(*this, row.name), row.length_code);
            EXPECT_RV(run(*this, row.name), CKR_OPERATION_NOT_INITIALIZED);
        }
    }
    right();
    encrypt(*this, short_counter());
    EXPECT_RV(f->C_Encrypt(session, in.data(), 33, out.data(), &size), CKR_DATA_LEN_RANGE);
    decrypt(*this, short_counter());
    size = out.size();
    EXPECT_RV(f->C_Decrypt(session, in.data(), 33, out.data(), &size), CKR_ENCRYPTED_DATA_LEN_RANGE);
    // ChaCha20 has a counter of its own: the last block of 64 bytes, and no more.
    CK_OBJECT_HANDLE key = 0;
    Template object = secret_key(CKK_CHACHA20, pattern(32));
    MUST(f->C_CreateObject(session, object.data(), object.size(), &key));
    Bytes last(16);
    std::fill_n(last.begin(), 4, std::uint8_t{0xff});
    Mechanism stream = chacha20(last);
    MUST(f->C_EncryptInit(session, stream.get(), key));
    size = out.size();
    EXPECT_RV(f->C_Encrypt(session, in.data(), 65, out.data(), &size), CKR_DATA_LEN_RANGE);
    MUST(f->C_DecryptInit(session, stream.get(), key));
    size = out.size();
    EXPECT_RV(f->C_Decrypt(session, in.data(), 65, out.data(), &size), CKR_ENCRYPTED_DATA_LEN_RANGE);
}

BOOST_AUTO_TEST_CASE(what_is_transformed_as_a_whole_is_limited) {
    Bytes large(257);
    right();
    MUST(f->C_EncryptInit(session, Mechanism(CKM_RSA_PKCS).get(), rsa_public));
    EXPECT_RV(f->C_EncryptUpdate(session, large.data(), 257, out.data(), &size), CKR_DATA_LEN_RANGE);
    MUST(f->C_DecryptInit(session, Mechanism(CKM_RSA_PKCS).get(), rsa_private));
    size = out.size();
    EXPECT_RV(f->C_DecryptUpdate(session, large.data(), 257, out.data(), &size), CKR_ENCRYPTED_DATA_LEN_RANGE);
    // The signature's share of a part may be too much for it, when the cipher's is not.
    for (const char* name : {"C_SignEncryptUpdate", "C_DecryptVerifyUpdate"}) {
        right();
        if (name == std::string_view("C_SignEncryptUpdate")) {
            sign(*this, CKM_ECDSA, ec_private), encrypt(*this, Mechanism(CKM_AES_ECB));
        } else {
            decrypt(*this, Mechanism(CKM_AES_ECB)), verify(*this, CKM_ECDSA, ec_public);
        }
        BOOST_TEST_CONTEXT(name) {
            for (int i = 0; i < 4096 / 32; ++i) MUST(run(*this, name));
            EXPECT_RV(run(*this, name), CKR_DATA_LEN_RANGE);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
