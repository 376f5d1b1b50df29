// RequestText: target and own header lines of one call in one piece of memory, with one allocation. Move-less, since
// requests have views into it.
#pragma once

#include <string>
#include <string_view>

#include "pipeline/pipeline.hpp"
#include "pipeline/request_id.hpp"
#include "transport/message.hpp"

namespace kvp11::pipeline {

class RequestText {
public:
    RequestText() = default;
    RequestText(const RequestText&) = delete;
    RequestText& operator=(const RequestText&) = delete;

    void prepare(const Call& call, std::string_view api_version, const RequestId& id);
    /// Views into this, the call and `head_lines`, which are a Head's or the anonymous ones. A request without a token
    /// goes without its body.
    [[nodiscard]] transport::Request request(const Call& call, std::string_view head_lines,
                                             bool with_body) const noexcept;

private:
    std::string text_;
    std::size_t target_size_ = 0;
};

/// Whether a query (of a vault's nextLink) has an api-version already, however it is written.
bool has_api_version(std::string_view query) noexcept;

}  // namespace kvp11::pipeline
