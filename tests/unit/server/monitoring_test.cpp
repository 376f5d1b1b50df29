#include "server/monitoring.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "partitions.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::server;

namespace {

struct Watched {
    std::unique_ptr<partition::Partition> partition = partition::Partition::in_memory().value();
    RequestMetrics requests;
    PartitionWatch watch{*partition};
    std::unique_ptr<traffic::Traffic> traffic = traffic::Traffic::make();
    Monitoring monitoring{requests, watch, *traffic};

    http::Response get(const std::string& target, const std::string& method = "GET") {
        http::Response answer;
        http::Request request;
        request.method = method;
        request.target = target;
        monitoring.handle(std::move(request), [&](http::Response given) { answer = std::move(given); });
        return answer;
    }
};

bool has(const std::string& text, const std::string& line) { return text.find(line + "\n") != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(monitoring)

BOOST_AUTO_TEST_CASE(health_follows_the_partition) {
    Watched watched;
    BOOST_TEST(watched.get("/health").status == 503U);  // not looked at yet
    watched.watch.refresh();
    const http::Response answer = watched.get("/health");
    BOOST_TEST(answer.status == 200U);
    BOOST_TEST(boost::json::parse(answer.body).at("status").as_string() == "active");

    const auto lost = test::partition_at("/nowhere/at/all");
    PartitionWatch watch(*lost);
    watch.refresh();
    BOOST_TEST(Monitoring(watched.requests, watch, *watched.traffic).health().status == 503U);
}

BOOST_AUTO_TEST_CASE(metrics_show_keys_requests_and_faults) {
    Watched watched;
    REQUIRE_OK(watched.partition->generate(test::new_ec_key()));
    watched.watch.refresh();
    watched.requests.count("KeySign", 200, std::chrono::microseconds(5));
    REQUIRE_OK(watched.traffic->set_rules(R"({"faults":[{"operation":"KeySign","status":500}]})"));
    (void)watched.traffic->plan("KeySign");
    const std::string text = watched.get("/metrics?x").body;
    BOOST_TEST(has(text, R"(hsm_sim_partition_state{state="active"} 1)"));
    BOOST_TEST(has(text, R"(hsm_sim_partition_state{state="error"} 0)"));
    BOOST_TEST(has(text, R"(hsm_sim_keys{type="EC"} 1)"));
    BOOST_TEST(has(text, R"(hsm_sim_request_duration_seconds_count{operation="KeySign",status="2xx"} 1)"));
    BOOST_TEST(has(text, R"(hsm_sim_faults_total{fault="0"} 1)"));
    BOOST_TEST(text.find("\nprocess_resident_memory_bytes ") != std::string::npos);
    BOOST_TEST(text.find("hsm_sim_connections_open") == std::string::npos);  // nobody listens yet
    http::Counters counters;
    counters.open = 7;
    watched.monitoring.watch(counters);
    BOOST_TEST(has(watched.get("/metrics").body, "hsm_sim_connections_open 7"));
}

BOOST_AUTO_TEST_CASE(there_is_nothing_else) {
    Watched watched;
    BOOST_TEST(watched.get("/").status == 404U);
    BOOST_TEST(watched.get("/metrics", "POST").status == 405U);
    BOOST_TEST(watched.monitoring.refuse(431, "too long", {}).status == 431U);
}

BOOST_AUTO_TEST_SUITE_END()
