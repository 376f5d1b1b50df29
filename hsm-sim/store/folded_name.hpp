// The form in which names are compared: ASCII letters in lower case, as the service does. Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace kvp11::store {

inline std::string folded_name(std::string_view name) {
    std::string folded(name);
    for (char& c : folded) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return folded;
}

}  // namespace kvp11::store
