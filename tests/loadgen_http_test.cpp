// What the generator sends to servers that behave in one way or other, and what it records.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "loadtest/generator/load_run.hpp"
#include "loadtest/generator/report.hpp"
#include "tests/support/scripted_server.hpp"

namespace {

using namespace generator;
using then = scripted_answer::then;

plan plan_for(const scripted_server& server, double rate, double seconds, std::size_t connections) {
  plan wanted;
  wanted.port = server.port();
  wanted.connections = connections;
  wanted.timeout = std::chrono::seconds(30);
  wanted.schedule = {{arrivals::constant, rate, rate, seconds}};
  wanted.mix.resize(1);
  return wanted;
}

std::uint64_t failed(const tally& counted, failure kind) {
  return counted.total.failures[static_cast<std::size_t>(kind)].load();
}

scripted_server::script always(const std::string& answer) {
  return [answer](const scripted_request&) { return scripted_answer{answer}; };
}

TEST(LoadgenHttp, SendsEachRequestOnceOnAnyNumberOfThreads) {
  for (const std::size_t threads : {std::size_t{1}, std::size_t{3}}) {
    scripted_server server(always(ok_answer("fine")));
    plan wanted = plan_for(server, 1000, 0.5, 7);
    wanted.threads = threads;
    wanted.mix[0].method = "POST";
    wanted.mix[0].target = "/r/{n}";
    wanted.mix[0].body = "{random:10:99}";
    wanted.mix[0].texts = text_kind::filled;
    const auto result = run(wanted);
    server.stop();
    EXPECT_EQ(result->counted.total.scheduled.load(), 500u);
    EXPECT_EQ(result->counted.total.answered.load(), 500u);
    EXPECT_EQ(result->counted.total.latency.count(), 500u);
    EXPECT_EQ(result->counted.service.count(), 500u);
    EXPECT_EQ(result->counted.lateness.count(), 500u);
    EXPECT_EQ(server.connections, 7u);
    std::set<std::string> lines;
    for (const scripted_request& request : server.requests) {
      lines.insert(request.head.substr(0, request.head.find('\r')));
      EXPECT_EQ(request.body.size(), 2u);
    }
    EXPECT_EQ(lines.size(), 500u);
    EXPECT_TRUE(lines.contains("POST /r/499 HTTP/1.1"));
  }
}

TEST(LoadgenHttp, RecordsWhatIsNotAsExpectedByItsKind) {
  const std::pair<std::string, failure> cases[] = {
      {"HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nfine", failure::status},
      {ok_answer("short"), failure::length},
      {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", failure::syntax},
      {ok_answer("fine") + "more", failure::syntax}};
  for (const auto& [answer, kind] : cases) {
    scripted_server server(always(answer));
    plan wanted = plan_for(server, 100, 0.2, 2);
    wanted.mix[0].expect.length = 4;
    const auto result = run(wanted);
    EXPECT_EQ(failed(result->counted, kind), 20u) << answer;
    EXPECT_EQ(result->counted.total.failed(), 20u);
    EXPECT_EQ(result->counted.total.answered.load(), 0u);
    EXPECT_EQ(result->counted.total.latency.count(), 20u);
  }
}

TEST(LoadgenHttp, RecordsAConnectionThatEndsBeforeTheAnswer) {
  scripted_server server([](const scripted_request&) {
    return scripted_answer{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut", then::close};
  });
  const auto result = run(plan_for(server, 100, 0.3, 3));
  EXPECT_EQ(failed(result->counted, failure::closed), 30u);
  EXPECT_GE(result->counted.connections_opened.load(), 30u);
}

TEST(LoadgenHttp, RecordsTimeoutsWithTheTimeThatTheyHad) {
  scripted_server server([](const scripted_request& request) {
    const bool is_mute = request.head.starts_with("GET /3 ");
    return is_mute ? scripted_answer{} : scripted_answer{ok_answer("fine")};
  });
  plan wanted = plan_for(server, 100, 1, 2);
  wanted.timeout = std::chrono::milliseconds(300);
  wanted.mix[0].target = "/{n}";
  wanted.mix[0].texts = text_kind::filled;
  const auto result = run(wanted);
  EXPECT_EQ(failed(result->counted, failure::timeout), 1u);
  EXPECT_EQ(result->counted.total.answered.load(), 99u);
  EXPECT_EQ(result->counted.total.latency.count(), 100u);
  EXPECT_GE(result->counted.total.latency.max(), 300'000'000u);
  EXPECT_EQ(result->counted.connections_opened.load(), 3u);  // the mute one was replaced
}

TEST(LoadgenHttp, TimesOutRequestsThatNoConnectionCouldTake) {
  scripted_server server(always(""));
  plan wanted = plan_for(server, 100, 0.1, 1);
  wanted.timeout = std::chrono::milliseconds(200);
  const auto result = run(wanted);
  EXPECT_EQ(failed(result->counted, failure::timeout), 10u);
  EXPECT_EQ(result->counted.total.latency.count(), 10u);
  EXPECT_GE(result->counted.total.latency.quantile(0), 198e6);
  EXPECT_LT(result->counted.service.quantile(0.5), 100e6);  // most had waited before they were sent
  EXPECT_GE(result->counted.waiting_most.load(), 5u);
}

TEST(LoadgenHttp, OpensAConnectionAnewAfterItsRequests) {
  scripted_server server(always(ok_answer("fine")));
  plan wanted = plan_for(server, 500, 0.2, 4);
  wanted.requests_per_connection = 3;
  const auto result = run(wanted);
  server.stop();
  EXPECT_EQ(result->counted.total.answered.load(), 100u);
  std::map<std::size_t, int> on_each;
  for (const scripted_request& request : server.requests) ++on_each[request.connection];
  for (const auto& [connection, requests] : on_each) EXPECT_LE(requests, 3) << connection;
  EXPECT_GE(on_each.size(), 34u);
}

TEST(LoadgenHttp, HonoursAServersCloseAndFollowsBodiesToTheEnd) {
  for (const std::string fields : {"Connection: close\r\nContent-Length: 4\r\n", ""}) {
    scripted_server server([&](const scripted_request&) {
      return scripted_answer{"HTTP/1.1 200 OK\r\n" + fields + "\r\nfine", then::close};
    });
    plan wanted = plan_for(server, 200, 0.2, 2);
    wanted.mix[0].expect.length = 4;
    const auto result = run(wanted);
    server.stop();
    EXPECT_EQ(result->counted.total.answered.load(), 40u) << fields;
    std::set<std::size_t> used;
    for (const scripted_request& request : server.requests) used.insert(request.connection);
    EXPECT_EQ(used.size(), 40u);
  }
}

TEST(LoadgenHttp, TakesNoConnectionAgainThatEndedWithItsAnswer) {
  scripted_server server([](const scripted_request&) {
    return scripted_answer{ok_answer("fine"), then::close};
  });
  const auto result = run(plan_for(server, 100, 0.3, 1));
  server.stop();
  EXPECT_EQ(result->counted.total.answered.load(), 30u);
  EXPECT_EQ(result->counted.total.failed(), 0u);
  EXPECT_GE(server.connections, 30u);
}

TEST(LoadgenHttp, SendsRawBytesAndHoldsTheServerToItsClose) {
  const std::string refusal = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
  for (const then next : {then::close, then::stay}) {
    scripted_server server([&](const scripted_request&) { return scripted_answer{refusal, next}; });
    plan wanted = plan_for(server, 100, 0.1, 2);
    wanted.timeout =
        next == then::close ? std::chrono::seconds(30) : std::chrono::milliseconds(100);
    wanted.mix[0].raw = "GET / HTTP/1.1\r\nbad\r\n\r\n";
    wanted.mix[0].expect = {.status = 400, .length = {}, .connection = ending::closed};
    const auto result = run(wanted);
    server.stop();
    ASSERT_FALSE(server.requests.empty());
    EXPECT_EQ(server.requests[0].head, wanted.mix[0].raw);
    EXPECT_EQ(result->counted.total.answered.load(), next == then::close ? 10u : 0u);
    EXPECT_EQ(failed(result->counted, failure::timeout), next == then::close ? 0u : 10u);
  }
}

TEST(LoadgenHttp, RecordsRefusedConnections) {
  auto server = std::make_unique<scripted_server>([](const scripted_request&) {
    return scripted_answer{ok_answer("fine"), then::stay};
  });
  const plan wanted = plan_for(*server, 100, 0.5, 2);
  load_run whole(wanted);
  whole.start();
  server->stop();  // its socket and its connections are closed
  const auto result = whole.finish();
  EXPECT_GE(failed(result->counted, failure::connect), 1u);
  EXPECT_EQ(result->counted.total.answered.load() + result->counted.total.failed(), 50u);
  EXPECT_EQ(result->counted.total.latency.count(), 50u);
  EXPECT_THROW(run(wanted), std::runtime_error);  // nobody there from the beginning
}

TEST(LoadgenHttp, ReportsWhatWasMeasuredWhenItIsStopped) {
  scripted_server server(always(ok_answer("fine")));
  const plan wanted = plan_for(server, 200, 60, 2);
  load_run whole(wanted);
  whole.start();
  while (whole.now().answered < 20 && whole.now().elapsed < std::chrono::seconds(50))
    std::this_thread::yield();
  whole.request_stop(worker::stop::schedule);
  const auto result = whole.finish();
  EXPECT_EQ(result->extent, completeness::partial);
  EXPECT_LT(result->seconds, 30);
  EXPECT_GE(result->counted.total.answered.load(), 20u);
  EXPECT_EQ(result->counted.total.answered.load(), result->counted.total.scheduled.load());
  const auto json = report(wanted, *result);
  EXPECT_TRUE(json.at("partial").as_bool());
  EXPECT_EQ(json.at("answered").to_number<std::uint64_t>(), result->counted.total.answered.load());
}

TEST(LoadgenHttp, ReportsEachKindStageAndBucket) {
  scripted_server server(always(ok_answer("fine")));
  plan wanted = plan_for(server, 100, 0.2, 2);
  wanted.schedule.push_back({arrivals::constant, 200, 400, 0.2});
  wanted.mix.resize(2);
  wanted.mix[0].name = "good";
  wanted.mix[1].name = "bad";
  wanted.mix[1].expect.status = 404;
  const auto result = run(wanted);
  const auto json = report(wanted, *result);
  const auto count = [](const boost::json::value& at) { return at.to_number<std::uint64_t>(); };
  EXPECT_EQ(count(json.at("scheduled")), 80u);
  EXPECT_EQ(count(json.at("requests").at("good").at("scheduled")) +
                count(json.at("requests").at("bad").at("failures").at("status")),
            80u);
  EXPECT_EQ(count(json.at("answered")), count(json.at("requests").at("good").at("answered")));
  EXPECT_GT(count(json.at("requests").at("bad").at("scheduled")), 0u);
  EXPECT_EQ(json.at("stages").as_array().size(), 2u);
  for (const char* const name : {"latency_us", "service_us", "lateness_us"}) {
    std::uint64_t sum = 0;
    for (const auto& bucket : json.at("histograms").at(name).as_array()) sum += count(bucket.at(1));
    EXPECT_EQ(sum, 80u) << name;
    EXPECT_TRUE(json.at(name).at("p99_9").is_null());
    EXPECT_GE(json.at(name).at("max").as_double(), json.at(name).at("p50").as_double());
  }
}

TEST(LoadgenHttp, SaysHowManyDescriptorsAreMissing) {
  scripted_server server(always(ok_answer("fine")));
  plan wanted = plan_for(server, 1, 1, 1'000'000'000);
  try {
    load_run whole(wanted);
    FAIL() << "a thousand million descriptors are allowed";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("ulimit -Hn"), std::string::npos) << error.what();
  }
}

}  // namespace
