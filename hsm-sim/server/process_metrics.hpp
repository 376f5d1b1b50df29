// What every process tells Prometheus of itself, under the names that all clients of Prometheus use. Thread-safe.
#pragma once

#include <ctime>

namespace kvp11::server {

class Exposition;

void write_process_metrics(Exposition& exposition, std::time_t started);

}  // namespace kvp11::server
