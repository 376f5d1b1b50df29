// A Managed HSM and a Backend that is its client, and the keys that the cases make there.
#pragma once

#include <boost/test/unit_test.hpp>
#include <functional>
#include <memory>

#include "crypto/asymmetric.hpp"
#include "crypto/digest.hpp"
#include "managed_hsm/managed_hsm.hpp"
#include "support/bytes.hpp"
#include "support/remote_hsm.hpp"
#include "support/results.hpp"

namespace kvp11::test {

class RemoteCase {
public:
    explicit RemoteCase(const std::function<void(managed_hsm::Settings&)>& change = {});

    RemoteHsm hsm;
    std::unique_ptr<Backend> backend;

    /// Ends the case when it fails.
    KeyRecord made(const NewKey& key);
    std::shared_ptr<const Key> opened(const KeyId& id);
    /// POST /keys/NAME/create as a tool of Azure's would; the key as this client sees it.
    KeyRecord foreign(const std::string& name, const std::string& body);
    /// The object of this kind with this label; ends the case unless there is exactly one.
    ObjectRef labelled(const std::string& label, ObjectKind kind);
    std::size_t count(const std::string& label);
};

/// As C_GenerateKeyPair and C_GenerateKey make them of a template with a label.
NewKey rsa_key(const std::string& label);
NewKey ec_key(const std::string& label, Curve curve = Curve::P256);
NewKey aes_key(const std::string& label, std::uint32_t bits = 256);
NewKey hmac_key(const std::string& label);
Face face_of(const std::string& label, const Bytes& id = {});

SecretBytes secret(ByteView bytes);
Result<Bytes> signature_by(const Key& key, const SignatureAlgorithm& algorithm, ByteView input);
/// By the public half, with this process's OpenSSL.
Result<void> verified(const KeyRecord& key, const SignatureAlgorithm& algorithm, ByteView input, ByteView signature);
/// The whole message in one.
Result<Bytes> run(Cipher& cipher, ByteView input);

}  // namespace kvp11::test
