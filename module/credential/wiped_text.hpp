// WipedText: text that is put together from secrets: forms, header lines, assertions. Move-only; wiped when it grows
// and when it goes. One caller's at a time.
#pragma once

#include <string_view>

#include "kvp11/secret.hpp"

namespace kvp11::credential {

class WipedText {
public:
    void append(std::string_view text);
    void append(const SecretBytes& secret) { append(text_of(secret.expose_bytes())); }
    /// For values in forms and queries: everything but letters, digits and -._~ as %XX.
    void append_encoded(std::string_view text);
    /// Takes `count` bytes off the end.
    void shorten(std::size_t count) noexcept { used_ -= count < used_ ? count : used_; }

    [[nodiscard]] bool empty() const noexcept { return used_ == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return used_; }
    [[nodiscard]] std::string_view expose_text() const noexcept { return text_of(place_.expose_bytes().first(used_)); }

private:
    void make_room(std::size_t more);

    SecretBytes place_;
    std::size_t used_ = 0;
};

/// Goes into a header line: neither empty nor with what could end the line.
[[nodiscard]] bool is_header_value(std::string_view text) noexcept;

}  // namespace kvp11::credential
