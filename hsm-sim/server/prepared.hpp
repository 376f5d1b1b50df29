// From options to what the program is made of: reads PINs, opens partitions, decides where to listen.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/dev_environment.hpp"
#include "server/dev_folder.hpp"
#include "server/inherited_sockets.hpp"
#include "server/program_settings.hpp"
#include "server/serve_options.hpp"

namespace kvp11::server {

/// Ready to be started, and for development what is to be told about it. Move-only.
struct Prepared {
    ProgramSettings program;
    std::optional<DevFolder> dev;  // locked as long as it is here
    std::optional<DevPlace> dev_place;
    std::string url;  // of the HSM, as the ready line says it
};

/// ArgumentsBad for options that do not go together; fails as what it opens does.
Result<Prepared> prepare(const ServeOptions& options, std::vector<InheritedSocket> sockets);
/// The two ways, behind a server certificate and a tenant of somebody's, or with everything made here.
Result<Prepared> prepare_for_tenant(const ServeOptions& options, std::vector<InheritedSocket> sockets);
Result<Prepared> prepare_for_development(const ServeOptions& options, std::vector<InheritedSocket> sockets);

// What both need.
Result<partition::PartitionSettings> partition_settings(const ServeOptions& options, const std::string& path);
/// Everything that the options say themselves: limits, files, the listeners for metrics and IMDS.
Result<void> add_common(const ServeOptions& options, std::vector<InheritedSocket>& sockets, ProgramSettings& program);
/// The one of this name handed over by systemd, else the address; nothing when there is neither.
Result<std::optional<ListenPlace>> listen_place(const char* option, const std::string& text, const char* socket_name,
                                                std::vector<InheritedSocket>& sockets);
inline constexpr const char* https_socket = "https";

}  // namespace kvp11::server
