// The Markdown table: rates, and ratios as the median of the slice-by-slice pairs with their
// spread.
#pragma once

#include <string>
#include <vector>

#include "measurement.hpp"

namespace kvp11::bench {

struct Ratio {
    double median;
    double low;   // 10th percentile of the pairs
    double high;  // 90th percentile
};

// Needs at least one round of both.
Ratio ratio_of(const std::vector<double>& of, const std::vector<double>& to);
double median_of(std::vector<double> values);

std::string table_head(const std::string& module, const std::string& reference);
// rates: the module's, the reference's, OpenSSL's.
std::string table_row(const Operation& operation, const std::vector<Rates>& rates);

}  // namespace kvp11::bench
