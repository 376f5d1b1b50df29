#include "mechanism/reference.hpp"

#include "crypto/random.hpp"

namespace kvp11::mechanism {

Result<Bytes> random_reference(std::size_t size) {
    Bytes reference(size);
    TRY(crypto::random_bytes(reference));
    return reference;
}

}  // namespace kvp11::mechanism
