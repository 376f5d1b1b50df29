#include "mechanism/certificate.hpp"

#include "crypto/certificate_facts.hpp"
#include "crypto/digest.hpp"

namespace kvp11::mechanism {

namespace {

constexpr std::uint8_t sequence_tag = 0x30;

}  // namespace

std::optional<CertificateParts> certificate_parts(ByteView der) {
    // PEM is for files.
    if (der.empty() || der.front() != sequence_tag) return std::nullopt;
    auto facts = crypto::certificate_facts(der);
    if (!facts.ok()) return std::nullopt;
    return CertificateParts{std::move(facts->subject),         std::move(facts->issuer), std::move(facts->serial),
                            std::move(facts->public_key_info), facts->not_before,        facts->not_after};
}

Bytes certificate_check_value(ByteView value) {
    constexpr std::size_t size = 3;
    Bytes digest = crypto::hash(Digest::Sha1, value);
    digest.resize(size);
    return digest;
}

}  // namespace kvp11::mechanism
