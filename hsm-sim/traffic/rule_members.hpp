// RuleMembers: reads the members of one JSON object of the rules, and says where it is not what it should be.
//
// Borrows the object. Every failure is ConfigurationInvalid and names the member: "faults[2].nth is 0, want …".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "kvp11/result.hpp"

namespace kvp11::traffic {

[[nodiscard]] Failure invalid_rule(std::string_view where, const std::string& what);

/// `words` as a list to choose from. Refuses others with the nearest word.
Result<std::size_t> choose_word(std::string_view where, std::string_view word, std::span<const std::string_view> words);

/// "*" or the audit name of an operation.
Result<void> check_operation(std::string_view where, std::string_view operation);

class RuleMembers {
public:
    /// `where` is empty for the document itself. Refuses what is no object and members that are not in `known`.
    static Result<RuleMembers> of(const boost::json::value& value, std::string where,
                                  std::span<const std::string_view> known);

    [[nodiscard]] std::string path(std::string_view name) const;
    /// Null when there is none.
    [[nodiscard]] const boost::json::value* find(std::string_view name) const;

    [[nodiscard]] Result<std::optional<std::int64_t>> whole(std::string_view name, std::int64_t least,
                                                            std::int64_t most) const;
    [[nodiscard]] Result<std::optional<double>> fraction(std::string_view name) const;  // above 0, at most 1
    [[nodiscard]] Result<bool> flag(std::string_view name) const;                       // absent is false
    [[nodiscard]] Result<std::optional<std::string>> text(std::string_view name) const;
    [[nodiscard]] Result<std::vector<std::string>> texts(std::string_view name) const;  // absent is empty

private:
    RuleMembers(const boost::json::object& object, std::string where) : object_(&object), where_(std::move(where)) {}

    const boost::json::object* object_;
    std::string where_;
};

/// A whole number in its range, wherever it stands.
Result<std::int64_t> read_whole(const boost::json::value& value, std::string_view where, std::int64_t least,
                                std::int64_t most);
Result<std::vector<std::string>> read_texts(const boost::json::value& value, std::string_view where);

}  // namespace kvp11::traffic
