#include "workplace.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "audit/log_head.hpp"
#include "audit/log_line.hpp"

namespace kvp11::test {

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kvp11-audit-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

SecretBytes seal_key() { return SecretBytes::copy_of(Bytes(32, 0x5e)); }
SecretBytes foreign_key() { return SecretBytes::copy_of(Bytes(32, 0xf0)); }

audit::AuditRecord record(std::uint64_t number) {
    audit::AuditRecord record;
    record.time_us = 1'763'794'408'000'000 + static_cast<std::int64_t>(number);
    record.operation = "KeySign";
    record.operation_version = "7.5";
    record.key = "/keys/signing-" + std::to_string(number) + "/0123456789abcdef0123456789abcdef";
    record.result = "Success";
    record.duration_us = 31;
    record.principal = "7b0a6f52-5d0c-4b3c-9d52-0a2f9be0a1c3";
    record.caller_address = "127.0.0.1";
    record.client_info = "azsdk-net-Security.KeyVault.Keys/4.6.0";
    record.approved = true;
    return record;
}

std::unique_ptr<audit::AuditLog> log_at(const std::string& folder, std::uint64_t segment_size) {
    audit::LogSettings settings;
    settings.folder = folder;
    settings.segment_size = segment_size;
    return audit::AuditLog::open(settings);
}

void append(audit::AuditLog& log, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) REQUIRE_OK(log.append(record(i)));
}

std::string segment_file(const std::string& folder, std::size_t number) {
    const std::string digits = std::to_string(number);
    return folder + "/" + std::string(6 - digits.size(), '0') + digits + ".jsonl";
}

std::string text_of_file(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

void write_file(const std::string& file, const std::string& text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

Lines Lines::of(const std::string& folder) {
    Lines lines;
    for (std::size_t segment = 1; std::filesystem::exists(segment_file(folder, segment)); ++segment) {
        std::ifstream file(segment_file(folder, segment), std::ios::binary);
        for (std::string line; std::getline(file, line);) {
            lines.texts.push_back(line);
            lines.segments.push_back(segment);
        }
    }
    return lines;
}

void Lines::write(const std::string& folder) const {
    for (std::size_t segment = 1; std::filesystem::exists(segment_file(folder, segment)); ++segment) {
        std::string text;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (segments[i] == segment) text += texts[i] + "\n";
        }
        write_file(segment_file(folder, segment), text);
    }
}

void Lines::remove(std::size_t index) {
    texts.erase(texts.begin() + static_cast<std::ptrdiff_t>(index));
    segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(index));
}

void Lines::insert(std::size_t index, const std::string& text) {
    const std::size_t segment = index < segments.size() ? segments[index] : segments.back();
    texts.insert(texts.begin() + static_cast<std::ptrdiff_t>(index), text);
    segments.insert(segments.begin() + static_cast<std::ptrdiff_t>(index), segment);
}

void Lines::hash_anew(std::size_t from) {
    audit::Chain chain;
    audit::ChainEnd end;
    if (from > 0) {
        const auto before = audit::LogLine::parse(texts[from - 1]);
        end = {before->number, before->hash};
    }
    for (std::size_t i = from; i < texts.size(); ++i) {
        std::string line = texts[i].substr(0, texts[i].rfind(",\"number\":"));
        end.hash = audit::close_line(line, chain, end);
        ++end.records;
        line.pop_back();
        texts[i] = line;
    }
}

std::size_t Lines::checkpoint() const {
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts[i].rfind("{\"checkpoint\"", 0) == 0) return i;
    }
    BOOST_FAIL("there is no checkpoint");
    return 0;
}

void write_head(const std::string& folder, const Lines& lines) {
    audit::LogHead head;
    for (std::size_t i = 0; i < lines.texts.size(); ++i) {
        const auto line = audit::LogLine::parse(lines.texts[i]);
        head.end = {line->number, line->hash};
        if (head.segment != lines.segments[i]) head.offset = 0;
        head.segment = lines.segments[i];
        head.offset += lines.texts[i].size() + 1;
        if (line->kind != audit::LineKind::Checkpoint) continue;
        head.checkpoint = line->number;
        head.checkpoint_segment = head.segment;
    }
    const auto bytes = head.encode();
    write_file(folder + "/head", std::string(text_of(bytes)));
}

audit::Verification verified(const std::string& folder, const SecretBytes* key,
                             const std::optional<audit::Checkpoint>& expected) {
    auto verification = log_at(folder)->verify(key, expected);
    REQUIRE_OK(verification);
    return std::move(verification).value();
}

std::string findings_of(const audit::Verification& verification) {
    std::string text;
    for (const audit::Finding& finding : verification.findings) {
        if (!text.empty()) text += "; ";
        text += finding.what + " " + std::to_string(finding.record);
        BOOST_TEST_MESSAGE(finding.sentence);
    }
    return text;
}

int in_child(const std::function<int()>& work) {
    const pid_t child = fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) _exit(work());
    int status = 0;
    BOOST_REQUIRE_EQUAL(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace kvp11::test
