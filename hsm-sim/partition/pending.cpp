// Declared for the server, not yet done.
#include "partition/perform.hpp"

namespace kvp11::partition {

Result<ReleasedKey> Partition::release_key(const KeyId&, const AttestedEnvironment&, const WrapAlgorithm&) {
    return fail(Errc::FunctionNotSupported, "releasing keys comes soon");
}
Result<KeyAttestation> Partition::attest_key(const KeyId&) const {
    return fail(Errc::FunctionNotSupported, "attesting keys comes soon");
}

}  // namespace kvp11::partition
