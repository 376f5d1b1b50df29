// The keys that a Thief begins with. T: the target. W: wraps and unwraps, made inside. D: encrypts and decrypts, made
// inside. O: as W, but readable. K: known, brought along. S: a known RSA public key. R: an RSA pair made inside, that
// wraps and unwraps. P: an EC pair made inside. Q: a public key that the officer trusts. B, in the default mode:
// does everything. T, W and the like may be extracted, and stand beside others that are made in the session.
#include "misuse/thief.hpp"

namespace kvp11::test {
namespace {

Template generation(bool wraps) {
    return Template()
        .set(CKA_CLASS, CKO_SECRET_KEY)
        .set(CKA_KEY_TYPE, CKK_AES)
        .set(CKA_VALUE_LEN, 32)
        .flag(CKA_TOKEN, false)
        .flag(CKA_SENSITIVE, true)
        .flag(CKA_EXTRACTABLE, true)
        .flag(CKA_DERIVE, true)
        .flag(CKA_WRAP, wraps)
        .flag(CKA_UNWRAP, wraps)
        .flag(CKA_ENCRYPT, !wraps)
        .flag(CKA_DECRYPT, !wraps);
}

}  // namespace

Thief::Thief(Session& session, const Target& target, bool approved, CK_OBJECT_HANDLE trusted)
    : session_(session), later_(later(session.subject())), target_(target), approved_(approved), trusted_(trusted) {
    make_target();
    make_secrets();
    make_pairs();
    make_forgery();
    observe_blobs();
}

Thief::~Thief() {
    for (const Thing& thing : things_) {
        if (thing.handle != trusted_) (void)session_.try_destroy(thing.handle);
    }
}

void Thief::make_target() {
    const bool rsa = target_.type == CKK_RSA;
    Template wanted;
    if (rsa || target_.type == CKK_EC) {
        wanted = rsa ? rsa_private() : ec_private(ec_numbers(Curve::P384));
        value_ = rsa ? rsa_numbers().d : ec_numbers(Curve::P384).scalar;
        if (rsa && approved_) wanted.flag(CKA_UNWRAP, false);
    } else {
        value_ = from_hex("8d1f0b6a49c3e2975b70a4d81c3f6e9202d5b8674e91fa3c60c7e8150b9a4d23");
        wanted = target_.type == CKK_AES ? aes_key(value_) : generic_secret(value_);
        if (target_.type == CKK_AES && approved_) wanted.flag(CKA_WRAP, false).flag(CKA_UNWRAP, false);
        learn_check_values();
    }
    wanted.flag(CKA_SENSITIVE, true)
        .flag(CKA_EXTRACTABLE, target_.extractable)
        .flag(CKA_WRAP_WITH_TRUSTED, target_.wrap_with_trusted)
        .flag(CKA_MODIFIABLE, target_.modifiable)
        .flag(CKA_DERIVE, target_.derives);
    add(session_.create(wanted), "T", false, "T");
}

void Thief::learn_check_values() {
    for (Template open : {aes_key(value_), generic_secret(value_)}) {
        if (approved_) open.flag(CKA_ENCRYPT, false).flag(CKA_DECRYPT, false);
        const CK_OBJECT_HANDLE key = session_.create(open);
        check_values_.insert(session_.attribute(key, CKA_CHECK_VALUE));
        MUST(session_.try_destroy(key));
    }
}

void Thief::make_secrets() {
    const auto make = [&](const std::string& letter, const Template& wanted) {
        add(session_.generate(CKM_AES_KEY_GEN, wanted), letter, false, letter);
    };
    make("W", generation(true));
    make("D", generation(false));
    make("O", generation(true).flag(CKA_SENSITIVE, false));
    if (!approved_) make("B", generation(true).flag(CKA_ENCRYPT, true).flag(CKA_DECRYPT, true));
    Template known = aes_key(pattern(32));
    if (approved_) known.flag(CKA_ENCRYPT, false).flag(CKA_DECRYPT, false);
    known_ = {{"K", {Weakness::KnownWrappingKey, "K"}}, {"S", {Weakness::KnownWrappingKey, "S"}}};
    known_key_ = session_.create(known);
    add(known_key_, "K", false, "K");
}

KeyPair Thief::new_rsa_pair() {
    return session_.generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN,
                                  Template()
                                      .flag(CKA_TOKEN, false)
                                      .set(CKA_MODULUS_BITS, 2048)
                                      .flag(CKA_WRAP, true)
                                      .flag(CKA_ENCRYPT, !approved_),
                                  Template()
                                      .flag(CKA_TOKEN, false)
                                      .flag(CKA_UNWRAP, true)
                                      .flag(CKA_DECRYPT, !approved_)
                                      .flag(CKA_EXTRACTABLE, false));
}

void Thief::make_pairs() {
    // The known numbers are the target's, when that is an RSA key.
    if (target_.type != CKK_RSA) add(session_.create(rsa_public()), "S", false, "S");
    const KeyPair rsa = new_rsa_pair();
    add(rsa.public_key, "R", false, "R");
    add(rsa.private_key, "R", false, "R");
    const KeyPair ec =
        session_.generate_pair(CKM_EC_KEY_PAIR_GEN,
                               Template()
                                   .flag(CKA_TOKEN, false)
                                   .bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters)
                                   .flag(CKA_ENCAPSULATE, true),
                               Template().flag(CKA_TOKEN, false).flag(CKA_DERIVE, true).flag(CKA_DECAPSULATE, true));
    add(ec.public_key, "P", false, "P");
    add(ec.private_key, "P", false, "P");
    add(trusted_, "Q", false, "Q");
}

/// A blob that anybody could make: a known key under R's public half.
void Thief::make_forgery() {
    RsaNumbers numbers = rsa_numbers();
    for (const Thing& thing : things_) {
        if (thing.material != "R" || session_.number(thing.handle, CKA_CLASS) != CKO_PUBLIC_KEY) continue;
        numbers.n = session_.attribute(thing.handle, CKA_MODULUS);
        numbers.e = session_.attribute(thing.handle, CKA_PUBLIC_EXPONENT);
    }
    const CK_OBJECT_HANDLE half = session_.create(rsa_public(numbers));
    const Mechanism mechanism = oaep(CKM_SHA256, CKM_SHA256);
    add_blob({session_.encrypt(mechanism, half, pattern(32)), "K", "R", mechanism, "[K, forged under R]"});
    MUST(session_.try_destroy(half));
}

}  // namespace kvp11::test
