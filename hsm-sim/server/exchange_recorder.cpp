#include "server/exchange_recorder.hpp"

#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <boost/json.hpp>

namespace kvp11::server {
namespace {

namespace json = boost::json;

json::object headers_without_token(const http::Headers& headers) {
    json::object all;
    for (const http::Header& header : headers.all()) {
        if (strcasecmp(header.name.c_str(), "authorization") != 0) all[header.name] = header.value;
    }
    return all;
}

std::string url_of(const http::Request& request) {
    return "https://" + std::string(request.headers.find("Host").value_or("unknown")) + request.target;
}

}  // namespace

std::string exchange_line(const rest::Observation& observation) {
    const json::object exchange = {{"method", observation.request.method},
                                   {"url", url_of(observation.request)},
                                   {"request_headers", headers_without_token(observation.request.headers)},
                                   {"request_body", observation.request.body.expose_text()},
                                   {"status", observation.response.status},
                                   {"response_headers", headers_without_token(observation.response.headers)},
                                   {"response_body", observation.response.body},
                                   {"operation", observation.operation},
                                   {"route", observation.route}};
    return json::serialize(exchange) + "\n";
}

Result<std::unique_ptr<ExchangeRecorder>> ExchangeRecorder::open(const std::string& path) {
    http::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (file.number() < 0 || fchmod(file.number(), 0600) != 0) {
        return fail(Errc::AccessDenied, "cannot write " + path + ": " + std::strerror(errno));
    }
    return std::unique_ptr<ExchangeRecorder>(new ExchangeRecorder(std::move(file)));
}

void ExchangeRecorder::observed(const rest::Observation& observation) noexcept {
    const std::string line = exchange_line(observation);
    const std::lock_guard lock(mutex_);
    std::string_view rest = line;
    while (!rest.empty()) {
        const ssize_t written = write(file_.number(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return;  // a full disk must not stop the service
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace kvp11::server
