#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "loadtest/generator/response_parser.hpp"

namespace {

using generator::response_parser;
using result = response_parser::result;
using body_kind = response_parser::body_kind;

const std::string fixed = "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 5\r\n\r\nhello";
const std::string chunked =
    "HTTP/1.1 200 OK\r\ntransfer-encoding: "
    "Chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: u\r\n\r\n";

result feed(response_parser& parser, const std::string& bytes) {
  std::string_view left = bytes;
  return parser.feed(left);
}

result whole(const std::string& bytes, body_kind body = body_kind::framed) {
  response_parser parser;
  parser.restart(body);
  std::string_view left = bytes;
  const result found = parser.feed(left);
  return found == result::complete && !left.empty() ? result::malformed : found;
}

TEST(LoadgenResponse, IsReadHoweverItIsCut) {
  for (const std::string& text : {fixed, chunked}) {
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
      response_parser parser;
      parser.restart(body_kind::framed);
      ASSERT_EQ(feed(parser, text.substr(0, cut)), result::more) << cut;
      ASSERT_EQ(feed(parser, text.substr(cut)), result::complete) << cut;
      ASSERT_EQ(parser.body_bytes(), text == fixed ? 5u : 13u);
      ASSERT_EQ(parser.status(), 200u);
      ASSERT_TRUE(parser.keeps_alive());
    }
    response_parser parser;
    parser.restart(body_kind::framed);
    for (std::size_t i = 0; i + 1 < text.size(); ++i)
      ASSERT_EQ(feed(parser, {text[i]}), result::more);
    EXPECT_EQ(feed(parser, {text.back()}), result::complete);
  }
}

TEST(LoadgenResponse, HasNoBodyWhereHttpAllowsNone) {
  EXPECT_EQ(whole("HTTP/1.1 204 No Content\r\n\r\n"), result::complete);
  EXPECT_EQ(whole("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"), result::complete);
  EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", body_kind::none),
            result::complete);
  EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), result::complete);
  EXPECT_EQ(whole("HTTP/1.1 100 Continue\r\n\r\n" + fixed), result::complete);
}

TEST(LoadgenResponse, KnowsWhetherTheConnectionGoesOn) {
  response_parser parser;
  parser.restart(body_kind::framed);
  feed(parser, "HTTP/1.1 200 OK\r\nConnection: x , Close\r\nContent-Length: 0\r\n\r\n");
  EXPECT_FALSE(parser.keeps_alive());
  parser.restart(body_kind::framed);
  feed(parser, "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_FALSE(parser.keeps_alive());
  parser.restart(body_kind::framed);
  EXPECT_EQ(feed(parser, "HTTP/1.1 200 OK\r\n\r\nto the end"), result::more);
  EXPECT_EQ(parser.end(), result::complete);
  EXPECT_EQ(parser.body_bytes(), 10u);
  parser.restart(body_kind::framed);
  feed(parser, fixed.substr(0, fixed.size() - 1));
  EXPECT_EQ(parser.end(), result::malformed);
}

TEST(LoadgenResponse, IsRefusedIfMalformed) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const std::vector<std::string> wrong = {
      "HTTP/2 200 OK\r\n",
      "HTTP/1.1 20 OK\r\n",
      "HTTP/1.1 2000 OK\r\n",
      "HTTP/1.1 200\r\n",
      "HTTP/1.1 700 X\r\n",
      "HTTP/1.1 101 X\r\n\r\n",
      "HTTP/1.1 200 OK\n",
      "http/1.1 200 OK\r\n",
      ok + "NoColon\r\n",
      ok + "A : b\r\n",
      ok + " A: b\r\n",
      ok + ": b\r\n",
      ok + "A: b\rc\r\n",
      ok + "A: b\n",
      ok + "Content-Length: +5\r\n",
      ok + "Content-Length: 5, 5\r\n",
      ok + "Content-Length: \r\n",
      ok + "Content-Length: 99999999999999999999\r\n",
      ok + "Content-Length: 5\r\nContent-Length: 5\r\n",
      ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      ok + "Transfer-Encoding: gzip\r\n",
      ok + "Transfer-Encoding: chunked\r\n\r\nx\r\n",
      ok + "Transfer-Encoding: chunked\r\n\r\n \r\n",
      ok + "Transfer-Encoding: chunked\r\n\r\n5 \r\n",
      ok + "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
      ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
      ok + "Transfer-Encoding: chunked\r\n\r\n0\r\nno field\r\n",
      fixed + "x",
      "HTTP/1.1 204 X\r\n\r\nbody",
      ok + std::string(300 * 1024, 'a')};
  for (const std::string& text : wrong)
    EXPECT_EQ(whole(text), result::malformed) << text.substr(0, 80);
}

}  // namespace
