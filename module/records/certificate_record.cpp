#include "records/certificate_record.hpp"

#include <chrono>
#include <cstdio>
#include <cstring>

#include "crypto/digest.hpp"
#include "records/stored_record.hpp"

namespace kvp11::records {

namespace {

// PKCS#11 2.40, pkcs11t.h; the values as module/token/attribute_rules.cpp has them for certificates that are created.
constexpr std::uint64_t value_number = 0x11;             // CKA_VALUE
constexpr std::uint64_t type_number = 0x80;              // CKA_CERTIFICATE_TYPE
constexpr std::uint64_t issuer_number = 0x81;            // CKA_ISSUER
constexpr std::uint64_t serial_number = 0x82;            // CKA_SERIAL_NUMBER
constexpr std::uint64_t category_number = 0x87;          // CKA_CERTIFICATE_CATEGORY
constexpr std::uint64_t check_value_number = 0x90;       // CKA_CHECK_VALUE
constexpr std::uint64_t subject_number = 0x101;          // CKA_SUBJECT
constexpr std::uint64_t start_date_number = 0x110;       // CKA_START_DATE
constexpr std::uint64_t end_date_number = 0x111;         // CKA_END_DATE
constexpr std::uint64_t public_key_info_number = 0x129;  // CKA_PUBLIC_KEY_INFO
constexpr std::uint64_t modifiable_number = 0x170;       // CKA_MODIFIABLE
constexpr std::uint64_t destroyable_number = 0x172;      // CKA_DESTROYABLE

constexpr unsigned long x509_type = 0;  // CKC_X_509
constexpr std::size_t check_value_size = 3;

/// A CK_ULONG as it lies in memory.
Bytes encoded(unsigned long value) {
    Bytes bytes(sizeof value);
    std::memcpy(bytes.data(), &value, sizeof value);
    return bytes;
}

/// A CK_DATE: the day, in UTC.
Bytes date_of(const std::optional<std::int64_t>& time) {
    using namespace std::chrono;
    if (!time) return {};
    const year_month_day date(floor<days>(sys_seconds(seconds(*time))));
    char text[32];
    const int size = std::snprintf(text, sizeof text, "%04d%02u%02u", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    constexpr int date_size = 8;
    return size == date_size ? Bytes(text, text + size) : Bytes{};
}

}  // namespace

std::string id_of_certificate(const crypto::CertificateFacts& certificate) {
    return record_id(crypto::hash(Digest::Sha256, certificate.der));
}

Record record_of_certificate(const crypto::CertificateFacts& certificate, Category category, Bytes id, Bytes label) {
    Record record;
    record.id = id_of_certificate(certificate);
    record.object_class = number::certificate_class;
    record.revision = 1;
    record.face.is_private = false;
    record.face.id = std::move(id);
    record.face.label = std::move(label);
    auto& extras = record.face.extras;
    extras[type_number] = encoded(x509_type);
    extras[category_number] = encoded(static_cast<unsigned long>(category));
    extras[value_number] = certificate.der;
    extras[subject_number] = certificate.subject;
    extras[issuer_number] = certificate.issuer;
    extras[serial_number] = certificate.serial;
    const Bytes thumbprint = crypto::hash(Digest::Sha1, certificate.der);
    extras[check_value_number] = Bytes(thumbprint.begin(), thumbprint.begin() + check_value_size);
    extras[public_key_info_number] = certificate.public_key_info;
    extras[start_date_number] = date_of(certificate.not_before);
    extras[end_date_number] = date_of(certificate.not_after);
    extras[modifiable_number] = {0};
    extras[destroyable_number] = {0};
    return record;
}

}  // namespace kvp11::records
