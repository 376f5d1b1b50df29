#include "mechanism/ec_point.hpp"

#include <algorithm>

#include "kvp11/key.hpp"

namespace kvp11::mechanism {
namespace {

constexpr std::uint8_t bit_string = 0x03;
constexpr std::uint8_t octet_string = 0x04;
constexpr std::uint8_t uncompressed = 0x04;

/// Tag and length; the longest point (P-521, 133 bytes) needs the long form with one byte.
Bytes header_for(std::uint8_t tag, std::size_t size) {
    if (size < 0x80) return {tag, static_cast<std::uint8_t>(size)};
    return {tag, 0x81, static_cast<std::uint8_t>(size)};
}

/// What comes after the header, when it is this one and the size is right.
std::optional<ByteView> after(const Bytes& header, ByteView der, std::size_t size) {
    if (der.size() != header.size() + size) return std::nullopt;
    if (!std::equal(header.begin(), header.end(), der.begin())) return std::nullopt;
    return der.subspan(header.size());
}

Bytes bit_string_header(std::size_t size) {
    Bytes header = header_for(bit_string, size + 1);
    header.push_back(0);  // unused bits
    return header;
}

}  // namespace

Bytes der_point(ByteView point) {
    Bytes der = header_for(octet_string, point.size());
    der.insert(der.end(), point.begin(), point.end());
    return der;
}

std::optional<ByteView> public_point(Curve curve, ByteView raw_or_der) {
    const bool weierstrass = type_of(curve) == KeyType::Ec;
    const std::size_t size = weierstrass ? 1 + 2 * curve_size(curve) : curve_size(curve);
    std::optional<ByteView> point = raw_or_der;
    if (raw_or_der.size() != size) point = after(header_for(octet_string, size), raw_or_der, size);
    if (!point && !weierstrass) point = after(bit_string_header(size), raw_or_der, size);
    if (point && weierstrass && point->front() != uncompressed) return std::nullopt;
    return point;
}

}  // namespace kvp11::mechanism
