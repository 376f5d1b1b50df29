#include "fuzzed_service.hpp"

#include <algorithm>
#include <future>
#include <stdexcept>

#include "answer_check.hpp"
#include "json_mutation.hpp"
#include "text_mutation.hpp"

namespace kvp11::fuzz {
namespace {

constexpr std::string_view versions[] = {"7.0", "7.1", "7.2",        "7.3",          "7.4",
                                         "7.5", "7.6", "2025-07-01", "7.6-preview.2"};
constexpr std::string_view methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW", "get", ""};
constexpr std::string_view people[] = {"admin", "officer", "user", "auditor", "nobody"};
constexpr std::string_view authorizations[] = {"",
                                               "Bearer",
                                               "Bearer ",
                                               "bearer  user",
                                               "Basic dXNlcg==",
                                               "user",
                                               "Bearer eyJhbGciOiJub25lIn0.e30.",
                                               "PoP x",
                                               "Bearer user, Bearer admin"};
constexpr std::string_view header_names[] = {"X-HTTP-METHOD",    "Content-Type",    "x-ms-client-request-id",
                                             "User-Agent",       "Accept",          "Host",
                                             "Content-Encoding", "X-Forwarded-For", "Expect"};
constexpr std::string_view header_values[] = {"",
                                              "PATCH",
                                              "DELETE",
                                              "PUT",
                                              "patch",
                                              "application/json",
                                              "text/xml",
                                              "application/json; charset=utf-16",
                                              "gzip",
                                              "100-continue",
                                              "127.0.0.1",
                                              "evil.example",
                                              "\"><script>",
                                              "%0d%0aSet-Cookie: a=b",
                                              "\xff\xfe"};
constexpr std::string_view addresses[] = {"127.0.0.1", "::1", "192.0.2.7", "fe80::1%eth0", ""};

// What a reader of HTTP lets through in a header.
std::string sendable(std::string value) {
    std::replace_if(
        value.begin(), value.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
    return value.substr(0, 8000);
}

std::string mutated_target(const std::string& target, Dice& dice) {
    const std::size_t mark = target.find('?');
    const std::string path = target.substr(0, mark);
    const std::string query = mark == target.npos ? "" : target.substr(mark + 1);
    switch (dice.below(4)) {
        case 0: return path + "?" + mutated_query(query, dice);
        case 1: return path + "?api-version=" + std::string(dice.any_of(versions));
        default: return mutated_path(path, dice) + "?" + query;
    }
}

std::string mutated_authorization(const std::string& authorization, Dice& dice) {
    switch (dice.below(3)) {
        case 0: return "Bearer " + std::string(dice.any_of(people));
        case 1: return sendable(mutated_bytes(authorization, dice));
        default: return std::string(dice.any_of(authorizations));
    }
}

void add_header(http::Headers& headers, Dice& dice) {
    const std::string value(dice.any_of(header_values));
    headers.add(std::string(dice.any_of(header_names)), dice.one_in(3) ? sendable(mutated_bytes(value, dice)) : value);
}

void mutate_once(Shot& shot, Dice& dice) {
    switch (dice.below(10)) {
        case 0: shot.method = dice.any_of(methods); break;
        case 1: shot.authorization = mutated_authorization(shot.authorization, dice); break;
        case 2: add_header(shot.headers, dice); break;
        case 3: shot.peer.address = dice.any_of(addresses); break;
        case 4:
        case 5: shot.target = mutated_target(shot.target, dice); break;
        case 6: shot.body = mutated_bytes(shot.body, dice); break;
        default: shot.body = mutated_json(shot.body, dice); break;
    }
}

}  // namespace

std::string Shot::shown() const {
    std::string text = method + " " + target + "\nAuthorization: " + authorization + "\n";
    for (const http::Header& header : headers.all()) text += header.name + ": " + header.value + "\n";
    return text + "\n" + (body.size() > 3000 ? body.substr(0, 3000) + "…" : body);
}

Shot shot_of(const RequestSeed& seed) {
    const std::string query = seed.query.empty() ? "" : "&" + seed.query;
    return {seed.method, seed.path + "?api-version=7.6" + query, "Bearer " + seed.person, seed.body};
}

Shot mutated(Shot shot, Dice& dice) {
    mutate_once(shot, dice);
    if (dice.one_in(3)) mutate_once(shot, dice);
    shot.headers.add("Host", "lab.managedhsm.localhost:8443");
    return shot;
}

FuzzedService::FuzzedService(test::ServiceCase::Life life) : case_(life) {
    if (life != test::ServiceCase::Life::Active) return;
    for (const RequestSeed& seed : preparation()) {
        const http::Response response = answer(shot_of(seed));
        if (response.status != 200) throw std::runtime_error(seed.path + ": " + shown(response));
    }
}

http::Response FuzzedService::answer(const Shot& shot) {
    http::Request request;
    request.method = shot.method;
    request.target = shot.target;
    request.headers = shot.headers;
    if (!shot.authorization.empty()) request.headers.add("Authorization", shot.authorization);
    request.body = http::Body(std::string(shot.body));
    request.peer = shot.peer;
    // Shared, because a service that answers too late must not write into what is gone.
    auto answered = std::make_shared<std::promise<http::Response>>();
    auto response = answered->get_future();
    service().handle(std::move(request), [answered](http::Response got) { answered->set_value(std::move(got)); });
    if (response.wait_for(std::chrono::minutes(1)) != std::future_status::ready) {
        throw std::runtime_error("no answer within a minute to " + shot.shown());
    }
    return response.get();
}

}  // namespace kvp11::fuzz
