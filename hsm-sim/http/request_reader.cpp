#include "http/request_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "http/wiping.hpp"

namespace kvp11::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

constexpr std::size_t most_fields = 256;
constexpr std::size_t usual_fields = 16;
constexpr std::size_t first_body_capacity = 64U << 10U;  // a length that is only announced gets no more memory
constexpr std::size_t shortest_chunked_end = std::string_view("0\r\n\r\n").size();
constexpr std::size_t most_between_chunks = 16U << 10U;  // a chunk's extensions, the trailer

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

/// Whether a request line ends in some version of HTTP.
bool names_version(std::string_view text) {
    constexpr std::string_view form = " HTTP/1.1";
    const std::string_view line = text.substr(0, text.find("\r\n"));
    if (line.size() < form.size()) return false;
    const std::string_view end = line.substr(line.size() - form.size());
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return end.starts_with(" HTTP/") && is_digit(end[6]) && end[7] == '.' && is_digit(end[8]) &&
           std::count(line.begin(), line.end(), ' ') == 2;
}

bool is_http_url(std::string_view target) {
    const std::string_view scheme = target.substr(0, target.find("://"));
    return scheme.size() < target.size() && (beast::iequals(scheme, "https") || beast::iequals(scheme, "http"));
}

/// Path and query of a target, which may be a whole URL as for a proxy; nothing for what is no target.
std::optional<std::string> path_of_target(std::string_view target) {
    if (target.starts_with('/') || target == "*") return std::string(target);
    if (!is_http_url(target)) return std::nullopt;
    const std::size_t path = target.find_first_of("/?", target.find("://") + 3);
    if (path == std::string_view::npos) return "/";
    return (target[path] == '?' ? "/" : "") + std::string(target.substr(path));
}

constexpr Refusal not_http = {400, "The request is not valid HTTP."};
constexpr Refusal long_target = {414, "The request's target is longer than this server takes."};
constexpr Refusal long_head = {431, "The request's headers are larger than this server takes."};
constexpr Refusal bad_length = {400, "The request's Content-Length is not valid."};
constexpr Refusal bad_chunks = {400, "The request's chunked body is not valid."};

struct Meaning {
    beast::http::error error;
    Refusal refusal;
};
// Everything that is not here is not HTTP.
constexpr std::array meanings = {
    Meaning{beast::http::error::body_limit, {413, "The request's body is larger than this server takes."}},
    Meaning{beast::http::error::bad_version, {505, "The request is not HTTP/1.0 or HTTP/1.1."}},
    Meaning{beast::http::error::bad_content_length, bad_length},
    Meaning{beast::http::error::multiple_content_length, bad_length},
    Meaning{beast::http::error::bad_transfer_encoding, {400, "The request's Transfer-Encoding is not valid."}},
    Meaning{beast::http::error::bad_chunk, bad_chunks},
    Meaning{beast::http::error::bad_chunk_extension, bad_chunks},
};

}  // namespace

/// Beast's parser, which gives its pieces straight to our Request.
class RequestReader::Parser final : public beast::http::basic_parser<true> {
public:
    Parser(std::size_t header_bytes, std::size_t body_bytes) : header_bytes_(header_bytes) {
        eager(true);
        header_limit(static_cast<std::uint32_t>(std::min<std::size_t>(header_bytes, UINT32_MAX)));
        body_limit(body_bytes);
    }
    ~Parser() override { wipe(body_); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    /// What has come so far.
    void expect(std::size_t bytes) { request_.headers.reserve(usual_fields, std::min(bytes, header_bytes_)); }
    Request release() {
        request_.body = Body(std::move(body_));
        body_ = {};
        return std::move(request_);
    }
    /// `unread` is what the error stands in front of.
    [[nodiscard]] Refusal refusal_of(const error_code& ec, std::string_view unread) const noexcept {
        using beast::http::error;
        if (refusal_) return *refusal_;
        const bool has_line =
            has_request_line_ || unread.substr(0, header_bytes_).find("\r\n") != std::string_view::npos;
        if (ec == error::header_limit) return has_line ? long_head : long_target;
        if (ec == error::bad_version && !names_version(unread)) return not_http;
        for (const Meaning& meaning : meanings) {
            if (ec == meaning.error) return meaning.refusal;
        }
        return not_http;
    }
    [[nodiscard]] bool is_http_1_0() const noexcept { return version_ == 10; }
    [[nodiscard]] bool is_head() const noexcept { return is_head_; }
    [[nodiscard]] bool expects_continue() const noexcept { return expects_continue_ && body_.empty(); }

private:
    void refuse(error_code& ec, Refusal refusal) {
        refusal_ = refusal;
        ec = beast::http::error::bad_value;
    }

    void on_request_impl(beast::http::verb method, beast::string_view name, beast::string_view target, int version,
                         error_code& ec) override {
        has_request_line_ = true;
        version_ = version;
        is_head_ = method == beast::http::verb::head;
        request_.method = view(name);
        if (method == beast::http::verb::connect) return refuse(ec, {501, "This server is not a proxy."});
        auto path = path_of_target(view(target));
        if (!path) return refuse(ec, {400, "The request's target is neither a path nor a URL."});
        request_.target = std::move(*path);
    }

    void on_field_impl(beast::http::field known, beast::string_view name, beast::string_view value,
                       error_code& ec) override {
        using beast::http::field;
        if (is_header_done()) return;  // a trailer, which could contradict what has been decided
        if (++fields_ > most_fields) return refuse(ec, long_head);
        if (known == field::host) ++hosts_;
        if (known == field::transfer_encoding) encoded_ = true, understood_ = beast::iequals(value, "chunked");
        if (known == field::expect) expected_ = true, expects_continue_ = beast::iequals(value, "100-continue");
        request_.headers.add(view(name), view(value));
    }

    void on_header_impl(error_code& ec) override {
        request_.received = std::chrono::steady_clock::now();
        if (encoded_ && !understood_) return refuse(ec, {501, "The only Transfer-Encoding understood is chunked."});
        if (encoded_ && is_http_1_0()) return refuse(ec, {400, "HTTP/1.0 knows no Transfer-Encoding."});
        if (hosts_ > 1 || (hosts_ == 0 && !is_http_1_0())) {
            return refuse(ec, {400, "The request has no Host header, or more than one."});
        }
        if (expected_ && !expects_continue_) return refuse(ec, {417, "The only expectation met is 100-continue."});
        if (is_http_1_0()) expects_continue_ = false;
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& /*ec*/) override {
        if (length) body_.reserve(std::min<std::size_t>(*length, first_body_capacity));
    }
    std::size_t on_body_impl(beast::string_view part, error_code& /*ec*/) override {
        append_wiping(body_, view(part));
        return part.size();
    }
    std::size_t on_chunk_body_impl(std::uint64_t /*remaining*/, beast::string_view part, error_code& ec) override {
        return on_body_impl(part, ec);
    }

    void on_response_impl(int /*code*/, beast::string_view /*reason*/, int /*version*/, error_code& /*ec*/) override {}
    void on_chunk_header_impl(std::uint64_t /*size*/, beast::string_view /*extensions*/, error_code& /*ec*/) override {}
    void on_finish_impl(error_code& /*ec*/) override {}

    const std::size_t header_bytes_;
    Request request_;
    std::string body_;
    std::optional<Refusal> refusal_;
    std::size_t fields_ = 0;
    unsigned hosts_ = 0;
    int version_ = 11;
    bool has_request_line_ = false;
    bool is_head_ = false;
    bool encoded_ = false;
    bool understood_ = false;
    bool expected_ = false;
    bool expects_continue_ = false;
};

RequestReader::RequestReader(const Limits& limits)
    : header_bytes_(limits.header_bytes), body_bytes_(limits.body_bytes) {}
RequestReader::~RequestReader() { wipe(unread_); }

RequestReader::Progress RequestReader::take(std::string_view bytes) {
    if (progress_ == Progress::Refused) return progress_;
    if (progress_ == Progress::Complete) {
        keep(bytes);
        return progress_;
    }
    if (unread_.empty()) return parse(bytes);
    append_wiping(unread_, bytes);
    std::string all;
    all.swap(unread_);
    const Progress progress = parse(all);
    wipe(all);
    return progress;
}

RequestReader::Progress RequestReader::next() {
    parser_.reset();
    head_size_ = 0;
    told_to_continue_ = false;
    progress_ = Progress::Nothing;
    return take({});
}

RequestReader::Progress RequestReader::parse(std::string_view bytes) {
    if (!parser_) {
        // RFC 9112 2.2: empty lines before a request are to be overlooked.
        while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
        if (bytes.empty() || bytes == "\r") return keep(bytes), progress_;
        parser_ = std::make_unique<Parser>(header_bytes_, body_bytes_);
        parser_->expect(bytes.size());
    }
    // Beast 1.81 asserts that it never sees less than the shortest end of a chunked body a second time.
    if (bytes.size() < shortest_chunked_end && parser_->is_header_done() && parser_->chunked()) {
        return keep(bytes), progress_;
    }
    error_code ec;
    while (!bytes.empty() && !parser_->is_done() && !ec) {
        const bool in_head = !parser_->is_header_done();
        const std::size_t used = parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), ec);
        bytes.remove_prefix(used);
        if (in_head) head_size_ += used;
    }
    if (ec && ec != beast::http::error::need_more) return refuse(parser_->refusal_of(ec, bytes));
    const bool in_head = !parser_->is_header_done();
    // Beast counts the head anew with each piece that it has taken.
    if (in_head && head_size_ + bytes.size() > header_bytes_) {
        return refuse(parser_->refusal_of(beast::http::error::header_limit, bytes));
    }
    if (!in_head && !parser_->is_done() && bytes.size() > most_between_chunks) return refuse(bad_chunks);
    keep(bytes);
    return progress_ = parser_->is_done() ? Progress::Complete : in_head ? Progress::Head : Progress::Body;
}

RequestReader::Progress RequestReader::refuse(const Refusal& refusal) {
    refusal_ = refusal;
    wipe(unread_);
    return progress_ = Progress::Refused;
}

void RequestReader::keep(std::string_view bytes) {
    if (!bytes.empty()) append_wiping(unread_, bytes);
}

Request RequestReader::release() { return parser_->release(); }

bool RequestReader::wants_continue() noexcept {
    if (progress_ != Progress::Body || told_to_continue_ || !parser_->expects_continue()) return false;
    return told_to_continue_ = true;
}

bool RequestReader::keeps_alive() const noexcept {
    return progress_ != Progress::Refused && parser_ && parser_->keep_alive();
}
bool RequestReader::is_http_1_0() const noexcept { return parser_ && parser_->is_http_1_0(); }
bool RequestReader::is_head() const noexcept { return parser_ && parser_->is_head(); }

}  // namespace kvp11::http
