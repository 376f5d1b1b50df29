#include "rest/availability.hpp"

#include <algorithm>
#include <array>

#include "rest/jobs.hpp"

namespace kvp11::rest {
namespace {

using partition::Operation;

constexpr auto ceremony = std::to_array<Operation>(
    {Operation::SecurityDomainDownload, Operation::SecurityDomainDownloadStatus, Operation::SecurityDomainTransferKey,
     Operation::SecurityDomainUpload, Operation::SecurityDomainUploadStatus});

Reply not_active(LifeCycle life) {
    const std::string text = "The Managed HSM is not activated. ";
    switch (life) {
        case LifeCycle::Recovery: return refusal(403, "Forbidden", text + "Its recovery awaits a security domain");
        case LifeCycle::Error: return refusal(500, "InternalServerError", "The HSM failed its self-tests");
        default: return refusal(403, "Forbidden", text + "Download its security domain first");
    }
}

}  // namespace

std::optional<Reply> Availability::refusal_of(Operation operation) const {
    if (site_.jobs.is_restoring() && operation != Operation::RestoreStatus) {
        Reply reply = refusal(503, "ServiceUnavailable", "A full restore is in progress");
        reply.headers.add("Retry-After", "1");
        return reply;
    }
    if (std::find(ceremony.begin(), ceremony.end(), operation) != ceremony.end()) return {};
    return refusal_before_activation();
}

// What is not active once may become so, and every change of that moves the generation.
std::optional<Reply> Availability::refusal_before_activation() const {
    const std::uint64_t before = site_.partition.generation() + 1;
    if (active_at_ == before) return {};
    const Result<TokenStatus> status = site_.partition.status();
    if (!status.ok()) return {};  // the operation itself says what is wrong
    if (status->life_cycle != LifeCycle::Active) return not_active(status->life_cycle);
    active_at_ = before;
    return {};
}

}  // namespace kvp11::rest
