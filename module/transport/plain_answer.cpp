#include "transport/plain_answer.hpp"

#include <array>
#include <bit>
#include <charconv>

#include "transport/host_name.hpp"

namespace kvp11::transport {
namespace {

constexpr std::string_view version = "HTTP/1.1 ";
constexpr std::string_view line_end = "\r\n";
constexpr std::size_t most_head_bytes = 16U << 10U;
// Such answers have no body, whatever their length says (RFC 9110 15.3.5, 15.4.5).
constexpr unsigned no_content = 204;
constexpr unsigned not_modified = 304;

/// RFC 9110 5.6.2.
constexpr std::array<bool, 256> token_characters() {
    std::array<bool, 256> table{};
    constexpr std::string_view all = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (const char c : all) table[static_cast<unsigned char>(c)] = true;
    return table;
}
constexpr std::array<bool, 256> is_token_character = token_characters();

/// Bytes in front that are printable ASCII; eight at a time.
std::size_t printable_size(std::string_view text) noexcept {
    constexpr std::uint64_t each = 0x0101010101010101U;
    std::size_t at = 0;
    for (; text.size() - at >= sizeof(std::uint64_t); at += sizeof(std::uint64_t)) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, text.data() + at, sizeof eight);
        // The high bit of a byte below ' ', of DEL and of what is no ASCII. Up to the first one all are exact.
        const std::uint64_t other = ((eight - each * 0x20U) | (eight + each) | eight) & each * 0x80U;
        if (other == 0) continue;
        if constexpr (std::endian::native == std::endian::little) {
            return at + static_cast<std::size_t>(std::countr_zero(other)) / 8;
        }
        break;
    }
    while (at < text.size() && text[at] >= ' ' && text[at] <= '~') ++at;
    return at;
}

std::string_view trimmed(std::string_view text) noexcept {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::optional<std::size_t> number_in(std::string_view digits) noexcept {
    std::size_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [last, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc() || last != end || digits.empty()) return std::nullopt;
    return number;
}

/// Fields that say how long the answer is, or what becomes of the connection, but for Content-Length.
bool is_about_framing(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 4> names = {"Connection", "Transfer-Encoding", "Upgrade",
                                                       "Proxy-Connection"};
    for (const std::string_view one : names) {
        if (name.size() == one.size() && equals_ignoring_case(name, one)) return true;
    }
    return false;
}

/// Goes over the lines of a head.
class Head {
public:
    explicit Head(std::string_view bytes) noexcept : bytes_(bytes) {}

    /// "HTTP/1.1 200 OK"
    bool read_status_line() noexcept {
        constexpr std::size_t digits = 3;
        if (!bytes_.starts_with(version) || bytes_.size() < version.size() + digits + 1) return false;
        const auto number = number_in(bytes_.substr(version.size(), digits));
        at_ = version.size() + digits;
        if (!number || bytes_[at_] != ' ' || !end_line()) return false;
        status = static_cast<unsigned>(*number);
        fields_at_ = at_;
        return status >= 200 && status <= 599 && status != no_content && status != not_modified;
    }
    /// All fields and the empty line behind them.
    bool read_fields() noexcept {
        while (!bytes_.substr(at_).starts_with(line_end)) {
            if (at_ > most_head_bytes || !read_field()) return false;
        }
        fields_end_ = at_;
        at_ += line_end.size();
        return length.has_value();
    }
    [[nodiscard]] std::string_view fields() const noexcept {
        return bytes_.substr(fields_at_, fields_end_ - fields_at_);
    }
    [[nodiscard]] std::size_t size() const noexcept { return at_; }

    unsigned status = 0;
    std::optional<std::size_t> length;

private:
    /// Goes behind the line's end.
    bool end_line() noexcept {
        at_ += printable_size(bytes_.substr(at_));
        if (!bytes_.substr(at_).starts_with(line_end)) return false;
        at_ += line_end.size();
        return true;
    }
    bool read_field() noexcept {
        const std::size_t name_at = at_;
        while (at_ < bytes_.size() && is_token_character[static_cast<unsigned char>(bytes_[at_])]) ++at_;
        const std::string_view name = bytes_.substr(name_at, at_ - name_at);
        if (name.empty() || at_ == bytes_.size() || bytes_[at_] != ':') return false;
        const std::size_t value_at = ++at_;
        if (!end_line() || is_about_framing(name)) return false;
        constexpr std::string_view length_name = "Content-Length";
        if (name.size() != length_name.size() || !equals_ignoring_case(name, length_name)) return true;
        if (length) return false;
        length = number_in(trimmed(bytes_.substr(value_at, at_ - line_end.size() - value_at)));
        return length.has_value();
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    std::size_t fields_at_ = 0;
    std::size_t fields_end_ = 0;
};

}  // namespace

std::optional<PlainAnswer> read_plain_answer(std::string_view bytes, std::size_t most_bytes) {
    Head head(bytes);
    if (!head.read_status_line() || !head.read_fields()) return std::nullopt;
    const std::size_t length = *head.length;
    if (length > most_bytes || length > bytes.size() - head.size()) return std::nullopt;
    return PlainAnswer{
        Answer(head.status, Headers::of_lines(head.fields()), std::string(bytes.substr(head.size(), length))),
        head.size() + length};
}

}  // namespace kvp11::transport
