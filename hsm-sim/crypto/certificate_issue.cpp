#include "crypto/certificate_issue.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "crypto/asymmetric.hpp"
#include "crypto/library.hpp"
#include "crypto/pkey.hpp"
#include "crypto/random.hpp"

namespace kvp11::crypto {
namespace {

using X509Extension = Handle<X509_EXTENSION, X509_EXTENSION_free>;

constexpr long hour = 3600;

X509Cert read_certificate(const Certificate& certificate) {
    X509* made = required(X509_new_ex(library_context(), nullptr), "X.509");
    const std::uint8_t* place = certificate.der.data();
    const bool done = d2i_X509(&made, &place, static_cast<long>(certificate.der.size())) != nullptr;
    return X509Cert(done ? made : nullptr);
}

Result<EvpPkey> pkey_of(const PrivateHalf& key) {
    const SecretMaterial pkcs8 = TRY(key.expose_pkcs8());
    return parse_pkcs8(pkcs8.expose_bytes());
}

bool set_serial(X509* certificate) {
    Bytes serial(16);
    if (!random_bytes(serial).ok()) return false;
    serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7f) | 0x40);
    const BigNumber number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_name_and_dates(X509* certificate, const CertificateWish& wish) {
    const auto* text = reinterpret_cast<const unsigned char*>(wish.common_name.data());
    return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, text,
                                      static_cast<int>(wish.common_name.size()), -1, 0) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), -hour) != nullptr &&
           X509_time_adj_ex(X509_getm_notAfter(certificate), wish.days, 0, nullptr) != nullptr;
}

std::string list_of_names(const CertificateWish& wish, const std::string& before) {
    std::string list;
    for (const std::string& name : wish.dns_names) list += (list.empty() ? "" : ",") + before + "DNS:" + name;
    for (const std::string& address : wish.addresses) list += (list.empty() ? "" : ",") + before + "IP:" + address;
    return list;
}

struct ExtensionText {
    int nid;
    std::string value;
};

std::vector<ExtensionText> extensions_of(const CertificateWish& wish) {
    std::vector<ExtensionText> all = {{NID_subject_key_identifier, "hash"}, {NID_authority_key_identifier, "keyid"}};
    const std::string names = list_of_names(wish, wish.is_authority ? "permitted;" : "");
    if (wish.is_authority) {
        all.push_back({NID_basic_constraints, "critical,CA:TRUE,pathlen:0"});
        all.push_back({NID_key_usage, "critical,keyCertSign,cRLSign"});
        if (!names.empty()) all.push_back({NID_name_constraints, "critical," + names});
    } else {
        all.push_back({NID_basic_constraints, "critical,CA:FALSE"});
        all.push_back({NID_key_usage, "critical,digitalSignature"});
        all.push_back({NID_ext_key_usage, "serverAuth,clientAuth"});
        if (!names.empty()) all.push_back({NID_subject_alt_name, names});
    }
    return all;
}

bool add_extensions(X509* certificate, X509* issuer, const CertificateWish& wish) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    for (const ExtensionText& text : extensions_of(wish)) {
        const X509Extension extension(X509V3_EXT_conf_nid(nullptr, &context, text.nid, text.value.c_str()));
        if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) return false;
    }
    return true;
}

/// Names come from options and files of ours; the syntax of extensions must not be in them.
bool is_plain(const CertificateWish& wish) {
    const auto plain = [](const std::string& name) { return name.find_first_of(",;\n ") == std::string::npos; };
    for (const std::string& name : wish.dns_names) {
        if (name.empty() || !plain(name)) return false;
    }
    for (const std::string& address : wish.addresses) {
        if (address.empty() || !plain(address)) return false;
    }
    return true;
}

}  // namespace

Result<Certificate> issue_certificate(const CertificateWish& wish, const PrivateHalf& subject,
                                      const PrivateHalf& issuer_key, const Certificate* issuer) {
    ErrorMark mark;
    const EvpPkey subject_pkey = TRY(pkey_of(subject));
    const EvpPkey issuer_pkey = TRY(pkey_of(issuer_key));
    const X509Cert made(required(X509_new_ex(library_context(), nullptr), "X.509"));
    const X509Cert parent = issuer ? read_certificate(*issuer) : nullptr;
    if (issuer && !parent) return fail(Errc::FileUnreadable, "the issuer's certificate cannot be read");
    X509* const signer = parent ? parent.get() : made.get();
    if (!is_plain(wish) || !set_serial(made.get()) || X509_set_version(made.get(), X509_VERSION_3) != 1 ||
        !set_name_and_dates(made.get(), wish) || X509_set_pubkey(made.get(), subject_pkey.get()) != 1 ||
        X509_set_issuer_name(made.get(), X509_get_subject_name(signer)) != 1 ||
        !add_extensions(made.get(), signer, wish)) {
        return fail(Errc::ArgumentsBad,
                    "the names or dates of a certificate for '" + wish.common_name + "' are not usable");
    }
    TRY(sign_certificate(made.get(), issuer_pkey.get()));
    unsigned char* encoded = nullptr;
    const int size = i2d_X509(made.get(), &encoded);
    if (size <= 0) return openssl_failure("encoding a certificate");
    const Bytes der(encoded, encoded + size);
    OPENSSL_free(encoded);
    return parse_certificate(der);
}

Result<SecretBytes> expose_private_key_pem(const PrivateHalf& key) {
    ErrorMark mark;
    const EvpPkey pkey = TRY(pkey_of(key));
    const Bio bio(required(BIO_new(BIO_s_secmem()), "a memory file"));
    if (PEM_write_bio_PKCS8PrivateKey(bio.get(), pkey.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        return openssl_failure("encoding a private key");
    }
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return SecretBytes::copy_of(bytes_of({text, static_cast<std::size_t>(size)}));
}

}  // namespace kvp11::crypto
