// What is measured: a Target does Operations. One lives in each forked process and is used by its
// threads through Jobs; a Job belongs to one thread at a time.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace kvp11::bench {

enum class Work { RsaSign, EcSign, GcmEncrypt, FindById, StartAndLogin };

// One row of the table.
struct Operation {
    Work work;
    std::string name;
    unsigned threads;
    unsigned objects;  // how many token objects the token holds
};

// Does one operation; throws Failure when it does not succeed.
using Job = std::function<void()>;

struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Target {
public:
    Target() = default;
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;
    virtual ~Target() = default;

    // Called once, in the process that measures; gives one Job per thread.
    virtual std::vector<Job> prepare(const Operation& operation) = 0;
};

}  // namespace kvp11::bench
