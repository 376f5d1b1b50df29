// A slot on a Managed HSM as `kvp11 doctor` examines it: step by step, the way a call of the module goes. Nothing is
// changed at the service, and the module's files on the disk are looked at, not written.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "managed_hsm/settings.hpp"
#include "pipeline/challenge.hpp"
#include "pipeline/pipeline.hpp"
#include "tools/doctor_finding.hpp"
#include "tools/doctor_key.hpp"

namespace kvp11::tools {

/// What is known beside the slot, most of it from the command line.
struct DoctorWishes {
    KeyWish key;
    std::string pin_file;
    std::string place;  // where the configuration was found
};

/// What the steps so far brought to light. One examination's; the checks of doctor_connection.hpp, doctor_token.hpp,
/// doctor_service.hpp and doctor_files.hpp read it and add to it.
struct RemoteSlot {
    RemoteSlot(const config::SlotConfiguration& slot, const config::ManagedHsmSettings& remote,
               const DoctorWishes& wanted);

    /// One request without a token, made once: its answer, or what came of it, serves several checks.
    const transport::Outcome& probe();
    [[nodiscard]] transport::Clock::time_point deadline() const;
    /// A pipeline like the slot's, for these members, with the PIN's login where the slot has one.
    [[nodiscard]] Result<std::unique_ptr<pipeline::Pipeline>> pipeline_for(std::vector<std::string> members) const;

    const config::SlotConfiguration& configuration;
    const config::ManagedHsmSettings& remote;
    const DoctorWishes& wishes;
    managed_hsm::Settings settings;

    std::unique_ptr<pipeline::Pipeline> pipeline;  // null until the settings were found usable
    transport::Endpoint endpoint;                  // of the first member
    transport::Timing timing;                      // of the probe
    std::optional<pipeline::Challenge> challenge;
    SecretBytes pin;        // empty without login = "pin"
    std::string principal;  // the token's object id; empty when it is not known
    std::unique_ptr<Backend> backend;
    std::shared_ptr<const KeyRecord> key;

private:
    std::optional<transport::Outcome> probe_;
};

SlotReport examine(const config::SlotConfiguration& slot, const config::ManagedHsmSettings& remote,
                   const DoctorWishes& wishes);

}  // namespace kvp11::tools
