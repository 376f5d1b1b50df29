// PKCS#11 2.40 §5.4, general-purpose functions.
#include <cstring>
#include <optional>
#include <string>

#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/interfaces.hpp"
#include "abi/text.hpp"
#include "backends.hpp"

namespace kvp11::abi {

using token::Library;

namespace {

/// The host's string for us, the path of a configuration file.
Result<std::string> reserved_string(const void* reserved) {
    constexpr std::size_t longest = 4096;
    // The standard wants NULL, so a number in disguise is refused rather than read.
    if (reinterpret_cast<std::uintptr_t>(reserved) < longest) {
        if (reserved == nullptr) return std::string();
        return fail(Errc::ArgumentsBad, "pReserved is neither NULL nor a string");
    }
    const auto* text = static_cast<const char*>(reserved);
    const std::size_t size = strnlen(text, longest);
    if (size == longest) return fail(Errc::ArgumentsBad, "pReserved is not a path");
    return std::string(text, size);
}

/// All four mutex functions or none. They are never needed: the module locks by itself, with the
/// system's own locks, whatever the flags say.
Result<std::string> check_arguments(const CK_C_INITIALIZE_ARGS* arguments) {
    if (arguments == nullptr) return std::string();
    const int given = (arguments->CreateMutex != nullptr) + (arguments->DestroyMutex != nullptr) +
                      (arguments->LockMutex != nullptr) + (arguments->UnlockMutex != nullptr);
    if (given != 0 && given != 4) return fail(Errc::ArgumentsBad, "some of the mutex functions are missing");
    return reserved_string(arguments->pReserved);
}

}  // namespace

CK_RV C_Initialize(CK_VOID_PTR pInitArgs) {
    const Entry entry;
    if (entry.nested()) return refuse(__func__, Errc::AlreadyInitialized);
    return contained(__func__, [&]() -> Result<void> {
        const std::string reserved = TRY(check_arguments(static_cast<const CK_C_INITIALIZE_ARGS*>(pInitArgs)));
        return Library::initialise([&] { return open_backends(reserved); });
    });
}

CK_RV C_Finalize(CK_VOID_PTR pReserved) {
    return guarded(__func__, [&](Library&) -> Result<void> {
        if (pReserved != nullptr) return fail(Errc::ArgumentsBad, "pReserved is not NULL");
        return Library::finalise();
    });
}

CK_RV C_GetInfo(CK_INFO_PTR pInfo) {
    return guarded(__func__, [&](Library&) -> Result<void> {
        TRY(require(pInfo));
        *pInfo = {};
        pInfo->cryptokiVersion = newest_version;
        write_text(pInfo->manufacturerID, "kvp11");
        write_text(pInfo->libraryDescription, "kvp11 for HSM partitions");
        pInfo->libraryVersion = library_version;
        return {};
    });
}

}  // namespace kvp11::abi
