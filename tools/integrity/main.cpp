// kvp11-integrity FILE…          writes FILE.hmac, the sidecar of the integrity check (hsm-sim/fips/integrity.hpp)
// kvp11-integrity --check FILE…  compares each file with its sidecar; ends with 1 when one does not match
#include <cstdio>
#include <cstring>
#include <fstream>

#include "fips/integrity.hpp"

namespace {

using namespace kvp11;

bool complain(const std::string& file, const std::string& reason) {
    std::fprintf(stderr, "kvp11-integrity: %s: %s\n", file.c_str(), reason.c_str());
    return false;
}

bool write_sidecar(const std::string& file) {
    const Result<std::string> code = fips::integrity_code(file);
    if (!code.ok()) return complain(file, code.error().message);
    std::ofstream sidecar(fips::integrity_sidecar(file), std::ios::trunc);
    sidecar << *code << '\n';
    sidecar.close();
    return sidecar.good() || complain(file, "cannot write its sidecar");
}

bool check(const std::string& file) {
    const fips::IntegrityReport report = fips::check_integrity(file);
    return report.outcome == fips::Integrity::Matches || complain(file, report.reason);
}

}  // namespace

int main(int argc, char** argv) {
    const bool checking = argc > 1 && std::strcmp(argv[1], "--check") == 0;
    const int first = checking ? 2 : 1;
    if (first >= argc) {
        std::fprintf(stderr, "usage: kvp11-integrity [--check] FILE…\n");
        return 2;
    }
    bool good = true;
    for (int i = first; i < argc; ++i) good = (checking ? check(argv[i]) : write_sidecar(argv[i])) && good;
    return good ? 0 : 1;
}
