#include "table.hpp"

#include <algorithm>
#include <cstdio>

namespace kvp11::bench {
namespace {

double percentile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    const double position = share * static_cast<double>(values.size() - 1);
    return values[static_cast<std::size_t>(position + 0.5)];
}

std::string number(const char* format, double value) {
    char text[48];
    std::snprintf(text, sizeof(text), format, value);
    return text;
}

std::string rate_cell(const Rates& rates) {
    if (!rates.failure.empty()) {
        return "fails: " + rates.failure;
    }
    if (rates.per_round.empty()) {
        return "–";
    }
    const double rate = median_of(rates.per_round);
    if (rate >= 1e6) {
        return number("%.2fM", rate / 1e6);
    }
    return rate >= 1e4 ? number("%.1fk", rate / 1e3) : number(rate >= 100 ? "%.0f" : "%.1f", rate);
}

std::string ratio_cell(const Rates& of, const Rates& to) {
    if (of.per_round.empty() || to.per_round.empty()) {
        return "–";
    }
    const Ratio ratio = ratio_of(of.per_round, to.per_round);
    const char* format = ratio.median >= 10 ? "%.0f" : "%.2f";
    return "**" + number(format, ratio.median) + "** (" + number(format, ratio.low) + "–" + number(format, ratio.high) +
           ")";
}

}  // namespace

double median_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Ratio ratio_of(const std::vector<double>& of, const std::vector<double>& to) {
    std::vector<double> pairs;
    for (std::size_t i = 0; i < std::min(of.size(), to.size()); ++i) {
        pairs.push_back(of[i] / to[i]);
    }
    return {median_of(pairs), percentile(pairs, 0.1), percentile(pairs, 0.9)};
}

std::string table_head(const std::string& module, const std::string& reference) {
    return "| operation | threads | " + module + " /s | " + reference + " /s | OpenSSL /s | ÷ " + reference +
           " | ÷ OpenSSL |\n|---|---|---|---|---|---|---|\n";
}

std::string table_row(const Operation& operation, const std::vector<Rates>& rates) {
    return "| " + operation.name + " | " + std::to_string(operation.threads) + " | " + rate_cell(rates[0]) + " | " +
           rate_cell(rates[1]) + " | " + rate_cell(rates[2]) + " | " + ratio_cell(rates[0], rates[1]) + " | " +
           ratio_cell(rates[0], rates[2]) + " |\n";
}

}  // namespace kvp11::bench
