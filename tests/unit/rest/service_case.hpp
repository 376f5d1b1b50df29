// A Managed HSM in this process, asked without sockets: a partition in a temporary folder behind rest::Service.
//
// Tokens are the names of its principals: "admin" (Administrator), "officer" (Crypto Officer), "user" (Crypto User),
// "auditor", "nobody", "member" (of a group without a role). One thread's at a time.
#pragma once

#include <boost/json/value.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "partition/partition.hpp"
#include "rest/jobs.hpp"
#include "rest/service.hpp"

namespace kvp11::test {

struct Answer {
    unsigned status = 0;
    http::Headers headers;
    std::string text;
    http::Delivery delivery;
    /// Null for an empty body.
    [[nodiscard]] boost::json::value json() const;
    /// error.code of the body; empty when it has none.
    [[nodiscard]] std::string code() const;
    [[nodiscard]] std::string message() const;
};

struct Ask {
    std::string_view method = "GET";
    std::string target = "/";  // ?api-version=7.4 is added when it has no query
    std::string body = {};
    std::string token = "user";  // empty: without Authorization
    http::Headers headers = {};
};

class ServiceCase {
public:
    enum class Life { Active, Provisioned };
    explicit ServiceCase(Life life = Life::Active);
    ~ServiceCase();

    Answer ask(Ask ask);
    Answer get(const std::string& target, const std::string& token = "user") {
        return ask({.target = target, .token = token});
    }
    Answer post(const std::string& target, std::string body, const std::string& token = "user") {
        return ask({.method = "POST", .target = target, .body = std::move(body), .token = token});
    }

    /// The object id that a token's name stands for.
    static std::string object_id(std::string_view name);
    [[nodiscard]] partition::Partition& partition() noexcept;
    [[nodiscard]] const std::filesystem::path& folder() const noexcept;
    [[nodiscard]] rest::Site& site() noexcept;
    [[nodiscard]] rest::Service& service() noexcept;
    /// Seconds; moves the partition's and the site's clock.
    void advance(std::int64_t seconds);

    static constexpr const char* group_id = "00000000-0000-4000-8000-0000000000f0";  // of "member"
    static constexpr const char* base_url = "https://lab.managedhsm.localhost:8443";

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace kvp11::test
