// Route: one row of the REST API: which requests it is for, what they are called, who answers them. A value.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "kvp11/result.hpp"
#include "partition/operations.hpp"
#include "rest/reply.hpp"

namespace kvp11::rest {

struct Exchange;

enum class Method : std::uint8_t { Get, Post, Put, Patch, Delete };
enum class BodyUse : std::uint8_t { None, Json };
/// Where a handler runs: on the connection's thread when it takes less than a millisecond (it may still ask for a
/// worker, see on_workers()), on a worker thread otherwise.
enum class Place : std::uint8_t { Connection, Worker };
enum class VersionUse : std::uint8_t { Required, Optional };  // of ?api-version

/// What the pattern's braces stood for.
struct PathParameters {
    std::string name;
    std::string version;  // empty: the latest
    std::string scope;    // "/", "/keys", "/keys/NAME"
    std::string id;       // of a role, an assignment, a job
};

using HandlerFunction = Result<Reply> (*)(Exchange&);

/// Pattern: segments; "{name}" and "{id}" match any one, "{version?}" one or none, "{scope}" at the beginning none
/// ("/"), "keys", or "keys" and one more. Literals are compared without case.
struct Route {
    Method method;
    std::string_view pattern;
    partition::Operation operation;
    HandlerFunction handle;
    BodyUse body = BodyUse::None;
    Place place = Place::Connection;
    VersionUse version = VersionUse::Required;
};

// The chapters of the API; routes() are all of them.
std::span<const Route> key_routes() noexcept;
std::span<const Route> key_life_routes() noexcept;
std::span<const Route> key_use_routes() noexcept;
std::span<const Route> role_routes() noexcept;
std::span<const Route> security_domain_routes() noexcept;
std::span<const Route> backup_routes() noexcept;
std::span<const Route> settings_routes() noexcept;
std::span<const Route> random_routes() noexcept;

}  // namespace kvp11::rest
