// The C functions as hosts call them, by name and through the function tables: all of them hand the call on to
// the work of the same name.
#include "abi/guard.hpp"

namespace kvp11::abi {
namespace {

/// What 3.x has and nobody has defined.
template <class... Arguments>
CK_RV served(const char* function, CK_RV (*work)(Arguments...), std::type_identity_t<Arguments>... arguments) {
    return work == nullptr ? unsupported(function) : work(arguments...);
}

}  // namespace
}  // namespace kvp11::abi

// entries.inc is made from the header's lists by tools/cmake/list_entries.cmake.
#define KVP11_UNPACKED(...) __VA_ARGS__
#define KVP11_ENTRY(name, parameters, arguments)                                                                       \
    CK_RV name parameters { return kvp11::abi::served(#name, kvp11::abi::name, KVP11_UNPACKED arguments); }
#include "abi/entries.inc"
