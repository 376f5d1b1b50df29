#include "tools/doctor_connection.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <ctime>

#include "host/clock.hpp"
#include "tools/table_text.hpp"
#include "transport/proxy.hpp"

namespace kvp11::tools {
namespace {

using transport::Trouble;

constexpr std::int64_t much_skew = 300;  // what login servers and the service put up with
constexpr std::int64_t some_skew = 30;

const Trouble* trouble_of(RemoteSlot& slot) { return std::get_if<Trouble>(&slot.probe()); }

/// The variable that a proxy of the environment comes from, as the transport reads them.
std::string proxy_source(const RemoteSlot& slot) {
    if (!slot.remote.proxy.empty()) return "proxy of the configuration";
    for (const char* name : {"HTTPS_PROXY", "https_proxy"})
        if (const char* value = secure_getenv(name); value != nullptr && *value != '\0') return name;
    return "the environment";
}

std::string milliseconds_text(std::chrono::microseconds time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms";
}

std::string trust_text(const RemoteSlot& slot) {
    std::string text = slot.remote.ca_file.empty() ? "an authority of this system" : slot.remote.ca_file;
    if (!slot.remote.pins.empty()) text += ", and a pin";
    return text;
}

std::string tls_advice(const RemoteSlot& slot) {
    std::string advice = slot.remote.ca_file.empty()
                             ? "name the authority of the server's certificate with ca_file, if it is one of your own"
                             : "check that ca_file has the authority of the server's certificate";
    if (!slot.remote.pins.empty()) advice += "; check that pins are those of its chain";
    return advice + "; look for something on the way that answers in the service's place";
}

}  // namespace

Finding check_name(RemoteSlot& slot) {
    const auto addresses = slot.pipeline->transport().resolve(slot.endpoint);
    if (!addresses) {
        return failed(Area::Name, addresses.error().message,
                      "check url; for a private endpoint the zone privatelink must be known to this machine's DNS, or "
                      "name the address with addresses");
    }
    const bool is_ours = slot.remote.addresses.contains(slot.endpoint.host);
    return fine(Area::Name, slot.endpoint.host + " is " + joined(*addresses) +
                                (is_ours ? ", by addresses of the configuration" : ""));
}

Finding check_proxy(RemoteSlot& slot) {
    const auto rules = transport::ProxyRules::read(slot.remote.proxy);
    if (!rules) return failed(Area::Proxy, rules.error().message, "write it as http://host:port");
    const transport::Proxy* proxy = rules->proxy_for(slot.endpoint);
    const std::string text = proxy == nullptr ? "none on the way"
                                              : proxy->endpoint.host + ":" + std::to_string(proxy->endpoint.port) +
                                                    ", from " + proxy_source(slot);
    const Trouble* trouble = trouble_of(slot);
    if (trouble != nullptr && trouble->kind == Trouble::Kind::Proxy) {
        return failed(Area::Proxy, text + ": " + trouble->message,
                      "have the proxy let us through to " + slot.endpoint.host + ", or go around it: proxy = \"none\"");
    }
    return fine(Area::Proxy, text);
}

Finding check_connection(RemoteSlot& slot) {
    const Trouble* trouble = trouble_of(slot);
    if (trouble != nullptr && trouble->kind != Trouble::Kind::Tls) {
        return failed(Area::Connection, trouble->message,
                      "see whether a firewall is on the way, and whether the service's network settings admit this "
                      "machine; a private endpoint has another address than the public one");
    }
    if (slot.timing.address.empty()) return fine(Area::Connection, "there is one");
    return fine(Area::Connection, slot.timing.address + ", made in " + milliseconds_text(slot.timing.connecting));
}

Finding check_tls(RemoteSlot& slot) {
    if (const Trouble* trouble = trouble_of(slot)) return failed(Area::Tls, trouble->message, tls_advice(slot));
    return fine(Area::Tls, slot.timing.tls + ", certificate of " + trust_text(slot));
}

std::optional<std::int64_t> http_date(std::string_view text) {
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    constexpr std::string_view form = "Sun, 22 Nov 2026 13:00:26 GMT";
    if (text.size() != form.size() || !text.ends_with(" GMT")) return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t size) {
        int value = -1;
        const auto [end, problem] = std::from_chars(text.data() + at, text.data() + at + size, value);
        return problem == std::errc{} && end == text.data() + at + size ? value : -1;
    };
    const auto month = months.find(text.substr(8, 3));
    const std::array parts{number(5, 2), number(12, 4), number(17, 2), number(20, 2), number(23, 2)};
    if (month == std::string_view::npos || month % 3 != 0 || *std::min_element(parts.begin(), parts.end()) < 0)
        return std::nullopt;
    std::tm moment{};
    moment.tm_mday = parts[0];
    moment.tm_mon = static_cast<int>(month / 3);
    moment.tm_year = parts[1] - 1900;
    moment.tm_hour = parts[2];
    moment.tm_min = parts[3];
    moment.tm_sec = parts[4];
    return timegm(&moment);
}

Finding check_clock(RemoteSlot& slot) {
    const auto* answer = std::get_if<transport::Answer>(&slot.probe());
    const auto header = answer == nullptr ? std::nullopt : answer->header("Date");
    const auto theirs = header ? http_date(*header) : std::nullopt;
    if (!theirs) return skipped(Area::Clock, "the service did not say its time");
    const std::int64_t ahead = host::system_clock()->now() - *theirs;
    const std::int64_t skew = ahead < 0 ? -ahead : ahead;
    const std::string text =
        "our clock is " + std::to_string(skew) + " s " + (ahead < 0 ? "behind" : "ahead of") + " the service's";
    const std::string advice = "set this machine's clock (timedatectl, chrony): tokens have times";
    if (skew > much_skew) return failed(Area::Clock, text, advice);
    if (skew > some_skew) return warning(Area::Clock, text, advice);
    return fine(Area::Clock, "within " + std::to_string(some_skew) + " s of the service's");
}

}  // namespace kvp11::tools
