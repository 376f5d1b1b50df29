// What the tests of the loaded module share: a token with some signing pairs, and the child program.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/keys.hpp"
#include "support/process.hpp"
#include "support/session.hpp"

namespace kvp11::test {

/// Path of module_child.
inline std::string child_program() { return KVP11_MODULE_CHILD; }

/// Runs `module_child words…` to its end.
inline Ended run_child(std::vector<std::string> words, const std::map<std::string, std::string>& environment = {}) {
    words.insert(words.begin(), child_program());
    return run(words, environment);
}

/// A P-256 pair on the token (session objects when `on_token` is false).
inline KeyPair make_signing_pair(Session& session, const Bytes& id, bool on_token = true) {
    return session.generate_pair(
        CKM_EC_KEY_PAIR_GEN,
        pair_public(id).flag(CKA_TOKEN, on_token).bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters),
        pair_private(id).flag(CKA_TOKEN, on_token));
}

/// A token with `pairs` signing pairs, for other processes: nothing of it is open here.
inline void prepare_token(Subject& subject, int pairs) {
    {
        Session session(subject);
        for (int i = 0; i < pairs; ++i) {
            make_signing_pair(session, text_bytes("prepared-" + std::to_string(i)));
        }
    }
    subject.finalise();
}

}  // namespace kvp11::test
