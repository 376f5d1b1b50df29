#include "transport/answer_reader.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>

#include "transport/host_name.hpp"
#include "transport/plain_answer.hpp"

namespace kvp11::transport {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using Text = boost::beast::string_view;

constexpr std::uint32_t most_header_bytes = 64U << 10U;
constexpr std::size_t least_chunked = std::string_view("0\r\n\r\n").size();
constexpr unsigned most_interim_answers = 16;
constexpr unsigned switching_protocols = 101;

std::string_view view_of(Text text) { return {text.data(), text.size()}; }

/// Appends without leaving a copy behind when `text` has to move.
void append_wiping(std::string& text, Text more) {
    if (text.capacity() - text.size() < more.size()) {
        std::string larger;
        larger.reserve(std::max(text.size() + more.size(), 2 * text.size()));
        larger.append(text);
        explicit_bzero(text.data(), text.size());
        text.swap(larger);
    }
    text.append(more.data(), more.size());
}

}  // namespace

class AnswerReader::Parser final : public http::basic_parser<false> {
public:
    Parser(std::size_t most_bytes, bool without_body) {
        header_limit(most_header_bytes);
        body_limit(most_bytes);
        eager(true);
        skip(without_body);
    }
    ~Parser() override { explicit_bzero(body_.data(), body_.size()); }

    [[nodiscard]] unsigned status() const { return status_; }
    [[nodiscard]] bool is_chunked_body() const { return is_header_done() && chunked(); }
    [[nodiscard]] bool is_interim() const { return status_ / 100 == 1 && status_ != switching_protocols; }
    Answer take() { return {status_, std::move(headers_), std::exchange(body_, {})}; }

private:
    static constexpr std::size_t usual_header_bytes = 1000;

    void on_request_impl(http::verb /*method*/, Text /*name*/, Text /*target*/, int /*version*/,
                         error_code& /*error*/) override {}
    void on_response_impl(int code, Text /*reason*/, int /*version*/, error_code& error) override {
        status_ = static_cast<unsigned>(code);
        if (status_ < 100 || status_ == switching_protocols) error = http::error::bad_status;
        headers_.reserve(usual_header_bytes);
    }
    void on_field_impl(http::field /*field*/, Text name, Text value, error_code& error) override {
        // Beast counts what comes at once only, and what trails a chunked body is not asked for.
        header_bytes_ += name.size() + value.size();
        if (header_bytes_ > most_header_bytes) error = http::error::header_limit;
        if (!has_header_) headers_.add(view_of(name), view_of(value));
    }
    void on_header_impl(error_code& /*error*/) override { has_header_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& /*error*/) override {
        if (length) body_.reserve(static_cast<std::size_t>(*length));
    }
    std::size_t on_body_impl(Text bytes, error_code& /*error*/) override {
        append_wiping(body_, bytes);
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t /*size*/, Text /*extensions*/, error_code& /*error*/) override {}
    std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, Text bytes, error_code& /*error*/) override {
        append_wiping(body_, bytes);
        return bytes.size();
    }
    void on_finish_impl(error_code& /*error*/) override {}

    unsigned status_ = 0;
    bool has_header_ = false;
    std::size_t header_bytes_ = 0;
    Headers headers_;
    std::string body_;
};

struct AnswerReader::Inside {
    explicit Inside(std::size_t most) : most_bytes(most) {}

    const std::size_t most_bytes;
    bool without_body = false;
    unsigned interim_answers = 0;
    std::optional<Parser> parser;  // nothing before the first byte, nor for a plain answer
    std::optional<Answer> plain;
    std::string complaint;

    bool take_plain(std::string_view bytes, std::size_t& taken) {
        if (without_body) return false;
        auto found = read_plain_answer(bytes, most_bytes);
        if (!found) return false;
        taken = found->size;
        plain = std::move(found->answer);
        return true;
    }

    State refuse(const error_code& error) {
        if (error == http::error::body_limit) {
            complaint = "the answer is larger than " + std::to_string(most_bytes) + " bytes";
        } else if (error == http::error::header_limit) {
            complaint = "the answer's headers are larger than " + std::to_string(most_header_bytes) + " bytes";
        } else {
            complaint = "the answer is no HTTP/1.1: " + error.message();
        }
        return State::Malformed;
    }
};

AnswerReader::AnswerReader(std::size_t most_bytes) : inside_(std::make_unique<Inside>(most_bytes)) {}
AnswerReader::~AnswerReader() = default;

void AnswerReader::begin(bool without_body) {
    inside_->without_body = without_body;
    inside_->interim_answers = 0;
    inside_->parser.reset();
    inside_->plain.reset();
}

AnswerReader::State AnswerReader::feed(std::string_view bytes, std::size_t& taken) {
    Inside& in = *inside_;
    taken = 0;
    if (!in.parser && in.take_plain(bytes, taken)) return State::Done;
    if (!in.parser) in.parser.emplace(in.most_bytes, in.without_body);
    while (taken < bytes.size()) {
        error_code error;
        const std::string_view rest = bytes.substr(taken);
        // As much must come in any case; Beast asserts that it has come when it looks at the end a second time.
        if (in.parser->is_chunked_body() && rest.size() < least_chunked) return State::More;
        taken += in.parser->put(boost::asio::const_buffer(rest.data(), rest.size()), error);
        if (error == http::error::need_more && bytes.size() - taken > most_header_bytes) {
            return in.refuse(http::error::header_limit);  // between chunks Beast knows no limit
        }
        if (error == http::error::need_more) return State::More;
        if (error) return in.refuse(error);
        if (!in.parser->is_done()) continue;
        if (!in.parser->is_interim()) return State::Done;
        if (++in.interim_answers > most_interim_answers) return in.refuse(http::error::bad_status);
        in.parser.emplace(in.most_bytes, in.without_body);
    }
    return State::More;
}

AnswerReader::State AnswerReader::feed_end() {
    error_code error = http::error::end_of_stream;
    if (inside_->parser && inside_->parser->got_some()) inside_->parser->put_eof(error);
    return error ? inside_->refuse(error) : State::Done;
}

bool AnswerReader::keeps_connection() const noexcept {
    if (inside_->plain) return true;
    return inside_->parser && inside_->parser->is_done() && inside_->parser->keep_alive();
}

const std::string& AnswerReader::complaint() const noexcept { return inside_->complaint; }

Answer AnswerReader::take() {
    return inside_->plain ? std::move(*std::exchange(inside_->plain, std::nullopt)) : inside_->parser->take();
}

std::optional<std::string_view> Answer::header(std::string_view name) const noexcept {
    for (const Headers::View header : headers_) {
        if (header.name.size() == name.size() && equals_ignoring_case(header.name, name)) return header.value;
    }
    return std::nullopt;
}

}  // namespace kvp11::transport
