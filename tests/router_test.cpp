#include "server/router.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/parsed_request.hpp"

namespace {

using server::router;
namespace http = server::http;

void nothing(const server::request&, server::response&) {}

class Router : public testing::Test {
 protected:
  Router() {
    routes_.get("/", nothing)
        .get("/users", nothing)
        .get("/users/{id}", nothing)
        .post("/users/{id}", nothing)
        .get("/users/me", nothing)
        .get("/users/me/{what}/x", nothing)
        .get("/users/{id}/posts/{post}", nothing);
  }

  // The pattern that answers, with its parameters, or the Allow field's value, or nothing.
  std::string answer(std::string_view method, std::string_view path) {
    parsed_request parsed;
    parsed.feed(std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto [found, allow] = routes_.match(parsed.asked);
    if (found == nullptr) return allow.empty() ? "" : "allow " + std::string(allow);
    std::string text = found->pattern;
    for (const auto& name : found->parameter_names)
      text += " " + name + "=" + std::string(parsed.asked.path_parameter(name));
    EXPECT_EQ(parsed.asked.path_parameter("no such"), "");
    return text;
  }

  router routes_;
};

TEST_F(Router, FindsLiteralsAndParameters) {
  EXPECT_EQ(answer("GET", "/"), "/");
  EXPECT_EQ(answer("GET", "/users"), "/users");
  EXPECT_EQ(answer("GET", "/users/7"), "/users/{id} id=7");
  EXPECT_EQ(answer("GET", "/users/7/posts/a-b"), "/users/{id}/posts/{post} id=7 post=a-b");
}

TEST_F(Router, PrefersLiteralsAndFallsBackToParameters) {
  EXPECT_EQ(answer("GET", "/users/me"), "/users/me");
  EXPECT_EQ(answer("GET", "/users/me/posts/1"), "/users/{id}/posts/{post} id=me post=1");
}

TEST_F(Router, ComparesDecodedAndDividesEncoded) {
  EXPECT_EQ(answer("GET", "/us%65rs"), "/users");
  EXPECT_EQ(answer("GET", "/users/a%2Fb%20c+d"), "/users/{id} id=a/b c+d");
}

TEST_F(Router, FindsNothingForOtherPaths) {
  for (const char* path : {"/nope", "/users/", "/users/7/", "/users//posts/1", "/users/7/posts",
                           "/Users", "/users/7/posts/1/2", "//"})
    EXPECT_EQ(answer("GET", path), "") << path;
  EXPECT_EQ(answer("GET", "/" + std::string(100, '/')), "");
}

TEST_F(Router, ServesHeadByGetAndNamesTheMethodsItHas) {
  EXPECT_EQ(answer("HEAD", "/users"), "/users");
  EXPECT_EQ(answer("POST", "/users"), "allow GET, HEAD, OPTIONS");
  EXPECT_EQ(answer("DELETE", "/users/7"), "allow GET, HEAD, POST, OPTIONS");
}

TEST_F(Router, RefusesPatternsThatCannotBeMeant) {
  EXPECT_THROW(routes_.get("/users/{other}", nothing), std::invalid_argument);
  EXPECT_THROW(routes_.get("relative", nothing), std::invalid_argument);
  EXPECT_THROW(routes_.get("/a{b}", nothing), std::invalid_argument);
  EXPECT_THROW(routes_.get("/{}", nothing), std::invalid_argument);
  EXPECT_THROW(routes_.get("/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}", nothing), std::invalid_argument);
  EXPECT_NO_THROW(routes_.get("/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}", nothing));
}

}  // namespace
