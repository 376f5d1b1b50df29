// Public keys and curves in the encodings of X.509 and SEC 1.
#include <array>

#include <openssl/x509.h>

#include "crypto/der_reader.hpp"
#include "crypto/library.hpp"
#include "crypto/pkey.hpp"
#include "crypto/x509.hpp"

namespace kvp11::crypto {
namespace {

using namespace std::string_view_literals;

// RFC 5480 §2.1.1.1 and SEC 2 §A.2: 1.2.840.10045.3.1.7, 1.3.132.0.34, .35 and .10. RFC 8410 §3: 1.3.101.112, .113,
// .110 and .111.
constexpr std::array<std::string_view, curve_count> curve_identifiers = {"\x2a\x86\x48\xce\x3d\x03\x01\x07"sv,
                                                                         "\x2b\x81\x04\x00\x22"sv,
                                                                         "\x2b\x81\x04\x00\x23"sv,
                                                                         "\x2b\x81\x04\x00\x0a"sv,
                                                                         "\x2b\x65\x70"sv,
                                                                         "\x2b\x65\x71"sv,
                                                                         "\x2b\x65\x6e"sv,
                                                                         "\x2b\x65\x6f"sv};

}  // namespace

Result<Bytes> subject_public_key_info(const PublicKey& key) {
    ErrorMark mark;
    const EvpPkey pkey = TRY(public_pkey(key));
    std::uint8_t* der = nullptr;
    const int size = i2d_PUBKEY(pkey.get(), &der);
    if (size <= 0) return openssl_failure("encoding a public key");
    Bytes encoded(der, der + size);
    OPENSSL_free(der);
    return encoded;
}

Result<PublicKey> parse_subject_public_key_info(ByteView der) {
    ErrorMark mark;
    const std::uint8_t* rest = der.data();
    const EvpPkey key(d2i_PUBKEY_ex(nullptr, &rest, static_cast<long>(der.size()), library_context(), nullptr));
    if (!key || rest != der.data() + der.size()) {
        return fail(Errc::PublicKeyInvalid, "not a SubjectPublicKeyInfo that OpenSSL reads");
    }
    const PublicKey value = TRY(public_key_of(key.get()));
    TRY(public_pkey(value));
    return value;
}

Result<Curve> curve_of_identifier(ByteView identifier) {
    for (std::size_t i = 0; i < curve_identifiers.size(); ++i) {
        if (text_of(identifier) == curve_identifiers[i]) return static_cast<Curve>(i);
    }
    return fail(Errc::CurveNotSupported, "the curve's identifier is none that is known here");
}

Bytes curve_parameters(Curve curve) {
    const std::string_view identifier = curve_identifiers[static_cast<std::size_t>(curve)];
    Bytes der;
    der.reserve(2 + identifier.size());  // also what keeps g++ 12 -O2 from a false -Warray-bounds
    der.push_back(static_cast<std::uint8_t>(DerTag::Identifier));
    der.push_back(static_cast<std::uint8_t>(identifier.size()));
    der.insert(der.end(), identifier.begin(), identifier.end());
    return der;
}

Result<Curve> parse_curve_parameters(ByteView der) {
    DerReader reader(der);
    if (reader.next_is(DerTag::Sequence)) {
        return fail(Errc::CurveNotSupported, "curves must be named, not given by their parameters");
    }
    const bool is_name = reader.next_is(DerTag::PrintableString);
    const auto value = reader.take(is_name ? DerTag::PrintableString : DerTag::Identifier);
    if (!value || value->empty() || !reader.at_end()) {
        return fail(Errc::DomainParamsInvalid, "not the DER of a curve's identifier or name");
    }
    return is_name ? curve_of_name(text_of(*value)) : curve_of_identifier(*value);
}

}  // namespace kvp11::crypto
