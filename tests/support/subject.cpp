#include "support/subject.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "support/names.hpp"
#include "support/pool.hpp"
#include "support/recorder.hpp"

namespace kvp11::test {
namespace {

std::string environment_or(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : otherwise;
}

void require_ok(CK_RV code, const char* what) {
    if (code != CKR_OK) {
        throw std::runtime_error(std::string(what) + ": " + ckr_name(code));
    }
}

CK_UTF8CHAR_PTR pin_bytes(const char* pin) { return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(pin)); }

}  // namespace

std::string kind_name(Kind kind) {
    constexpr const char* names[] = {"kvp11", "softhsm2", "managed-hsm"};
    return names[static_cast<int>(kind)];
}

std::string module_path(Kind kind) {
    return kind == Kind::SoftHsm2 ? environment_or("KVP11_REFERENCE", KVP11_REFERENCE_DEFAULT)
                                  : environment_or("KVP11_MODULE", KVP11_MODULE_DEFAULT);
}

bool is_installed(Kind kind) { return std::filesystem::exists(module_path(kind)); }

CK_FUNCTION_LIST_PTR load_module(Kind kind) {
    static CK_FUNCTION_LIST_PTR loaded[2] = {nullptr, nullptr};
    CK_FUNCTION_LIST_PTR& functions = loaded[kind == Kind::SoftHsm2 ? 1 : 0];
    if (functions == nullptr) {
        void* library = dlopen(module_path(kind).c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) {
            throw std::runtime_error(dlerror());
        }
        auto get = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
        if (get == nullptr) {
            throw std::runtime_error("no C_GetFunctionList");
        }
        require_ok(get(&functions), "C_GetFunctionList");
        // A list of version 3.2 begins as one of 2.40 does.
        if (kind != Kind::SoftHsm2 && is_recording())
            functions = reinterpret_cast<CK_FUNCTION_LIST_PTR>(functions_3_2());
    }
    return functions;
}

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "kvp11-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), name);
    }
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void configure(Kind kind, const std::filesystem::path& folder) {
    if (kind == Kind::Kvp11) {
        const auto file = folder / "kvp11.toml";
        // The key derivation is cheap here: nothing in a test token is worth guarding.
        std::ofstream(file) << "[[slot]]\nid = 0\nbackend = \"partition\"\npath = \"" << (folder / "partition").string()
                            << "\"\nkdf_cost = 10\n";
        setenv("KVP11_CONFIG", file.c_str(), 1);
    } else {
        const auto file = folder / "softhsm2.conf";
        std::filesystem::create_directories(folder / "tokens");
        std::ofstream(file) << "directories.tokendir = " << (folder / "tokens").string()
                            << "\nobjectstore.backend = file\nlog.level = ERROR\n";
        setenv("SOFTHSM2_CONF", file.c_str(), 1);
    }
}

void configure_remote(const Pool& pool, const std::filesystem::path& folder, const std::string& more) {
    const auto file = folder / "kvp11.toml";
    std::ofstream(file) << "[log]\ntarget = \"" << (folder / "kvp11.log").string() << "\"\n\n"
                        << pool.slot(token_label, more);
    setenv("KVP11_CONFIG", file.c_str(), 1);
}

Subject::Subject(Kind kind, Token token) : kind_(kind), functions_(load_module(kind)) {
    if (token != Token::Existing) {
        folder_.emplace();
        if (is_remote()) {
            pool_ = std::make_unique<Pool>(folder() / "pool");
            configure_remote(*pool_, folder());
        } else {
            configure(kind_, folder());
        }
    }
    initialise();
    if (is_remote()) {
        slot_ = find_slot(token_label);
        return;
    }
    switch (token) {
        case Token::Ready: make_token(); break;
        case Token::Uninitialised: slot_ = find_slot(nullptr); break;
        case Token::Existing: slot_ = find_slot(token_label); break;
    }
}

Subject::~Subject() {
    if (initialised_) {
        functions_->C_Finalize(nullptr);
    }
}

void Subject::initialise() {
    CK_C_INITIALIZE_ARGS arguments{};
    arguments.flags = CKF_OS_LOCKING_OK;
    require_ok(functions_->C_Initialize(&arguments), "C_Initialize");
    initialised_ = true;
}

void Subject::finalise() {
    initialised_ = false;
    require_ok(functions_->C_Finalize(nullptr), "C_Finalize");
}

void Subject::restart() {
    finalise();
    initialise();
    slot_ = find_slot(token_label);
}

void Subject::make_token() {
    std::string label = padded_label(token_label);
    require_ok(functions_->C_InitToken(find_slot(nullptr), pin_bytes(so_pin), std::strlen(so_pin),
                                       reinterpret_cast<CK_UTF8CHAR_PTR>(label.data())),
               "C_InitToken");
    // SoftHSM2 moves the token to another slot when it gets its serial number.
    slot_ = find_slot(token_label);
    CK_SESSION_HANDLE session = 0;
    require_ok(functions_->C_OpenSession(slot_, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session),
               "C_OpenSession");
    require_ok(functions_->C_Login(session, CKU_SO, pin_bytes(so_pin), std::strlen(so_pin)), "C_Login");
    require_ok(functions_->C_InitPIN(session, pin_bytes(user_pin), std::strlen(user_pin)), "C_InitPIN");
    require_ok(functions_->C_Logout(session), "C_Logout");
    require_ok(functions_->C_CloseSession(session), "C_CloseSession");
}

CK_SLOT_ID Subject::find_slot(const char* label) const {
    CK_ULONG count = 0;
    require_ok(functions_->C_GetSlotList(CK_TRUE, nullptr, &count), "C_GetSlotList");
    std::vector<CK_SLOT_ID> slots(count);
    require_ok(functions_->C_GetSlotList(CK_TRUE, slots.data(), &count), "C_GetSlotList");
    slots.resize(count);
    for (CK_SLOT_ID slot : slots) {
        CK_TOKEN_INFO info{};
        require_ok(functions_->C_GetTokenInfo(slot, &info), "C_GetTokenInfo");
        const bool initialised = (info.flags & CKF_TOKEN_INITIALIZED) != 0;
        const std::string found(reinterpret_cast<const char*>(info.label), sizeof info.label);
        if (label == nullptr ? !initialised : initialised && found == padded_label(label)) {
            return slot;
        }
    }
    throw std::runtime_error(label == nullptr ? "no slot awaits a token" : std::string("no token is called ") + label);
}

bool Subject::supports(CK_MECHANISM_TYPE type) const {
    CK_MECHANISM_INFO info{};
    return functions_->C_GetMechanismInfo(slot_, type, &info) == CKR_OK;
}

CK_TOKEN_INFO Subject::token_info() const {
    CK_TOKEN_INFO info{};
    require_ok(functions_->C_GetTokenInfo(slot_, &info), "C_GetTokenInfo");
    return info;
}

std::string padded_label(const std::string& label) {
    std::string padded = label;
    padded.resize(32, ' ');
    return padded;
}

}  // namespace kvp11::test
