// openssl_host ORDER: a program that uses OpenSSL with a configuration that names the pkcs11 engine on our
// module, and the module itself. ORDER says which of the two begins: `engine` or `module`.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "module/child/calls.hpp"

using namespace kvp11::test;
using namespace kvp11::test::child;

namespace {

int engine_signs() {
    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG | OPENSSL_INIT_ENGINE_DYNAMIC, nullptr);
    ENGINE* engine = ENGINE_by_id("pkcs11");
    if (engine == nullptr || ENGINE_init(engine) != 1) {
        say("failed: no engine");
        ERR_print_errors_fp(stdout);
        return 1;
    }
    const char* url = "pkcs11:token=test%20token;object=engine-key;type=private";
    EVP_PKEY* key = ENGINE_load_private_key(engine, url, nullptr, nullptr);
    if (key == nullptr) {
        say("failed: no key");
        ERR_print_errors_fp(stdout);
        return 1;
    }
    unsigned char signature[512];
    std::size_t size = sizeof signature;
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    const unsigned char text[] = "hello";
    const bool good = EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key) == 1 &&
                      EVP_DigestSign(context, signature, &size, text, 5) == 1;
    EVP_MD_CTX_free(context);
    EVP_MD_CTX* check = EVP_MD_CTX_new();
    const bool right = good && EVP_DigestVerifyInit(check, nullptr, EVP_sha256(), nullptr, key) == 1 &&
                       EVP_DigestVerify(check, signature, size, text, 5) == 1;
    EVP_MD_CTX_free(check);
    EVP_PKEY_free(key);
    ENGINE_finish(engine);
    ENGINE_free(engine);
    say(right ? "engine signed" : "failed: engine signature");
    if (!right) ERR_print_errors_fp(stdout);
    return right ? 0 : 1;
}

int module_signs() {
    const CK_FUNCTION_LIST_PTR f = load_module(Kind::Kvp11);
    const CK_RV code = f->C_Initialize(nullptr);
    if (code != CKR_OK && code != CKR_CRYPTOKI_ALREADY_INITIALIZED) demand(code, "C_Initialize");
    CK_SESSION_HANDLE session = 0;
    demand(f->C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &session), "C_OpenSession");
    auto* pin = reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(user_pin));
    const CK_RV login = f->C_Login(session, CKU_USER, pin, std::char_traits<char>::length(user_pin));
    if (login != CKR_USER_ALREADY_LOGGED_IN) demand(login, "C_Login");
    Template wanted = Template().set(CKA_CLASS, CKO_PRIVATE_KEY).text(CKA_LABEL, "engine-key");
    CK_OBJECT_HANDLE key = 0;
    CK_ULONG count = 0;
    demand(f->C_FindObjectsInit(session, wanted.data(), wanted.size()), "C_FindObjectsInit");
    demand(f->C_FindObjects(session, &key, 1, &count), "C_FindObjects");
    demand(f->C_FindObjectsFinal(session), "C_FindObjectsFinal");
    CK_MECHANISM mechanism{CKM_SHA256_RSA_PKCS, nullptr, 0};
    CK_BYTE text[5] = {'h', 'e', 'l', 'l', 'o'};
    CK_BYTE signature[512];
    CK_ULONG size = sizeof signature;
    demand(f->C_SignInit(session, &mechanism, key), "C_SignInit");
    demand(f->C_Sign(session, text, 5, signature, &size), "C_Sign");
    say("module signed");
    return 0;
}

}  // namespace

int main(int, char** words) {
    const bool engine_first = std::string(words[1]) == "engine";
    const int first = engine_first ? engine_signs() : module_signs();
    const int second = engine_first ? module_signs() : engine_signs();
    return first + second;
}
