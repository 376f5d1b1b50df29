#include "server/prepared.hpp"

#include <algorithm>

namespace kvp11::server {
namespace {

Result<audit::Level> audit_level(const ServeOptions& options) {
    if (const auto level = audit::level_named(options.audit)) return *level;
    return fail(Errc::ArgumentsBad, "got --audit '" + options.audit + "', want off, management or all");
}

Result<fips::Mode> mode_of(const ServeOptions& options) {
    if (options.mode == "all") return fips::Mode::All;
    if (options.mode == "approved") return fips::Mode::Approved;
    return fail(Errc::ArgumentsBad, "got --mode '" + options.mode + "', want all or approved");
}

http::Limits limits_of(const LimitOptions& options) {
    http::Limits limits;
    limits.connections = options.connections;
    limits.body_bytes = options.body_bytes;
    limits.header_bytes = options.header_bytes;
    limits.idle = std::chrono::seconds(options.idle_seconds);
    limits.header = std::chrono::seconds(options.request_seconds);
    limits.body = std::chrono::seconds(options.request_seconds);
    return limits;
}

/// It becomes a part of host names.
Result<void> check_name(const std::string& name) {
    const bool fits = name.size() >= 3 && name.size() <= 24 && std::all_of(name.begin(), name.end(), [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
                      });
    if (!fits) return fail(Errc::ArgumentsBad, "got --name '" + name + "', want 3 to 24 letters, digits and hyphens");
    return {};
}

}  // namespace

Result<partition::PartitionSettings> partition_settings(const ServeOptions& options, const std::string& path) {
    partition::PartitionSettings settings;
    settings.path = path;
    settings.audit_level = TRY(audit_level(options));
    settings.audit_gathers = true;
    settings.mode = TRY(mode_of(options));
    return settings;
}

Result<std::optional<ListenPlace>> listen_place(const char* option, const std::string& text, const char* socket_name,
                                                std::vector<InheritedSocket>& sockets) {
    ListenPlace place;
    place.inherited = take_socket(sockets, socket_name);
    if (!place.inherited && text.empty()) return std::optional<ListenPlace>{};
    if (!text.empty()) place.address = TRY(ListenAddress::parse(option, text));
    return std::optional<ListenPlace>(std::move(place));
}

Result<void> add_common(const ServeOptions& options, std::vector<InheritedSocket>& sockets, ProgramSettings& program) {
    program.site.name = options.name;
    program.site.region = options.region;
    program.site.storage = options.storage;
    program.limits = limits_of(options.limits);
    program.threads = options.threads;
    program.workers = options.workers;
    program.rules_file = options.rules;
    program.profile = options.profile;
    program.record_file = options.record;
    program.metrics = TRY(listen_place("--metrics", options.metrics, "metrics", sockets));
    program.imds = TRY(listen_place("--imds", options.imds, "imds", sockets));
    if (program.imds && !program.imds->inherited && !program.imds->address.is_loopback()) {
        return fail(Errc::ArgumentsBad, "got --imds " + options.imds +
                                            ", want a loopback address: whoever reaches it "
                                            "gets a token");
    }
    return {};
}

Result<Prepared> prepare(const ServeOptions& options, std::vector<InheritedSocket> sockets) {
    TRY(check_name(options.name));
    return options.dev ? prepare_for_development(options, std::move(sockets))
                       : prepare_for_tenant(options, std::move(sockets));
}

}  // namespace kvp11::server
