#include "crypto/sealing.hpp"

#include "crypto/random.hpp"
#include "crypto/symmetric.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

CipherAlgorithm gcm(ByteView nonce, ByteView associated) {
    return {.scheme = CipherScheme::AesGcm, .iv = copy_of(nonce), .aad = copy_of(associated), .tag_length = tag_size};
}

}  // namespace

Result<Bytes> seal(const SecretBytes& key, ByteView associated, const SecretBytes& plain) {
    Bytes box(nonce_size + plain.size() + tag_size);
    const MutableBytes nonce = MutableBytes(box).first(nonce_size);
    TRY(random_bytes(nonce));
    std::unique_ptr<Cipher> cipher = TRY(aes_cipher(key, gcm(nonce, associated), Direction::Encrypt));
    const std::size_t size = TRY(cipher->update(plain.expose_bytes(), MutableBytes(box).subspan(nonce_size)));
    TRY(cipher->finish(MutableBytes(box).subspan(nonce_size + size)));
    return box;
}

Result<SecretBytes> unseal(const SecretBytes& key, ByteView associated, ByteView box) {
    if (box.size() < nonce_size + tag_size) return fail(Errc::StoreDamaged, "a sealed box is too short");
    std::unique_ptr<Cipher> cipher = TRY(aes_cipher(key, gcm(box.first(nonce_size), associated), Direction::Decrypt));
    SecretBytes plain(box.size() - nonce_size - tag_size);
    TRY(cipher->update(box.subspan(nonce_size), {}));
    const Result<std::size_t> size = cipher->finish(plain.expose_writable());
    if (!size && size.code() == Errc::EncryptedDataInvalid) {
        return fail(Errc::StoreDamaged, "a sealed box was changed, moved or sealed by another key");
    }
    if (!size) return fail(size.error());
    return plain;
}

Result<Bytes> authenticate(const SecretBytes& key, ByteView message) {
    std::unique_ptr<Mac> running = TRY(mac(key, {.scheme = SignatureScheme::Hmac, .digest = Digest::Sha256}));
    TRY(running->update(message));
    Bytes output(running->size());
    TRY(running->finish(output));
    return output;
}

}  // namespace kvp11::crypto
