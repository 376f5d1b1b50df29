#include "crypto/x509.hpp"

#include <openssl/pem.h>

#include "crypto/asymmetric.hpp"
#include "crypto/digest.hpp"
#include "crypto/library.hpp"
#include "crypto/octet_pair.hpp"
#include "crypto/pkey.hpp"
#include "crypto/random.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t longest_file = std::size_t{1} << 20;

template <class T>
Bytes der_of(const T* object, int (*encode)(const T*, std::uint8_t**)) {
    const int size = encode(object, nullptr);
    if (size <= 0) return {};
    Bytes der(static_cast<std::size_t>(size));
    std::uint8_t* place = der.data();
    encode(object, &place);
    return der;
}

X509Cert new_certificate() { return X509Cert(required(X509_new_ex(library_context(), nullptr), "X.509")); }

// Both readers fill a certificate made in our context; d2i frees it and clears `made` when it fails.
X509Cert read_der(ByteView der) {
    X509* made = new_certificate().release();
    const std::uint8_t* rest = der.data();
    const bool done = d2i_X509(&made, &rest, static_cast<long>(der.size())) != nullptr;
    X509Cert certificate(made);
    return done && rest == der.data() + der.size() ? std::move(certificate) : nullptr;
}

X509Cert read_pem(ByteView pem) {
    Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    X509* made = new_certificate().release();
    const bool done = bio && PEM_read_bio_X509(bio.get(), &made, nullptr, nullptr) != nullptr;
    X509Cert certificate(made);
    return done ? std::move(certificate) : nullptr;
}

std::string pem_of(const char* kind, ByteView der) {
    ErrorMark mark;
    Bio bio(required(BIO_new(BIO_s_mem()), "a memory file"));
    PEM_write_bio(bio.get(), kind, "", der.data(), static_cast<long>(der.size()));
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

/// Empty when there is no such block.
Bytes der_in_pem(const char* kind, ByteView pem) {
    ErrorMark mark;
    if (pem.size() > longest_file) return {};
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    std::uint8_t* data = nullptr;
    long size = 0;
    if (!bio || PEM_bytes_read_bio(&data, &size, nullptr, kind, bio.get(), nullptr, nullptr) != 1) return {};
    Bytes der(data, data + size);
    OPENSSL_free(data);
    return der;
}

Result<Certificate> describe(const X509* certificate) {
    Certificate value;
    value.der = der_of(certificate, i2d_X509);
    value.subject = der_of(X509_get_subject_name(certificate), i2d_X509_NAME);
    value.issuer = der_of(X509_get_issuer_name(certificate), i2d_X509_NAME);
    value.serial = der_of(X509_get0_serialNumber(certificate), i2d_ASN1_INTEGER);
    value.key = TRY(parse_subject_public_key_info(der_of(X509_get_X509_PUBKEY(certificate), i2d_X509_PUBKEY)));
    value.sha1_thumbprint = hash(Digest::Sha1, value.der);
    value.sha256_thumbprint = hash(Digest::Sha256, value.der);
    return value;
}

bool set_names_and_dates(X509* certificate, const std::string& common_name, int days) {
    X509_NAME* name = X509_get_subject_name(certificate);
    const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, static_cast<int>(common_name.size()), -1, 0) ==
               1 &&
           X509_set_issuer_name(certificate, name) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), 0) != nullptr &&
           X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, nullptr) != nullptr;
}

/// 16 random bytes, positive.
Result<void> set_serial(X509* certificate) {
    Bytes serial(16);
    TRY(random_bytes(serial));
    serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7f) | 0x40);
    BigNumber number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
    if (!number || BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr) {
        return openssl_failure("a serial number");
    }
    return {};
}

}  // namespace

Result<Certificate> parse_certificate(ByteView pem_or_der) {
    ErrorMark mark;
    if (pem_or_der.empty() || pem_or_der.size() > longest_file) {
        return fail(Errc::FileUnreadable,
                    "got " + std::to_string(pem_or_der.size()) + " bytes, which is no certificate");
    }
    const bool is_pem = text_of(pem_or_der).find("-----BEGIN ") != std::string_view::npos;
    const X509Cert certificate = is_pem ? read_pem(pem_or_der) : read_der(pem_or_der);
    if (!certificate) return fail(Errc::FileUnreadable, "neither a PEM nor a DER certificate");
    Result<Certificate> value = describe(certificate.get());
    if (!value) return fail(Errc::FileUnreadable, "the certificate's key cannot be used: " + value.error().message);
    return value;
}

std::string certificate_pem(const Certificate& certificate) { return pem_of(PEM_STRING_X509, certificate.der); }

Result<std::string> public_key_pem(const PublicKey& key) {
    const Bytes der = TRY(subject_public_key_info(key));
    return pem_of(PEM_STRING_PUBLIC, der);
}

Result<PublicKey> parse_public_key(ByteView pem_or_der) {
    const bool is_pem = text_of(pem_or_der).find("-----BEGIN ") != std::string_view::npos;
    const Bytes der = is_pem ? der_in_pem(PEM_STRING_PUBLIC, pem_or_der) : copy_of(pem_or_der);
    Result<PublicKey> key = parse_subject_public_key_info(der);
    if (!key) return fail(Errc::FileUnreadable, "neither a PEM nor a DER public key of a kind that is known here");
    return key;
}

Result<void> sign_certificate(X509* certificate, EVP_PKEY* key) {
    const std::optional<Curve> octet_curve = octet_curve_of(key);
    if (octet_curve && type_of(*octet_curve) == KeyType::EcMontgomery) {
        return fail(Errc::KeyTypeInconsistent, "a key for agreement signs no certificate");
    }
    // EdDSA hashes by itself (RFC 8410 §3).
    if (X509_sign(certificate, key, octet_curve ? nullptr : digest_method(Digest::Sha256)) > 0) return {};
    return openssl_failure("signing a certificate");
}

Result<Certificate> self_signed(const PrivateHalf& key, const std::string& common_name, int days) {
    ErrorMark mark;
    const SecretMaterial pkcs8 = TRY(key.expose_pkcs8());
    const EvpPkey pkey = TRY(parse_pkcs8(pkcs8.expose_bytes()));
    const X509Cert certificate = new_certificate();
    TRY(set_serial(certificate.get()));
    if (X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
        !set_names_and_dates(certificate.get(), common_name, days) ||
        X509_set_pubkey(certificate.get(), pkey.get()) != 1) {
        return fail(Errc::ArgumentsBad, "the certificate's name or dates are not usable");
    }
    TRY(sign_certificate(certificate.get(), pkey.get()));
    return describe(certificate.get());
}

Result<std::shared_ptr<const PrivateHalf>> parse_private_key_pem(const SecretBytes& pem, const SecretBytes& password) {
    ErrorMark mark;
    if (pem.empty() || pem.size() > longest_file) {
        return fail(Errc::FileUnreadable, "got " + std::to_string(pem.size()) + " bytes, which is no private key");
    }
    const auto give_password = [](char* place, int room, int, void* user) {
        const ByteView bytes = static_cast<const SecretBytes*>(user)->expose_bytes();
        if (bytes.empty() || bytes.size() > static_cast<std::size_t>(room)) return -1;
        std::memcpy(place, bytes.data(), bytes.size());
        return static_cast<int>(bytes.size());
    };
    Bio bio(BIO_new_mem_buf(pem.expose_bytes().data(), static_cast<int>(pem.size())));
    if (!bio) return fail(Errc::DeviceMemory, "no memory for a private key");
    EvpPkey key(PEM_read_bio_PrivateKey_ex(bio.get(), nullptr, give_password, const_cast<SecretBytes*>(&password),
                                           library_context(), nullptr));
    if (!key) return fail(Errc::FileUnreadable, "no PEM private key, or not of this password");
    const EvpPkey checked = TRY(checked_private(std::move(key)));
    return PrivateHalf::parse(TRY(expose_pkcs8(checked.get())));
}

}  // namespace kvp11::crypto
