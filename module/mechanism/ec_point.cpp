#include "mechanism/ec_point.hpp"

#include <algorithm>

namespace kvp11::mechanism {
namespace {

constexpr std::uint8_t octet_string = 0x04;
constexpr std::uint8_t uncompressed = 0x04;

/// Tag and length; the longest point (P-521, 133 bytes) needs the long form with one byte.
Bytes header_for(std::size_t size) {
    if (size < 0x80) return {octet_string, static_cast<std::uint8_t>(size)};
    return {octet_string, 0x81, static_cast<std::uint8_t>(size)};
}

}  // namespace

Bytes der_point(ByteView point) {
    Bytes der = header_for(point.size());
    der.insert(der.end(), point.begin(), point.end());
    return der;
}

std::optional<ByteView> uncompressed_point(Curve curve, ByteView raw_or_der) {
    const std::size_t size = 1 + 2 * curve_size(curve);
    ByteView point = raw_or_der;
    if (point.size() != size) {
        const Bytes header = header_for(size);
        if (point.size() != header.size() + size) return std::nullopt;
        if (!std::equal(header.begin(), header.end(), point.begin())) return std::nullopt;
        point = point.subspan(header.size());
    }
    if (point.front() != uncompressed) return std::nullopt;
    return point;
}

}  // namespace kvp11::mechanism
