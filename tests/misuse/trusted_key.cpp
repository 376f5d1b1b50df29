#include "misuse/trusted_key.hpp"

#include "support/keys.hpp"
#include "support/session.hpp"

namespace kvp11::test {

void make_trusted_key(Subject& subject) {
    RsaNumbers numbers = rsa_numbers();
    {
        Session user(subject);
        const KeyPair pair =
            user.generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN, Template().set(CKA_MODULUS_BITS, 2048).flag(CKA_TOKEN, false),
                               Template().flag(CKA_TOKEN, false).flag(CKA_SIGN, true));
        numbers.n = user.attribute(pair.public_key, CKA_MODULUS);
        numbers.e = user.attribute(pair.public_key, CKA_PUBLIC_EXPONENT);
    }
    Session officer(subject, Login::Officer);
    officer.create(rsa_public(numbers)
                       .flag(CKA_TOKEN, true)
                       .flag(CKA_TRUSTED, true)
                       .flag(CKA_MODIFIABLE, false)
                       .text(CKA_LABEL, "trusted"));
}

}  // namespace kvp11::test
