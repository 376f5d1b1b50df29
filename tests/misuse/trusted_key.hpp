// A key that the security officer trusts, for those who look for leaks.
#pragma once

#include "support/subject.hpp"

namespace kvp11::test {

/// A public key of the token with the label "trusted", whose private half is elsewhere: what leaves only under trusted
/// keys may go.
void make_trusted_key(Subject& subject);

}  // namespace kvp11::test
