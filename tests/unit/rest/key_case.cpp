#include "key_case.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <memory>
#include <stdexcept>

#include "crypto/jose.hpp"

namespace kvp11::test {
namespace {

namespace json = boost::json;

template <class T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

const EVP_MD* digest_of(std::string_view alg) {
    if (alg.find("512") != alg.npos) return EVP_sha512();
    return alg.find("384") != alg.npos ? EVP_sha384() : EVP_sha256();
}

Owned<EVP_PKEY> pkey_of(const json::value& jwk) {
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free);
    const bool is_rsa = text_at(jwk, "kty").starts_with("RSA");
    Bytes first = unbase64(text_at(jwk, is_rsa ? "n" : "x"));
    Bytes second = unbase64(text_at(jwk, is_rsa ? "e" : "y"));
    const Owned<BIGNUM> n(BN_bin2bn(first.data(), static_cast<int>(first.size()), nullptr), BN_free);
    const Owned<BIGNUM> e(BN_bin2bn(second.data(), static_cast<int>(second.size()), nullptr), BN_free);
    Bytes point{4};
    point.insert(point.end(), first.begin(), first.end());
    point.insert(point.end(), second.begin(), second.end());
    const std::string crv = is_rsa ? "" : text_at(jwk, "crv");
    const char* group = crv == "P-256" ? "P-256" : crv == "P-384" ? "P-384" : crv == "P-521" ? "P-521" : "secp256k1";
    if (is_rsa) {
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    } else {
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    }
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()), OSSL_PARAM_free);
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, is_rsa ? "RSA" : "EC", nullptr),
                                      EVP_PKEY_CTX_free);
    EVP_PKEY* key = nullptr;
    EVP_PKEY_fromdata_init(context.get());
    if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        throw std::runtime_error("OpenSSL does not take the JWK");
    }
    return {key, EVP_PKEY_free};
}

Bytes der_of(ByteView raw) {
    const auto half = static_cast<int>(raw.size() / 2);
    const Owned<ECDSA_SIG> signature(ECDSA_SIG_new(), ECDSA_SIG_free);
    ECDSA_SIG_set0(signature.get(), BN_bin2bn(raw.data(), half, nullptr), BN_bin2bn(raw.data() + half, half, nullptr));
    std::uint8_t* bytes = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &bytes);
    Bytes der(bytes, bytes + size);
    OPENSSL_free(bytes);
    return der;
}

void must_be(const Answer& answer, unsigned status) {
    if (answer.status != status) throw std::runtime_error(std::to_string(answer.status) + " " + answer.text);
}

}  // namespace

std::string base64(ByteView bytes) { return crypto::base64url(bytes); }

Bytes unbase64(std::string_view text) {
    Result<Bytes> bytes = crypto::from_base64url(text);
    if (!bytes.ok()) throw std::runtime_error("no base64url: " + std::string(text));
    return std::move(*bytes);
}

std::string text_at(const json::value& object, std::string_view name) {
    return std::string(object.at(json::string_view(name.data(), name.size())).as_string());
}

json::value make_key(ServiceCase& hsm, const std::string& name, const std::string& body) {
    const Answer answer = hsm.post("/keys/" + name + "/create", body);
    must_be(answer, 200);
    return answer.json();
}

json::value import_jwk(ServiceCase& hsm, const std::string& name, const std::string& jwk) {
    const Answer answer = hsm.ask({.method = "PUT", .target = "/keys/" + name, .body = R"({"key":)" + jwk + "}"});
    must_be(answer, 200);
    return answer.json();
}

std::string version_of(const json::value& bundle) {
    const std::string kid = text_at(bundle.at("key"), "kid");
    return kid.substr(kid.rfind('/') + 1);
}

Answer use_key(ServiceCase& hsm, const std::string& name, const std::string& operation, const std::string& body) {
    return hsm.post("/keys/" + name + "/" + operation + "?api-version=7.6", body);
}

std::string use_body(std::string_view alg, ByteView value, const std::string& more) {
    return R"({"alg":")" + std::string(alg) + R"(","value":")" + base64(value) + "\"" + more + "}";
}

Bytes result_of(ServiceCase& hsm, const std::string& name, const std::string& operation, const std::string& body) {
    const Answer answer = use_key(hsm, name, operation, body);
    must_be(answer, 200);
    return unbase64(text_at(answer.json(), "value"));
}

Bytes sha(std::string_view alg, std::string_view message) {
    Bytes digest(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    EVP_Digest(message.data(), message.size(), digest.data(), &size, digest_of(alg), nullptr);
    digest.resize(size);
    return digest;
}

bool openssl_verifies(const json::value& jwk, std::string_view alg, std::string_view message, ByteView signature) {
    const Owned<EVP_PKEY> key = pkey_of(jwk);
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* details = nullptr;
    EVP_DigestVerifyInit(context.get(), &details, digest_of(alg), nullptr, key.get());
    if (alg.starts_with("PS")) {
        EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST);
    }
    const Bytes wire = alg.starts_with("ES") ? der_of(signature) : copy_of(signature);
    return EVP_DigestVerify(context.get(), wire.data(), wire.size(),
                            reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
}

}  // namespace kvp11::test
