#include "access/token_principals.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "store/folded_name.hpp"

namespace kvp11::access {
namespace {

// What a GUID of ours names; the same place is 00 in the ids of our built-in roles.
enum class Kind : std::uint8_t { Principal = 1, DefaultAssignment = 2 };

constexpr std::size_t serial_size = 16;

std::string two_digits(unsigned number) {
    static constexpr char digits[] = "0123456789abcdef";
    return {digits[(number >> 4) & 0x0F], digits[number & 0x0F]};
}

/// "kvp11" in ASCII, the kind, version and variant of a GUID around the serial, and a number.
std::string guid_for(Kind kind, std::string_view serial, unsigned number) {
    std::string digits = store::folded_name(serial.substr(0, serial_size));
    std::replace_if(
        digits.begin(), digits.end(), [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) == 0; }, '0');
    digits.resize(serial_size, '0');
    return "6b767031-31" + two_digits(static_cast<unsigned>(kind)) + "-4" + digits.substr(0, 3) + "-8" +
           digits.substr(3, 3) + "-" + digits.substr(6) + two_digits(number);
}

class DefaultTable {
public:
    explicit DefaultTable(std::string_view serial) : serial_(serial) {}

    Result<void> assign(const std::string& principal, const char* role) {
        return table_.assign({guid_for(Kind::DefaultAssignment, serial_, ++count_), principal, role, "/"});
    }
    AccessTable take() { return std::move(table_); }

private:
    std::string_view serial_;
    unsigned count_ = 0;
    AccessTable table_;
};

}  // namespace

std::string token_principal(std::string_view serial, Role role) {
    return guid_for(Kind::Principal, serial, role == Role::SecurityOfficer ? 1 : 2);
}

Result<AccessTable> default_table(std::string_view serial, const std::vector<std::string>& administrators) {
    const std::string user = token_principal(serial, Role::User);
    const std::string officer = token_principal(serial, Role::SecurityOfficer);
    DefaultTable table(serial);
    TRY(table.assign(public_principal, role_id::token_public));
    TRY(table.assign(user, role_id::crypto_user));
    TRY(table.assign(user, role_id::token_user));
    TRY(table.assign(officer, role_id::administrator));
    TRY(table.assign(officer, role_id::crypto_officer));
    TRY(table.assign(officer, role_id::token_security_officer));
    FoldedMap<bool> done{{officer, true}, {"", true}};
    for (const std::string& administrator : administrators) {
        if (done.emplace(administrator, true).second) TRY(table.assign(administrator, role_id::administrator));
    }
    return table.take();
}

}  // namespace kvp11::access
