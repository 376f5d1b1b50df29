#include "identity/registration.hpp"

#include "crypto/jose.hpp"
#include "crypto/x509.hpp"
#include "identity/guid.hpp"

namespace kvp11::identity {
namespace {

constexpr std::size_t digest_bytes = 32;
constexpr std::size_t shortest_modulus = 256;

int digit_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    const char lower = static_cast<char>(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Empty when it is not hexadecimal.
Bytes from_hex(std::string_view text) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        const int high = digit_value(text[i]);
        const int low = digit_value(text[i + 1]);
        if (high < 0 || low < 0) return {};
        bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return bytes;
}

std::string hex(ByteView bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += "0123456789ABCDEF"[byte >> 4U];
        text += "0123456789ABCDEF"[byte & 15U];
    }
    return text;
}

Failure invalid(const Application& application, const std::string& why) {
    return fail(Errc::ConfigurationInvalid, "the application '" + application.name + "' " + why);
}

Result<AssertionKey> assertion_key(const Application& application, const std::string& pem) {
    const Result<crypto::Certificate> certificate = crypto::parse_certificate(bytes_of(pem));
    if (!certificate) return invalid(application, "has a certificate that is " + certificate.error().message);
    if (certificate->key.type != KeyType::Rsa || certificate->key.n.size() < shortest_modulus) {
        return invalid(application, "has a certificate without an RSA key of 2048 bits or more");
    }
    AssertionKey key;
    key.key = TRY(crypto::PublicHalf::parse(certificate->key));
    key.names = {crypto::base64url(certificate->sha256_thumbprint), crypto::base64url(certificate->sha1_thumbprint),
                 hex(certificate->sha256_thumbprint), hex(certificate->sha1_thumbprint)};
    return key;
}

Result<Registration> registration_of(Application application) {
    Registration registration;
    if (!is_guid(application.client_id)) return invalid(application, "has a client id that is no GUID");
    if (!is_guid(application.object_id)) return invalid(application, "has an object id that is no GUID");
    for (const std::string& group : application.groups) {
        if (!is_guid(group)) return invalid(application, "has a group that is no GUID");
    }
    if (!application.secret_sha256.empty()) {
        registration.secret_digest = from_hex(application.secret_sha256);
        if (registration.secret_digest.size() != digest_bytes || application.secret_sha256.size() != 2 * digest_bytes) {
            return invalid(application, "has a secret_sha256 that is not 64 hexadecimal digits");
        }
    }
    for (const std::string& pem : application.certificates) {
        registration.assertion_keys.push_back(TRY(assertion_key(application, pem)));
    }
    const std::size_t federated = static_cast<std::size_t>(!application.federated_issuer.empty()) +
                                  static_cast<std::size_t>(!application.federated_subject.empty()) +
                                  static_cast<std::size_t>(!application.federated_keys.empty());
    if (federated % 3 != 0) return invalid(application, "wants issuer, subject and keys of its federated tokens");
    registration.application = std::move(application);
    return registration;
}

}  // namespace

Result<Registrations> Registrations::make(std::vector<Application> applications) {
    Registrations registrations;
    for (Application& application : applications) {
        if (registrations.find(application.client_id)) return invalid(application, "has the client id of another");
        registrations.all_.push_back(TRY(registration_of(std::move(application))));
    }
    return registrations;
}

const Registration* Registrations::find(std::string_view client_id) const noexcept {
    for (const Registration& registration : all_) {
        if (equal_without_case(registration.application.client_id, client_id)) return &registration;
    }
    return nullptr;
}

const Registration* Registrations::managed_identity(std::string_view client_id, std::string_view object_id,
                                                    std::string_view resource_id) const noexcept {
    const std::string_view name = resource_id.substr(resource_id.rfind('/') + 1);
    for (const Registration& registration : all_) {
        const Application& known = registration.application;
        if (!known.is_managed_identity) continue;
        if (!client_id.empty() && !equal_without_case(known.client_id, client_id)) continue;
        if (!object_id.empty() && !equal_without_case(known.object_id, object_id)) continue;
        if (!resource_id.empty() && !equal_without_case(known.name, name)) continue;
        return &registration;
    }
    return nullptr;
}

}  // namespace kvp11::identity
