#include "crypto/certificate_facts.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <ctime>

#include "crypto/library.hpp"
#include "crypto/x509.hpp"

namespace kvp11::crypto {
namespace {

using BasicConstraints = Handle<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;

constexpr std::size_t longest_file = std::size_t{1} << 20;
constexpr std::int64_t no_defined_end = 253'402'300'799;  // 9999-12-31 23:59:59, RFC 5280 §4.1.2.5

template <class T>
Bytes der_of(const T* object, int (*encode)(const T*, std::uint8_t**)) {
    std::uint8_t* made = nullptr;
    const int size = encode(object, &made);
    if (size <= 0) return {};
    Bytes der(made, made + size);
    OPENSSL_free(made);
    return der;
}

// d2i and PEM_read free what they are given, and clear `made`, when they fail.
X509Cert read(ByteView pem_or_der) {
    X509* made = required(X509_new_ex(library_context(), nullptr), "X.509");
    bool done = false;
    if (text_of(pem_or_der).find("-----BEGIN ") != std::string_view::npos) {
        const Bio bio(BIO_new_mem_buf(pem_or_der.data(), static_cast<int>(pem_or_der.size())));
        done = bio && PEM_read_bio_X509(bio.get(), &made, nullptr, nullptr) != nullptr;
    } else {
        const std::uint8_t* rest = pem_or_der.data();
        done = d2i_X509(&made, &rest, static_cast<long>(pem_or_der.size())) != nullptr &&
               rest == pem_or_der.data() + pem_or_der.size();
    }
    X509Cert certificate(made);
    return done ? std::move(certificate) : nullptr;
}

/// Computed here, because timegm takes a lock that a child of fork() might find taken.
std::optional<std::int64_t> seconds_of(const ASN1_TIME* time) {
    using namespace std::chrono;
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    const auto day = year(parts.tm_year + 1900) / month(static_cast<unsigned>(parts.tm_mon) + 1) /
                     std::chrono::day(static_cast<unsigned>(parts.tm_mday));
    const auto at = sys_days(day) + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec);
    return at.time_since_epoch().count();
}

bool is_authority(const X509* certificate) {
    const BasicConstraints constraints(
        static_cast<BASIC_CONSTRAINTS*>(X509_get_ext_d2i(certificate, NID_basic_constraints, nullptr, nullptr)));
    return constraints && constraints->ca != 0;
}

}  // namespace

Result<CertificateFacts> certificate_facts(ByteView pem_or_der) {
    const ErrorMark mark;
    if (pem_or_der.empty() || pem_or_der.size() > longest_file) {
        return fail(Errc::FileUnreadable,
                    "got " + std::to_string(pem_or_der.size()) + " bytes, which is no certificate");
    }
    const X509Cert certificate = read(pem_or_der);
    if (!certificate) return fail(Errc::FileUnreadable, "neither a PEM nor a DER certificate");
    CertificateFacts facts;
    facts.der = der_of(certificate.get(), i2d_X509);
    facts.subject = der_of(X509_get_subject_name(certificate.get()), i2d_X509_NAME);
    facts.issuer = der_of(X509_get_issuer_name(certificate.get()), i2d_X509_NAME);
    facts.serial = der_of(X509_get0_serialNumber(certificate.get()), i2d_ASN1_INTEGER);
    facts.public_key_info = der_of(X509_get_X509_PUBKEY(certificate.get()), i2d_X509_PUBKEY);
    facts.not_before = seconds_of(X509_get0_notBefore(certificate.get()));
    facts.not_after = seconds_of(X509_get0_notAfter(certificate.get()));
    if (facts.not_after == no_defined_end) facts.not_after.reset();
    facts.is_authority = is_authority(certificate.get());
    if (auto key = parse_subject_public_key_info(facts.public_key_info); key.ok()) facts.key = std::move(key).value();
    return facts;
}

}  // namespace kvp11::crypto
