// module_child VERB [ARGUMENT…]: a host program of the module, run by the tests in a process of its own.
#include <cstdio>
#include <exception>

#include "module/child/error_verbs.hpp"
#include "module/child/life_verbs.hpp"
#include "module/child/store_verbs.hpp"

int main(int count, char** words) {
    using namespace kvp11::test::child;
    const NamedVerb verbs[] = {
        {"churn", churn},
        {"census", census},
        {"probe", probe},
        {"wrong-pin", wrong_pin},
        {"right-pin", right_pin},
        {"exit-without-finalize", exit_without_finalize},
        {"finalize-at-exit", finalize_at_exit},
        {"finalize-at-exit-registered-late", finalize_at_exit_registered_late},
        {"close-and-exit", close_and_exit},
        {"exit-while-a-thread-signs", exit_while_a_thread_signs},
        {"sign-beside-own-functions", sign_beside_own_functions},
        {"without-configuration", without_configuration},
        {"initialize-only", initialize_only},
        {"go-on-after-error", go_on_after_error},
        {"draw-and-probe", draw_and_probe},
    };
    const std::string wanted = count > 1 ? words[1] : "";
    for (const NamedVerb& row : verbs) {
        if (wanted == row.name) {
            try {
                return row.verb({words + 2, words + count});
            } catch (const std::exception& error) {
                say(std::string("failed: ") + error.what());
                return 3;
            }
        }
    }
    std::fprintf(stderr, "no such verb: %s\n", wanted.c_str());
    return 2;
}
