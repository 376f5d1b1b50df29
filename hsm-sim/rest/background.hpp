// Work that goes on after its request was answered: on a worker, as the request's principal, under a job.
#pragma once

#include <functional>

#include "rest/exchange.hpp"
#include "rest/jobs.hpp"

namespace kvp11::rest {

/// Gives the place of what it made; empty where there is none.
using BackgroundWork = std::function<Result<std::string>(partition::Partition&)>;

/// Takes the exchange's partition; the handler is to answer 202 now.
void go_on_in_background(Exchange& exchange, const Job& job, BackgroundWork work);

/// 202 with where to ask for the job and when.
Reply accepted(const Exchange& exchange, std::string_view status_path, const json::value& body);

/// "InProgress" and so on, as backups and restores have it, and as the security domain has it.
json::value wire_of(const Job& job);
json::value wire_of_domain_job(const Job& job);

}  // namespace kvp11::rest
