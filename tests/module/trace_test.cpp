// log.level = "trace" through the loaded module: what is written, and above all what is not.
#include <dlfcn.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// A token whose module writes a trace into a file.
struct Traced {
    explicit Traced(const std::string& level = "trace") {
        subject.finalise();
        std::ofstream(subject.folder() / "kvp11.toml", std::ios::app)
            << "\n[log]\nlevel = \"" << level << "\"\ntarget = \"" << log().string() << "\"\n";
        subject.initialise();
    }
    ~Traced() {
        // The level outlives the module's life; the next one is configured without a trace.
        subject.finalise();
        configure(Kind::Kvp11, subject.folder());
        subject.initialise();
    }

    std::filesystem::path log() const { return subject.folder() / "trace.log"; }
    std::string text() const { return content_of(log()); }
    void forget() const { std::filesystem::remove(log()); }
    bool has(const std::string& wanted) const { return text().find(wanted) != std::string::npos; }

    Subject subject{Kind::Kvp11};
};

/// Whether any eight bytes that follow each other in `secret` stand in the text: as they are, or in hexadecimal.
bool leaks(const std::string& text, const std::string& hex_text, const Bytes& secret) {
    constexpr std::size_t window = 8;
    for (std::size_t at = 0; at + window <= secret.size(); ++at) {
        const ByteView part(secret.data() + at, window);
        if (text.find(std::string(part.begin(), part.end())) != std::string::npos) return true;
        if (hex_text.find(to_hex(part)) != std::string::npos) return true;
    }
    return false;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

/// The lines from their number on; numbers, times and handles are made alike.
std::vector<std::string> comparable(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        const std::size_t at = line.find("trace: #");
        if (at == std::string::npos) continue;
        line = std::regex_replace(line.substr(at), std::regex("#[0-9]+"), "#N");
        line = std::regex_replace(line, std::regex("in [0-9.]+ ms"), "in N ms");
        lines.push_back(std::regex_replace(line, std::regex("0x[0-9a-f]+"), "0xN"));
    }
    return lines;
}

/// What docs/tracing.md shows.
void session_of_the_page(const Subject& subject) {
    CK_FUNCTION_LIST_PTR f = subject.f();
    CK_SESSION_HANDLE session = 0;
    MUST(f->C_OpenSession(subject.slot(), CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session));
    const Bytes pin = text_bytes(user_pin);
    MUST(f->C_Login(session, CKU_USER, input(pin), length(pin)));
    Template wanted;
    wanted.set(CKA_CLASS, CKO_SECRET_KEY).set(CKA_VALUE_LEN, 32).flag(CKA_ENCRYPT, true).text(CKA_LABEL, "invoices");
    CK_OBJECT_HANDLE key = 0;
    Mechanism generation(CKM_AES_KEY_GEN);
    MUST(f->C_GenerateKey(session, generation.get(), wanted.data(), wanted.size(), &key));
    Bytes out(64);
    CK_ULONG size = length(out);
    Mechanism sealing = gcm(pattern(12));
    const Bytes plaintext = text_bytes("nobody reads this");
    MUST(f->C_EncryptInit(session, sealing.get(), key));
    MUST(f->C_Encrypt(session, input(plaintext), length(plaintext), out.data(), &size));
    CK_BYTE value[32];
    CK_ATTRIBUTE questions[] = {{CKA_KEY_TYPE, value, sizeof value}, {CKA_VALUE, value, sizeof value}};
    BOOST_TEST(f->C_GetAttributeValue(session, key, questions, 2) == CKR_ATTRIBUTE_SENSITIVE);
    MUST(f->C_CloseSession(session));
    BOOST_TEST(f->C_Logout(session) == CKR_SESSION_HANDLE_INVALID);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trace)

BOOST_AUTO_TEST_CASE(no_secret_is_in_a_trace) {
    std::map<std::string, Bytes> secrets;
    std::string text;
    {
        Traced token;
        const Bytes new_pin = text_bytes("another-pin-5512");
        const Bytes wrong_pin = text_bytes("mistyped-pin-77");
        const Bytes plaintext = text_bytes("the plaintext of the trace test, in more than one block");
        const Bytes value = from_hex("8f1d0c3a5b7e9f2246688aaccee00113355779bbddff01234598badcfe102030");
        secrets = {{"user PIN", text_bytes(user_pin)},
                   {"new PIN", new_pin},
                   {"wrong PIN", wrong_pin},
                   {"plaintext", plaintext},
                   {"AES key", value},
                   {"RSA d", rsa_numbers().d},
                   {"RSA p", rsa_numbers().p},
                   {"RSA q", rsa_numbers().q},
                   {"RSA dp", rsa_numbers().dp},
                   {"RSA qi", rsa_numbers().qi},
                   {"EC scalar", ec_numbers(Curve::P256).scalar}};
        Session session(token.subject, Login::None);
        BOOST_TEST(session.try_login(CKU_USER, "mistyped-pin-77") == CKR_PIN_INCORRECT);
        session.login(Login::User);
        const Bytes old_pin = text_bytes(user_pin);
        MUST(session.f()->C_SetPIN(session.handle(), input(old_pin), length(old_pin), input(new_pin), length(new_pin)));
        MUST(session.f()->C_SetPIN(session.handle(), input(new_pin), length(new_pin), input(old_pin), length(old_pin)));

        const auto aes = session.create(aes_key(value));
        const auto rsa = session.create(rsa_private());
        const auto ec = session.create(ec_private(ec_numbers(Curve::P256)));
        BOOST_TEST((session.attribute(aes, CKA_VALUE) == value));  // neither sensitive nor unextractable
        secrets["ciphertext"] = session.encrypt(gcm(pattern(12)), aes, plaintext);
        BOOST_TEST((session.decrypt(gcm(pattern(12)), aes, secrets["ciphertext"]) == plaintext));
        secrets["digest"] = session.digest(CKM_SHA256, plaintext);
        secrets["signature"] = session.sign(CKM_SHA256_RSA_PKCS, rsa, plaintext);
        secrets["MAC"] = session.sign(CKM_AES_CMAC, aes, plaintext);
        secrets["wrapped"] = session.wrap(CKM_AES_KEY_WRAP_KWP, aes, aes);
        session.unwrap(CKM_AES_KEY_WRAP_KWP, aes, secrets["wrapped"],
                       Template().set(CKA_CLASS, CKO_SECRET_KEY).set(CKA_KEY_TYPE, CKK_AES));
        const auto shared = session.derive(ecdh(ec_numbers(Curve::P256).point), ec,
                                           Template()
                                               .set(CKA_CLASS, CKO_SECRET_KEY)
                                               .set(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
                                               .set(CKA_VALUE_LEN, 32)
                                               .flag(CKA_SENSITIVE, false)
                                               .flag(CKA_EXTRACTABLE, true));
        secrets["derived"] = session.attribute(shared, CKA_VALUE);
        session.create(Template().set(CKA_CLASS, CKO_DATA).bytes(CKA_VALUE, plaintext));
        session.find(Template().bytes(CKA_VALUE, value));
        Bytes random(32);
        MUST(session.f()->C_GenerateRandom(session.handle(), random.data(), length(random)));
        secrets["random"] = random;
        text = token.text();
    }
    const std::string hex_text = lower(text);
    for (const auto& [name, secret] : secrets) {
        BOOST_TEST(secret.size() >= 8U, name);
        BOOST_TEST(!leaks(text, hex_text, secret), name);
    }
    // It is a trace all the same.
    for (const char* function : {"C_Initialize(", "C_Login(", "C_SetPIN(", "C_CreateObject(", "C_GetAttributeValue(",
                                 "C_EncryptInit(", "C_Encrypt(", "C_Decrypt(", "C_Digest(", "C_Sign(", "C_WrapKey(",
                                 "C_UnwrapKey(", "C_DeriveKey(", "C_FindObjectsInit(", "C_GenerateRandom("}) {
        BOOST_TEST(text.find(function) != std::string::npos, function);
    }
    BOOST_TEST(text.find("CKA_VALUE = [32 bytes]") != std::string::npos);
    BOOST_TEST(leaks(text + user_pin, hex_text, secrets["user PIN"]));  // the search finds what is there
    BOOST_TEST(leaks(text, hex_text + to_hex(secrets["AES key"]), secrets["AES key"]));
}

BOOST_AUTO_TEST_CASE(calls_by_name_and_by_table_are_traced_alike) {
    Traced token;
    void* library = dlopen(module_path(Kind::Kvp11).c_str(), RTLD_NOW | RTLD_LOCAL);
    const auto by_name = reinterpret_cast<CK_C_GetInfo>(dlsym(library, "C_GetInfo"));
    const auto get = reinterpret_cast<CK_C_GetInterface>(dlsym(library, "C_GetInterface"));
    CK_VERSION version{3, 2};
    CK_INTERFACE_PTR interface = nullptr;
    MUST(get(nullptr, &version, &interface, 0));
    const auto* newest = static_cast<CK_FUNCTION_LIST_3_2*>(interface->pFunctionList);
    CK_INFO info{};
    for (const auto function : {by_name, token.subject.f()->C_GetInfo, newest->C_GetInfo}) {
        token.forget();
        MUST(function(&info));
        const auto lines = comparable(token.text());
        BOOST_REQUIRE(lines.size() == 2U);
        BOOST_TEST(lines[0] == "trace: #N C_GetInfo(pInfo = (out))");
        BOOST_TEST(lines[1].starts_with("trace: #N C_GetInfo = CKR_OK in N ms, pInfo = {cryptokiVersion = "), lines[1]);
    }
    token.forget();
    newest->C_MessageSignFinal(0x1234);
    BOOST_TEST(token.has("C_MessageSignFinal(hSession = 0x1234)"));
}

BOOST_AUTO_TEST_CASE(the_configuration_shows_its_own_c_initialize) {
    Traced token;
    BOOST_TEST(token.has("C_Initialize(pInitArgs = "));
    BOOST_TEST(token.has("C_Initialize = CKR_OK in "));
}

BOOST_AUTO_TEST_CASE(without_trace_no_call_is_written) {
    Traced token("debug");
    Session session(token.subject);
    BOOST_TEST(session.try_destroy(0x7777) == CKR_OBJECT_HANDLE_INVALID);
    BOOST_TEST(!token.has("C_OpenSession"));
    BOOST_TEST(token.has("C_DestroyObject: CKR_OBJECT_HANDLE_INVALID"));
}

// Pointers of calls that are refused before anything is read: a trace must not be the one who reads them.
BOOST_AUTO_TEST_CASE(a_trace_reads_no_more_than_the_call) {
    Traced token;
    CK_FUNCTION_LIST_PTR f = token.subject.f();
    auto* const nowhere = reinterpret_cast<CK_BYTE_PTR>(16);
    auto* const no_attributes = reinterpret_cast<CK_ATTRIBUTE_PTR>(16);
    auto* const no_mechanism = reinterpret_cast<CK_MECHANISM_PTR>(16);
    CK_ULONG size = 16;
    BOOST_TEST(f->C_CreateObject(0x7777, no_attributes, 1, &size) == CKR_SESSION_HANDLE_INVALID);
    BOOST_TEST(f->C_SignInit(0x7777, no_mechanism, 1) == CKR_SESSION_HANDLE_INVALID);
    BOOST_TEST(f->C_Sign(0x7777, nowhere, 5, nowhere, reinterpret_cast<CK_ULONG_PTR>(16)) ==
               CKR_SESSION_HANDLE_INVALID);
    BOOST_TEST(f->C_InitToken(0x7777, nowhere, 5, nowhere) == CKR_SLOT_ID_INVALID);
    Session session(token.subject);
    BOOST_TEST(f->C_CreateObject(session.handle(), no_attributes, 100000, &size) == CKR_ARGUMENTS_BAD);
    CK_ATTRIBUTE absurd{CKA_LABEL, nowhere, 1UL << 62};
    BOOST_TEST(f->C_CreateObject(session.handle(), &absurd, 1, &size) == CKR_ATTRIBUTE_VALUE_INVALID);
    BOOST_TEST(token.has("pTemplate = {CKA_LABEL = [4611686018427387904 bytes]}"));
}

BOOST_AUTO_TEST_CASE(the_page_shows_what_is_written) {
    const std::string page = content_of(KVP11_DOCS "/tracing.md");
    const std::size_t begin = page.find("```text\n");
    BOOST_REQUIRE(begin != std::string::npos);
    const auto shown = comparable(page.substr(begin, page.find("```\n", begin + 8) - begin));
    Traced token;
    token.forget();
    session_of_the_page(token.subject);
    const auto written = comparable(token.text());
    BOOST_TEST_CONTEXT(token.text()) {
        BOOST_CHECK_EQUAL_COLLECTIONS(shown.begin(), shown.end(), written.begin(), written.end());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
