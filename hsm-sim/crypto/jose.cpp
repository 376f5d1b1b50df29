#include "crypto/jose.hpp"

#include <array>

#include <openssl/crypto.h>

#include "crypto/asymmetric.hpp"
#include "crypto/random.hpp"
#include "crypto/symmetric.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t content_key_size = 64;
constexpr std::size_t half_key = 32;
constexpr std::size_t iv_size = 16;
constexpr std::size_t tag_size = 32;

Failure invalid(const char* why) { return fail(Errc::SecurityDomainInvalid, why); }

/// The five parts of the compact form; `header` stays as it was written, for it is authenticated so.
struct Envelope {
    std::string header;
    Bytes encrypted_key;
    Bytes iv;
    Bytes text;
    Bytes tag;
};

WrapAlgorithm rsa_oaep_256() {
    WrapAlgorithm algorithm{};
    algorithm.scheme = WrapScheme::RsaOaep;
    algorithm.digest = Digest::Sha256;
    algorithm.mgf_digest = Digest::Sha256;
    return algorithm;
}

CipherAlgorithm padded_cbc(ByteView iv) {
    CipherAlgorithm algorithm{};
    algorithm.scheme = CipherScheme::AesCbcPad;
    algorithm.iv = copy_of(iv);
    return algorithm;
}

/// RFC 7518 §5.2.2.1: over header, IV, ciphertext and the header's length in bits.
Result<SecretBytes> tag_of(const SecretBytes& key, const Envelope& envelope) {
    const SecretBytes mac_key = SecretBytes::copy_of(key.expose_bytes().first(half_key));
    std::unique_ptr<Mac> running = TRY(mac(mac_key, {.scheme = SignatureScheme::Hmac, .digest = Digest::Sha512}));
    const std::uint64_t header_bits = std::uint64_t{8} * envelope.header.size();
    std::array<std::uint8_t, 8> length{};
    for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<std::uint8_t>(header_bits >> (56 - 8 * i));
    TRY(running->update(bytes_of(envelope.header)));
    TRY(running->update(envelope.iv));
    TRY(running->update(envelope.text));
    TRY(running->update(length));
    SecretBytes full(running->size());
    TRY(running->finish(full.expose_writable()));
    full.shrink(tag_size);
    return full;
}

Result<Bytes> random_iv() {
    Bytes iv(iv_size);
    TRY(random_bytes(iv));
    return iv;
}

Result<std::string> seal_content(const SecretBytes& key, const std::string& header_json, ByteView encrypted_key,
                                 ByteView iv, const SecretBytes& plain) {
    Envelope envelope{base64url(bytes_of(header_json)), copy_of(encrypted_key), copy_of(iv), {}, {}};
    const SecretBytes cipher_key = SecretBytes::copy_of(key.expose_bytes().subspan(half_key));
    std::unique_ptr<Cipher> cipher = TRY(aes_cipher(cipher_key, padded_cbc(envelope.iv), Direction::Encrypt));
    envelope.text.resize(cipher->output_bound(plain.size()));
    const std::size_t size = TRY(cipher->update(plain.expose_bytes(), envelope.text));
    TRY(cipher->finish(MutableBytes(envelope.text).subspan(size)));
    const SecretBytes tag = TRY(tag_of(key, envelope));
    return envelope.header + "." + base64url(envelope.encrypted_key) + "." + base64url(envelope.iv) + "." +
           base64url(envelope.text) + "." + base64url(tag.expose_bytes());
}

Result<SecretBytes> open_content(const SecretBytes& key, const Envelope& envelope) {
    if (key.size() != content_key_size) return invalid("the content key is not of 64 bytes");
    const SecretBytes tag = TRY(tag_of(key, envelope));
    if (!tag.equals(SecretBytes::copy_of(envelope.tag)))
        return invalid("the envelope was changed or is for another key");
    const SecretBytes cipher_key = SecretBytes::copy_of(key.expose_bytes().subspan(half_key));
    std::unique_ptr<Cipher> cipher = TRY(aes_cipher(cipher_key, padded_cbc(envelope.iv), Direction::Decrypt));
    SecretBytes plain(cipher->output_bound(envelope.text.size()));
    const std::size_t size = TRY(cipher->update(envelope.text, plain.expose_writable()));
    const Result<std::size_t> last = cipher->finish(plain.expose_writable().subspan(size));
    if (!last) return invalid("the envelope's content is damaged");
    plain.shrink(size + *last);
    return plain;
}

/// The string value of a member of a flat JSON object, without understanding the rest; empty when absent.
std::string_view member(std::string_view json, std::string_view name) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::string quoted = '"' + std::string(name) + '"';
    for (std::size_t at = json.find(quoted); at != std::string_view::npos; at = json.find(quoted, at + 1)) {
        std::size_t next = json.find_first_not_of(blanks, at + quoted.size());
        if (next == std::string_view::npos || json[next] != ':') continue;
        next = json.find_first_not_of(blanks, next + 1);
        if (next == std::string_view::npos || json[next] != '"') continue;
        const std::size_t end = json.find('"', next + 1);
        if (end != std::string_view::npos) return json.substr(next + 1, end - next - 1);
    }
    return {};
}

Result<Envelope> split(std::string_view compact, std::string_view algorithm) {
    std::array<std::string_view, 5> parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t dot = compact.find('.');
        if ((dot == std::string_view::npos) != (i + 1 == parts.size())) return invalid("not a JWE of five parts");
        parts[i] = compact.substr(0, dot);
        if (dot != std::string_view::npos) compact.remove_prefix(dot + 1);
    }
    Envelope envelope{std::string(parts[0]), {}, {}, {}, {}};
    const Bytes header = TRY(from_base64url(parts[0]));
    envelope.encrypted_key = TRY(from_base64url(parts[1]));
    envelope.iv = TRY(from_base64url(parts[2]));
    envelope.text = TRY(from_base64url(parts[3]));
    envelope.tag = TRY(from_base64url(parts[4]));
    if (member(text_of(header), "alg") != algorithm || member(text_of(header), "enc") != "A256CBC-HS512") {
        return invalid("the JWE is of another alg or enc than wanted");
    }
    if (envelope.iv.size() != iv_size || envelope.tag.size() != tag_size || envelope.text.size() % 16 != 0) {
        return invalid("a part of the JWE has a wrong length");
    }
    return envelope;
}

/// For the header: what JSON would have to escape cannot be part of a key id.
bool is_plain(std::string_view kid) {
    for (const char c : kid) {
        if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) return false;
    }
    return true;
}

}  // namespace

Result<std::string> jwe_seal_direct(const SecretBytes& key, std::string_view kid, const SecretBytes& plain) {
    const Bytes iv = TRY(random_iv());
    return jwe_seal_direct(key, kid, plain, iv);
}

Result<std::string> jwe_seal_direct(const SecretBytes& key, std::string_view kid, const SecretBytes& plain,
                                    ByteView iv) {
    if (key.size() != content_key_size) return fail(Errc::KeySizeRange, "a content key has 64 bytes");
    if (iv.size() != iv_size) return fail(Errc::ArgumentsBad, "an IV has 16 bytes");
    if (!is_plain(kid)) return fail(Errc::ArgumentsBad, "a key id holds quotes, backslashes or control characters");
    const std::string header = R"({"alg":"dir","enc":"A256CBC-HS512","kid":")" + std::string(kid) + "\"}";
    return seal_content(key, header, {}, iv, plain);
}

Result<SecretBytes> jwe_unseal_direct(const SecretBytes& key, std::string_view compact) {
    const Envelope envelope = TRY(split(compact, "dir"));
    if (!envelope.encrypted_key.empty()) return invalid("a direct JWE has no encrypted key");
    return open_content(key, envelope);
}

Result<Bytes> jwe_iv(std::string_view compact) {
    const Envelope envelope = TRY(split(compact, "dir"));
    return envelope.iv;
}

Result<std::string> jwe_seal_to(const PublicHalf& recipient, const SecretBytes& plain) {
    const SecretBytes key = TRY(random_secret(content_key_size));
    const Bytes encrypted_key = TRY(recipient.wrap(rsa_oaep_256(), key));
    const Bytes iv = TRY(random_iv());
    return seal_content(key, R"({"alg":"RSA-OAEP-256","enc":"A256CBC-HS512","kid":"not used"})", encrypted_key, iv,
                        plain);
}

Result<SecretBytes> jwe_unseal_with(const PrivateHalf& recipient, std::string_view compact) {
    const Envelope envelope = TRY(split(compact, "RSA-OAEP-256"));
    const Result<SecretBytes> key = recipient.unwrap(rsa_oaep_256(), envelope.encrypted_key);
    if (!key) return invalid("the envelope is for another key");
    return open_content(*key, envelope);
}

}  // namespace kvp11::crypto
