#include "traffic/allow_list.hpp"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

#include "traffic/rule_members.hpp"

namespace kvp11::traffic {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned mapped_bits = 96;
constexpr std::size_t most_ranges = 10'000;

}  // namespace

bool Address::is_ipv4() const noexcept { return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin()); }

std::optional<Address> parse_address(std::string_view text) noexcept {
    text = text.substr(0, text.find('%'));
    char terminated[INET6_ADDRSTRLEN] = {};  // inet_pton wants one
    if (text.size() >= sizeof terminated || text.find('\0') != text.npos) return std::nullopt;
    std::copy(text.begin(), text.end(), terminated);
    Address address;
    if (inet_pton(AF_INET6, terminated, address.bytes.data()) == 1) return address;
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin());
    if (inet_pton(AF_INET, terminated, address.bytes.data() + mapped_prefix.size()) == 1) return address;
    return std::nullopt;
}

std::optional<AddressRange> AddressRange::parse(std::string_view text) noexcept {
    const std::size_t slash = text.find('/');
    const auto network = parse_address(text.substr(0, slash));
    if (!network || text.find('%') != text.npos) return std::nullopt;
    AddressRange range;
    range.network_ = *network;
    if (slash == text.npos) return range;
    const std::string_view bits = text.substr(slash + 1);
    const auto [end, problem] = std::from_chars(bits.data(), bits.data() + bits.size(), range.bits_);
    if (problem != std::errc() || end != bits.data() + bits.size()) return std::nullopt;
    const bool is_dotted = text.substr(0, slash).find(':') == text.npos;
    if (range.bits_ > (is_dotted ? 32U : 128U)) return std::nullopt;
    if (is_dotted) range.bits_ += mapped_bits;
    return range;
}

bool AddressRange::contains(const Address& address) const noexcept {
    if (address.is_ipv4() && bits_ < mapped_bits) return false;
    const std::size_t whole = bits_ / 8;
    const auto& wanted = network_.bytes;
    if (!std::equal(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(whole), address.bytes.begin())) {
        return false;
    }
    const unsigned rest = bits_ % 8;
    return rest == 0 || ((wanted[whole] ^ address.bytes[whole]) >> (8 - rest)) == 0;
}

Result<std::shared_ptr<AllowList>> AllowList::read(const boost::json::value& value) {
    const auto texts = TRY(read_texts(value, "allow"));
    if (texts.size() > most_ranges) return invalid_rule("allow", "has more than 10000 networks");
    auto list = std::make_shared<AllowList>();
    for (const std::string& text : texts) {
        const auto range = AddressRange::parse(text);
        if (!range) {
            return invalid_rule("allow", "has '" + text.substr(0, 64) +
                                             "', want an IP address or a network such as 10.0.0.0/8 or 2001:db8::/32");
        }
        list->ranges_.push_back(*range);
    }
    return list;
}

bool AllowList::admits(std::string_view address) noexcept {
    const auto parsed = parse_address(address);
    const bool is_listed = parsed && std::any_of(ranges_.begin(), ranges_.end(),
                                                 [&](const AddressRange& range) { return range.contains(*parsed); });
    if (!is_listed) refused_.fetch_add(1, std::memory_order_relaxed);
    return is_listed;
}

}  // namespace kvp11::traffic
