// What a Thief may choose from: templates, changes and mechanisms, each with words for the history.
#pragma once

#include <string>
#include <vector>

#include "support/mechanism.hpp"
#include "support/template.hpp"

namespace kvp11::test {

template <class Value>
struct Choice {
    std::string name;
    Value value;
};

/// Changes of attributes, for C_CopyObject and C_SetAttributeValue. The first changes nothing.
const std::vector<Choice<Template>>& changes();
/// Each made anew: what the token says of an IV it made goes into the parameter.
const std::vector<Choice<Mechanism (*)()>>& wrappings();
/// What may come out of a blob.
const std::vector<Choice<Template>>& unwrapped_keys();
/// What may come out of a derivation, and of an encapsulation.
const std::vector<Choice<Template>>& derived_keys();
/// The first is with another key, which each call names.
const std::vector<Choice<Mechanism>>& derivations();

}  // namespace kvp11::test
