#include "credential/arc_key.hpp"

#include "credential/secret_file.hpp"

namespace kvp11::credential {
namespace {

constexpr std::size_t longest_key = 4096;

Failure refused(const std::string& why) { return fail(Errc::UserNotLoggedIn, "Azure Arc: " + why); }

bool is_key_in(std::string_view path, std::string_view folder) {
    if (!path.starts_with(folder) || !path.ends_with(".key")) return false;
    const std::string_view name = path.substr(folder.size());
    return name.size() > std::string_view(".key").size() && name.find('/') == std::string_view::npos;
}

}  // namespace

Result<WipedText> arc_head_lines(const transport::Answer& challenge, const std::string& folder,
                                 std::string_view head_lines) {
    constexpr std::string_view prefix = "Basic realm=";
    const std::string_view header = challenge.header("WWW-Authenticate").value_or(std::string_view());
    if (!header.starts_with(prefix)) return refused("its 401 names no key file");
    std::string_view path = trimmed(header.substr(prefix.size()));
    if (path.size() >= 2 && path.front() == '"' && path.back() == '"') path = path.substr(1, path.size() - 2);
    if (!is_key_in(path, folder)) return refused("its 401 names a file that is no *.key in " + folder);
    const Result<SecretBytes> key = read_secret_word(std::string(path), longest_key);
    if (!key) {
        return refused(key.error().message + "; the process must be of the group himds");
    }
    if (!is_header_value(text_of(key->expose_bytes()))) return refused("its key file holds no text");
    WipedText lines;
    lines.append(head_lines);
    lines.append("Authorization: Basic ");
    lines.append(*key);
    lines.append("\r\n");
    return lines;
}

}  // namespace kvp11::credential
