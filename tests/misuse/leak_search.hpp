// LeakSearch: somebody who may use every function of a session, and wants the value of a sensitive key.
//
// Each step is one call with arguments out of what the thief has: handles, blobs, bytes. The value of the target is
// known to the search and not to the thief, so whatever a call gives out is looked through for eight bytes of it in a
// row. A find is judged by the way it was come by: Weakness says what PKCS#11 itself allows (docs/security.md), and
// what is allowed depends on the target's attributes and on the slot's mode. One thread's.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/keys.hpp"
#include "support/session.hpp"

namespace kvp11::test {

/// What PKCS#11 lets happen to an extractable key, by the numbers of docs/security.md.
enum class Weakness {
    None,
    UnwrapsReadable,   // 1: who may unwrap says whether the new key is sensitive
    DecryptsBlobs,     // 2: a key that wraps and decrypts
    KnownWrappingKey,  // 3: a wrapping key whose value the thief brought along, or learnt
    OtherType,         // 4: a wrapped secret has no type, and comes back as any
    DerivesOtherType,  // 5: what is derived with nothing added has the same value and any type
};

struct Target {
    CK_KEY_TYPE type = CKK_AES;
    bool extractable = false;
    bool wrap_with_trusted = false;
    bool derives = false;
    bool modifiable = true;
};

class LeakSearch {
public:
    LeakSearch(Session& session, bool approved, CK_OBJECT_HANDLE trusted);

    /// One sequence of random calls. Empty when nothing was found that should not be; else the calls that led to it.
    std::string walk(const Target& target, std::uint32_t seed, int steps);

    /// What was found and is allowed, over all walks.
    [[nodiscard]] int allowed_finds(Weakness weakness) const { return allowed_[static_cast<std::size_t>(weakness)]; }
    [[nodiscard]] long calls_made() const { return calls_; }

private:
    struct Thing {
        CK_OBJECT_HANDLE handle;
        bool is_target = false;  // its value is the target's
        bool unwrapped = false;  // and it came out of a blob
        bool known = false;      // the thief knows its value
        bool trusted = false;    // the officer's, or a copy of it
    };
    struct Blob {
        Bytes bytes;
        bool of_target = false;
        bool under_known = false;  // the thief knows the key that it is under
        Mechanism mechanism = CKM_AES_KEY_WRAP;
        CK_OBJECT_HANDLE under = 0;
    };

    void begin(const Target& target);
    void end();
    void step(std::uint32_t choice);

    void create_known();
    void generate();
    void copy();
    void change();
    void wrap();
    void unwrap();
    void derive();
    void decrypt();
    void encrypt();
    void read();
    void digest();

    Thing& any_thing() { return things_[below(things_.size())]; }
    Template random_changes();
    Template key_template(CK_KEY_TYPE type);
    Mechanism wrapping_mechanism(CK_OBJECT_HANDLE under);
    /// More often than not the key that opens the blob.
    const Thing& opener_of(const Blob& blob);
    CK_ULONG number_of(CK_OBJECT_HANDLE handle, CK_ATTRIBUTE_TYPE type);
    std::optional<Mechanism> derivation();
    void look(const Bytes& output, Weakness why);
    void look_at_type(const Thing& thing);
    void accuse(const std::string& what);
    bool is_allowed(Weakness weakness) const;
    bool shows_target(const Bytes& output) const;
    void add(const Thing& thing);
    std::size_t below(std::size_t limit);
    void tell(const std::string& what, CK_RV code);

    Session& session_;
    const bool approved_;
    const CK_OBJECT_HANDLE trusted_;
    Target target_;
    Bytes value_;
    std::vector<Thing> things_;
    std::vector<Blob> blobs_;
    std::mt19937 random_;
    std::string history_, accusation_;
    int allowed_[6] = {};
    long calls_ = 0;
};

}  // namespace kvp11::test
