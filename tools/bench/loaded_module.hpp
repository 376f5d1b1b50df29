// A loaded PKCS#11 module with the few calls that the benchmark makes outside of what it times.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "kvp11/pkcs11.h"

namespace kvp11::bench {

// Throws Failure that names the call and the code.
void require_ok(CK_RV code, const char* call);

template <class Value>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, Value& value) {
    return {type, &value, sizeof(value)};
}

// Points both kinds of module to the token in this folder, for this process.
void enter_folder(const std::filesystem::path& folder);

class LoadedModule {
public:
    explicit LoadedModule(const std::string& path);

    void initialize() const;
    CK_SLOT_ID any_slot() const;
    CK_SLOT_ID slot_of_token() const;  // the one with our label
    CK_SESSION_HANDLE open_session() const;
    void login(CK_SESSION_HANDLE session, CK_USER_TYPE who) const;
    CK_OBJECT_HANDLE find(CK_SESSION_HANDLE session, CK_OBJECT_CLASS object_class, CK_KEY_TYPE key_type) const;

    const CK_FUNCTION_LIST* operator->() const { return functions_; }

private:
    CK_FUNCTION_LIST* functions_ = nullptr;
};

// What make_token and the logins use.
inline constexpr char kLabel[] = "bench";
inline constexpr char kSoPin[] = "12345678";
inline constexpr char kUserPin[] = "123456";

}  // namespace kvp11::bench
