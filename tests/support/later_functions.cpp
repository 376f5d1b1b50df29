#include "support/later_functions.hpp"

#include <dlfcn.h>

#include "support/expect.hpp"

namespace kvp11::test {

const CK_FUNCTION_LIST_3_2& later(const Subject& subject) {
    void* library = dlopen(module_path(subject.kind()).c_str(), RTLD_NOW | RTLD_LOCAL);
    BOOST_REQUIRE(library != nullptr);
    const auto get = reinterpret_cast<CK_C_GetInterface>(dlsym(library, "C_GetInterface"));
    BOOST_REQUIRE(get != nullptr);
    CK_VERSION version{3, 2};
    CK_INTERFACE_PTR interface = nullptr;
    CK_UTF8CHAR name[] = "PKCS 11";
    MUST(get(name, &version, &interface, 0));
    return *static_cast<CK_FUNCTION_LIST_3_2*>(interface->pFunctionList);
}

}  // namespace kvp11::test
