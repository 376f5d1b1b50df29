#include "support/recorder.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>

#include <boost/test/unit_test.hpp>

#include "support/names.hpp"
#include "support/subject.hpp"

namespace kvp11::test {
namespace {

const char* record_file() { return std::getenv("KVP11_RETURN_CODES"); }

std::string current_case() {
    namespace framework = boost::unit_test::framework;
    // Thrown between cases, and in programs that have none.
    try {
        return framework::current_test_case().full_name();
    } catch (const std::exception&) {
        return "-";
    }
}

/// One write per line, so that lines of several processes do not mix. Opened once: cases give up rights for a while.
void append(const std::string& line) {
    static const int file = open(record_file(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || write(file, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
}

void note(const std::string& function, CK_RV code) {
    static std::mutex& mutex = *new std::mutex;
    static auto& seen = *new std::set<std::string>;
    const std::string line = function + " " + ckr_name(code) + " " + current_case() + "\n";
    std::lock_guard lock(mutex);
    if (seen.insert(line).second) append(line);
}

enum class Function {
#define KVP11_NUMBER(name, parameters) name,
    KVP11_CK_FUNCTIONS_2_40(KVP11_NUMBER) KVP11_CK_FUNCTIONS_3_0(KVP11_NUMBER) KVP11_CK_FUNCTIONS_3_2(KVP11_NUMBER)
#undef KVP11_NUMBER
};

/// Stands in a list for one function.
template <Function number, class Pointer>
struct Recorded;
template <Function number, class... Arguments>
struct Recorded<number, CK_RV (*)(Arguments...)> {
    static inline const char* name = nullptr;
    static inline CK_RV (*real)(Arguments...) = nullptr;
    static CK_RV call(Arguments... arguments) {
        const CK_RV code = real(arguments...);
        note(name, code);
        return code;
    }
};

CK_FUNCTION_LIST_3_2 recording(const CK_FUNCTION_LIST_3_2& real) {
    CK_FUNCTION_LIST_3_2 list = real;
#define KVP11_RECORD(function, parameters)                                                                             \
    using Of_##function = Recorded<Function::function, CK_##function>;                                                 \
    Of_##function::name = #function;                                                                                   \
    Of_##function::real = real.function;                                                                               \
    list.function = &Of_##function::call;
    KVP11_CK_FUNCTIONS_2_40(KVP11_RECORD)
    KVP11_CK_FUNCTIONS_3_0(KVP11_RECORD)
    KVP11_CK_FUNCTIONS_3_2(KVP11_RECORD)
#undef KVP11_RECORD
    list.version = {2, 40};  // it is handed out as such a list, too
    return list;
}

CK_FUNCTION_LIST_3_2* list_of_module() {
    void* library = dlopen(module_path(Kind::Kvp11).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(dlerror());
    auto get = reinterpret_cast<CK_C_GetInterface>(dlsym(library, "C_GetInterface"));
    CK_VERSION version{3, 2};
    CK_INTERFACE* interface = nullptr;
    if (get == nullptr || get(nullptr, &version, &interface, 0) != CKR_OK) throw std::runtime_error("no 3.2 interface");
    return static_cast<CK_FUNCTION_LIST_3_2*>(interface->pFunctionList);
}

}  // namespace

bool is_recording() { return record_file() != nullptr; }

CK_FUNCTION_LIST_3_2* plain_functions_3_2() {
    static CK_FUNCTION_LIST_3_2* const list = list_of_module();
    return list;
}

CK_FUNCTION_LIST_3_2* functions_3_2() {
    static CK_FUNCTION_LIST_3_2* const list =
        is_recording() ? new CK_FUNCTION_LIST_3_2(recording(*plain_functions_3_2())) : plain_functions_3_2();
    return list;
}

void record(const std::string& function, CK_RV code) {
    if (is_recording()) note(function, code);
}

}  // namespace kvp11::test
