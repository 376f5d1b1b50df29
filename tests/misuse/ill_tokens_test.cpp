// Partitions whose folder is taken away, made read-only or damaged: what each function says of them.
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

#include "misuse/desk.hpp"
#include "support/process.hpp"

namespace kvp11::test {
namespace {

namespace fs = std::filesystem;

CK_UTF8CHAR_PTR chars(std::string_view text) {
    return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(text.data()));
}

/// A token with two objects on it, before C_Initialize. Uses of keys are in its audit log, or not even management is.
class Token {
public:
    explicit Token(const std::string& audit = "off") {
        maker_.finalise();
        std::ofstream(maker_.folder() / "kvp11.toml", std::ios::app) << "audit = \"" << audit << "\"\n";
        maker_.initialise();
        {
            Session session(maker_);
            session.create(Template().set(CKA_CLASS, CKO_DATA).flag(CKA_TOKEN, true).text(CKA_LABEL, "data"));
            session.create(aes_key(pattern(16)).flag(CKA_TOKEN, true).text(CKA_LABEL, "key"));
        }
        maker_.finalise();
    }
    const fs::path& folder() const { return maker_.folder(); }
    fs::path partition() const { return maker_.partition(); }

private:
    Subject maker_{Kind::Kvp11};
};

/// What is not root's rights. Of somebody who never had them the folder's mode is enough.
class AsNobody {
public:
    AsNobody() { setfsuid(65534); }
    ~AsNobody() { setfsuid(geteuid()); }
    AsNobody(const AsNobody&) = delete;
    AsNobody& operator=(const AsNobody&) = delete;
};

void set_modes(const Token& token, unsigned folders, unsigned files) {
    fs::permissions(token.folder(), fs::perms(0755));
    for (const auto& entry : fs::directory_iterator(token.partition()))
        fs::permissions(entry.path(), fs::perms(entry.is_directory() ? folders : files));
    fs::permissions(token.partition(), fs::perms(folders));
}

CK_OBJECT_HANDLE found(const Desk& desk, const char* label) {
    Template wanted = Template().text(CKA_LABEL, label);
    CK_OBJECT_HANDLE handle = 0;
    CK_ULONG count = 0;
    MUST(desk.f->C_FindObjectsInit(desk.session, wanted.data(), 1));
    MUST(desk.f->C_FindObjects(desk.session, &handle, 1, &count));
    MUST(desk.f->C_FindObjectsFinal(desk.session));
    BOOST_REQUIRE_EQUAL(count, 1u);
    return handle;
}

/// What changes a token, and with which code that fails.
void expect_changes_to_be(Desk& desk, CK_RV code) {
    const CK_OBJECT_HANDLE data = found(desk, "data");
    CK_FUNCTION_LIST_3_2* f = desk.f;
    for (const char* name : {"C_CreateObject", "C_CopyObject", "C_GenerateKey", "C_GenerateKeyPair", "C_UnwrapKey",
                             "C_UnwrapKeyAuthenticated", "C_DeriveKey"}) {
        desk.right();
        const Call& call = call_of(name);
        call.begin(desk);
        desk.wanted.flag(CKA_TOKEN, true);
        if (desk.wanted_too.size() > 0) desk.wanted_too.flag(CKA_TOKEN, true);
        BOOST_TEST_CONTEXT(name) EXPECT_RV(call.run(desk), code);
    }
    desk.right();
    Template label = Template().text(CKA_LABEL, "x");
    EXPECT_RV(f->C_SetAttributeValue(desk.session, data, label.data(), 1), code);
    EXPECT_RV(f->C_DestroyObject(desk.session, data), code);
    const CK_ULONG size = std::string_view(user_pin).size();
    EXPECT_RV(f->C_SetPIN(desk.session, chars(user_pin), size, chars(user_pin), size), code);
}

void expect_shared_keys_to_be(Desk& desk, CK_RV code) {
    CK_OBJECT_HANDLE open_half = 0, closed_half = 0;
    Template open = test::ec_public(ec_numbers(Curve::P256)).flag(CKA_ENCAPSULATE, true);
    Template closed = test::ec_private(ec_numbers(Curve::P256)).flag(CKA_DECAPSULATE, true);
    MUST(desk.f->C_CreateObject(desk.session, open.data(), open.size(), &open_half));
    MUST(desk.f->C_CreateObject(desk.session, closed.data(), closed.size(), &closed_half));
    Template shared = generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 32).flag(CKA_TOKEN, true);
    Mechanism kem = ecdh({});
    Bytes point = ec_numbers(Curve::P256).point;
    EXPECT_RV(desk.f->C_EncapsulateKey(desk.session, kem.get(), open_half, shared.data(), shared.size(),
                                       desk.out.data(), &desk.size, &desk.made),
              code);
    EXPECT_RV(desk.f->C_DecapsulateKey(desk.session, kem.get(), closed_half, shared.data(), shared.size(), point.data(),
                                       length(point), &desk.made),
              code);
}

/// The officer's part, after which no session is left.
void expect_offices_to_be(Desk& desk, CK_RV code) {
    MUST(desk.f->C_Logout(desk.session));
    MUST(desk.log_in(CKU_SO, so_pin));
    EXPECT_RV(desk.f->C_InitPIN(desk.session, chars(user_pin), std::string_view(user_pin).size()), code);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ill_tokens)

BOOST_AUTO_TEST_CASE(a_token_that_may_not_be_written_is_write_protected) {
    const Token token;
    set_modes(token, 0555, 0444);
    {
        const AsNobody nobody;
        Desk desk(Kind::Kvp11, Subject::Token::Existing);
        CK_TOKEN_INFO info{};
        MUST(desk.f->C_GetTokenInfo(desk.slot, &info));
        BOOST_TEST((info.flags & CKF_WRITE_PROTECTED) != 0u);
        expect_changes_to_be(desk, CKR_TOKEN_WRITE_PROTECTED);
        expect_shared_keys_to_be(desk, CKR_TOKEN_WRITE_PROTECTED);
        expect_offices_to_be(desk, CKR_TOKEN_WRITE_PROTECTED);
        MUST(desk.f->C_CloseAllSessions(desk.slot));
        CK_UTF8CHAR label[32] = {'x'};
        EXPECT_RV(desk.f->C_InitToken(desk.slot, chars(so_pin), 12, label), CKR_TOKEN_WRITE_PROTECTED);
    }
    set_modes(token, 0700, 0600);
}

// Whoever has a session is told that the token was removed; whoever wants one, that there is none.
BOOST_AUTO_TEST_CASE(a_token_whose_folder_is_taken_away_was_removed) {
    Desk desk;
    const fs::path elsewhere = desk.subject->folder() / "elsewhere";
    for (const char* name :
         {"C_CreateObject", "C_CopyObject", "C_GenerateKey", "C_GenerateKeyPair", "C_UnwrapKey",
          "C_UnwrapKeyAuthenticated", "C_DeriveKey", "C_InitPIN", "C_SetPIN", "C_Login", "C_LoginUser", "C_Logout"}) {
        // In processes of their own, which have not seen the log yet.
        const Ended ended = in_child([&] {
            desk.right();
            const Call& call = call_of(name);
            call.begin(desk);
            desk.wanted.flag(CKA_TOKEN, true);
            if (desk.wanted_too.size() > 0) desk.wanted_too.flag(CKA_TOKEN, true);
            fs::rename(desk.subject->partition(), elsewhere);
            const CK_RV code = call.run(desk);
            fs::rename(elsewhere, desk.subject->partition());
            return code == CKR_DEVICE_REMOVED ? 0 : 1;
        });
        BOOST_TEST(ended.is_clean(), name << " " << ended.exit_code << " " << ended.signal);
    }
    desk.right();
    fs::rename(desk.subject->partition(), elsewhere);
    CK_SESSION_HANDLE another = 0;
    CK_FLAGS flags = CKF_SERIAL_SESSION;
    EXPECT_RV(desk.f->C_OpenSession(desk.slot, flags, nullptr, nullptr, &another), CKR_TOKEN_NOT_RECOGNIZED);
    CK_TOKEN_INFO info{};
    EXPECT_RV(desk.f->C_GetTokenInfo(desk.slot, &info), CKR_OK);
    BOOST_TEST((info.flags & CKF_TOKEN_INITIALIZED) == 0u);
    MUST(desk.f->C_CloseAllSessions(desk.slot));
    CK_UTF8CHAR name[32] = {'x'};
    fs::create_symlink("nowhere", desk.subject->partition());
    EXPECT_RV(desk.f->C_InitToken(desk.slot, chars(so_pin), 12, name), CKR_TOKEN_NOT_RECOGNIZED);
    fs::remove(desk.subject->partition());
    // The slot is free for another token.
    EXPECT_RV(desk.f->C_InitToken(desk.slot, chars(so_pin), 12, name), CKR_OK);
}

// Each message is a use of the key, and uses are recorded here. A process that was forked meanwhile opens the log anew.
BOOST_AUTO_TEST_CASE(no_message_is_begun_with_a_key_whose_token_was_removed) {
    const Token token("all");
    Desk desk(Kind::Kvp11, Subject::Token::Existing);
    const CK_OBJECT_HANDLE key = found(desk, "key");
    CK_FUNCTION_LIST_3_2* f = desk.f;
    MUST(f->C_MessageEncryptInit(desk.session, Mechanism(CKM_AES_GCM).get(), key));
    MUST(f->C_MessageDecryptInit(desk.session, Mechanism(CKM_AES_GCM).get(), key));
    const fs::path elsewhere = token.folder() / "elsewhere";
    fs::rename(token.partition(), elsewhere);
    for (const auto begin : {f->C_EncryptMessageBegin, f->C_DecryptMessageBegin}) {
        const Ended ended = in_child([&] {
            const CK_RV code = begin(desk.session, &desk.message, sizeof desk.message, nullptr, 0);
            return code == CKR_DEVICE_REMOVED ? 0 : 1;
        });
        BOOST_TEST(ended.is_clean(), ended.exit_code << " " << ended.signal);
    }
    fs::rename(elsewhere, token.partition());
}

BOOST_AUTO_TEST_CASE(a_damaged_token_is_a_device_error) {
    const Token token;
    Subject existing(Kind::Kvp11, Subject::Token::Existing);
    existing.finalise();
    for (const auto& entry : fs::directory_iterator(token.partition())) {
        if (entry.path().filename() == "token.db") continue;
        if (entry.path().filename().string().starts_with("token.db")) fs::remove(entry.path());
    }
    std::ofstream(token.partition() / "token.db") << std::string(1 << 16, 'x');
    MUST(existing.f()->C_Initialize(nullptr));
    CK_TOKEN_INFO info{};
    CK_SESSION_HANDLE session = 0;
    CK_UTF8CHAR label[32] = {'x'};
    CK_FUNCTION_LIST_3_2* f = functions_3_2();
    EXPECT_RV(f->C_GetTokenInfo(existing.slot(), &info), CKR_DEVICE_ERROR);
    EXPECT_RV(f->C_OpenSession(existing.slot(), CKF_SERIAL_SESSION, nullptr, nullptr, &session), CKR_DEVICE_ERROR);
    EXPECT_RV(f->C_InitToken(existing.slot(), chars(so_pin), 12, label), CKR_DEVICE_ERROR);
    // What mechanisms there are does not depend on the token.
    CK_ULONG count = 0;
    EXPECT_RV(f->C_GetMechanismList(existing.slot(), nullptr, &count), CKR_OK);
    MUST(f->C_Finalize(nullptr));
}

// Of logins and their ends a log is kept: what becomes of it becomes of them.
BOOST_FIXTURE_TEST_CASE(a_log_that_cannot_be_written_is_told_and_the_user_is_logged_out_all_the_same, Desk) {
    const fs::path log = subject->partition() / "audit";
    fs::rename(log, subject->folder() / "elsewhere");
    std::ofstream(log) << "no folder";
    const Ended ended = in_child([&] {
        if (f->C_Logout(session) != CKR_DEVICE_ERROR) return 1;
        CK_SESSION_INFO info{};
        if (f->C_GetSessionInfo(session, &info) != CKR_OK) return 2;
        return info.state == CKS_RW_PUBLIC_SESSION ? 0 : 3;
    });
    BOOST_TEST(ended.is_clean(), ended.exit_code);
    fs::remove(log);
    fs::rename(subject->folder() / "elsewhere", log);
}

BOOST_AUTO_TEST_CASE(a_disk_without_room_is_device_memory) {
    signal(SIGXFSZ, SIG_IGN);
    CK_FUNCTION_LIST_3_2* f = plain_functions_3_2();
    const auto without_room = [](const char* name, const std::function<CK_RV()>& run) {
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const rlimit none{1, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &none);
        const CK_RV code = run();
        setrlimit(RLIMIT_FSIZE, &before);
        record(name, code);
        BOOST_TEST_CONTEXT(name) EXPECT_RV(code, CKR_DEVICE_MEMORY);
    };
    CK_UTF8CHAR label[32] = {'x'};
    {
        Desk desk;
        without_room("C_Logout", [&] { return f->C_Logout(desk.session); });
    }
    const Subject fresh(Kind::Kvp11, Subject::Token::Uninitialised);
    without_room("C_InitToken", [&] { return f->C_InitToken(fresh.slot(), chars(so_pin), 12, label); });
    signal(SIGXFSZ, SIG_DFL);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
