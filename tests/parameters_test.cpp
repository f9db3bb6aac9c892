// Typed access to query and path: numbers within their bounds, or a problem that names what came.
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <gtest/gtest.h>

#include "server/error_response.hpp"
#include "tests/support/parsed_request.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"

namespace {

using server::problem;

// The number, or the problem's detail.
template <class Number>
struct read_number {
  Number number{};
  std::string detail = {};
};

template <class Number>
read_number<Number> read(const std::variant<Number, problem>& given) {
  if (const auto* wrong = std::get_if<problem>(&given)) {
    EXPECT_EQ(wrong->status, server::http::status::bad_request);
    EXPECT_FALSE(wrong->detail.empty());
    return {.detail = std::string(wrong->detail)};
  }
  return {.number = std::get<Number>(given)};
}

template <class Number, class... Bounds>
read_number<Number> of_query(const std::string& target, std::string_view name, Number otherwise,
                             Bounds... bounds) {
  parsed_request parsed;
  parsed.feed("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
  return read(parsed.asked.query_number<Number>(name, otherwise, bounds...));
}

template <class Number, class... Bounds>
read_number<Number> of_path(const std::string& segment, Bounds... bounds) {
  server::router routes;
  routes.get("/at/{place}", [](const server::request&, server::response&) {});
  parsed_request parsed;
  parsed.feed("GET /at/" + segment + " HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(routes.match(parsed.asked).found, nullptr);
  return read(parsed.asked.path_number<Number>("place", bounds...));
}

TEST(QueryNumber, IsTheOtherwiseWhereThereIsNone) {
  EXPECT_EQ(of_query("/x", "n", 7).number, 7);
  EXPECT_EQ(of_query("/x?m=1&nn=2&N=3", "n", 7).number, 7);
  EXPECT_EQ(of_query("/x?m=n", "n", 7, 0, 5).number, 7) << "though out of the bounds itself";
}

TEST(QueryNumber, IsTheFirstOfItsName) {
  EXPECT_EQ(of_query("/x?m=1&n=2&n=3", "n", 7).number, 2);
  EXPECT_EQ(of_query("/x?%6E=%32", "n", 7).number, 2) << "decoded";
}

TEST(QueryNumber, HoldsItsBounds) {
  EXPECT_EQ(of_query("/x?n=5", "n", 7, 5, 10).number, 5);
  EXPECT_EQ(of_query("/x?n=10", "n", 7, 5, 10).number, 10);
  for (const char* given : {"4", "11", "-5", "100000"}) {
    EXPECT_EQ(of_query(std::string("/x?n=") + given, "n", 7, 5, 10).detail,
              std::string("The query parameter n must be a whole number from 5 to 10, not \"") +
                  given + "\".");
  }
}

TEST(QueryNumber, MayBeNegativeWhereTheTypeMay) {
  EXPECT_EQ(of_query("/x?n=-5", "n", 7).number, -5);
  EXPECT_EQ(of_query("/x?n=-0", "n", 7).number, 0);
  EXPECT_EQ(of_query("/x?n=-5", "n", 7, -5, -1).number, -5);
  EXPECT_NE(of_query("/x?n=-5", "n", 7u).detail, "");
  EXPECT_NE(of_query("/x?n=-0", "n", 7u).detail, "");
}

TEST(QueryNumber, ReachesTheTypesBoundsAndNotBeyond) {
  using limits = std::numeric_limits<std::int64_t>;
  const auto of = [](const char* given) {
    return of_query(std::string("/x?n=") + given, "n", std::int64_t{7});
  };
  EXPECT_EQ(of("9223372036854775807").number, limits::max());
  EXPECT_EQ(of("-9223372036854775808").number, limits::min());
  EXPECT_NE(of("9223372036854775808").detail, "");
  EXPECT_NE(of("-9223372036854775809").detail, "");
  EXPECT_NE(of("99999999999999999999999999999999999999999999").detail, "");
  EXPECT_EQ(of_query("/x?n=18446744073709551615", "n", std::uint64_t{7}).number,
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_NE(of_query("/x?n=18446744073709551616", "n", std::uint64_t{7}).detail, "");
  EXPECT_EQ(of_query("/x?n=255", "n", std::uint8_t{7}).number, 255);
  EXPECT_NE(of_query("/x?n=256", "n", std::uint8_t{7}).detail, "");
}

TEST(QueryNumber, TakesNoGarbage) {
  for (const char* given : {"", "x", "1x", "x1", "1.5", "1e3", "0x10", "+1", "%2B1", "%201", "1%20",
                            "1%00", "%00", "1,2", "--1", "-", "nan", "%EF%BC%91"})
    EXPECT_NE(of_query(std::string("/x?n=") + given, "n", 7).detail, "") << given;
  EXPECT_NE(of_query("/x?n", "n", 7).detail, "");
}

TEST(QueryNumber, MayBeAFraction) {
  EXPECT_EQ(of_query("/x?n=1.5", "n", 7.0).number, 1.5);
  EXPECT_EQ(of_query("/x?n=-1e3", "n", 7.0).number, -1000.0);
  EXPECT_EQ(of_query("/x?n=0.5", "n", 7.0, 0.0, 1.0).number, 0.5);
  EXPECT_EQ(of_query("/x?n=1.5", "n", 7.0, 0.0, 1.0).detail,
            "The query parameter n must be a number from 0 to 1, not \"1.5\".");
  for (const char* given : {"nan", "inf", "-inf", "NAN", "infinity", "1e999", "-1e999", "1.5.5"})
    EXPECT_NE(of_query(std::string("/x?n=") + given, "n", 7.0).detail, "") << given;
}

TEST(PathNumber, IsReadAsThatOfTheQuery) {
  EXPECT_EQ(of_path<int>("12").number, 12);
  EXPECT_EQ(of_path<int>("-12").number, -12);
  EXPECT_EQ(of_path<int>("%31").number, 1);
  EXPECT_EQ(of_path<unsigned>("5", 5u, 10u).number, 5u);
  EXPECT_EQ(of_path<unsigned>("4", 5u, 10u).detail,
            "The path parameter place must be a whole number from 5 to 10, not \"4\".");
  for (const char* given : {"x", "1x", "1.5", "+1", "99999999999", "%00", "1%2F2"})
    EXPECT_NE(of_path<int>(given).detail, "") << given;
}

TEST(PathNumber, IsAProblemWhereTheRouteHasNone) {
  parsed_request parsed;
  parsed.feed("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(read(parsed.asked.path_number<int>("place")).detail, "");
}

// All that a client may put there comes back as JSON that anybody can read: UTF-8, and no longer
// than what an error's reserve holds.
TEST(NumberProblems, AreValidJsonWhateverCame) {
  running_server served(
      [](server::config&) {},
      [](server::router& routes) {
        routes.get("/at/{n}", [](const server::request& asked, server::response& to) {
          const auto in_path = asked.path_number<int>("n");
          const auto in_query = asked.query_number<int>("n", 1);
          const auto& wrong = std::holds_alternative<problem>(in_path) ? in_path : in_query;
          if (const auto* found = std::get_if<problem>(&wrong)) server::write_error(*found, to);
        });
      });
  raw_client client(served.port());
  std::vector<std::string> all = {"%22%5C",
                                  "%0D%0AX-Injected:%201",
                                  "%C3%A4",
                                  "%ED%A0%80",
                                  std::string(5000, 'x'),
                                  std::string(64, 'x'),
                                  std::string(65, 'x')};
  for (int byte = 0; byte < 256; ++byte) {
    constexpr std::string_view hex = "0123456789abcdef";
    all.push_back(std::string("x%") + hex[static_cast<std::size_t>(byte / 16)] +
                  hex[static_cast<std::size_t>(byte % 16)]);
  }
  for (const std::string& given : all) {
    for (const std::string& target : {"/at/" + given, "/at/1?n=" + given}) {
      const raw_response answer = client.exchange(get(target));
      ASSERT_EQ(answer.status, 400) << target;
      boost::system::error_code failure;
      const auto document = boost::json::parse(answer.body, failure);  // refuses what is no UTF-8
      ASSERT_FALSE(failure) << answer.body;
      EXPECT_EQ(document.at("status").as_int64(), 400);
      EXPECT_LT(document.at("detail").as_string().size(), 400u);
      EXPECT_EQ(answer.field("X-Injected"), "");
    }
  }
}

}  // namespace
