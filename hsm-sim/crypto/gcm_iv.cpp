// SP 800-38D §7.1: an IV of other than 96 bits only enters GCM as J0 = GHASH(IV, padded, and its length).
// For a 16-byte IV X that is J0 = (X·H + L)·H, so X = (J0·H⁻¹ + L)·H⁻¹ does for any other IV. Rare and
// slow (some hundred multiplications, bit by bit, in constant time), so it need not be fast.
#include "crypto/gcm_iv.hpp"

#include <algorithm>
#include <array>

#include "crypto/symmetric.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t block = 16;
using Element = std::array<std::uint8_t, block>;  // of GF(2^128), bit 0 is the most significant of byte 0

Element plus(Element a, const Element& b) {
    for (std::size_t i = 0; i < block; ++i) a[i] ^= b[i];
    return a;
}

/// SP 800-38D §6.3, algorithm 1.
Element times(const Element& a, Element b) {
    Element product{};
    for (std::size_t bit = 0; bit < 8 * block; ++bit) {
        const auto chosen = static_cast<std::uint8_t>(0 - (a[bit / 8] >> (7 - bit % 8) & 1));
        for (std::size_t i = 0; i < block; ++i) product[i] ^= static_cast<std::uint8_t>(b[i] & chosen);
        const auto reduce = static_cast<std::uint8_t>(0 - (b[block - 1] & 1));
        for (std::size_t i = block - 1; i > 0; --i) b[i] = static_cast<std::uint8_t>(b[i] >> 1 | b[i - 1] << 7);
        b[0] = static_cast<std::uint8_t>(b[0] >> 1 ^ (0xe1 & reduce));
    }
    return product;
}

/// a^(2^128 - 2).
Element inverse(const Element& a) {
    Element power = times(a, a);
    Element result = power;
    for (int i = 2; i < 128; ++i) {
        power = times(power, power);
        result = times(result, power);
    }
    return result;
}

Element length_block(std::size_t bytes) {
    Element element{};
    std::uint64_t bits = std::uint64_t{8} * bytes;
    for (std::size_t i = block; i-- > 8; bits >>= 8) element[i] = static_cast<std::uint8_t>(bits);
    return element;
}

Element hash_of(ByteView iv, const Element& h) {
    Element state{};
    for (std::size_t at = 0; at < iv.size(); at += block) {
        Element piece{};
        const ByteView bytes = iv.subspan(at, std::min(block, iv.size() - at));
        std::copy(bytes.begin(), bytes.end(), piece.begin());
        state = times(plus(state, piece), h);
    }
    return times(plus(state, length_block(iv.size())), h);
}

}  // namespace

Result<Bytes> equivalent_gcm_iv(const SecretBytes& key, ByteView iv) {
    CipherAlgorithm ecb{};
    ecb.scheme = CipherScheme::AesEcb;
    std::unique_ptr<Cipher> cipher = TRY(aes_cipher(key, ecb, Direction::Encrypt));
    Element h{};
    TRY(cipher->update(Element{}, h));
    const Element back = inverse(h);
    const Element equivalent = times(plus(times(hash_of(iv, h), back), length_block(block)), back);
    explicit_bzero(h.data(), h.size());
    return Bytes(equivalent.begin(), equivalent.end());
}

}  // namespace kvp11::crypto
