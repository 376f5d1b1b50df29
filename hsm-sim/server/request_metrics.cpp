#include "server/request_metrics.hpp"

#include <algorithm>
#include <string>

#include "host/thread_number.hpp"
#include "partition/operations.hpp"
#include "server/exposition.hpp"

namespace kvp11::server {
namespace {

constexpr std::string_view unknown = "Unknown";
constexpr std::array<std::string_view, 5> class_names = {"1xx", "2xx", "3xx", "4xx", "5xx"};

}  // namespace

RequestMetrics::RequestMetrics() {
    for (const partition::OperationRow& row : partition::operation_rows()) names_.push_back(row.name);
    names_.push_back(unknown);
    names_.push_back(authority);
    std::sort(names_.begin(), names_.end());
    for (Shard& shard : shards_) shard.histograms = std::make_unique<Histogram[]>(names_.size() * classes);
}

std::size_t RequestMetrics::index_of(std::string_view operation) const noexcept {
    const auto find = [&](std::string_view name) { return std::lower_bound(names_.begin(), names_.end(), name); };
    auto found = find(operation);
    if (found == names_.end() || *found != operation) found = find(unknown);
    return static_cast<std::size_t>(found - names_.begin());
}

void RequestMetrics::count(std::string_view operation, unsigned status, std::chrono::microseconds duration) noexcept {
    const std::size_t status_class = std::clamp<std::size_t>(status / 100, 1, classes) - 1;
    const auto took = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
    const auto bucket = std::lower_bound(bounds_us.begin(), bounds_us.end(), took) - bounds_us.begin();
    const Shard& shard = shards_[host::thread_number() % shards];
    Histogram& histogram = shard.histograms[index_of(operation) * classes + status_class];
    histogram.buckets[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    histogram.sum_us.fetch_add(took, std::memory_order_relaxed);
}

std::uint64_t RequestMetrics::requests() const noexcept {
    std::uint64_t sum = 0;
    for (const Shard& shard : shards_) {
        for (std::size_t i = 0; i < names_.size() * classes; ++i) {
            for (const auto& bucket : shard.histograms[i].buckets) sum += bucket.load(std::memory_order_relaxed);
        }
    }
    return sum;
}

void RequestMetrics::write(Exposition& exposition) const {
    exposition.family("hsm_sim_request_duration_seconds", "histogram",
                      "Time from the end of a request's head to its answer, by operation and class of status.");
    for (std::size_t operation = 0; operation < names_.size(); ++operation) {
        for (std::size_t status_class = 0; status_class < classes; ++status_class) {
            write_histogram(exposition, operation, status_class);
        }
    }
}

// What never happened is left out: there are hundreds of combinations.
void RequestMetrics::write_histogram(Exposition& exposition, std::size_t operation, std::size_t status_class) const {
    std::array<std::uint64_t, bounds_us.size() + 1> buckets{};
    std::uint64_t sum_us = 0;
    for (const Shard& shard : shards_) {
        const Histogram& part = shard.histograms[operation * classes + status_class];
        for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += part.buckets[i].load(std::memory_order_relaxed);
        sum_us += part.sum_us.load(std::memory_order_relaxed);
    }
    std::uint64_t total = 0;
    for (const std::uint64_t bucket : buckets) total += bucket;
    if (total == 0) return;
    const Label name{"operation", names_[operation]};
    const Label outcome{"status", class_names[status_class]};
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < bounds_us.size(); ++i) {
        so_far += buckets[i];
        const std::string bound = number_text(bounds_us[i] / 1e6);
        exposition.sample(static_cast<double>(so_far), {name, outcome, {"le", bound}}, "_bucket");
    }
    exposition.sample(static_cast<double>(total), {name, outcome, {"le", "+Inf"}}, "_bucket");
    exposition.sample(static_cast<double>(sum_us) / 1e6, {name, outcome}, "_sum");
    exposition.sample(static_cast<double>(total), {name, outcome}, "_count");
}

}  // namespace kvp11::server
