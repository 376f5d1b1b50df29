#include "transport/certificate_check.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "crypto/handles.hpp"
#include "crypto/library.hpp"
#include "transport/host_name.hpp"

namespace kvp11::transport {
namespace {

constexpr std::size_t pin_bytes = 32;  // of SHA-256
constexpr std::size_t pin_text = 44;

using Names = crypto::Handle<GENERAL_NAMES, GENERAL_NAMES_free>;

std::string text_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string text_of(const X509_NAME* name) {
    const crypto::Bio out(BIO_new(BIO_s_mem()));
    if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) < 0) return "somebody";
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out.get(), &bytes);
    return size <= 0 ? "somebody without a name" : std::string(bytes, static_cast<std::size_t>(size));
}

std::string day_of(const ASN1_TIME* time) {
    const crypto::Bio out(BIO_new(BIO_s_mem()));
    if (!out || ASN1_TIME_print(out.get(), time) != 1) return "an unknown day";
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

std::string name_text(const GENERAL_NAME* name) {
    if (name->type == GEN_DNS) return text_of(name->d.dNSName);
    if (name->type == GEN_IPADD) return address_text(text_of(name->d.iPAddress));
    return {};
}

/// "a, b and 3 more".
std::string names_of(const X509* certificate) {
    constexpr int most_shown = 5;
    const Names names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    std::string text;
    int count = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const std::string name = name_text(sk_GENERAL_NAME_value(names.get(), i));
        if (name.empty() || ++count > most_shown) continue;
        text += (text.empty() ? "" : ", ") + name;
    }
    if (count > most_shown) text += " and " + std::to_string(count - most_shown) + " more";
    return text.empty() ? text_of(X509_get_subject_name(certificate)) : text;
}

/// "the certificate of x", or that of an authority above it.
std::string certificate_at(const X509* certificate, int depth, const std::string& host) {
    if (depth == 0 || certificate == nullptr) return "the certificate of " + host;
    return "the certificate of \"" + text_of(X509_get_subject_name(certificate)) + "\" in the chain of " + host + "'s";
}

struct Found {
    const X509* certificate;
    int depth;
    const std::string& host;
};

std::string other_name(const Found& found) {
    return "the certificate of " + found.host + " is for " + names_of(found.certificate) +
           ": is the address right, and does nobody stand in between?";
}
std::string expired(const Found& found) {
    return certificate_at(found.certificate, found.depth, found.host) + " expired on " +
           day_of(X509_get0_notAfter(found.certificate)) + ", unless this machine's clock is wrong";
}
std::string not_yet_valid(const Found& found) {
    return certificate_at(found.certificate, found.depth, found.host) + " is valid from " +
           day_of(X509_get0_notBefore(found.certificate)) + " on only, unless this machine's clock is wrong";
}
std::string issuer_unknown(const Found& found) {
    return "the certificate of " + found.host + " is issued by \"" + text_of(X509_get_issuer_name(found.certificate)) +
           "\", which is not trusted: set ca_file to a file with that authority's certificate";
}
std::string self_signed(const Found& found) {
    return "the certificate of " + found.host +
           " is signed by itself and not trusted: set ca_file to a file with it if it is the right one";
}

struct Sentence {
    int error;
    std::string (*text)(const Found&);
};
constexpr std::array sentences = {Sentence{X509_V_ERR_HOSTNAME_MISMATCH, &other_name},
                                  Sentence{X509_V_ERR_IP_ADDRESS_MISMATCH, &other_name},
                                  Sentence{X509_V_ERR_CERT_HAS_EXPIRED, &expired},
                                  Sentence{X509_V_ERR_CERT_NOT_YET_VALID, &not_yet_valid},
                                  Sentence{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, &issuer_unknown},
                                  Sentence{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, &issuer_unknown},
                                  Sentence{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, &issuer_unknown},
                                  Sentence{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, &issuer_unknown},
                                  Sentence{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, &self_signed}};

std::string sentence_for(X509_STORE_CTX* context, const std::string& host) {
    const int error = X509_STORE_CTX_get_error(context);
    const Found found{X509_STORE_CTX_get_current_cert(context), X509_STORE_CTX_get_error_depth(context), host};
    const auto* const row =
        std::find_if(sentences.begin(), sentences.end(), [&](const Sentence& one) { return one.error == error; });
    if (row != sentences.end() && found.certificate != nullptr) return row->text(found);
    return certificate_at(found.certificate, found.depth, host) +
           " is not accepted: " + X509_verify_cert_error_string(error);
}

/// As a pin is written; empty when there is no memory.
std::string pin_of(X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (size <= 0) return {};
    std::array<unsigned char, pin_bytes> digest{};
    const int done = EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), nullptr,
                                crypto::digest_method(Digest::Sha256), nullptr);
    OPENSSL_free(der);
    std::array<unsigned char, pin_text + 1> text{};
    EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
    return done == 1 ? std::string(reinterpret_cast<const char*>(text.data()), pin_text) : std::string();
}

}  // namespace

void CertificateCheck::install(SSL_CTX* context) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, &run, nullptr);
}

bool CertificateCheck::attach(SSL* ssl) {
    SSL_set_app_data(ssl, this);
    if (is_address(host_)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host_.c_str()) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set_tlsext_host_name(ssl, host_.c_str()) == 1 && SSL_set1_host(ssl, host_.c_str()) == 1;
}

int CertificateCheck::run(X509_STORE_CTX* context, void* /*user*/) {
    const auto* const ssl =
        static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* const check = static_cast<CertificateCheck*>(SSL_get_app_data(ssl));
    return check != nullptr && check->verify(context) ? 1 : 0;
}

bool CertificateCheck::verify(X509_STORE_CTX* context) {
    if (X509_verify_cert(context) != 1) {
        complaint_ = sentence_for(context, host_);
        return false;
    }
    if (pins_.empty() || has_pin(context)) return true;
    complaint_ = "the certificates of " + host_ + " have none of the pinned keys: the first one's is " +
                 pin_of(X509_STORE_CTX_get0_cert(context));
    X509_STORE_CTX_set_error(context, X509_V_ERR_APPLICATION_VERIFICATION);
    return false;
}

bool CertificateCheck::has_pin(X509_STORE_CTX* context) const {
    STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(context);
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        const std::string pin = pin_of(sk_X509_value(chain, i));
        if (!pin.empty() && std::find(pins_.begin(), pins_.end(), pin) != pins_.end()) return true;
    }
    return false;
}

Result<void> check_pins(const std::vector<std::string>& pins) {
    for (const std::string& pin : pins) {
        std::array<unsigned char, pin_text> ignored{};
        const bool fits = pin.size() == pin_text && pin.back() == '=' && pin[pin_text - 2] != '=';
        if (fits && EVP_DecodeBlock(ignored.data(), reinterpret_cast<const unsigned char*>(pin.data()),
                                    static_cast<int>(pin.size())) >= 0) {
            continue;
        }
        return fail(Errc::ConfigurationInvalid,
                    "the pin \"" + pin + "\" is not base64 of a SHA-256 digest (44 characters, the last one =)");
    }
    return {};
}

}  // namespace kvp11::transport
