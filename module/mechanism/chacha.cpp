// PKCS#11 3.0 §2.56 to §2.58: ChaCha20 and Poly1305. Sizes are bits.
#include "mechanism/families.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

constexpr CK_ULONG key_bits = 256;

constexpr Mechanism cipher_row(CK_MECHANISM_TYPE type, std::string_view name, CipherScheme scheme,
                               Decoder<CipherAlgorithm> decoder, Decoder<MessageParameters> message = nullptr) {
    return {.type = type,
            .name = name,
            .keys = KeyType::ChaCha20,
            .min_size = key_bits,
            .max_size = key_bits,
            .cipher = decoder,
            .message = message,
            .needs_cipher = scheme};
}

constexpr Mechanism table[] = {
    {.type = CKM_CHACHA20_KEY_GEN,
     .name = "CKM_CHACHA20_KEY_GEN",
     .keys = KeyType::ChaCha20,
     .min_size = key_bits,
     .max_size = key_bits,
     .generates_key = true},
    cipher_row(CKM_CHACHA20, "CKM_CHACHA20", CipherScheme::ChaCha20, decode_chacha20),
    cipher_row(CKM_CHACHA20_POLY1305, "CKM_CHACHA20_POLY1305", CipherScheme::ChaCha20Poly1305, decode_chacha20_poly1305,
               decode_chacha20_poly1305_message),
};

}  // namespace

std::span<const Mechanism> chacha_rows() { return table; }

}  // namespace kvp11::mechanism
