// Memory that ends in operations which the right calls of calls.cpp do not need much of it for.
#include <algorithm>
#include <cstdio>

#include "misuse/far.hpp"
#include "misuse/starving.hpp"
#include "support/process.hpp"

namespace kvp11::test {
namespace {

struct Row {
    const char* function;
    void (*begin)(Desk&);
    CK_RV (*run)(Desk&);
};

// Some need memory of ours, for data that are gathered, and some OpenSSL's.
Mechanism sealed() { return oaep(CKM_SHA256, CKM_SHA256); }
Mechanism gathered() { return ccm(32, Bytes(12), {}, 16); }
Mechanism stolen() { return Mechanism(CKM_AES_CTS, Bytes(16)); }
Mechanism hashed() { return CKM_ECDSA_SHA256; }

void encrypt_sealed(Desk& d) { MUST(d.f->C_EncryptInit(d.session, sealed().get(), d.rsa_public)); }
void encrypt_gathered(Desk& d) { MUST(d.f->C_EncryptInit(d.session, gathered().get(), d.aes)); }
void encrypt_stolen(Desk& d) { MUST(d.f->C_EncryptInit(d.session, stolen().get(), d.aes)); }
void encrypt_part(Desk& d) {
    MUST(d.f->C_EncryptUpdate(d.session, d.in.data(), 32, d.out.data(), &d.size));
    d.size = d.out.size();
}
void encrypt_sealed_part(Desk& d) { encrypt_sealed(d), encrypt_part(d); }
void encrypt_stolen_part(Desk& d) { encrypt_stolen(d), encrypt_part(d); }

/// Something that opens, behind the first KiB of what a call may read.
void decrypt_sealed(Desk& d) {
    encrypt_sealed(d);
    MUST(d.f->C_Encrypt(d.session, d.in.data(), 32, d.in.data() + 256, &d.size));
    d.size = d.out.size();
    MUST(d.f->C_DecryptInit(d.session, sealed().get(), d.rsa_private));
}
void decrypt_gathered(Desk& d) {
    encrypt_gathered(d);
    MUST(d.f->C_Encrypt(d.session, d.in.data(), 32, d.in.data() + 256, &d.size));
    d.size = d.out.size();
    MUST(d.f->C_DecryptInit(d.session, gathered().get(), d.aes));
}
void decrypt_sealed_part(Desk& d) {
    decrypt_sealed(d);
    MUST(d.f->C_DecryptUpdate(d.session, d.in.data() + 256, 256, d.out.data(), &d.size));
    d.size = d.out.size();
}
void decrypt_gathered_part(Desk& d) {
    decrypt_gathered(d);
    MUST(d.f->C_DecryptUpdate(d.session, d.in.data() + 256, 48, d.out.data(), &d.size));
    d.size = d.out.size();
}

void sign(Desk& d) { MUST(d.f->C_SignInit(d.session, hashed().get(), d.ec_private)); }
void sign_gathered(Desk& d) { MUST(d.f->C_SignInit(d.session, Mechanism(CKM_ECDSA).get(), d.ec_private)); }
void sign_messages(Desk& d) { MUST(d.f->C_MessageSignInit(d.session, hashed().get(), d.ec_private)); }
/// The signature of what calls sign, where those that verify look for it.
void signed_before(Desk& d) {
    sign(d);
    MUST(d.f->C_Sign(d.session, d.in.data(), 32, d.in.data() + 256, &d.size));
    d.size = d.out.size();
}
void verify(Desk& d) {
    signed_before(d);
    MUST(d.f->C_VerifyInit(d.session, hashed().get(), d.ec_public));
}
void verify_gathered(Desk& d) { MUST(d.f->C_VerifyInit(d.session, Mechanism(CKM_ECDSA).get(), d.ec_public)); }
void verify_recovered(Desk& d) {
    MUST(d.f->C_VerifyInit(d.session, Mechanism(CKM_RSA_PKCS).get(), d.rsa_public));
    MUST(d.f->C_VerifyUpdate(d.session, d.in.data(), 32));
}
void verify_given(Desk& d) {
    signed_before(d);
    MUST(d.f->C_VerifySignatureInit(d.session, hashed().get(), d.ec_public, d.in.data() + 256, 64));
}
void verify_given_recovered(Desk& d) {
    Mechanism pkcs = CKM_RSA_PKCS;
    MUST(d.f->C_VerifySignatureInit(d.session, pkcs.get(), d.rsa_public, d.signature.data(), length(d.signature)));
    MUST(d.f->C_VerifySignatureUpdate(d.session, d.in.data(), 32));
}
void verify_given_gathered(Desk& d) {
    MUST(d.f->C_VerifySignatureInit(d.session, Mechanism(CKM_ECDSA).get(), d.ec_public, d.in.data() + 256, 64));
}
void verify_messages(Desk& d) {
    signed_before(d);
    MUST(d.f->C_MessageVerifyInit(d.session, hashed().get(), d.ec_public));
}
void verify_message_gathered(Desk& d) {
    MUST(d.f->C_MessageVerifyInit(d.session, Mechanism(CKM_ECDSA).get(), d.ec_public));
    MUST(d.f->C_VerifyMessageBegin(d.session, nullptr, 0));
}
void sign_message_gathered(Desk& d) {
    MUST(d.f->C_MessageSignInit(d.session, Mechanism(CKM_ECDSA).get(), d.ec_private));
    MUST(d.f->C_SignMessageBegin(d.session, nullptr, 0));
}
void sign_and_encrypt(Desk& d) {
    MUST(d.f->C_SignInit(d.session, Mechanism(CKM_SHA256_HMAC).get(), d.secret));
    encrypt_gathered(d);
}
void decrypt_and_verify(Desk& d) {
    decrypt_gathered(d);
    MUST(d.f->C_VerifyInit(d.session, Mechanism(CKM_SHA256_HMAC).get(), d.secret));
}

void make_here(Desk& d, Template object) {
    MUST(d.f->C_CreateObject(d.session, object.data(), object.size(), &d.made_too));
    d.wanted = generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 32);
    d.use(ecdh({}));
}
void encapsulate(Desk& d) { make_here(d, test::ec_public(ec_numbers(Curve::P256)).flag(CKA_ENCAPSULATE, true)); }
void decapsulate(Desk& d) {
    make_here(d, test::ec_private(ec_numbers(Curve::P256)).flag(CKA_DECAPSULATE, true));
    const Bytes& point = ec_numbers(Curve::P256).point;
    std::copy(point.begin(), point.end(), d.in.begin());
}

#define STARVED(function, begin, ...)                                                                                  \
    {                                                                                                                  \
#function, begin, [](Desk & d) { return d.f->function(d.session, __VA_ARGS__); }                               \
    }
#define INPUT d.in.data(), 32
#define SEALED d.in.data() + 256, 256
#define GATHERED d.in.data() + 256, 48
#define SIGNATURE d.in.data() + 256, 64
#define OUTPUT d.out.data(), &d.size
#define WANTED d.wanted.data(), d.wanted.size()

const Row rows[] = {
    STARVED(C_EncapsulateKey, encapsulate, d.mechanism.get(), d.made_too, WANTED, OUTPUT, &d.made),
    STARVED(C_DecapsulateKey, decapsulate, d.mechanism.get(), d.made_too, WANTED, d.in.data(), 65, &d.made),
    STARVED(C_Encrypt, encrypt_sealed, INPUT, OUTPUT),
    STARVED(C_Encrypt, encrypt_gathered, INPUT, OUTPUT),
    STARVED(C_EncryptUpdate, encrypt_gathered, INPUT, OUTPUT),
    STARVED(C_EncryptFinal, encrypt_sealed_part, OUTPUT),
    STARVED(C_EncryptFinal, encrypt_stolen_part, OUTPUT),
    STARVED(C_Decrypt, decrypt_sealed, SEALED, OUTPUT),
    STARVED(C_Decrypt, decrypt_gathered, GATHERED, OUTPUT),
    STARVED(C_DecryptUpdate, decrypt_gathered, GATHERED, OUTPUT),
    STARVED(C_DecryptFinal, decrypt_sealed_part, OUTPUT),
    STARVED(C_DecryptFinal, decrypt_gathered_part, OUTPUT),
    STARVED(C_Sign, sign, INPUT, OUTPUT),
    STARVED(C_SignUpdate, sign_gathered, INPUT),
    STARVED(C_SignMessage, sign_messages, nullptr, 0, INPUT, OUTPUT),
    STARVED(C_SignMessageNext, sign_message_gathered, nullptr, 0, INPUT, OUTPUT),
    STARVED(C_Verify, verify, INPUT, SIGNATURE),
    STARVED(C_VerifyUpdate, verify_gathered, INPUT),
    STARVED(C_VerifyFinal, verify_recovered, d.signature.data(), length(d.signature)),
    STARVED(C_VerifySignature, verify_given, INPUT),
    STARVED(C_VerifySignatureUpdate, verify_given_gathered, INPUT),
    {"C_VerifySignatureFinal", verify_given_recovered, [](Desk& d) { return d.f->C_VerifySignatureFinal(d.session); }},
    STARVED(C_VerifyMessage, verify_messages, nullptr, 0, INPUT, SIGNATURE),
    STARVED(C_VerifyMessageNext, verify_message_gathered, nullptr, 0, INPUT, nullptr, 0),
    STARVED(C_SignEncryptUpdate, sign_and_encrypt, INPUT, OUTPUT),
    STARVED(C_DecryptVerifyUpdate, decrypt_and_verify, GATHERED, OUTPUT),
};

bool is_skipped() {
    if (!can_fail_allocations()) std::puts("SKIPPED: allocations are the sanitizer's");
    return !can_fail_allocations();
}

/// Codes of one call for the first allocations, of which each fails once.
std::vector<CK_RV> codes_of(const char* name, long allocations, const std::function<CK_RV()>& run) {
    std::vector<CK_RV> codes;
    for (long n = 0; n < allocations; ++n) {
        fail_allocation(n);
        codes.push_back(run());
        const bool came = allocation_has_failed();
        record(name, codes.back());
        if (!came) break;
    }
    return codes;
}

bool has(const std::vector<CK_RV>& codes, CK_RV code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(memory)

BOOST_AUTO_TEST_CASE(operations_are_told_whose_memory_ended) {
    if (is_skipped()) return;
    Desk desk;
    for (const Row& row : rows) {
        starve_in_child(
            desk, row.function, [&] { row.begin(desk); }, [&] { return row.run(desk); });
    }
}

// Of such a key the module has seen no more than that it is there.
BOOST_AUTO_TEST_CASE(a_key_that_has_to_be_fetched_from_the_token_needs_its_memory) {
    if (is_skipped()) return;
    Subject maker(Kind::Kvp11);
    {
        Session session(maker);
        session.create(aes_key(pattern(32)).flag(CKA_TOKEN, true).flag(CKA_PRIVATE, false).text(CKA_LABEL, "far"));
    }
    maker.finalise();
    Desk desk(Kind::Kvp11, Subject::Token::Existing);
    CK_OBJECT_HANDLE key = 0;
    CK_BBOOL flag = CK_FALSE;
    CK_ATTRIBUTE more{CKA_MODIFIABLE, &flag, sizeof flag};
    const auto find = [&] {
        Template label = Template().text(CKA_LABEL, "far");
        CK_ULONG count = 0;
        (void)desk.f->C_FindObjectsInit(desk.session, label.data(), 1);
        (void)desk.f->C_FindObjects(desk.session, &key, 1, &count);
        (void)desk.f->C_FindObjectsFinal(desk.session);
        (void)desk.f->C_DigestInit(desk.session, Mechanism(CKM_SHA256).get());
    };
    Mechanism gcm = CKM_AES_GCM;
    const std::pair<const char*, std::function<CK_RV()>> calls_of_key[] = {
        {"C_GetAttributeValue", [&] { return desk.f->C_GetAttributeValue(desk.session, key, &more, 1); }},
        {"C_GetObjectSize", [&] { return desk.f->C_GetObjectSize(desk.session, key, &desk.size); }},
        {"C_DigestKey", [&] { return desk.f->C_DigestKey(desk.session, key); }},
        {"C_MessageEncryptInit", [&] { return desk.f->C_MessageEncryptInit(desk.session, gcm.get(), key); }},
        {"C_MessageDecryptInit", [&] { return desk.f->C_MessageDecryptInit(desk.session, gcm.get(), key); }},
    };
    for (const auto& [name, run] : calls_of_key) starve_in_child(desk, name, find, run);
}

BOOST_AUTO_TEST_CASE(a_token_is_not_made_anew_without_memory) {
    if (is_skipped()) return;
    const Subject fresh(Kind::Kvp11, Subject::Token::Uninitialised);
    CK_UTF8CHAR label[32] = {'x'};
    auto* pin = reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(so_pin));
    auto* const f = plain_functions_3_2();  // which allocates the first time
    const Ended ended = in_child([&] {
        const auto codes = codes_of("C_InitToken", 300, [&] {
            return f->C_InitToken(fresh.slot(), pin, std::string_view(so_pin).size(), label);
        });
        return has(codes, CKR_HOST_MEMORY) && std::all_of(codes.begin(), codes.end(), is_fitting) ? 0 : 1;
    });
    BOOST_TEST(ended.is_clean(), ended.exit_code << " " << ended.signal);
}

// Requests to a service are made in memory of ours.
BOOST_AUTO_TEST_CASE(a_request_needs_memory_before_it_is_sent) {
    if (is_skipped()) return;
    const Far far;
    const auto expect_host_memory = [&](const char* name, const std::function<void(FarCall&)>& begin,
                                        const std::function<CK_RV(FarCall&)>& run) {
        FarCall call(far);
        call.f = plain_functions_3_2();
        std::vector<CK_RV> codes;
        for (long n = 0; n < 20 && !has(codes, CKR_HOST_MEMORY); ++n) {
            begin(call);
            fail_allocation(n);
            codes.push_back(run(call));
            (void)allocation_has_failed();
            record(name, codes.back());
        }
        BOOST_TEST_CONTEXT(name) BOOST_TEST(has(codes, CKR_HOST_MEMORY));
    };
    expect_host_memory(
        "C_SignFinal",
        [](FarCall& a) {
            a.size = 1024;
            MUST(a.f->C_SignInit(a.session, Mechanism(CKM_ECDSA).get(), a.known("ec")));
            MUST(a.f->C_SignUpdate(a.session, a.in.data(), 32));
        },
        [](FarCall& a) { return a.f->C_SignFinal(a.session, a.out.data(), &a.size); });
    expect_host_memory(
        "C_VerifyFinal",
        [](FarCall& a) {
            MUST(a.f->C_VerifyInit(a.session, Mechanism(CKM_SHA256_HMAC).get(), a.known("mac")));
            MUST(a.f->C_VerifyUpdate(a.session, a.in.data(), 32));
        },
        [](FarCall& a) { return a.f->C_VerifyFinal(a.session, a.in.data(), 32); });
    expect_host_memory(
        "C_VerifySignatureFinal",
        [](FarCall& a) {
            Mechanism hmac = CKM_SHA256_HMAC;
            MUST(a.f->C_VerifySignatureInit(a.session, hmac.get(), a.known("mac"), a.in.data(), 32));
            MUST(a.f->C_VerifySignatureUpdate(a.session, a.in.data(), 32));
        },
        [](FarCall& a) { return a.f->C_VerifySignatureFinal(a.session); });
    Bytes info = from_hex("3031300d060960864801650304020105000420") + Bytes(32, 7);
    expect_host_memory(
        "C_SignRecover",
        [](FarCall& a) {
            a.size = 1024;
            MUST(a.f->C_SignRecoverInit(a.session, Mechanism(CKM_RSA_PKCS).get(), a.known("rsa")));
        },
        [&](FarCall& a) { return a.f->C_SignRecover(a.session, info.data(), length(info), a.out.data(), &a.size); });
}

// OpenSSL's blinding does not outlive it by itself.
BOOST_FIXTURE_TEST_CASE(an_rsa_key_signs_right_after_its_memory_ended, Desk) {
    if (is_skipped()) return;
    const auto sign = [&] {
        MUST(f->C_SignInit(session, Mechanism(CKM_RSA_PKCS).get(), rsa_private));
        size = out.size();
        MUST(f->C_Sign(session, in.data(), 32, out.data(), &size));
        return Bytes(out.data(), out.data() + size);
    };
    const Bytes expected = sign();
    f = plain_functions_3_2();
    for (long n = 0; n < 200; ++n) {
        right();
        decrypt_sealed(*this);
        fail_allocation(n);
        (void)f->C_Decrypt(session, in.data() + 256, 256, out.data(), &size);
        const bool came = allocation_has_failed();
        in.fill(7);
        BOOST_REQUIRE(sign() == expected);
        if (!came) break;
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
