// RequestText: target and header lines of one call in one piece of memory, with one allocation. It holds a token while
// it has a head: move-less, wiped when it goes.
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
    ~RequestText() { wipe(); }

    /// `head_lines`: a Head's, or the anonymous ones.
    void prepare(const Call& call, std::string_view api_version, const RequestId& id, std::string_view head_lines);
    /// Views into this and into the call. A request without a token goes without its body.
    [[nodiscard]] transport::Request request(const Call& call, bool with_body) const noexcept;

private:
    void wipe() noexcept { explicit_bzero(text_.data(), text_.size()); }

    std::string text_;
    std::size_t target_size_ = 0;
};

/// Whether a query (of a vault's nextLink) has an api-version already, however it is written.
bool has_api_version(std::string_view query) noexcept;

}  // namespace kvp11::pipeline
