#include "misuse/far.hpp"

#include <chrono>
#include <fstream>

#include "support/pool.hpp"

namespace kvp11::test {
namespace {

constexpr CK_SLOT_ID first_slot = 0, second_slot = 1, third_slot = 2;
constexpr auto longest_wait = std::chrono::seconds(60);

CK_UTF8CHAR_PTR pin_bytes() { return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(user_pin)); }
CK_ULONG pin_size() { return std::string_view(user_pin).size(); }

Template on_token(Template key, const std::string& name) {
    return key.flag(CKA_TOKEN, true).text(CKA_LABEL, name).flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false);
}

}  // namespace

Far::Far() {
    make_keys();
    subject_.finalise();
    configure();
    subject_.initialise();
    for (const auto& [handle, slot] : {std::pair{&session_, first_slot}, {&searching_, second_slot}}) {
        *handle = opened(slot);
        MUST(f_->C_Login(*handle, CKU_USER, pin_bytes(), pin_size()));
    }
    stranger_ = opened(third_slot);
    find_keys();
}

void Far::make_keys() {
    Session making(subject_);
    for (const std::string twin : {"known-", "unseen-"}) {
        Template aes = aes_generation(32).without(CKA_SIGN).without(CKA_VERIFY);
        making.generate(CKM_AES_KEY_GEN, on_token(aes, twin + "aes"));
        Template mac = generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 32);
        making.generate(CKM_GENERIC_SECRET_KEY_GEN, on_token(mac, twin + "mac"));
        making.create(on_token(rsa_private().flag(CKA_SIGN_RECOVER, true), twin + "rsa"));
        making.create(on_token(ec_private(ec_numbers(Curve::P256)).flag(CKA_DERIVE, false), twin + "ec"));
    }
}

void Far::configure() const {
    std::ofstream file(subject_.folder() / "kvp11.toml");
    file << "[log]\ntarget = \"" << (subject_.folder() / "kvp11.log").string() << "\"\n\n";
    for (const CK_SLOT_ID id : {first_slot, second_slot, third_slot}) {
        const std::string number = std::to_string(id);
        std::string slot =
            subject_.pool().slot("far " + number, "connect_timeout = 1000\ntimeout = 1000\nretries = 0\n\n");
        const auto replace = [&](const std::string& old, const std::string& other) {
            slot.replace(slot.find(old), old.size(), other);
        };
        replace("id = 0", "id = " + number);
        replace("-cache\"", "-cache-" + number + "\"");
        replace("-records\"", "-records-" + number + "\"");
        file << slot;
    }
}

// A search that names neither label nor id is answered by the service's list; a look at more asks for the key.
void Far::find_keys() {
    for (const CK_OBJECT_CLASS kind : {CKO_SECRET_KEY, CKO_PRIVATE_KEY}) {
        Template all = Template().flag(CKA_TOKEN, true).set(CKA_CLASS, kind);
        MUST(f_->C_FindObjectsInit(session_, all.data(), all.size()));
        CK_OBJECT_HANDLE found[8] = {};
        CK_ULONG count = 0;
        MUST(f_->C_FindObjects(session_, found, 8, &count));
        MUST(f_->C_FindObjectsFinal(session_));
        BOOST_REQUIRE_EQUAL(count, 4u);
        for (const CK_OBJECT_HANDLE key : found) {
            if (key == 0) continue;
            char label[32] = {};
            CK_ATTRIBUTE name{CKA_LABEL, label, sizeof label};
            MUST(f_->C_GetAttributeValue(session_, key, &name, 1));
            const std::string text(label, name.ulValueLen);
            keys_[text] = key;
            CK_BBOOL flag = CK_FALSE;
            CK_ATTRIBUTE more{CKA_MODIFIABLE, &flag, sizeof flag};
            if (text.starts_with("known")) MUST(f_->C_GetAttributeValue(session_, key, &more, 1));
        }
    }
}

CK_SESSION_HANDLE Far::opened(CK_SLOT_ID slot) const {
    CK_SESSION_HANDLE handle = 0;
    MUST(f_->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &handle));
    return handle;
}

void Far::let_keys_fail(int status) {
    std::string faults;
    for (const char* operation : {"KeyList", "KeyGet", "KeyCreate", "KeyImport", "KeyUpdate", "KeyDelete", "KeyEncrypt",
                                  "KeyDecrypt", "KeyWrap", "KeyUnwrap", "KeySign", "KeyVerify", "KeyGetDeleted"}) {
        faults += std::string(faults.empty() ? "" : ", ") + "{\"operation\": \"" + operation +
                  "\", \"status\": " + std::to_string(status) + "}";
    }
    subject_.pool().admin("set {\"faults\": [" + faults + "]}");
}

void Far::let_all_succeed() { subject_.pool().admin("clear"); }

void Far::succeed() {
    CK_BYTE random[32];
    MUST(f_->C_GenerateRandom(session_, random, sizeof random));
}

void Far::remove_service() {
    CK_BYTE random[32];
    subject_.pool().kill();
    const auto end = std::chrono::steady_clock::now() + longest_wait;
    const auto until_removed = [&](const auto& call) {
        CK_RV code = call();
        EXPECT_RV_IN(code, CKR_DEVICE_ERROR, CKR_DEVICE_REMOVED);
        while (code == CKR_DEVICE_ERROR && std::chrono::steady_clock::now() < end) code = call();
        EXPECT_RV(code, CKR_DEVICE_REMOVED);
    };
    until_removed([&] { return f_->C_FindObjectsInit(searching_, nullptr, 0); });
    until_removed([&] { return f_->C_Login(stranger_, CKU_USER, pin_bytes(), pin_size()); });
    until_removed([&] { return f_->C_LoginUser(stranger_, CKU_USER, pin_bytes(), pin_size(), nullptr, 0); });
    until_removed([&] { return f_->C_GenerateRandom(session_, random, sizeof random); });
}

}  // namespace kvp11::test
