// Data and signatures that a key cannot take, in each function that takes them: whole, in parts, in messages.
#include <fstream>

#include "misuse/desk.hpp"

namespace kvp11::test {
namespace {

/// What is signed or verified, with what, and where the call is written.
struct Work {
    Desk& d;
    Mechanism mechanism;
    CK_OBJECT_HANDLE key;
    Bytes data;
    Bytes signature;
};

#define DATA w.data.data(), length(w.data)
#define SIGNATURE w.signature.data(), length(w.signature)
#define OUTPUT w.d.out.data(), &w.d.size
#define START(member) MUST(w.d.f->member(w.d.session, w.mechanism.get(), w.key))
#define CALLED(member, ...) w.d.f->member(w.d.session, __VA_ARGS__)

CK_RV sign(Work& w) {
    START(C_SignInit);
    return CALLED(C_Sign, DATA, OUTPUT);
}
CK_RV sign_parts(Work& w) {
    START(C_SignInit);
    MUST(CALLED(C_SignUpdate, DATA));
    return CALLED(C_SignFinal, OUTPUT);
}
CK_RV sign_recover(Work& w) {
    START(C_SignRecoverInit);
    return CALLED(C_SignRecover, DATA, OUTPUT);
}
CK_RV sign_message(Work& w) {
    START(C_MessageSignInit);
    return CALLED(C_SignMessage, nullptr, 0, DATA, OUTPUT);
}
CK_RV sign_message_parts(Work& w) {
    START(C_MessageSignInit);
    MUST(CALLED(C_SignMessageBegin, nullptr, 0));
    MUST(CALLED(C_SignMessageNext, nullptr, 0, DATA, nullptr, nullptr));
    return CALLED(C_SignMessageNext, nullptr, 0, nullptr, 0, OUTPUT);
}
CK_RV verify(Work& w) {
    START(C_VerifyInit);
    return CALLED(C_Verify, DATA, SIGNATURE);
}
CK_RV verify_parts(Work& w) {
    START(C_VerifyInit);
    MUST(CALLED(C_VerifyUpdate, DATA));
    return CALLED(C_VerifyFinal, SIGNATURE);
}
CK_RV verify_given(Work& w) {
    MUST(CALLED(C_VerifySignatureInit, w.mechanism.get(), w.key, SIGNATURE));
    return CALLED(C_VerifySignature, DATA);
}
CK_RV verify_given_parts(Work& w) {
    MUST(CALLED(C_VerifySignatureInit, w.mechanism.get(), w.key, SIGNATURE));
    MUST(CALLED(C_VerifySignatureUpdate, DATA));
    return w.d.f->C_VerifySignatureFinal(w.d.session);
}
CK_RV verify_message(Work& w) {
    START(C_MessageVerifyInit);
    return CALLED(C_VerifyMessage, nullptr, 0, DATA, SIGNATURE);
}
CK_RV verify_message_parts(Work& w) {
    START(C_MessageVerifyInit);
    MUST(CALLED(C_VerifyMessageBegin, nullptr, 0));
    MUST(CALLED(C_VerifyMessageNext, nullptr, 0, DATA, nullptr, 0));
    return CALLED(C_VerifyMessageNext, nullptr, 0, nullptr, 0, SIGNATURE);
}

struct Way {
    const char* last;  // the function whose code it is
    bool verifies;
    CK_RV (*run)(Work&);
};

constexpr Way ways[] = {
    {"C_Sign", false, sign},
    {"C_SignFinal", false, sign_parts},
    {"C_SignRecover", false, sign_recover},
    {"C_SignMessage", false, sign_message},
    {"C_SignMessageNext", false, sign_message_parts},
    {"C_Verify", true, verify},
    {"C_VerifyFinal", true, verify_parts},
    {"C_VerifySignature", true, verify_given},
    {"C_VerifySignatureFinal", true, verify_given_parts},
    {"C_VerifyMessage", true, verify_message},
    {"C_VerifyMessageNext", true, verify_message_parts},
};

CK_RV run(Desk& d, const Way& way, CK_MECHANISM_TYPE type, CK_OBJECT_HANDLE key, Bytes data, Bytes signature = {}) {
    d.right();
    Work work{d, type, key, std::move(data), std::move(signature)};
    return way.run(work);
}

/// C_SignUpdate and its like, after their Init.
struct Part {
    const char* name;
    CK_RV (*run)(Desk& d, Bytes& part);
};

constexpr Part part_functions[] = {
    {"C_SignUpdate", [](Desk& d, Bytes& part) { return d.f->C_SignUpdate(d.session, part.data(), length(part)); }},
    {"C_VerifyUpdate", [](Desk& d, Bytes& part) { return d.f->C_VerifyUpdate(d.session, part.data(), length(part)); }},
    {"C_VerifySignatureUpdate",
     [](Desk& d, Bytes& part) { return d.f->C_VerifySignatureUpdate(d.session, part.data(), length(part)); }},
    {"C_SignMessageNext",
     [](Desk& d, Bytes& part) {
         return d.f->C_SignMessageNext(d.session, nullptr, 0, part.data(), length(part), nullptr, nullptr);
     }},
    {"C_VerifyMessageNext",
     [](Desk& d, Bytes& part) {
         return d.f->C_VerifyMessageNext(d.session, nullptr, 0, part.data(), length(part), nullptr, 0);
     }},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(data, Desk)

BOOST_AUTO_TEST_CASE(data_that_is_too_long_for_a_key_is_refused) {
    for (const Way& way : ways) {
        const CK_OBJECT_HANDLE key = way.verifies ? rsa_public : rsa_private;
        BOOST_TEST_CONTEXT(way.last) {
            // 2048 bits, of which the padding takes 11 bytes.
            EXPECT_RV(run(*this, way, CKM_RSA_PKCS, key, Bytes(246, 1), Bytes(256, 1)), CKR_DATA_LEN_RANGE);
            EXPECT_RV(run(*this, way, CKM_RSA_X_509, key, Bytes(257, 1), Bytes(256, 1)), CKR_DATA_LEN_RANGE);
            EXPECT_RV(run(*this, way, CKM_RSA_PKCS, key, Bytes(245, 1), Bytes(256, 1)),
                      way.verifies ? CKR_SIGNATURE_INVALID : CKR_OK);
        }
    }
}

BOOST_AUTO_TEST_CASE(data_that_is_no_number_below_the_modulus_is_invalid) {
    for (const Way& way : ways) {
        const CK_OBJECT_HANDLE key = way.verifies ? rsa_public : rsa_private;
        BOOST_TEST_CONTEXT(way.last)
        EXPECT_RV(run(*this, way, CKM_RSA_X_509, key, Bytes(256, 0xff), Bytes(256, 1)), CKR_DATA_INVALID);
    }
}

BOOST_AUTO_TEST_CASE(parts_of_what_is_signed_as_a_whole_are_limited) {
    Bytes given(64);
    const auto begin = [&](std::string_view name) {
        right();
        Mechanism ecdsa = CKM_ECDSA;
        if (name == "C_SignUpdate") return f->C_SignInit(session, ecdsa.get(), ec_private);
        if (name == "C_VerifyUpdate") return f->C_VerifyInit(session, ecdsa.get(), ec_public);
        if (name == "C_VerifySignatureUpdate")
            return f->C_VerifySignatureInit(session, ecdsa.get(), ec_public, given.data(), length(given));
        if (name == "C_SignMessageNext") {
            MUST(f->C_MessageSignInit(session, ecdsa.get(), ec_private));
            return f->C_SignMessageBegin(session, nullptr, 0);
        }
        MUST(f->C_MessageVerifyInit(session, ecdsa.get(), ec_public));
        return f->C_VerifyMessageBegin(session, nullptr, 0);
    };
    for (const Part& row : part_functions) {
        BOOST_TEST_CONTEXT(row.name) {
            MUST(begin(row.name));
            Bytes most(4096);
            Bytes one(1);
            EXPECT_RV(row.run(*this, most), CKR_OK);
            EXPECT_RV(row.run(*this, one), CKR_DATA_LEN_RANGE);
            EXPECT_RV(row.run(*this, one), CKR_OPERATION_NOT_INITIALIZED);
        }
    }
}

BOOST_AUTO_TEST_CASE(signatures_are_judged_wherever_they_are_given) {
    const Bytes signed_data(32, 7);
    Bytes wrong = mac;
    wrong[0] ^= 1U;
    const Bytes longer(mac.size() + 1);
    for (const Way& way : ways) {
        if (!way.verifies) continue;
        BOOST_TEST_CONTEXT(way.last) {
            EXPECT_RV(run(*this, way, CKM_SHA256_HMAC, secret, signed_data, mac), CKR_OK);
            EXPECT_RV(run(*this, way, CKM_SHA256_HMAC, secret, signed_data, wrong), CKR_SIGNATURE_INVALID);
            EXPECT_RV(run(*this, way, CKM_SHA256_HMAC, secret, signed_data, longer), CKR_SIGNATURE_LEN_RANGE);
            EXPECT_RV(run(*this, way, CKM_RSA_PKCS, rsa_public, signed_data, Bytes(255)), CKR_SIGNATURE_LEN_RANGE);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_nothing_can_be_recovered_from_is_no_signature) {
    const auto recover = [&](Bytes given) {
        right();
        MUST(f->C_VerifyRecoverInit(session, Mechanism(CKM_RSA_PKCS).get(), rsa_public));
        return f->C_VerifyRecover(session, given.data(), length(given), out.data(), &size);
    };
    EXPECT_RV(recover(Bytes(255)), CKR_SIGNATURE_LEN_RANGE);
    EXPECT_RV(recover(Bytes(256, 1)), CKR_SIGNATURE_INVALID);
    EXPECT_RV(recover(Bytes(256, 0xff)), CKR_SIGNATURE_INVALID);
    // Before it is asked whether the data would fit.
    right();
    MUST(f->C_VerifyRecoverInit(session, Mechanism(CKM_RSA_PKCS).get(), rsa_public));
    size = 0;
    Bytes wrong(256, 1);
    EXPECT_RV(f->C_VerifyRecover(session, wrong.data(), length(wrong), out.data(), &size), CKR_SIGNATURE_INVALID);
    EXPECT_RV(recover(signature), CKR_OK);
}

// What the signature holds is no DigestInfo; that shows when it has been recovered.
BOOST_AUTO_TEST_CASE(data_that_an_approved_slot_does_not_take_is_not_recovered) {
    subject->finalise();
    std::ofstream(subject->folder() / "kvp11.toml", std::ios::app) << "mode = \"approved\"\n";
    subject->initialise();
    open();
    Template key = test::rsa_public().flag(CKA_VERIFY_RECOVER, true);
    MUST(f->C_CreateObject(session, key.data(), key.size(), &rsa_public));
    MUST(f->C_VerifyRecoverInit(session, Mechanism(CKM_RSA_PKCS).get(), rsa_public));
    EXPECT_RV(f->C_VerifyRecover(session, signature.data(), length(signature), out.data(), &size), CKR_DATA_INVALID);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
