// What the verbs of the child program share: calls that must succeed, and signing pairs found by their id.
//
// The child is a plain host program, without Boost.Test: a failed demand prints `failed: …` and ends it
// with exit code 3.
#pragma once

#include <string>
#include <vector>

#include "support/names.hpp"
#include "support/subject.hpp"
#include "support/template.hpp"

namespace kvp11::test::child {

void demand(CK_RV code, const std::string& what);
/// A line on standard output, flushed, for the parent to read.
void say(const std::string& line);

CK_SESSION_HANDLE open_session(const Subject& subject);
CK_RV log_in(const Subject& subject, CK_SESSION_HANDLE session, const char* pin);

/// Makes a P-256 pair on the token with that CKA_ID.
CK_RV make_pair(const Subject& subject, CK_SESSION_HANDLE session, const Bytes& id);
std::vector<CK_OBJECT_HANDLE> find(const Subject& subject, CK_SESSION_HANDLE session, Template wanted);
std::vector<CK_OBJECT_HANDLE> find(const Subject& subject, CK_SESSION_HANDLE session, CK_OBJECT_CLASS object_class,
                                   const Bytes& id);
CK_RV sign(const Subject& subject, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, Bytes* signature);
CK_RV verify(const Subject& subject, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, const Bytes& signature);

using Verb = int (*)(const std::vector<std::string>& arguments);
struct NamedVerb {
    const char* name;
    Verb verb;
};

}  // namespace kvp11::test::child
