#include "crypto/random.hpp"

#include <openssl/rand.h>

#include "crypto/library.hpp"

namespace kvp11::crypto {

Result<void> random_bytes(MutableBytes output) {
    ErrorMark mark;
    if (output.empty()) return {};
    if (RAND_bytes_ex(library_context(), output.data(), output.size(), 0) != 1) {
        return openssl_failure("the random generator");
    }
    return {};
}

Result<SecretBytes> random_secret(std::size_t size) {
    ErrorMark mark;
    SecretBytes secret(size);
    const MutableBytes output = secret.expose_writable();
    if (size != 0 && RAND_priv_bytes_ex(library_context(), output.data(), size, 0) != 1) {
        return openssl_failure("the private random generator");
    }
    return secret;
}

Result<void> seed_random(ByteView seed) {
    ErrorMark mark;
    // Each thread's generator is seeded from this one, and looks whether it has been seeded since.
    EVP_RAND_CTX* const all = RAND_get0_primary(library_context());
    if (all == nullptr || EVP_RAND_reseed(all, 0, nullptr, 0, seed.data(), seed.size()) != 1) {
        return openssl_failure("seeding the random generator");
    }
    return {};
}

}  // namespace kvp11::crypto
