#include "server/request_metrics.hpp"

#include <string>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "server/exposition.hpp"

using namespace kvp11::server;
using std::chrono::microseconds;

namespace {

std::string text_of(const RequestMetrics& metrics) {
    Exposition exposition;
    metrics.write(exposition);
    return exposition.text();
}

bool has(const std::string& text, const std::string& line) { return text.find(line + "\n") != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(request_metrics)

BOOST_AUTO_TEST_CASE(a_request_is_counted_in_its_bucket_and_in_all_longer_ones) {
    RequestMetrics metrics;
    metrics.count("KeySign", 200, microseconds(180));
    metrics.count("KeySign", 200, microseconds(250));  // bounds belong to their bucket
    metrics.count("KeySign", 200, microseconds(9'000'000));
    metrics.count("KeySign", 403, microseconds(10));
    const std::string text = text_of(metrics);
    const std::string name = "hsm_sim_request_duration_seconds";
    const std::string labels = R"({operation="KeySign",status="2xx")";
    BOOST_TEST(has(text, name + "_bucket" + labels + R"(,le="0.0001"} 0)"));
    BOOST_TEST(has(text, name + "_bucket" + labels + R"(,le="0.00025"} 2)"));
    BOOST_TEST(has(text, name + "_bucket" + labels + R"(,le="5"} 2)"));
    BOOST_TEST(has(text, name + "_bucket" + labels + R"(,le="+Inf"} 3)"));
    BOOST_TEST(has(text, name + "_sum" + labels + "} 9.00043"));
    BOOST_TEST(has(text, name + "_count" + labels + "} 3"));
    BOOST_TEST(has(text, name + R"(_count{operation="KeySign",status="4xx"} 1)"));
    BOOST_TEST(text.find("KeyCreate") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(threads_lose_no_count) {
    RequestMetrics metrics;
    std::vector<std::thread> threads;
    for (int i = 0; i < 24; ++i) {  // more than there are shards
        threads.emplace_back([&] {
            for (int n = 0; n < 1000; ++n) metrics.count("KeyGet", 200, microseconds(n));
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(metrics.requests() == 24'000U);
    BOOST_TEST(
        has(text_of(metrics), R"(hsm_sim_request_duration_seconds_count{operation="KeyGet",status="2xx"} 24000)"));
}

BOOST_AUTO_TEST_CASE(what_nobody_knows_is_counted_too) {
    RequestMetrics metrics;
    metrics.count("NoSuchOperation", 404, microseconds(-5));
    metrics.count("", 999, microseconds(1));
    metrics.count(RequestMetrics::authority, 200, microseconds(1));
    const std::string text = text_of(metrics);
    BOOST_TEST(has(text, R"(hsm_sim_request_duration_seconds_count{operation="Unknown",status="4xx"} 1)"));
    BOOST_TEST(has(text, R"(hsm_sim_request_duration_seconds_count{operation="Unknown",status="5xx"} 1)"));
    BOOST_TEST(has(text, R"(hsm_sim_request_duration_seconds_count{operation="Authority",status="2xx"} 1)"));
}

BOOST_AUTO_TEST_CASE(label_values_are_escaped) {
    Exposition exposition;
    exposition.family("x", "gauge", "A sentence.");
    exposition.sample(0.5, {{"path", "a\"b\\c\nd"}});
    exposition.single("y", "counter", "Another.", 1e15);
    BOOST_TEST(exposition.text() == "# HELP x A sentence.\n# TYPE x gauge\nx{path=\"a\\\"b\\\\c\\nd\"} 0.5\n"
                                    "# HELP y Another.\n# TYPE y counter\ny 1e+15\n");
}

BOOST_AUTO_TEST_SUITE_END()
