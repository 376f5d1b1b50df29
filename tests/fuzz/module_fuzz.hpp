// ModuleFuzz: what the fuzz tests of the loaded module share. A session of a new token, memory for arguments that ends
// where they end, answers that are judged and counted, and rounds until the time is over, while the module writes a
// trace. KVP11_TEST_SEED=<number> chooses another run; KVP11_TEST_SECONDS=<number> lets it last longer.
#pragma once

#include <initializer_list>
#include <map>
#include <string>

#include "argument_maker.hpp"
#include "support/session.hpp"

namespace kvp11::fuzz {

class ModuleFuzz {
public:
    explicit ModuleFuzz(Dice& dice) : dice_(dice) {}
    virtual ~ModuleFuzz() = default;
    ModuleFuzz(const ModuleFuzz&) = delete;
    ModuleFuzz& operator=(const ModuleFuzz&) = delete;

    /// For so many seconds, when the environment does not say. `reached`: answers that show that arguments get behind
    /// the first checks, as "<function> CKR_OK".
    template <class Fuzz>
    static void run(std::uint64_t seconds, std::initializer_list<const char*> reached) {
        Dice dice(begin());
        Fuzz fuzz(dice);
        fuzz.run_rounds(seconds, reached);
    }

protected:
    virtual void round() = 0;
    /// That the session and its keys do what they did in the beginning.
    virtual void check() = 0;

    CK_SESSION_HANDLE h() { return session_.handle(); }
    /// A code of the standard, and none that is for bugs.
    CK_RV judged(const char* function, CK_RV value);

    Dice& dice_;
    GuardedMemory memory_{256};  // pages of arguments in one round
    test::Subject subject_{test::Kind::Kvp11};
    test::Session session_{subject_};

private:
    /// Asks for the trace, before the module is loaded, and gives the seed.
    static std::uint64_t begin();
    void run_rounds(std::uint64_t seconds, std::initializer_list<const char*> reached);

    std::map<std::string, std::size_t> answers_;
};

}  // namespace kvp11::fuzz
