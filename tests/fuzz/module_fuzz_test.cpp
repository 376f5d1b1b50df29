// Random templates and mechanism parameters against the C functions of the loaded module, while it writes a trace: no
// byte is read beyond what was passed, every answer is a code of the standard, and the module goes on working.
#include <boost/test/unit_test.hpp>

#include "module_fuzz.hpp"
#include "support/keys.hpp"

using namespace kvp11::fuzz;

namespace {

constexpr std::size_t most_objects = 40;  // that stay for later rounds

class Fuzz final : public ModuleFuzz {
public:
    explicit Fuzz(Dice& dice) : ModuleFuzz(dice), maker_(dice, memory_, mechanisms()) {
        keys_ = {session_.create(kvp11::test::aes_key(kvp11::test::pattern(32))),
                 session_.create(kvp11::test::generic_secret(kvp11::test::pattern(32))),
                 session_.create(kvp11::test::rsa_private()),
                 session_.create(kvp11::test::rsa_public()),
                 session_.create(kvp11::test::ec_private(kvp11::test::ec_numbers(kvp11::test::Curve::P256))),
                 session_.create(kvp11::test::ec_public(kvp11::test::ec_numbers(kvp11::test::Curve::P256)))};
    }

private:
    void round() override {
        (this->*dice_.any_of(calls))();
        if (made_.size() > most_objects) {
            for (const CK_OBJECT_HANDLE object : made_) f()->C_DestroyObject(h(), object);
            made_.clear();
        }
    }

    void check() override {
        const kvp11::Bytes message = kvp11::test::pattern(20);
        BOOST_TEST(session_.sign(CKM_SHA256_HMAC, keys_[1], message).size() == 32U);
        BOOST_TEST(session_.encrypt(kvp11::test::gcm(kvp11::test::pattern(12)), keys_[0], message).size() == 36U);
    }

    std::vector<SupportedMechanism> mechanisms() {
        CK_ULONG count = 0;
        f()->C_GetMechanismList(subject_.slot(), nullptr, &count);
        std::vector<CK_MECHANISM_TYPE> types(count);
        f()->C_GetMechanismList(subject_.slot(), types.data(), &count);
        std::vector<SupportedMechanism> list;
        for (const CK_MECHANISM_TYPE type : types) {
            CK_MECHANISM_INFO info{};
            f()->C_GetMechanismInfo(subject_.slot(), type, &info);
            list.push_back({type, info.flags});
        }
        return list;
    }

    CK_FUNCTION_LIST_PTR f() { return session_.f(); }

    CK_OBJECT_HANDLE object() {
        if (dice_.one_in(16)) return maker_.number();
        return !made_.empty() && dice_.one_in(3) ? dice_.any_of(made_) : dice_.any_of(keys_);
    }

    void keep(CK_RV value, CK_OBJECT_HANDLE object) {
        if (value == CKR_OK) made_.push_back(object);
    }

    void create() {
        CK_OBJECT_HANDLE made = 0;
        const auto [attributes, count] = maker_.attributes();
        keep(judged("C_CreateObject", f()->C_CreateObject(h(), attributes, count, &made)), made);
    }
    void copy() {
        CK_OBJECT_HANDLE made = 0;
        const auto [attributes, count] = maker_.attributes();
        keep(judged("C_CopyObject", f()->C_CopyObject(h(), object(), attributes, count, &made)), made);
    }
    void change() {
        // Not the keys that check() needs.
        if (made_.empty()) return;
        const auto [attributes, count] = maker_.attributes();
        judged("C_SetAttributeValue", f()->C_SetAttributeValue(h(), dice_.any_of(made_), attributes, count));
    }
    void ask() {
        const auto [attributes, count] = maker_.questions();
        judged("C_GetAttributeValue", f()->C_GetAttributeValue(h(), object(), attributes, count));
    }
    void find() {
        const auto [attributes, count] = maker_.attributes();
        if (judged("C_FindObjectsInit", f()->C_FindObjectsInit(h(), attributes, count)) != CKR_OK) return;
        CK_OBJECT_HANDLE found[4];
        CK_ULONG number = 0;
        judged("C_FindObjects", f()->C_FindObjects(h(), found, 4, &number));
        judged("C_FindObjectsFinal", f()->C_FindObjectsFinal(h()));
    }
    void generate() {
        CK_OBJECT_HANDLE made = 0;
        const auto [attributes, count] = maker_.key_attributes();
        keep(judged("C_GenerateKey", f()->C_GenerateKey(h(), maker_.mechanism(CKF_GENERATE), attributes, count, &made)),
             made);
    }
    void generate_pair() {
        CK_MECHANISM* mechanism = maker_.mechanism(CKF_GENERATE_KEY_PAIR);
        // RSA takes the time that it takes; its templates are read by the others' code as well.
        if (mechanism != nullptr && mechanism->mechanism <= CKM_RSA_X9_31_KEY_PAIR_GEN) return;
        CK_OBJECT_HANDLE made[2] = {};
        const auto [first, first_count] = maker_.attributes();
        const auto [second, second_count] = maker_.attributes();
        const CK_RV value =
            judged("C_GenerateKeyPair", f()->C_GenerateKeyPair(h(), mechanism, first, first_count, second, second_count,
                                                               &made[0], &made[1]));
        keep(value, made[0]);
        keep(value, made[1]);
    }
    void derive() {
        CK_OBJECT_HANDLE made = 0;
        const auto [attributes, count] = maker_.key_attributes();
        keep(judged("C_DeriveKey",
                    f()->C_DeriveKey(h(), maker_.mechanism(CKF_DERIVE), object(), attributes, count, &made)),
             made);
    }
    void wrap() {
        CK_BYTE wrapped[512];
        CK_ULONG size = dice_.below(sizeof wrapped + 1);
        judged("C_WrapKey", f()->C_WrapKey(h(), maker_.mechanism(CKF_WRAP), object(), object(), wrapped, &size));
    }
    void unwrap() {
        CK_OBJECT_HANDLE made = 0;
        const auto [attributes, count] = maker_.key_attributes();
        const auto [wrapped, size] = maker_.bytes(300);
        keep(judged("C_UnwrapKey", f()->C_UnwrapKey(h(), maker_.mechanism(CKF_UNWRAP), object(), wrapped, size,
                                                    attributes, count, &made)),
             made);
    }
    /// Input in one part or several, output into a buffer of some size.
    template <class One, class Update, class Final>
    void go_on(const char* name, One one, Update update, Final final) {
        CK_ULONG room = dice_.below(400);
        CK_BYTE* out = dice_.one_in(8) ? nullptr : memory_.room(room);
        const auto [data, size] = maker_.bytes(300);
        if (dice_.one_in(2)) {
            judged(name, one(h(), data, size, out, &room));
            return;
        }
        judged(name, update(h(), data, size, out, &room));
        CK_ULONG rest = dice_.below(400);
        judged(name, final(h(), memory_.room(rest), &rest));
    }
    void encrypt() {
        if (judged("C_EncryptInit", f()->C_EncryptInit(h(), maker_.mechanism(CKF_ENCRYPT), object())) == CKR_OK)
            go_on("C_Encrypt", f()->C_Encrypt, f()->C_EncryptUpdate, f()->C_EncryptFinal);
        f()->C_EncryptInit(h(), nullptr, 0);  // ends what a size query left
    }
    void decrypt() {
        if (judged("C_DecryptInit", f()->C_DecryptInit(h(), maker_.mechanism(CKF_DECRYPT), object())) == CKR_OK)
            go_on("C_Decrypt", f()->C_Decrypt, f()->C_DecryptUpdate, f()->C_DecryptFinal);
        f()->C_DecryptInit(h(), nullptr, 0);
    }
    void sign() {
        const auto update = [&](CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG size, CK_BYTE*, CK_ULONG*) {
            return f()->C_SignUpdate(session, data, size);
        };
        if (judged("C_SignInit", f()->C_SignInit(h(), maker_.mechanism(CKF_SIGN), object())) == CKR_OK)
            go_on("C_Sign", f()->C_Sign, update, f()->C_SignFinal);
        f()->C_SignInit(h(), nullptr, 0);
    }
    void verify() {
        if (judged("C_VerifyInit", f()->C_VerifyInit(h(), maker_.mechanism(CKF_VERIFY), object())) == CKR_OK) {
            const auto [data, size] = maker_.bytes(300);
            const auto [signature, length] = maker_.bytes(300);
            judged("C_Verify", f()->C_Verify(h(), data, size, signature, length));
        }
        f()->C_VerifyInit(h(), nullptr, 0);
    }
    void digest() {
        const auto update = [&](CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG size, CK_BYTE*, CK_ULONG*) {
            return f()->C_DigestUpdate(session, data, size);
        };
        if (judged("C_DigestInit", f()->C_DigestInit(h(), maker_.mechanism(CKF_DIGEST))) == CKR_OK)
            go_on("C_Digest", f()->C_Digest, update, f()->C_DigestFinal);
        f()->C_DigestInit(h(), nullptr);
    }

    using Call = void (Fuzz::*)();
    static constexpr Call calls[] = {&Fuzz::create,  &Fuzz::create, &Fuzz::copy,     &Fuzz::change,
                                     &Fuzz::ask,     &Fuzz::find,   &Fuzz::generate, &Fuzz::generate_pair,
                                     &Fuzz::derive,  &Fuzz::wrap,   &Fuzz::unwrap,   &Fuzz::encrypt,
                                     &Fuzz::decrypt, &Fuzz::sign,   &Fuzz::verify,   &Fuzz::digest};

    ArgumentMaker maker_;
    std::vector<CK_OBJECT_HANDLE> keys_;
    std::vector<CK_OBJECT_HANDLE> made_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(module_fuzz)

BOOST_AUTO_TEST_CASE(no_argument_breaks_the_module_or_its_trace) {
    ModuleFuzz::run<Fuzz>(8, {"C_CreateObject CKR_OK", "C_EncryptInit CKR_OK", "C_GenerateKey CKR_OK"});
}

BOOST_AUTO_TEST_SUITE_END()
