// How the module begins and ends: loading, initialising, races, exits.
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

void expect_clean(const Ended& ended, const std::string& line = "") {
    BOOST_TEST(ended.signal == 0, "killed by signal " << ended.signal << "\n" << ended.output);
    BOOST_TEST(ended.exit_code == 0, "exit code " << ended.exit_code << "\n" << ended.output);
    if (!line.empty()) {
        BOOST_TEST((ended.output.find(line) != std::string::npos), "no '" << line << "' in\n" << ended.output);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(life)

BOOST_AUTO_TEST_CASE(loading_and_unloading_again_and_again_works) {
    Subject subject(Kind::Kvp11);
    subject.finalise();
    for (int i = 0; i < 50; ++i) {
        void* library = dlopen(module_path(Kind::Kvp11).c_str(), RTLD_NOW | RTLD_LOCAL);
        BOOST_REQUIRE(library != nullptr);
        const auto initialize = reinterpret_cast<CK_C_Initialize>(dlsym(library, "C_Initialize"));
        const auto finalize = reinterpret_cast<CK_C_Finalize>(dlsym(library, "C_Finalize"));
        MUST(initialize(nullptr));
        MUST(finalize(nullptr));
        dlclose(library);
    }
    subject.initialise();
}

BOOST_AUTO_TEST_CASE(initialising_a_thousand_times_works_and_leaks_no_descriptors) {
    Subject subject(Kind::Kvp11);
    const auto descriptors = [] {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
        return count;
    };
    subject.restart();
    const std::size_t before = descriptors();
    for (int i = 0; i < 1000; ++i) {
        MUST(subject.f()->C_Finalize(nullptr));
        MUST(subject.f()->C_Initialize(nullptr));
    }
    BOOST_TEST(descriptors() <= before + 2);
    Session session(subject);
    BOOST_TEST(session.state() == CKS_RW_USER_FUNCTIONS);
}

BOOST_AUTO_TEST_CASE(of_eight_racing_initialisations_exactly_one_succeeds) {
    Subject subject(Kind::Kvp11);
    subject.finalise();
    for (int round = 0; round < 50; ++round) {
        std::atomic<int> succeeded{0};
        std::atomic<int> told_already{0};
        std::atomic<bool> go{false};
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                while (!go) std::this_thread::yield();
                const CK_RV code = subject.f()->C_Initialize(nullptr);
                succeeded += code == CKR_OK ? 1 : 0;
                told_already += code == CKR_CRYPTOKI_ALREADY_INITIALIZED ? 1 : 0;
            });
        }
        go = true;
        for (std::thread& thread : threads) thread.join();
        BOOST_TEST(succeeded == 1);
        BOOST_TEST(told_already == 7);
        MUST(subject.f()->C_Finalize(nullptr));
    }
    subject.initialise();
}

BOOST_AUTO_TEST_CASE(initialising_and_finalising_race_without_harm) {
    Subject subject(Kind::Kvp11);
    std::vector<std::thread> threads;
    std::atomic<bool> strange{false};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 100; ++round) {
                const CK_RV up = subject.f()->C_Initialize(nullptr);
                if (up != CKR_OK && up != CKR_CRYPTOKI_ALREADY_INITIALIZED) strange = true;
                CK_ULONG count = 0;
                const CK_RV slots = subject.f()->C_GetSlotList(CK_TRUE, nullptr, &count);
                if (slots != CKR_OK && slots != CKR_CRYPTOKI_NOT_INITIALIZED) strange = true;
                const CK_RV down = subject.f()->C_Finalize(nullptr);
                if (down != CKR_OK && down != CKR_CRYPTOKI_NOT_INITIALIZED) strange = true;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(!strange);
    subject.f()->C_Initialize(nullptr);
}

BOOST_AUTO_TEST_CASE(reserved_may_name_the_configuration) {
    Subject subject(Kind::Kvp11);
    subject.finalise();
    std::string path = (subject.folder() / "kvp11.toml").string();
    setenv("KVP11_CONFIG", "/nowhere/at/all.toml", 1);
    CK_C_INITIALIZE_ARGS arguments{};
    arguments.flags = CKF_OS_LOCKING_OK;
    arguments.pReserved = path.data();
    EXPECT_RV(subject.f()->C_Initialize(&arguments), CKR_OK);
    CK_TOKEN_INFO info{};
    EXPECT_RV(subject.f()->C_GetTokenInfo(0, &info), CKR_OK);
    BOOST_TEST(std::string(reinterpret_cast<const char*>(info.label), 32) == padded_label(token_label));
    MUST(subject.f()->C_Finalize(nullptr));
    setenv("KVP11_CONFIG", path.c_str(), 1);
    subject.initialise();
}

BOOST_AUTO_TEST_CASE(a_broken_configuration_is_an_error_with_a_place) {
    TemporaryFolder folder;
    const auto file = folder.path() / "broken.toml";
    std::ofstream(file) << "[[slot]]\nid = 0\nbakend = \"partition\"\n";
    const Ended ended = run_child({"initialize-only"}, {{"KVP11_CONFIG", file.string()}});
    expect_clean(ended, "broken.toml:3");
    BOOST_TEST(ended.output.find("backend") != std::string::npos);
    BOOST_REQUIRE_EQUAL(ended.lines("code ").size(), 1u);
    BOOST_TEST(ended.lines("code ")[0] != "CKR_OK");
    BOOST_TEST(ended.lines("code ")[0] != "CKR_GENERAL_ERROR");
}

BOOST_AUTO_TEST_CASE(without_a_configuration_there_is_one_token_ready_for_init_token) {
    TemporaryFolder folder;
    const std::string home = folder.path().string();
    const Ended ended = run_child({"without-configuration"}, {{"KVP11_CONFIG", ""},
                                                              {"HOME", home},
                                                              {"XDG_CONFIG_HOME", home + "/config"},
                                                              {"XDG_DATA_HOME", home + "/data"}});
    expect_clean(ended, "slots 1\ninitialised no\ninitialised yes");
    BOOST_TEST(std::filesystem::exists(folder.path() / "data/kvp11/default"));
}

BOOST_AUTO_TEST_CASE(a_process_may_end_in_any_way) {
    Subject subject(Kind::Kvp11);
    prepare_token(subject, 1);
    for (const char* verb : {"exit-without-finalize", "finalize-at-exit", "finalize-at-exit-registered-late",
                             "close-and-exit", "exit-while-a-thread-signs"}) {
        BOOST_TEST_CONTEXT(verb) { expect_clean(run_child({verb}), "signed"); }
    }
    // A race: OpenSSL's own clean-up at exit lost it once in twenty runs.
    for (int i = 0; i < 20; ++i) expect_clean(run_child({"exit-while-a-thread-signs"}), "signed");
    BOOST_TEST_CONTEXT("what C_Finalize said in the handler") {
        expect_clean(run_child({"finalize-at-exit"}), "finalize CKR_OK");
    }
}

BOOST_AUTO_TEST_CASE(a_host_with_functions_of_the_same_names_is_not_called_back) {
    Subject subject(Kind::Kvp11);
    prepare_token(subject, 1);
    expect_clean(run_child({"sign-beside-own-functions"}), "signed");
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_slot_event_waits_for_the_end) {
    Subject subject(Kind::Kvp11);
    CK_SLOT_ID slot = 0;
    EXPECT_RV(subject.f()->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr), CKR_NO_EVENT);
    EXPECT_RV(subject.f()->C_WaitForSlotEvent(0, nullptr, nullptr), CKR_ARGUMENTS_BAD);
    std::atomic<bool> waits{false};
    std::atomic<CK_RV> answer{CKR_OK};
    std::thread waiting([&] {
        waits = true;
        waits.notify_one();
        answer = subject.f()->C_WaitForSlotEvent(0, &slot, nullptr);
    });
    waits.wait(false);
    // Who waits is in nobody's way, forks included.
    Session session(subject);
    const pid_t child = fork();
    if (child == 0) _exit(subject.f()->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr) == CKR_NO_EVENT ? 0 : 1);
    int status = 0;
    BOOST_TEST(waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
    BOOST_TEST(answer.load() == CKR_OK);
    subject.finalise();
    waiting.join();
    EXPECT_RV(answer.load(), CKR_CRYPTOKI_NOT_INITIALIZED);
    EXPECT_RV(subject.f()->C_WaitForSlotEvent(0, &slot, nullptr), CKR_CRYPTOKI_NOT_INITIALIZED);
    subject.initialise();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
