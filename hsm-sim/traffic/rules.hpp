// Rules: what one document says, and what has happened since. Copies share what happened. Thread-safe while it is
// not changed.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "kvp11/result.hpp"
#include "traffic/allow_list.hpp"
#include "traffic/capacity.hpp"
#include "traffic/fault.hpp"
#include "traffic/latency.hpp"
#include "traffic/throttle.hpp"

namespace kvp11::traffic {

class Rules {
public:
    /// ConfigurationInvalid names the member that is wrong.
    static Result<Rules> parse(std::string_view json);
    /// These and one fault more.
    [[nodiscard]] Result<Rules> with_fault(std::string_view json) const;
    /// The document with "happened" in it.
    [[nodiscard]] std::string text() const;

    std::shared_ptr<AllowList> allow;  // null: everybody
    std::shared_ptr<Throttle> throttle;
    std::shared_ptr<Capacity> capacity;
    std::vector<std::shared_ptr<Latency>> latencies;
    std::vector<std::shared_ptr<Fault>> faults;

private:
    boost::json::object document_;
    std::uint64_t seed_ = 1;
};

}  // namespace kvp11::traffic
