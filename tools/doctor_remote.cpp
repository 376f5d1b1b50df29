#include "tools/doctor_remote.hpp"

#include "remote_settings.hpp"
#include "tools/doctor_checks.hpp"
#include "tools/doctor_connection.hpp"
#include "tools/doctor_files.hpp"
#include "tools/doctor_service.hpp"
#include "tools/doctor_token.hpp"

namespace kvp11::tools {
namespace {

/// Opens what the settings describe; nothing is sent.
Finding check_settings(RemoteSlot& slot) {
    auto pipeline = pipeline::Pipeline::open(slot.settings.pipeline);
    if (!pipeline) {
        return failed(Area::Configuration, pipeline.error().message, "correct the slot in " + slot.wishes.place);
    }
    slot.pipeline = std::move(*pipeline);
    auto url = transport::parse_url(slot.remote.url);
    if (!url) return failed(Area::Configuration, url.error().message, "correct url in " + slot.wishes.place);
    slot.endpoint = url->endpoint;
    return fine(Area::Configuration, slot.wishes.place);
}

// In the order of a call, from near to far.
constexpr CheckRow<RemoteSlot> check_rows[] = {
    {Area::Configuration, {}, check_settings},
    {Area::Name, Area::Configuration, check_name},
    {Area::Proxy, Area::Name, check_proxy},
    {Area::Connection, Area::Proxy, check_connection},
    {Area::Tls, Area::Connection, check_tls},
    {Area::Clock, Area::Tls, check_clock},
    {Area::Token, Area::Tls, check_token},
    {Area::Role, Area::Token, check_role},
    {Area::Key, Area::Role, check_key},
    {Area::Mechanism, Area::Key, check_remote_mechanism},
    {Area::Members, Area::Token, check_members},
    {Area::Cache, Area::Configuration, check_cache},
    {Area::Pace, Area::Configuration, check_pace},
    {Area::Records, Area::Configuration, check_records},
};

}  // namespace

RemoteSlot::RemoteSlot(const config::SlotConfiguration& slot, const config::ManagedHsmSettings& remote_slot,
                       const DoctorWishes& wanted)
    : configuration(slot), remote(remote_slot), wishes(wanted), settings(remote_settings_of(slot, remote_slot)) {}

const transport::Outcome& RemoteSlot::probe() {
    if (probe_) return *probe_;
    const std::string target = "/keys?maxresults=1&api-version=" + settings.pipeline.api_version;
    transport::Request request;
    request.target = target;
    probe_ = pipeline->transport().exchange(endpoint, request, deadline(), &timing);
    if (const auto* answer = std::get_if<transport::Answer>(&*probe_)) challenge = pipeline::read_challenge(*answer);
    return *probe_;
}

transport::Clock::time_point RemoteSlot::deadline() const {
    return transport::Clock::now() + settings.pipeline.retry.total;
}

Result<std::unique_ptr<pipeline::Pipeline>> RemoteSlot::pipeline_for(std::vector<std::string> members) const {
    pipeline::PipelineSettings changed = settings.pipeline;
    changed.members = std::move(members);
    auto opened = TRY(pipeline::Pipeline::open(std::move(changed)));
    if (!pin.empty()) TRY(opened->log_in(pin));
    return opened;
}

SlotReport examine(const config::SlotConfiguration& slot, const config::ManagedHsmSettings& remote,
                   const DoctorWishes& wishes) {
    RemoteSlot examined(slot, remote, wishes);
    return run_checks<RemoteSlot>(examined, check_rows);
}

}  // namespace kvp11::tools
