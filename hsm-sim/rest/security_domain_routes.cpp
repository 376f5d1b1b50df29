// The security domain over the wire: download to the officers, transfer key, upload of the restore blob.
//
// The download is done when its request is answered. The upload is a job, and fails as one.
#include <array>

#include "rest/background.hpp"
#include "rest/metered.hpp"
#include "rest/wire_certificate.hpp"

namespace kvp11::rest {
namespace {

using partition::Operation;

constexpr std::int64_t usual_quorum = 2;

Result<std::vector<crypto::Certificate>> officers_of(const json::object& body) {
    const json::array* wanted = TRY(optional_array(body, "certificates"));
    if (!wanted) return fail(Errc::ArgumentsBad, "Property 'certificates' is required");
    std::vector<crypto::Certificate> officers;
    for (const json::value& jwk : *wanted) {
        const std::string which = "wrapping certificate " + std::to_string(officers.size() + 1);
        officers.push_back(TRY(certificate_of(jwk, which)));
    }
    return officers;
}

// A number that is no quorum becomes 0, which is refused with the numbers that would do.
unsigned quorum_of(std::int64_t required) {
    return required > 0 && required < 256 ? static_cast<unsigned>(required) : 0;
}

Result<Reply> post_download(Exchange& exchange) {
    const auto officers = TRY(officers_of(exchange.members()));
    const std::int64_t required = TRY(optional_integer(exchange.members(), "required")).value_or(usual_quorum);
    const std::string file = TRY(exchange.partition->download_security_domain(officers, quorum_of(required)));
    const Site& site = exchange.site;
    TRY(site.jobs.note_done(JobKind::SecurityDomainDownload, site.settings.clock->now()));
    return accepted(exchange, "/securitydomain/download/pending", {{"value", file}});
}

// A string that holds JSON, whatever the version: so the service answers, and az and the SDKs parse it twice, although
// the OpenAPI file has an object here.
Result<Reply> get_transfer_key(Exchange& exchange) {
    const crypto::Certificate certificate = TRY(exchange.partition->begin_recovery());
    return json_reply({{"key_format", "jwk"}, {"transfer_key", wire_text(wire_of(certificate))}});
}

Result<Reply> post_upload(Exchange& exchange) {
    const std::string_view blob = TRY(text_member(exchange.members(), "value"));
    TRY(exchange.partition->may_begin(exchange.route->operation));
    const TokenStatus status = TRY(exchange.partition->status());
    if (status.life_cycle != LifeCycle::Recovery) {
        return fail(Errc::PartitionNotActive, "No recovery was begun here: get the transfer key first");
    }
    Site& site = exchange.site;
    const Job job = TRY(site.jobs.begin(JobKind::SecurityDomainUpload, site.settings.clock->now()));
    go_on_in_background(exchange, job, [blob = std::string(blob)](partition::Partition& partition) {
        const Result<void> uploaded = partition.upload_security_domain(blob);
        return uploaded.ok() ? Result<std::string>(std::string()) : Result<std::string>(fail(uploaded.error()));
    });
    return accepted(exchange, "/securitydomain/upload/pending", wire_of_domain_job(job));
}

/// After a restart nothing is known of operations, but what they were for can be seen.
Result<Reply> status_of(const Exchange& exchange, const std::optional<Job>& job, std::string_view what) {
    if (job) return json_reply(wire_of_domain_job(*job));
    const TokenStatus status = TRY(exchange.partition->status());
    if (status.life_cycle == LifeCycle::Active && status.has_security_domain) {
        Job over;
        over.ended = exchange.site.settings.clock->now();
        return json_reply(wire_of_domain_job(over));
    }
    return refusal(404, "NotFound", "There was no " + std::string(what) + " of a security domain");
}

Result<Reply> get_download_status(Exchange& exchange) {
    TRY(exchange.partition->authorise(exchange.route->operation));
    const auto now = exchange.site.settings.clock->now();
    return status_of(exchange, exchange.site.jobs.latest(JobKind::SecurityDomainDownload, now), "download");
}

// Of the latest operation, upload or download: az asks here for both.
Result<Reply> get_upload_status(Exchange& exchange) {
    TRY(exchange.partition->authorise(exchange.route->operation));
    const auto now = exchange.site.settings.clock->now();
    return status_of(exchange, exchange.site.jobs.latest(JobFamily::SecurityDomain, now), "upload or download");
}

constexpr auto rows = std::to_array<Route>({
    {Method::Post, "/securitydomain/download", Operation::SecurityDomainDownload, metered<post_download>, BodyUse::Json,
     Place::Worker},
    {Method::Get, "/securitydomain/download/pending", Operation::SecurityDomainDownloadStatus,
     metered<get_download_status>, BodyUse::None, Place::Connection, VersionUse::Optional},
    {Method::Get, "/securitydomain/upload", Operation::SecurityDomainTransferKey, metered<get_transfer_key>,
     BodyUse::None, Place::Worker},
    {Method::Post, "/securitydomain/upload", Operation::SecurityDomainUpload, metered<post_upload>, BodyUse::Json,
     Place::Connection, VersionUse::Optional},
    {Method::Get, "/securitydomain/upload/pending", Operation::SecurityDomainUploadStatus, metered<get_upload_status>,
     BodyUse::None, Place::Connection, VersionUse::Optional},
});

}  // namespace

std::span<const Route> security_domain_routes() noexcept { return rows; }

}  // namespace kvp11::rest
