#include "rest/background.hpp"

#include "partition/service_error.hpp"

namespace kvp11::rest {
namespace {

// Jobs take less than a second here, most of them.
constexpr const char* retry_seconds = "1";

std::string_view status_of(const Job& job, std::string_view success) {
    if (!job.ended) return "InProgress";
    return job.outcome.error ? "Failed" : success;
}

json::string wire_string(std::string_view text) { return json::string(text.data(), text.size()); }

json::value wire_of(const Error& error) {
    return {{"code", wire_string(partition::service_error(error.code).code)},
            {"message", error.message},
            {"innererror", nullptr}};
}

std::string_view domain_details(const Job& job) {
    if (job.outcome.error) return job.outcome.error->message;
    const bool is_upload = job.kind == JobKind::SecurityDomainUpload;
    if (!job.ended) {
        return is_upload ? "Security Domain restore is in progress" : "Security Domain download is in progress";
    }
    return "Security Domain operation complete";
}

}  // namespace

void go_on_in_background(Exchange& exchange, const Job& job, BackgroundWork work) {
    const std::shared_ptr<partition::Partition> partition = std::move(exchange.partition);
    Site& site = exchange.site;
    site.workers.post([&site, partition, id = job.id, work = std::move(work)] {
        Result<std::string> done = work(*partition);
        JobOutcome outcome;
        if (done.ok()) {
            outcome.place = std::move(*done);
        } else {
            outcome.error = done.error();
        }
        site.jobs.end(id, std::move(outcome), site.settings.clock->now());
    });
}

Reply accepted(const Exchange& exchange, std::string_view status_path, const json::value& body) {
    Reply reply = json_reply(body, 202);
    reply.headers.add("Azure-AsyncOperation", exchange.base_url + std::string(status_path));
    reply.headers.add("Retry-After", retry_seconds);
    return reply;
}

json::value wire_of(const Job& job) {
    json::object wire{{"status", wire_string(status_of(job, "Succeeded"))},
                      {"statusDetails", nullptr},
                      {"error", nullptr},
                      {"startTime", job.started},
                      {"endTime", nullptr},
                      {"jobId", job.id}};
    if (job.ended) wire["endTime"] = *job.ended;
    if (job.outcome.error) {
        wire["statusDetails"] = job.outcome.error->message;
        wire["error"] = wire_of(*job.outcome.error);
    }
    if (family_of(job.kind) == JobFamily::Backup) {
        wire["azureStorageBlobContainerUri"] = nullptr;
        if (!job.outcome.place.empty()) wire["azureStorageBlobContainerUri"] = job.outcome.place;
    }
    return wire;
}

// The OpenAPI file has status_details, the service statusDetails.
json::value wire_of_domain_job(const Job& job) {
    const json::string details = wire_string(domain_details(job));
    return {
        {"status", wire_string(status_of(job, "Success"))}, {"status_details", details}, {"statusDetails", details}};
}

}  // namespace kvp11::rest
