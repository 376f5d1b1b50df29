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

}  // namespace kvp11::crypto
