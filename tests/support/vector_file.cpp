#include "support/vector_file.hpp"

#include <fstream>
#include <stdexcept>

namespace kvp11::test {
namespace {

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r");
    const auto last = text.find_last_not_of(" \t\r");
    return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

}  // namespace

bool Vector::has(const std::string& name) const { return fields_.count(name) != 0; }

const std::string& Vector::text(const std::string& name) const {
    const auto found = fields_.find(name);
    if (found == fields_.end()) {
        throw std::runtime_error("vector without " + name);
    }
    return found->second;
}

Bytes Vector::bytes_or_none(const std::string& name) const { return has(name) ? bytes(name) : Bytes{}; }

std::vector<Vector> read_vectors(const std::filesystem::path& file) {
    std::ifstream lines(file);
    if (!lines) {
        throw std::runtime_error("cannot read " + file.string());
    }
    std::map<std::string, std::string> standing;
    std::map<std::string, std::string> own;
    std::vector<Vector> vectors;
    const auto finish_block = [&] {
        if (!own.empty()) {
            auto fields = standing;
            for (auto& [name, value] : own) fields[name] = value;
            vectors.emplace_back(std::move(fields));
            own.clear();
        }
    };
    for (std::string line; std::getline(lines, line);) {
        line = trimmed(line);
        if (line.empty() || line[0] == '#' || line[0] == '@') {
            finish_block();
        }
        const auto equals = line.find('=');
        if (line.empty() || line[0] == '#') {
            continue;
        }
        if (equals == std::string::npos) {
            throw std::runtime_error(file.string() + ": no '=' in " + line);
        }
        const std::string value = trimmed(line.substr(equals + 1));
        if (line[0] == '@') {
            standing[trimmed(line.substr(1, equals - 1))] = value;
        } else {
            own[trimmed(line.substr(0, equals))] = value;
        }
    }
    finish_block();
    return vectors;
}

}  // namespace kvp11::test
