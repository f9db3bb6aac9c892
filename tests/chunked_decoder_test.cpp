#include "server/chunked_decoder.hpp"

#include <string>

#include <gtest/gtest.h>

namespace {

using server::chunked_decoder;
using outcome = chunked_decoder::outcome;

struct decoded {
  outcome end;
  std::string body;
  std::string rest;
};

// Feeds `input` in pieces of `piece_bytes`.
decoded decode(std::string_view input, std::size_t piece_bytes, std::size_t extra_max = 64) {
  chunked_decoder decoder(extra_max);
  decoded all{outcome::need_more, "", ""};
  for (std::size_t at = 0; at < input.size(); at += piece_bytes) {
    std::string_view piece = input.substr(at, piece_bytes);
    do {
      const auto step = decoder.next(piece);
      all.body += step.data;
      piece.remove_prefix(step.consumed);
      all.end = step.result;
      if (all.end != outcome::data && all.end != outcome::need_more) {
        all.rest = std::string(piece) +
                   std::string(input.substr(std::min(at + piece_bytes, input.size())));
        return all;
      }
    } while (!piece.empty());
  }
  return all;
}

void expect_all_ways(std::string_view input, outcome end, std::string_view body = "",
                     std::string_view rest = "") {
  for (std::size_t piece = 1; piece <= input.size(); ++piece) {
    const decoded found = decode(input, piece);
    EXPECT_EQ(found.end, end) << "in pieces of " << piece;
    if (end == outcome::done) {
      EXPECT_EQ(found.body, body);
      EXPECT_EQ(found.rest, rest);
    }
  }
}

TEST(ChunkedDecoder, JoinsChunksHoweverTheyArrive) {
  expect_all_ways("5\r\nhello\r\n1\r\n,\r\n0006\r\n world\r\n0\r\n\r\nGET", outcome::done,
                  "hello, world", "GET");
  expect_all_ways("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", outcome::done,
                  "01234567890123456789");
}

TEST(ChunkedDecoder, PassesOverExtensionsAndTrailers) {
  expect_all_ways("1;a=b;c=\"d\"\r\nx\r\n0;z\r\nT: v\r\nU: w\r\n\r\n", outcome::done, "x");
}

TEST(ChunkedDecoder, RefusesWhatIsNotChunkedCoding) {
  for (const char* wrong : {"\r\n", "g\r\n", "5\n", "5 \r\n", "-1\r\n", "0x5\r\n", "1\r\nxy",
                            "1\r\nx\n", "1\rx", "1;a\nb", "0\r\nT: v\n", "0\r\n\rx", "1;\x01\r\n",
                            "0\r\nT: \x7f\r\n", "10000000000000000\r\n", "fffffffffffffffff\r\n"})
    expect_all_ways(wrong, outcome::malformed);
}

TEST(ChunkedDecoder, TakesTheLargestSizeWithoutOverflow) {
  chunked_decoder decoder(64);
  const auto step = decoder.next("ffffffffffffffff\r\nx");
  EXPECT_EQ(step.result, outcome::data);
  EXPECT_EQ(step.data, "x");
}

TEST(ChunkedDecoder, BoundsExtensionsAndTrailersToTheByte) {
  const std::string extension(31, 'e');
  const std::string trailer = std::string(15, 't') + ":" + std::string(16, 'v');
  const auto input = "1;" + extension + "\r\nx\r\n0\r\n" + trailer + "\r\n\r\n";
  EXPECT_EQ(decode(input, 7, 64).end, outcome::done);
  EXPECT_EQ(decode(input, 7, 63).end, outcome::too_long);
}

TEST(ChunkedDecoder, BoundsLeadingZeros) {
  EXPECT_EQ(decode(std::string(65, '0') + "\r\n\r\n", 8, 64).end, outcome::done);
  EXPECT_EQ(decode(std::string(66, '0') + "\r\n\r\n", 8, 64).end, outcome::too_long);
}

}  // namespace
