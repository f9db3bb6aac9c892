#include "server/request_parser.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/parsed_request.hpp"

namespace {

using progress = server::request_parser::progress;
using server::memory_strategy;
namespace http = server::http;

constexpr memory_strategy strategies[] = {memory_strategy::arena, memory_strategy::heap,
                                          memory_strategy::new_delete, memory_strategy::monotonic,
                                          memory_strategy::pool};

http::status refusal(std::string_view input, server::limits bounds = {16384, 1 << 20}) {
  parsed_request parsed(memory_strategy::arena, bounds);
  EXPECT_EQ(parsed.feed(input), progress::failed) << input;
  return parsed.parser.error().status;
}

TEST(RequestParser, ReadsARequestHoweverItIsCutAndWhateverItsMemory) {
  const std::string input =
      "\r\nPOST /a%20b/c?x=1&y=a+b%21&z HTTP/1.1\r\nHost: localhost:80\r\n"
      "X-Empty:\r\nContent-Length: 10\r\nX-Padding: " +
      std::string(5000, 'p') + "\r\n\r\n0123456789GET /next";
  for (const memory_strategy strategy : strategies) {
    for (const std::size_t piece : {1u, 2u, 3u, 7u, 100u, 4096u, 100'000u}) {
      parsed_request parsed(strategy);
      ASSERT_EQ(parsed.feed(input, piece), progress::complete);
      const auto& asked = parsed.asked;
      EXPECT_EQ(asked.method(), http::verb::post);
      EXPECT_EQ(asked.path(), "/a%20b/c");
      EXPECT_EQ(asked.query_parameter("x"), "1");
      EXPECT_EQ(asked.query_parameter("y"), "a b!");
      EXPECT_EQ(asked.query_parameter("z"), "");
      EXPECT_EQ(asked.query_parameter("none"), std::nullopt);
      EXPECT_EQ(asked.field("host"), "localhost:80");
      EXPECT_EQ(asked.field("x-empty"), "");
      EXPECT_EQ(asked.field(http::field::content_length), "10");
      EXPECT_EQ(asked.field("x-padding").value().size(), 5000u);
      EXPECT_EQ(asked.fields().size(), 4u);
      EXPECT_EQ(asked.body(), "0123456789");
      EXPECT_EQ(std::string(parsed.parser.left_over()) + std::string(parsed.unread), "GET /next");
      EXPECT_TRUE(parsed.parser.keep_alive());
    }
  }
}

TEST(RequestParser, ReadsALargeBodyInOnePiece) {
  std::string body(300'000, 'b');
  for (std::size_t i = 0; i < body.size(); i += 3) body[i] = static_cast<char>('a' + i % 26);
  const std::string input = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n" + body;
  for (const memory_strategy strategy : strategies) {
    for (const std::size_t piece : {999u, 65'536u}) {
      parsed_request parsed(strategy);
      ASSERT_EQ(parsed.feed(input, piece), progress::complete);
      EXPECT_EQ(parsed.asked.body(), body);
    }
  }
}

TEST(RequestParser, JoinsAChunkedBody) {
  std::string body;
  std::string input = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n";
  for (int i = 0; i < 300; ++i) {
    const std::string piece(static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));
    if (i > 0) {
      std::array<char, 8> size;
      std::snprintf(size.data(), size.size(), "%x", i);
      input += std::string(size.data()) + "\r\n" + piece + "\r\n";
    }
    body += piece;
  }
  input += "0\r\n\r\nrest";
  for (const memory_strategy strategy : strategies) {
    for (const std::size_t piece : {1u, 5u, 1000u, 100'000u}) {
      parsed_request parsed(strategy);
      ASSERT_EQ(parsed.feed(input, piece), progress::complete);
      EXPECT_EQ(parsed.asked.body(), body);
      EXPECT_EQ(parsed.asked.field("host"), "h");
      EXPECT_EQ(std::string(parsed.parser.left_over()) + std::string(parsed.unread), "rest");
    }
  }
}

TEST(RequestParser, UnderstandsTheAbsoluteForm) {
  parsed_request parsed;
  ASSERT_EQ(parsed.feed("GET http://example.org:80/p?q=1 HTTP/1.1\r\nHost: example.org\r\n\r\n"),
            progress::complete);
  EXPECT_EQ(parsed.asked.path(), "/p");
  EXPECT_EQ(parsed.asked.query_parameter("q"), "1");
  parsed_request bare;
  ASSERT_EQ(bare.feed("GET http://example.org HTTP/1.1\r\nHost: example.org\r\n\r\n"),
            progress::complete);
  EXPECT_EQ(bare.asked.path(), "/");
}

TEST(RequestParser, KeepsItsViewsWhenTheHeaderMoves) {
  const std::string start =
      "POST http://example.org HTTP/1.1\r\nHost: example.org\r\nX: " + std::string(4000, 'x') +
      "\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const memory_strategy strategy : strategies) {
    parsed_request parsed(strategy);
    ASSERT_EQ(parsed.feed(start + "1\r\na\r\n", 4050), progress::need_more);
    ASSERT_EQ(parsed.feed("1\r\nb\r\n0\r\n\r\n"), progress::complete);
    EXPECT_EQ(parsed.asked.path(), "/");
    EXPECT_EQ(parsed.asked.field("x"), std::string(4000, 'x'));
    EXPECT_EQ(parsed.asked.body(), "ab");
  }
}

TEST(RequestParser, TakesAHeaderOfExactlyTheLimitAndNotOneByteMore) {
  const std::string head = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
  const auto header = [&](std::size_t bytes) {
    return head + std::string(bytes - head.size() - 4, 'x') + "\r\n\r\n";
  };
  for (const std::size_t limit : {1000u, 4096u, 16384u}) {
    for (const std::size_t piece : {1u, 100u, 100'000u}) {
      const server::limits bounds{.header_bytes_max = limit, .body_bytes_max = 0};
      parsed_request exact(memory_strategy::arena, bounds);
      EXPECT_EQ(exact.feed(header(limit), piece), progress::complete) << limit;
      parsed_request over(memory_strategy::arena, bounds);
      ASSERT_EQ(over.feed(header(limit + 1), piece), progress::failed) << limit;
      EXPECT_EQ(over.parser.error().status, http::status::request_header_fields_too_large);
    }
  }
}

TEST(RequestParser, TakesABodyOfExactlyTheLimitAndNotOneByteMore) {
  const auto with_length = [](std::size_t bytes) {
    return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" +
           std::string(bytes, 'b');
  };
  const auto chunked = [](std::size_t bytes) {
    std::string input = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t i = 0; i < bytes; ++i) input += "1\r\nb\r\n";
    return input + "0\r\n\r\n";
  };
  const server::limits bounds{.header_bytes_max = 1000, .body_bytes_max = 500};
  for (const auto& input : {with_length(500), chunked(500)}) {
    parsed_request exact(memory_strategy::arena, bounds);
    EXPECT_EQ(exact.feed(input), progress::complete);
    EXPECT_EQ(exact.asked.body().size(), 500u);
  }
  EXPECT_EQ(refusal(with_length(501), bounds), http::status::payload_too_large);
  EXPECT_EQ(refusal(chunked(501), bounds), http::status::payload_too_large);
  EXPECT_EQ(refusal("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551615\r\n\r\n"),
            http::status::payload_too_large);
}

TEST(RequestParser, HoldsALengthAgainstTheMemoryBudgetBeforeItReservesAnything) {
  parsed_request parsed(memory_strategy::arena, {16384, std::size_t{1} << 30}, 65536);
  EXPECT_THROW((void)parsed.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n"),
               arena::allocation_limit_exceeded);
  EXPECT_EQ(parsed.parser.error().status, http::status::payload_too_large);
}

TEST(RequestParser, RefusesWhatIsMalformed) {
  for (const char* input : {
           "GET / HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
           "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n",
           "GET / HTTP/1.1\r\nHost:\r\n h\r\n\r\n",
           "GET / HTTP/1.1\r\n Host: h\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n 3\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \r\n\t \r\n 3\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n chunked\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: h\r\nX: a\x01\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: h\r\n: v\r\n\r\n",
           "GET / HTTP/1.1\nHost: h\n\n",
           "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
           "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
           "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n",
           "GET nowhere HTTP/1.1\r\nHost: h\r\n\r\n",
           "GET / HTTP/1.x\r\nHost: h\r\n\r\n",
           "GET / http/1.1\r\nHost: h\r\n\r\n",
           "G\x01T / HTTP/1.1\r\nHost: h\r\n\r\n",
           "\x16\x03\x01\x02",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
           "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       })
    EXPECT_EQ(refusal(input), http::status::bad_request) << input;
}

TEST(RequestParser, NamesOtherRefusalsByTheirStatus) {
  EXPECT_EQ(refusal("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), http::status::http_version_not_supported);
  EXPECT_EQ(refusal("PRI * HTTP/2.0\r\n\r\n"), http::status::http_version_not_supported);
  EXPECT_EQ(refusal("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
            http::status::not_implemented);
}

TEST(RequestParser, IsNotGrownByEmptyLines) {
  parsed_request parsed;
  EXPECT_FALSE(parsed.parser.started());
  ASSERT_EQ(parsed.feed("\r\n"), progress::need_more);
  EXPECT_FALSE(parsed.parser.started());
  ASSERT_EQ(parsed.feed("\r"), progress::need_more);
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(parsed.feed("\n\r\n\r"), progress::need_more);
  ASSERT_EQ(parsed.feed("\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"), progress::complete);
}

TEST(RequestParser, DecidesOnPersistenceByVersionAndConnectionField) {
  const auto keeps = [](std::string_view input) {
    parsed_request parsed;
    EXPECT_EQ(parsed.feed(input), progress::complete);
    return parsed.parser.keep_alive();
  };
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

}  // namespace
