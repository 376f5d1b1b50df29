// ServiceSubject: something that keeps keys as the service does, the thing a service case is about.
//
// It is fresh, empty and active, and its caller may do everything with keys. Cases know Backend and KeyLifeCycle
// and nothing of what is behind them: a partition, or later a client of a server with a partition.
// Not thread-safe; what it gives is as thread-safe as its own header says.
#pragma once

#include <memory>
#include <vector>

#include "host/clock.hpp"
#include "kvp11/backend.hpp"
#include "kvp11/key_life_cycle.hpp"
#include "partition/administration.hpp"

namespace kvp11::test {

/// What not every subject can, by its documentation. A case names what it needs and is registered for the subjects
/// that have it.
enum class Ability : unsigned {
    None = 0,
    Clock = 1,        // its time is ours
    SecondView = 2,   // somebody else can look at the same keys
    Halves = 4,       // the halves of a pair are objects of their own
    Records = 8,      // objects that are no keys
    Protection = 16,  // it can be protected against purging
    Due = 32,         // the caller can let it do what is due
};
constexpr Ability operator|(Ability a, Ability b) {
    return static_cast<Ability>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has_all(Ability has, Ability needs) {
    return (static_cast<unsigned>(has) & static_cast<unsigned>(needs)) == static_cast<unsigned>(needs);
}

/// What a case wants.
struct Wanted {
    Ability needs = Ability::None;
    unsigned retention_days = 90;
    bool purge_protection = false;
};

enum class SubjectKind { Folder, Memory, Principal };

/// In the order of SubjectKind. docs/partition.md says why: a partition in memory ends with its process, and a
/// principal, as the REST server's, knows no PKCS#11 objects.
constexpr Ability abilities_of(SubjectKind kind) {
    constexpr Ability table[] = {
        Ability::Clock | Ability::SecondView | Ability::Halves | Ability::Records | Ability::Protection | Ability::Due,
        Ability::Clock | Ability::Halves | Ability::Records | Ability::Due,
        Ability::Clock | Ability::SecondView | Ability::Protection | Ability::Due,
    };
    return table[static_cast<std::size_t>(kind)];
}

class ServiceSubject {
public:
    virtual ~ServiceSubject() = default;
    [[nodiscard]] virtual Backend& backend() = 0;
    [[nodiscard]] virtual KeyLifeCycle& keys() = 0;
    /// With Ability::Clock. It stands until a case moves it.
    [[nodiscard]] virtual host::ManualClock& clock() = 0;
    /// With Ability::SecondView: the same keys as another process with the same rights sees them.
    [[nodiscard]] virtual std::unique_ptr<ServiceSubject> second_view() = 0;
    /// With Ability::Due: lets it rotate and purge what is due. The keys that it rotated.
    virtual Result<std::vector<KeyId>> run_due() = 0;
    /// The service's settings, as somebody who may administer them.
    virtual Result<std::vector<partition::Setting>> settings() = 0;
    virtual Result<partition::Setting> update_setting(const std::string& name, const std::string& value) = 0;
    /// Another one that has nothing in common with this one.
    [[nodiscard]] virtual std::unique_ptr<ServiceSubject> stranger() = 0;
};

std::unique_ptr<ServiceSubject> make_subject(SubjectKind kind, const Wanted& wanted);

}  // namespace kvp11::test
