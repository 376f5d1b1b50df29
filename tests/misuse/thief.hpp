// Thief: somebody in a session who wants the value of a sensitive key, and tries everything that can be done.
//
// He begins with a dozen keys, the target among them (thief_world.cpp), and goes on in rounds. In each round he does
// everything that his tables offer (thief_choices.hpp) to whatever he has: he copies, changes, wraps, unwraps, derives
// and encapsulates. What comes out new he keeps beside the old, so after n rounds every sequence of n calls was tried,
// and all longer ones in which no key and no blob has more than n calls behind it. A changed key is a changed copy: he
// could have used the old one before. What is alike (material, class, type, flags, whether unwrapped) counts once.
//
// After each round he looks: he reads every attribute, decrypts every blob, digests. Keys are told apart by their
// material, which goes by letters; that the value is the target's is also seen in outputs and check values. One
// thread's.
#pragma once

#include <map>
#include <set>
#include <unordered_set>

#include "misuse/leak_search.hpp"
#include "support/later_functions.hpp"

namespace kvp11::test {

class Thief {
public:
    /// `trusted`: a public key that the officer trusts, and that is of use to nobody in the session.
    Thief(Session& session, const Target& target, bool approved, CK_OBJECT_HANDLE trusted);
    ~Thief();
    Thief(const Thief&) = delete;
    Thief& operator=(const Thief&) = delete;

    /// One more round.
    void go_on();

    /// Empty, or what was found first that should not be, and how.
    [[nodiscard]] const std::string& accusation() const { return accusation_; }
    [[nodiscard]] long finds(Weakness weakness) const { return finds_[static_cast<std::size_t>(weakness)]; }
    [[nodiscard]] long calls() const { return calls_; }
    [[nodiscard]] std::size_t keys() const { return things_.size(); }
    [[nodiscard]] std::size_t blobs() const { return blobs_.size(); }

private:
    struct Thing {
        CK_OBJECT_HANDLE handle;
        std::string material, look;  // look: class, type and flags
        bool unwrapped = false;
        std::string story;
        int round = 0;
    };
    struct Blob {
        Bytes bytes;
        std::string content, under;
        Mechanism mechanism;
        std::string story;
        int round = 0;
    };

    // What there is at first (thief_world.cpp).
    void make_target();
    void learn_check_values();
    void make_secrets();
    void make_pairs();
    KeyPair new_rsa_pair();
    void make_forgery();

    // The calls. Things are passed as places in things_, which grows meanwhile.
    void copy(std::size_t at);
    void change_copy(std::size_t at);
    void change_pairs();
    void wrap(std::size_t at, std::size_t under);
    void unwrap(const Blob& blob, std::size_t under);
    void derive(std::size_t at);
    void encapsulate(std::size_t at);
    void add(CK_OBJECT_HANDLE handle, const std::string& material, bool unwrapped, const std::string& story);
    void add_blob(Blob blob);
    [[nodiscard]] bool is_new(int round) const { return round == round_ - 1; }

    // What he sees (thief_eyes.cpp).
    [[nodiscard]] std::string look_of(CK_OBJECT_HANDLE handle) const;
    void observe(const Thing& thing);
    void observe_target(const Thing& thing);
    void observe_departure(const Thing& under, const std::string& story);
    void observe_blobs();
    void open(const Blob& blob);
    [[nodiscard]] bool shares_iv(const Blob& one, const Blob& other) const;
    [[nodiscard]] bool opens(const Blob& blob, const Thing& thing);
    [[nodiscard]] bool decrypts(CK_OBJECT_HANDLE handle, const Mechanism& mechanism, const Bytes& sealed);
    [[nodiscard]] bool shows_target(const Bytes& output) const;
    [[nodiscard]] bool is_allowed(Weakness weakness) const;
    void find(Weakness weakness, const std::string& what, const std::string& story);

    struct Knowledge {
        Weakness by;
        std::string story;
    };

    Session& session_;
    const CK_FUNCTION_LIST_3_2& later_;
    const Target target_;
    const bool approved_;
    const CK_OBJECT_HANDLE trusted_;
    Bytes value_;                   // what must not be seen: a secret, or a piece of a private key
    std::set<Bytes> check_values_;  // that a secret of this value has
    CK_OBJECT_HANDLE known_key_ = CK_INVALID_HANDLE;
    std::vector<Thing> things_;
    std::vector<Blob> blobs_;
    std::unordered_set<std::string> seen_;    // things and blobs that there are
    std::map<std::string, Knowledge> known_;  // materials that he knows
    int round_ = 0;
    std::string accusation_;
    long finds_[6] = {};
    long calls_ = 0;
};

}  // namespace kvp11::test
