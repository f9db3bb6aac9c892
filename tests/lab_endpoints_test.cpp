// The lab's endpoints over loopback, with every memory strategy: what they answer, their limits to
// the unit, a spent budget, results that are read when their requests are long gone.
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "loadtest/server/churned.hpp"
#include "loadtest/server/endpoints.hpp"
#include "loadtest/server/grown_text.hpp"
#include "loadtest/server/integer_work.hpp"
#include "loadtest/server/results.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"

namespace {

namespace json = boost::json;
using server::memory_strategy;

std::uint64_t number(const json::value& document, const char* name) {
  return document.at(name).to_number<std::uint64_t>();
}

class LabServer {
 public:
  explicit LabServer(memory_strategy memory, std::size_t request_memory_max = 128 << 20)
      : served_(
            [&](server::config& settings) {
              settings.memory = memory;
              settings.request_memory_max_bytes = request_memory_max;
            },
            lab_server::add_endpoints) {}

  raw_response ask(const std::string& path) { return client_.exchange(get(path)); }
  json::value answer(const std::string& path) {
    const raw_response got = ask(path);
    EXPECT_EQ(got.status, 200) << path << got.body;
    EXPECT_EQ(got.field("Content-Type"), "application/json");
    return json::parse(got.body);
  }
  // The most that a request of that endpoint took of its arena.
  std::uint64_t arena_bytes(const char* endpoint) {
    const json::value stats = answer("/stats");
    return number(stats.at("endpoints").at(endpoint).at("arena_bytes"), "max");
  }

 private:
  running_server served_;
  raw_client client_{served_.port()};
};

class LabEndpoints : public testing::TestWithParam<memory_strategy> {
 protected:
  LabServer lab_{GetParam()};
};

std::string strategy_name(const testing::TestParamInfo<memory_strategy>& given) {
  std::string name(to_string(given.param));
  std::erase(name, '-');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Memory, LabEndpoints, testing::ValuesIn(all_strategies), strategy_name);

std::uint64_t checksum_of_grown(std::size_t bytes, std::size_t texts) {
  return lab_server::checksum(lab_server::grow(bytes, texts, std::pmr::new_delete_resource()));
}

TEST_P(LabEndpoints, GrowTexts) {
  for (const std::size_t bytes : {1u, 64u, 65u, 1'000'000u}) {
    const json::value one = lab_.answer("/lab/grow?bytes=" + std::to_string(bytes));
    EXPECT_EQ(number(one, "bytes"), bytes);
    EXPECT_EQ(number(one, "texts"), 1u);
    EXPECT_EQ(number(one, "checksum"), checksum_of_grown(bytes, 1));
    const json::value many = lab_.answer("/lab/grow?texts=64&bytes=" + std::to_string(bytes));
    EXPECT_EQ(number(many, "bytes"), bytes);
    EXPECT_EQ(number(many, "texts"), lab_server::grow_texts_max);
    EXPECT_EQ(number(many, "checksum"), checksum_of_grown(bytes, 64));
  }
  for (const char* texts : {"", "0", "65", "x", "-1"}) {
    const raw_response refused = lab_.ask(std::string("/lab/grow?bytes=1&texts=") + texts);
    EXPECT_EQ(refused.status, 400) << texts;
    EXPECT_NE(refused.body.find("texts"), std::string::npos) << refused.body;
  }
}

TEST_P(LabEndpoints, ChurnContainers) {
  for (const char* query : {"steps=1&bytes=64", "steps=1000&bytes=64", "steps=3&bytes=262144"}) {
    const json::value said = lab_.answer(std::string("/lab/churn?") + query);
    EXPECT_EQ(number(said, "checksum"),
              lab_server::churn(number(said, "steps"), number(said, "bytes"),
                                std::pmr::new_delete_resource()));
  }
  EXPECT_EQ(number(lab_.answer("/lab/churn?steps=1000&bytes=64"), "steps"), 1000u);
  EXPECT_EQ(number(lab_.answer("/lab/churn?steps=3&bytes=262144"), "bytes"), 262144u);
}

TEST_P(LabEndpoints, SpendCpu) {
  for (const std::size_t iterations : {std::size_t{1}, lab_server::iterations_max}) {
    const json::value said = lab_.answer("/lab/cpu?iterations=" + std::to_string(iterations));
    EXPECT_EQ(number(said, "iterations"), iterations);
    EXPECT_EQ(number(said, "checksum"), lab_server::integer_work(iterations));
  }
}

TEST_P(LabEndpoints, KeepResultsThatAreReadWhenTheirRequestsAreGone) {
  EXPECT_EQ(lab_.ask("/lab/kept").body, R"({"results":0,"items":0,"checksum":0})");
  std::uint64_t sum = 0;
  std::uint64_t items = 0;
  for (std::size_t count = 1; count <= 70; ++count) {
    const json::value said = lab_.answer("/lab/outlive?items=" + std::to_string(count));
    const std::uint64_t expected =
        lab_server::checksum(lab_server::make_result(count, std::pmr::new_delete_resource()));
    EXPECT_EQ(number(said, "items"), count);
    EXPECT_EQ(number(said, "checksum"), expected);
    EXPECT_EQ(lab_.ask("/items?count=100").status, 200) << "takes the memory of the one before";
    if (count <= 70 - 64) continue;
    items += count;
    sum += expected;
  }
  const json::value kept = lab_.answer("/lab/kept");
  EXPECT_EQ(number(kept, "results"), 64u);
  EXPECT_EQ(number(kept, "items"), items);
  EXPECT_EQ(number(kept, "checksum"), sum);
}

TEST_P(LabEndpoints, KeepTheLargestResult) {
  const json::value said = lab_.answer("/lab/outlive?items=10000");
  EXPECT_EQ(number(said, "items"), lab_server::outlive_items_max);
}

TEST_P(LabEndpoints, RefuseWhatIsMissingOrOutOfRange) {
  struct parameter {
    std::string path;  // up to the parameter's value
    std::string name;
    std::size_t least;
    std::size_t most;
  };
  for (const parameter& one :
       {parameter{"/lab/grow?bytes=", "bytes", 1, lab_server::grow_bytes_max},
        parameter{"/lab/churn?bytes=64&steps=", "steps", 1, lab_server::churn_steps_max},
        parameter{"/lab/churn?steps=1&bytes=", "bytes", lab_server::churn_bytes_min,
                  lab_server::churn_bytes_max},
        parameter{"/lab/outlive?items=", "items", 1, lab_server::outlive_items_max},
        parameter{"/lab/cpu?iterations=", "iterations", 1, lab_server::iterations_max}}) {
    EXPECT_EQ(lab_.ask(one.path + std::to_string(one.least)).status, 200);
    for (const std::string& value :
         {std::to_string(one.least - 1), std::to_string(one.most + 1), std::string(),
          std::string("x"), std::string("-1"), std::string("1.5"), std::string("64k"),
          std::string("99999999999999999999")}) {
      const raw_response refused = lab_.ask(one.path + value);
      EXPECT_EQ(refused.status, 400) << one.path << value;
      EXPECT_EQ(refused.field("Content-Type"), "application/problem+json");
      EXPECT_NE(refused.body.find(one.name), std::string::npos) << refused.body;
    }
    const raw_response missing = lab_.ask(one.path.substr(0, one.path.rfind(one.name)));
    EXPECT_EQ(missing.status, 400) << one.path;
    EXPECT_NE(missing.body.find("must hold " + one.name), std::string::npos) << missing.body;
  }
}

constexpr std::size_t mebibyte = std::size_t{1} << 20;

TEST(LabEndpointsInArenas, GrowToTheLimitWithTheUsualMemory) {
  LabServer usual(memory_strategy::arena);
  for (const char* texts : {"1", "64"}) {
    const json::value said = usual.answer(std::string("/lab/grow?bytes=67108864&texts=") + texts);
    EXPECT_EQ(number(said, "bytes"), lab_server::grow_bytes_max);
  }
}

// As endpoints.hpp says: enough, and a little less.
TEST(LabEndpointsInArenas, NeedTheMemoryThatIsDocumented) {
  const auto status = [](std::size_t request_memory_max, const char* query) {
    LabServer lab(memory_strategy::arena, request_memory_max);
    return lab.ask(std::string("/lab/grow?bytes=8388608") + query).status;
  };
  EXPECT_EQ(status(12 * mebibyte + mebibyte / 8, ""), 200);
  EXPECT_EQ(status(12 * mebibyte, ""), 503);
  EXPECT_EQ(status(16 * mebibyte + mebibyte / 8, "&texts=64"), 200);
  EXPECT_EQ(status(16 * mebibyte, "&texts=64"), 503);
}

TEST(LabEndpointsInArenas, AnswerAnOverspentBudgetByA503AndGoOn) {
  LabServer lab(memory_strategy::arena, std::size_t{1} << 20);
  for (const char* path : {"/lab/grow?bytes=1048576", "/lab/grow?bytes=600000&texts=64",
                           "/lab/churn?steps=1000&bytes=10000", "/lab/outlive?items=10000"}) {
    const raw_response refused = lab.ask(path);
    EXPECT_EQ(refused.status, 503) << path;
    EXPECT_EQ(json::parse(refused.body).at("status").as_int64(), 503);
  }
  EXPECT_EQ(number(lab.answer("/lab/kept"), "results"), 0u) << "nothing is kept of a failure";
  EXPECT_EQ(lab.ask("/lab/grow?bytes=100000").status, 200);
  EXPECT_EQ(lab.ask("/lab/churn?steps=10&bytes=10000").status, 200);
  EXPECT_EQ(lab.ask("/lab/outlive?items=100").status, 200);
}

TEST(LabEndpointsInArenas, LoseWhatTheyGiveBack) {
  LabServer lab(memory_strategy::arena);
  lab.answer("/lab/grow?bytes=4194304&texts=64");
  const std::uint64_t grown = lab.arena_bytes("GET /lab/grow");
  EXPECT_GT(grown, 7 * mebibyte) << "a heap's peak is little more than 4 MiB";
  EXPECT_LT(grown, 9 * mebibyte);
  lab.answer("/lab/churn?steps=1&bytes=10000");
  const std::uint64_t once = lab.arena_bytes("GET /lab/churn");
  lab.answer("/lab/churn?steps=100&bytes=10000");
  EXPECT_GT(lab.arena_bytes("GET /lab/churn"), 50 * once);
}

double process_cpu_seconds() {
  timespec spent{};
  EXPECT_EQ(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent), 0);
  return static_cast<double>(spent.tv_sec) + 1e-9 * static_cast<double>(spent.tv_nsec);
}

// Six operations that wait for one another take 6 cycles, and no core here or soon has 12 GHz.
TEST(LabSpin, BurnsCpuBeforeEachRequest) {
  constexpr double least_seconds = 10'000'000 * 6 / 12e9;
  running_server served(
      [](server::config&) {},
      [](server::router& routes) { lab_server::add_spin(routes, lab_server::iterations_max); });
  raw_client client(served.port());
  for (const char* path : {"/plaintext", "/json", "/nowhere"}) {
    const double before = process_cpu_seconds();
    EXPECT_NE(client.exchange(get(path)).status, 0);
    EXPECT_GE(process_cpu_seconds() - before, least_seconds) << path;
  }
}

TEST(LabSpin, OfNothingAddsNothing) {
  server::router routes;
  lab_server::add_spin(routes, 0);
  EXPECT_TRUE(routes.before().empty());
  lab_server::add_spin(routes, 1);
  EXPECT_EQ(routes.before().size(), 1u);
}

}  // namespace
