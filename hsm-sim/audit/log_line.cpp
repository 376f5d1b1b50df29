#include "audit/log_line.hpp"

#include <charconv>

#include <boost/json.hpp>

#include "audit/json_line.hpp"

namespace kvp11::audit {
namespace {

constexpr std::string_view number_name = ",\"number\":";
constexpr std::string_view chain_name = ",\"chain\":\"";
constexpr std::string_view line_end = "\"}";
constexpr std::size_t hash_digits = 2 * sizeof(ChainHash);
constexpr std::size_t most_digits = 20;

std::optional<boost::json::object> object_of(std::string_view text) {
    boost::system::error_code error;
    boost::json::value value = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::string text_in(const boost::json::object& object, const char* name) {
    const boost::json::value* value = object.if_contains(name);
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

template <class Number>
Number number_in(const boost::json::object& object, const char* name) {
    const boost::json::value* value = object.if_contains(name);
    return value && value->is_int64() ? static_cast<Number>(value->get_int64()) : Number{};
}

}  // namespace

void begin_record(std::string& line, const AuditEntry& record, std::string_view correlation) {
    JsonLine(line)
        .begin()
        .time("time", record.time_us)
        .field("operation", record.operation)
        .present("version", record.operation_version)
        .present("key", record.key)
        .present("uri", record.request_uri)
        .field("result", record.result)
        .field("status", record.http_status)
        .field("microseconds", record.duration_us)
        .present("principal", record.principal)
        .present("application", record.application)
        .present("user", record.user_name)
        .present("caller", record.caller_address)
        .present("client", record.client_info)
        .present("correlation", record.correlation_id.empty() ? correlation : record.correlation_id)
        .flag("approved", record.approved);
}

void begin_checkpoint(std::string& line, std::int64_t time_us, const ChainHash& sealed, const ChainHash& seal) {
    JsonLine(line).begin().field("checkpoint", hex(sealed)).field("seal", hex(seal)).time("time", time_us);
}

void begin_repair(std::string& line, std::int64_t time_us, std::string_view what) {
    JsonLine(line).begin().field("repair", what).time("time", time_us);
}

ChainHash close_line(std::string& text, Chain& chain, const ChainEnd& before, std::size_t begin) {
    JsonLine(text).field("number", before.records + 1);
    const ChainHash hash = chain.next(before.hash, std::string_view(text).substr(begin));
    text += chain_name;
    append_hex(text, hash);
    text += line_end;
    text += '\n';
    return hash;
}

std::optional<LogLine> LogLine::parse(std::string_view text) {
    constexpr std::size_t closing = chain_name.size() + hash_digits + line_end.size();
    if (text.size() < closing || !text.ends_with(line_end)) return std::nullopt;
    LogLine line;
    line.content = text.substr(0, text.size() - closing);
    const std::string_view rest = text.substr(line.content.size());
    const auto hash = hash_of_hex(rest.substr(chain_name.size(), hash_digits));
    if (!rest.starts_with(chain_name) || !hash) return std::nullopt;
    line.hash = *hash;
    const std::size_t window = std::min(line.content.size(), number_name.size() + most_digits);
    const std::string_view tail = line.content.substr(line.content.size() - window);
    const std::size_t name = tail.rfind(number_name);
    if (name == std::string_view::npos) return std::nullopt;
    const char* first = tail.data() + name + number_name.size();
    const auto [stop, error] = std::from_chars(first, tail.data() + tail.size(), line.number);
    if (error != std::errc() || stop != tail.data() + tail.size() || line.number == 0) return std::nullopt;
    if (text.starts_with("{\"checkpoint\":")) line.kind = LineKind::Checkpoint;
    if (text.starts_with("{\"repair\":")) line.kind = LineKind::Repair;
    return line;
}

std::optional<AuditRecord> record_of(std::string_view text) {
    const auto object = object_of(text);
    if (!object || !object->contains("operation")) return std::nullopt;
    AuditRecord record;
    record.time_us = microseconds_of(text_in(*object, "time"));
    record.operation = text_in(*object, "operation");
    record.operation_version = text_in(*object, "version");
    record.key = text_in(*object, "key");
    record.request_uri = text_in(*object, "uri");
    record.result = text_in(*object, "result");
    record.http_status = number_in<unsigned>(*object, "status");
    record.duration_us = number_in<std::uint32_t>(*object, "microseconds");
    record.principal = text_in(*object, "principal");
    record.application = text_in(*object, "application");
    record.user_name = text_in(*object, "user");
    record.caller_address = text_in(*object, "caller");
    record.client_info = text_in(*object, "client");
    record.correlation_id = text_in(*object, "correlation");
    const boost::json::value* approved = object->if_contains("approved");
    record.approved = approved && approved->is_bool() && approved->get_bool();
    return record;
}

std::optional<SealedChain> checkpoint_of(std::string_view text) {
    const auto object = object_of(text);
    if (!object) return std::nullopt;
    const auto sealed = hash_of_hex(text_in(*object, "checkpoint"));
    const auto seal = hash_of_hex(text_in(*object, "seal"));
    if (!sealed || !seal) return std::nullopt;
    return SealedChain{*sealed, *seal};
}

std::optional<Repair> repair_of(std::string_view text) {
    const auto object = object_of(text);
    if (!object || !object->contains("repair")) return std::nullopt;
    return Repair{text_in(*object, "time"), text_in(*object, "repair")};
}

}  // namespace kvp11::audit
