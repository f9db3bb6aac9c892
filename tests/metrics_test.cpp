#include "server/ops/metrics.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "server/ops/exposition.hpp"
#include "server/ops/process_figures.hpp"
#include "tests/support/parsed_request.hpp"
#include "tests/support/scraped_metrics.hpp"

namespace {

using namespace server::ops;
namespace http = server::http;
using std::chrono::microseconds;
using strings = std::map<std::string, std::string>;

std::string text_of(const arena::segment_buffer& pieces) {
  std::string text;
  for (auto* piece = pieces.first(); piece != nullptr; piece = piece->next) text += piece->view();
  return text;
}

class Metrics : public testing::Test {
 protected:
  Metrics() {
    const auto nothing = [](const server::request&, server::response&) {};
    routes_.get("/items", nothing).post("/echo", nothing);
    first_ = &counted_.add_thread(routes_);
    second_ = &counted_.add_thread(routes_);
  }
  const server::route* route(std::size_t index) const { return routes_.routes()[index].get(); }

  std::string scrape(const arena::memory_budget* budget = nullptr) {
    server::router served;
    add_metrics(served, {.settings = settings_, .counted = counted_, .budget = budget});
    parsed_request parsed;
    parsed.feed("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n");
    server::response answer(parsed.asked.memory());
    served.match(parsed.asked).found->handle(parsed.asked, answer);
    const std::string text = text_of(answer.body());
    answer.finish("date", server::response::connection::keep_alive,
                  server::response::content::send);
    head_ = answer.head();
    return text;
  }

  server::config settings_;
  server::router routes_;
  statistics counted_;
  thread_statistics* first_;
  thread_statistics* second_;
  std::string head_;
};

TEST_F(Metrics, AreTheTextFormat) {
  const scraped_metrics read(scrape());
  EXPECT_GT(read.samples().size(), 30u);
  EXPECT_NE(head_.find("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"),
            std::string::npos);
}

TEST_F(Metrics, SumTheRequestsOfAllThreads) {
  first_->record({.matched = route(0), .method = http::verb::get, .status = http::status::ok});
  second_->record({.matched = route(0), .method = http::verb::get, .status = http::status::ok});
  second_->record({.method = http::verb::delete_, .status = http::status::not_found});
  const scraped_metrics read(scrape());
  const std::string name = "arena_server_requests_total";
  EXPECT_EQ(read.value(name, {{"endpoint", "GET /items"}, {"method", "GET"}, {"code", "2xx"}}), 2);
  EXPECT_EQ(read.value(name, {{"endpoint", "unrouted"}, {"method", "other"}, {"code", "4xx"}}), 1);
}

TEST_F(Metrics, ListOnlyEndpointsWithRequests) {
  EXPECT_EQ(scrape().find("endpoint="), std::string::npos);
  first_->record({.matched = route(0), .method = http::verb::get});
  EXPECT_NE(scrape().find("endpoint=\"GET /items\""), std::string::npos);
  EXPECT_EQ(scrape().find("endpoint=\"POST /echo\""), std::string::npos);
}

TEST_F(Metrics, PutDurationsIntoBucketsOfSeconds) {
  for (const int duration : {40, 90, 2000, 700'000, 20'000'000})
    first_->record({.matched = route(1), .latency = microseconds(duration)});
  const scraped_metrics read(scrape());
  const std::string name = "arena_server_request_duration_seconds";
  const auto below = [&](const std::string& le) {
    return read.value(name + "_bucket", {{"endpoint", "POST /echo"}, {"le", le}});
  };
  EXPECT_EQ(below("5e-05"), 1);
  EXPECT_EQ(below("0.0001"), 2);
  EXPECT_EQ(below("0.001"), 2);
  EXPECT_EQ(below("0.0025"), 3);
  EXPECT_EQ(below("0.25"), 3);
  EXPECT_EQ(below("1"), 4);
  EXPECT_EQ(below("10"), 4);
  EXPECT_EQ(below("+Inf"), 5);
  EXPECT_EQ(read.value(name + "_count", {{"endpoint", "POST /echo"}}), 5);
  EXPECT_NEAR(*read.value(name + "_sum", {{"endpoint", "POST /echo"}}), 20.70213, 1e-9);
}

TEST_F(Metrics, TellArenaBytesInArenaModeOnly) {
  first_->record({.matched = route(0), .memory_bytes = 2000});
  first_->memory.publish({.leased = 1,
                          .idle = 2,
                          .idle_bytes = 3,
                          .leases = 4,
                          .one_block_leases = 5,
                          .upstream_allocations = 6,
                          .trimmed_blocks = 7});
  const scraped_metrics read(scrape());
  const strings items{{"endpoint", "GET /items"}};
  EXPECT_EQ(read.value("arena_server_request_arena_bytes_sum", items), 2000);
  EXPECT_EQ(read.value("arena_server_arenas_leased"), 1);
  EXPECT_EQ(read.value("arena_server_arenas_idle"), 2);
  EXPECT_EQ(read.value("arena_server_arena_retained_bytes"), 3);
  EXPECT_EQ(read.value("arena_server_arena_leases_total"), 4);
  EXPECT_EQ(read.value("arena_server_arena_one_block_leases_total"), 5);
  EXPECT_EQ(read.value("arena_server_arena_upstream_allocations_total"), 6);
  EXPECT_EQ(read.value("arena_server_arena_trimmed_blocks_total"), 7);
  settings_.memory = server::memory_strategy::heap;
  EXPECT_EQ(scrape().find("arena_server_arena"), std::string::npos);
  EXPECT_EQ(scrape().find("request_arena_bytes"), std::string::npos);
}

TEST_F(Metrics, TellTheBudgetIfThereIsOne) {
  arena::memory_budget budget(80, 100);
  ASSERT_TRUE(budget.try_charge(60));
  ASSERT_FALSE(budget.try_charge(60));
  budget.release(10);
  const scraped_metrics read(scrape(&budget));
  EXPECT_EQ(read.value("arena_server_memory_budget_used_bytes"), 50);
  EXPECT_EQ(read.value("arena_server_memory_budget_peak_bytes"), 60);
  EXPECT_EQ(read.value("arena_server_memory_budget_soft_bytes"), 80);
  EXPECT_EQ(read.value("arena_server_memory_budget_hard_bytes"), 100);
  EXPECT_EQ(read.value("arena_server_memory_budget_refusals_total"), 1);
  EXPECT_EQ(scrape().find("memory_budget"), std::string::npos);
}

TEST_F(Metrics, TellConnectionsByStateAndWhatBecameOfThem) {
  first_->states.reading.store(3);
  second_->states.reading.store(4);
  second_->states.lingering.store(1);
  first_->accepted.add(10);
  second_->refused.add(2);
  first_->accept_failures.add(1);
  first_->timeouts[timeout::body_rate].add(5);
  second_->budget_refusals[refusal_stage::handler].add(6);
  first_->bytes_received.add(100);
  second_->bytes_sent.add(200);
  const scraped_metrics read(scrape());
  EXPECT_EQ(read.value("arena_server_connections", {{"state", "reading"}}), 7);
  EXPECT_EQ(read.value("arena_server_connections", {{"state", "idle"}}), 0);
  EXPECT_EQ(read.value("arena_server_connections", {{"state", "lingering"}}), 1);
  EXPECT_EQ(read.value("arena_server_connections_accepted_total"), 10);
  EXPECT_EQ(read.value("arena_server_connections_refused_total"), 2);
  EXPECT_EQ(read.value("arena_server_accept_failures_total"), 1);
  EXPECT_EQ(read.value("arena_server_timeouts_total", {{"kind", "body_rate"}}), 5);
  EXPECT_EQ(read.value("arena_server_timeouts_total", {{"kind", "drain"}}), 0);
  EXPECT_EQ(read.value("arena_server_request_refusals_total", {{"stage", "handler"}}), 6);
  EXPECT_EQ(read.value("arena_server_received_bytes_total"), 100);
  EXPECT_EQ(read.value("arena_server_sent_bytes_total"), 200);
}

TEST_F(Metrics, TellOfTheProcess) {
  const scraped_metrics read(scrape());
  const double now = static_cast<double>(std::time(nullptr));
  EXPECT_LE(*read.value("process_start_time_seconds"), now + 1);
  EXPECT_GT(*read.value("process_start_time_seconds"), now - 3600);
  EXPECT_GT(*read.value("process_resident_memory_bytes"), 1 << 20);
  EXPECT_GT(*read.value("process_open_fds"), 2);
  EXPECT_GT(*read.value("process_max_fds"), *read.value("process_open_fds"));
  EXPECT_GT(*read.value("process_cpu_seconds_total"), 0);
}

TEST_F(Metrics, SayWhatTheServerIsMadeOf) {
  const scraped_metrics read(scrape());
  for (const scraped_sample& each : read.samples()) {
    if (each.name != "arena_server_build_info") continue;
    EXPECT_EQ(each.value, 1);
    EXPECT_EQ(each.labels.at("boost"), "1.81");
    EXPECT_EQ(each.labels.at("memory"), "arena");
    EXPECT_NE(each.labels.at("compiler"), "");
    EXPECT_NE(each.labels.at("version"), "");
    return;
  }
  FAIL() << "no build_info";
}

TEST(ProcessFigures, CountOpenFilesEitherWay) {
  const std::uint64_t before = server::ops::process_open_files();
  EXPECT_EQ(server::ops::listed_open_files(), before);
  std::vector<int> files;
  for (int i = 0; i < 300; ++i) files.push_back(::open("/dev/null", O_RDONLY));
  EXPECT_EQ(server::ops::process_open_files(), before + 300);
  EXPECT_EQ(server::ops::listed_open_files(), before + 300);
  for (const int file : files) ::close(file);
}

TEST(Exposition, EscapesTheValuesOfLabels) {
  arena::segment_buffer text(std::pmr::new_delete_resource());
  exposition to(text);
  to.metric("m", exposition::type::gauge, "Help.");
  to.sample({{"a", "quote \" back \\ line \n end"}, {"b", ""}}, 7u);
  EXPECT_EQ(text_of(text),
            "# HELP m Help.\n# TYPE m gauge\n"
            "m{a=\"quote \\\" back \\\\ line \\n end\",b=\"\"} 7\n");
}

TEST(Exposition, CountsNoValueBelowABoundThatItExceeds) {
  const bucket_bound bounds[] = {{1000, "1000"}, {1023, "1023"}};
  auto values = std::make_unique<histogram>();
  for (const std::uint64_t value : {0u, 900u, 1001u, 1023u, 1024u}) values->record(value);
  arena::segment_buffer text(std::pmr::new_delete_resource());
  exposition to(text);
  to.metric("m", exposition::type::histogram, "Help.");
  to.samples({}, *values, bounds, 1);
  const scraped_metrics read(text_of(text));
  EXPECT_EQ(read.value("m_bucket", {{"le", "1000"}}), 2);
  EXPECT_EQ(read.value("m_bucket", {{"le", "1023"}}), 4);
  EXPECT_EQ(read.value("m_bucket", {{"le", "+Inf"}}), 5);
  EXPECT_EQ(read.value("m_sum"), 3948);
}

// What the strict reader must see, or the tests above prove nothing.
TEST(ScrapedMetrics, FindsEachKindOfMistake) {
  const std::string begin = "# HELP m_total H.\n# TYPE m_total counter\n";
  EXPECT_NONFATAL_FAILURE(scraped_metrics(begin + "m_total 1"), "");
  EXPECT_NONFATAL_FAILURE(scraped_metrics(begin + "m_total 1\nm_total 2\n"), "twice");
  EXPECT_NONFATAL_FAILURE(scraped_metrics(begin + begin + "m_total 1\n"), "begins twice");
  EXPECT_NONFATAL_FAILURE(scraped_metrics("# HELP m H.\n# TYPE n gauge\nn 1\n"), "HELP");
  EXPECT_NONFATAL_FAILURE(scraped_metrics(begin + "m_total{a=\"\\q\"} 1\n"), "");
  const std::string histogram = "# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\n";
  EXPECT_NONFATAL_FAILURE(
      scraped_metrics(histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n"), "h_bucket");
  EXPECT_NONFATAL_FAILURE(
      scraped_metrics(histogram + "h_bucket{le=\"+Inf\"} 3\nh_sum 1\nh_count 4\n"), "h_count");
  EXPECT_NONFATAL_FAILURE(scraped_metrics(histogram + "h_sum 1\nh_count 2\n"), "+Inf");
}

}  // namespace
