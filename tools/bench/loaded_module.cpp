#include "loaded_module.hpp"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "target.hpp"

namespace kvp11::bench {
namespace {

CK_UTF8CHAR_PTR text(const char* characters) {
    return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(characters));
}

}  // namespace

void require_ok(CK_RV code, const char* call) {
    if (code != CKR_OK) {
        char number[32];
        std::snprintf(number, sizeof(number), " = 0x%lx", code);
        throw Failure(call + std::string(number));
    }
}

void enter_folder(const std::filesystem::path& folder) {
    setenv("KVP11_CONFIG", (folder / "kvp11.toml").c_str(), 1);
    setenv("SOFTHSM2_CONF", (folder / "softhsm2.conf").c_str(), 1);
}

LoadedModule::LoadedModule(const std::string& path) {
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        throw Failure(dlerror());
    }
    auto get = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
    if (get == nullptr) {
        throw Failure(path + " has no C_GetFunctionList");
    }
    require_ok(get(&functions_), "C_GetFunctionList");
}

void LoadedModule::initialize() const {
    CK_C_INITIALIZE_ARGS arguments{};
    arguments.flags = CKF_OS_LOCKING_OK;
    require_ok(functions_->C_Initialize(&arguments), "C_Initialize");
}

CK_SLOT_ID LoadedModule::any_slot() const {
    CK_SLOT_ID slots[16];
    CK_ULONG count = 16;
    require_ok(functions_->C_GetSlotList(CK_FALSE, slots, &count), "C_GetSlotList");
    if (count == 0) {
        throw Failure("no slot");
    }
    return slots[0];
}

CK_SLOT_ID LoadedModule::slot_of_token() const {
    CK_SLOT_ID slots[16];
    CK_ULONG count = 16;
    require_ok(functions_->C_GetSlotList(CK_TRUE, slots, &count), "C_GetSlotList");
    for (CK_ULONG i = 0; i < count; ++i) {
        CK_TOKEN_INFO info{};
        require_ok(functions_->C_GetTokenInfo(slots[i], &info), "C_GetTokenInfo");
        const std::string_view label(reinterpret_cast<const char*>(info.label), sizeof(info.label));
        if (label.substr(0, std::strlen(kLabel) + 1) == std::string(kLabel) + " ") {
            return slots[i];
        }
    }
    throw Failure("no token is called bench");
}

CK_SESSION_HANDLE LoadedModule::open_session() const {
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    require_ok(
        functions_->C_OpenSession(slot_of_token(), CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session),
        "C_OpenSession");
    return session;
}

void LoadedModule::login(CK_SESSION_HANDLE session, CK_USER_TYPE who) const {
    const char* pin = who == CKU_SO ? kSoPin : kUserPin;
    require_ok(functions_->C_Login(session, who, text(pin), std::strlen(pin)), "C_Login");
}

CK_OBJECT_HANDLE LoadedModule::find(CK_SESSION_HANDLE session, CK_OBJECT_CLASS object_class,
                                    CK_KEY_TYPE key_type) const {
    CK_ATTRIBUTE wanted[] = {attribute(CKA_CLASS, object_class), attribute(CKA_KEY_TYPE, key_type)};
    CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
    CK_ULONG found = 0;
    require_ok(functions_->C_FindObjectsInit(session, wanted, 2), "C_FindObjectsInit");
    require_ok(functions_->C_FindObjects(session, &handle, 1, &found), "C_FindObjects");
    require_ok(functions_->C_FindObjectsFinal(session), "C_FindObjectsFinal");
    if (found != 1) {
        throw Failure("a key of the benchmark is not there");
    }
    return handle;
}

}  // namespace kvp11::bench
