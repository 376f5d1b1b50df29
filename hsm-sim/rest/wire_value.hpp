// JSON as it is on the wire: reading without leaving secrets behind, writing as the service does. Thread-safe.
#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::rest {

namespace json = boost::json;

/// Memory of values that may hold private keys: wiped when it is given back. What is small lies in the object itself,
/// which takes nothing back before it goes. One thread's at a time.
class WipingMemory final : public json::memory_resource {
public:
    WipingMemory() = default;
    WipingMemory(const WipingMemory&) = delete;
    WipingMemory& operator=(const WipingMemory&) = delete;

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override;
    void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override;
    [[nodiscard]] bool do_is_equal(const json::memory_resource& other) const noexcept override;

    alignas(std::max_align_t) std::array<std::byte, 384> first_;
    std::size_t used_ = 0;
};

/// At most 32 deep. ArgumentsBad with a sentence about what is wrong and where.
Result<json::value> parse_json(std::string_view text, json::storage_ptr memory = {});

/// Compact, members sorted by their names, as the service writes it.
std::string wire_text(const json::value& value);

// --- members of a request's body. ArgumentsBad names the member that is missing or of another type.
/// Null counts as absent everywhere.
const json::value* member(const json::object& object, std::string_view name) noexcept;
Result<std::string_view> text_member(const json::object& object, std::string_view name);
Result<std::optional<std::string_view>> optional_text(const json::object& object, std::string_view name);
Result<std::optional<bool>> optional_bool(const json::object& object, std::string_view name);
Result<std::optional<std::int64_t>> optional_integer(const json::object& object, std::string_view name);
Result<const json::object*> optional_object(const json::object& object, std::string_view name);
Result<const json::array*> optional_array(const json::object& object, std::string_view name);
/// base64url without padding, which is tolerated.
Result<Bytes> binary_member(const json::object& object, std::string_view name);
Result<std::optional<Bytes>> optional_binary(const json::object& object, std::string_view name);
/// The same for key material and plaintext. Empty where there is none.
Result<SecretBytes> secret_member(const json::object& object, std::string_view name);
Result<SecretBytes> optional_secret(const json::object& object, std::string_view name);

}  // namespace kvp11::rest
