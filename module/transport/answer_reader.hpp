// AnswerReader: bytes of a connection to an Answer, by Boost.Beast's parser where it is no plain one
// (plain_answer.hpp). Kept with its connection and used again. Not thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "transport/message.hpp"

namespace kvp11::transport {

class AnswerReader {
public:
    enum class State : std::uint8_t { More, Done, Malformed };

    explicit AnswerReader(std::size_t most_bytes);
    ~AnswerReader();
    AnswerReader(const AnswerReader&) = delete;
    AnswerReader& operator=(const AnswerReader&) = delete;

    /// For the next answer; to HEAD and CONNECT it has no body, whatever its headers say.
    void begin(bool without_body);
    /// Takes as many bytes as it can. Those it has not taken come again, with more behind them.
    State feed(std::string_view bytes, std::size_t& taken);
    /// Nothing more comes: Done where that is how the answer ends.
    State feed_end();
    /// The connection can take another request.
    [[nodiscard]] bool keeps_connection() const noexcept;
    /// Why it is Malformed, as a half sentence.
    [[nodiscard]] const std::string& complaint() const noexcept;
    /// What is Done.
    [[nodiscard]] Answer take();

private:
    class Parser;
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace kvp11::transport
