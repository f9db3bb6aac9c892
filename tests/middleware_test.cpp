// Middleware: hooks before and after the handlers, in their order, whatever fails.
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"

namespace {

using server::request;
using server::response;
using server::verdict;

// Each hook and the handler leave a letter in X-Trace; what a request's field X-Do names is done.
class Middleware : public testing::Test {
 protected:
  static bool is_told(const request& asked, std::string_view what) {
    return asked.field("X-Do") == what;
  }
  static void extend(server::router& routes) {
    routes.before([](request& asked, response& to) {
      to.field("X-Before", "1");
      if (is_told(asked, "throw in before")) throw std::runtime_error("on purpose");
      if (is_told(asked, "allocate in before"))
        for (;;) (void)asked.memory()->allocate(1000);
      if (!is_told(asked, "answer in before")) return verdict::go_on;
      to.status(server::http::status::forbidden).body().append("no");
      return verdict::answered;
    });
    routes.before([](request&, response& to) {
      to.field("X-Before", "2");
      return verdict::go_on;
    });
    routes.get("/work", [](const request& asked, response& to) {
      to.field("X-Handler", "ran").body().append("work");
      if (is_told(asked, "throw in handler")) throw std::runtime_error("on purpose");
    });
    routes.get("/later", [](const request&, response& to, server::completion done) {
      to.field("X-Handler", "ran").body().append("later");
      done();
    });
    routes.get("/dropped", [](const request&, response&, server::completion) {});
    routes.after([](const request& asked, response& to) {
      to.field("X-After", "1");
      if (is_told(asked, "throw in after")) throw std::runtime_error("on purpose");
      if (is_told(asked, "throw a number in after")) throw 42;
    });
    routes.after([](const request&, response& to) { to.field("X-After", "2"); });
  }

  raw_response ask(const std::string& path, const std::string& what = "nothing",
                   const std::string& method = "GET") {
    return client_.exchange(
        method + " " + path + " HTTP/1.1\r\nHost: h\r\nX-Do: " + what + "\r\n\r\n",
        method == "HEAD" ? raw_client::content::none : raw_client::content::expected);
  }
  // The values of all fields of that name, in their order.
  static std::string values(const raw_response& answer, const std::string& name) {
    std::string all;
    const std::string start = "\r\n" + name + ": ";
    for (std::size_t at = 0; (at = answer.head.find(start, at)) != std::string::npos;) {
      at += start.size();
      all += answer.head.substr(at, answer.head.find("\r\n", at) - at);
    }
    return all;
  }

  running_server served_{
      [](server::config& settings) { settings.request_memory_max_bytes = 128 << 10; }, extend};
  raw_client client_{served_.port()};
};

TEST_F(Middleware, RunsInOrderAroundTheHandler) {
  const raw_response answer = ask("/work");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "work");
  EXPECT_EQ(values(answer, "X-Before"), "12");
  EXPECT_EQ(values(answer, "X-Handler"), "ran");
  EXPECT_EQ(values(answer, "X-After"), "12");
  EXPECT_LT(answer.head.find("X-Before"), answer.head.find("X-Handler"));
  EXPECT_LT(answer.head.find("X-Handler"), answer.head.find("X-After"));
}

TEST_F(Middleware, RunsAroundHandlersThatAnswerLater) {
  const raw_response answer = ask("/later");
  EXPECT_EQ(answer.body, "later");
  EXPECT_EQ(values(answer, "X-Before"), "12");
  EXPECT_EQ(values(answer, "X-After"), "12");
  const raw_response dropped = ask("/dropped");
  EXPECT_EQ(dropped.status, 500);
  EXPECT_EQ(values(dropped, "X-After"), "12");
}

TEST_F(Middleware, RunsWhereThereIsNoRoute) {
  for (const char* path : {"/nope", "/echo"}) {
    const raw_response answer = ask(path);
    EXPECT_EQ(answer.status, std::string(path) == "/nope" ? 404 : 405);
    EXPECT_EQ(values(answer, "X-After"), "12") << path;
  }
  EXPECT_EQ(values(ask("/work", "nothing", "OPTIONS"), "X-After"), "12");
  EXPECT_EQ(values(ask("/work", "nothing", "HEAD"), "X-After"), "12");
}

TEST_F(Middleware, ThatAnswersBeforeSkipsTheRestButNotWhatRunsAfter) {
  for (const char* path : {"/work", "/later", "/nope"}) {
    const raw_response answer = ask(path, "answer in before");
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.body, "no");
    EXPECT_EQ(values(answer, "X-Before"), "1");
    EXPECT_EQ(values(answer, "X-Handler"), "");
    EXPECT_EQ(values(answer, "X-After"), "12");
  }
}

TEST_F(Middleware, ThatThrowsBeforeIsA500WithoutTheHandler) {
  for (const char* path : {"/work", "/later", "/nope"}) {
    const raw_response answer = ask(path, "throw in before");
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_EQ(values(answer, "X-Handler"), "");
    EXPECT_EQ(values(answer, "X-After"), "12");
    EXPECT_EQ(boost::json::parse(answer.body).at("status").as_int64(), 500);
  }
}

TEST_F(Middleware, ThatSpendsTheMemoryBeforeIsA503) {
  const raw_response answer = ask("/work", "allocate in before");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(values(answer, "X-Handler"), "");
  EXPECT_EQ(ask("/work").status, 200) << "the connection goes on";
}

TEST_F(Middleware, RunsAfterAHandlerThatThrows) {
  const raw_response answer = ask("/work", "throw in handler");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(values(answer, "X-Handler"), "") << "nothing of the handler's answer is left";
  EXPECT_EQ(values(answer, "X-After"), "12");
}

TEST_F(Middleware, ThatThrowsAfterIsA500AndTheNextStillRuns) {
  for (const char* what : {"throw in after", "throw a number in after"}) {
    for (const char* path : {"/work", "/later", "/nope"}) {
      const raw_response answer = ask(path, what);
      EXPECT_EQ(answer.status, 500) << path;
      EXPECT_EQ(values(answer, "X-After"), "2");
      EXPECT_EQ(boost::json::parse(answer.body).at("status").as_int64(), 500);
    }
  }
  EXPECT_EQ(ask("/work").status, 200) << "the connection goes on";
}

TEST_F(Middleware, RunsForNoRequestThatIsMalformed) {
  raw_client client(served_.port());
  const raw_response answer = client.exchange("GET /work HTTP/1.1\r\n\r\n");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(values(answer, "X-Before") + values(answer, "X-After"), "");
}

}  // namespace
