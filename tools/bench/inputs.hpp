// The same inputs for every target.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

namespace kvp11::bench {

using Bytes = std::vector<unsigned char>;

inline Bytes digest() { return Bytes(32, 0x5a); }

// A SHA-256 DigestInfo (RFC 8017 section 9.2 note 1), what CKM_RSA_PKCS signs.
inline Bytes digest_info() {
    Bytes info = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                  0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
    const Bytes hashed = digest();
    info.insert(info.end(), hashed.begin(), hashed.end());
    return info;
}

inline Bytes page() { return Bytes(1024, 0x42); }

// A new 12-byte nonce for every encryption.
class Nonce {
public:
    unsigned char* next() {
        ++counter_;
        std::memcpy(bytes_.data(), &counter_, sizeof(counter_));
        return bytes_.data();
    }
    static constexpr std::size_t size = 12;

private:
    std::uint64_t counter_ = 0;
    std::array<unsigned char, size> bytes_{};
};

}  // namespace kvp11::bench
