// OperationBody: {"alg":…,"value":…} of an operation, put together without a copy that would have to be wiped.
// A resource of one operation; its text is wiped when it goes.
#pragma once

#include <string>
#include <string_view>

#include "kvp11/bytes.hpp"

namespace kvp11::managed_hsm {

class OperationBody {
public:
    /// `binary`: bytes that are to be added, all together.
    OperationBody(std::string_view alg, std::size_t binary);
    OperationBody(const OperationBody&) = delete;
    OperationBody& operator=(const OperationBody&) = delete;
    ~OperationBody();

    void add(std::string_view name, ByteView bytes);
    /// Complete; valid until the next restart().
    [[nodiscard]] std::string_view finish();
    /// Back to what only names the algorithm. The memory stays.
    void restart();

private:
    std::string text_;
    std::size_t begun_;
};

}  // namespace kvp11::managed_hsm
