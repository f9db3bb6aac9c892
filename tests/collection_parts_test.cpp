// The parts that collections are loaded with: bounds of a column, UTF-8, the hash, the progress.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "server/collections/catalogue.hpp"
#include "server/collections/column_profile.hpp"
#include "server/collections/content_hash.hpp"
#include "server/collections/load_progress.hpp"
#include "server/collections/sample.hpp"

namespace {

using namespace server::collections;
using namespace std::chrono_literals;

TEST(ColumnProfile, RefusesMoreBytesOfTextThanTheirEndsCanCount) {
  column_profile texts;
  texts.name = "remarks";
  texts.text_bytes = column_profile::text_bytes_max;
  EXPECT_EQ(texts.obstacle(column_kind::text), "");
  ++texts.text_bytes;
  EXPECT_EQ(texts.obstacle(column_kind::text),
            "the texts of column \"remarks\" have 4294967296 bytes together; at most 4294967295 "
            "can be held");
  EXPECT_EQ(texts.obstacle(column_kind::document), "");
  EXPECT_EQ(texts.obstacle(column_kind::integer), "") << "of a CSV the fields' bytes are counted";
}

TEST(ColumnProfile, KnowsWhichIntegersAreExactlyADouble) {
  constexpr std::int64_t limit = std::int64_t{1} << 53;
  for (const std::int64_t exact :
       {std::int64_t{0}, std::int64_t{-1}, limit - 1, limit, -limit, limit + 2, limit * 2 + 4,
        std::int64_t{1} << 62, std::numeric_limits<std::int64_t>::min()})
    EXPECT_EQ(integer_class(exact), value_class::integer) << exact;
  for (const std::int64_t inexact :
       {limit + 1, -limit - 1, limit * 2 + 2 + 1, std::numeric_limits<std::int64_t>::max(),
        std::numeric_limits<std::int64_t>::min() + 1})
    EXPECT_EQ(integer_class(inexact), value_class::long_integer) << inexact;
}

TEST(ContentHash, DependsOnEachByteAndOnTheLength) {
  std::set<std::uint64_t> seen;
  std::size_t texts = 0;
  for (const std::size_t bytes : {0U, 1U, 7U, 8U, 9U, 16U, 61U}) {
    std::string text(bytes, '\0');
    seen.insert(content_hash(text));
    ++texts;
    for (char& byte : text) {
      for (unsigned bit = 0; bit < 8; ++bit, ++texts) {
        byte = static_cast<char>(1U << bit);
        seen.insert(content_hash(text));
      }
      byte = 0;
    }
  }
  EXPECT_EQ(seen.size(), texts);
}

TEST(ContentHash, DependsOnPairsOfBytes) {
  // The highest bits of two words: what a hash that only multiplies forgets.
  std::string text(24, 'a');
  const std::uint64_t before = content_hash(text);
  text[7] = static_cast<char>(text[7] ^ 0x80);
  text[15] = static_cast<char>(text[15] ^ 0x80);
  EXPECT_NE(content_hash(text), before);
  EXPECT_NE(content_hash("abcdefgh12345678"), content_hash("12345678abcdefgh"));
}

class LoadProgress : public testing::Test {
 protected:
  void SetUp() override {
    auto logger = std::make_shared<spdlog::logger>(
        "", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines_));
    logger->set_pattern("%v");
    spdlog::set_default_logger(std::move(logger));
  }
  void TearDown() override { spdlog::set_default_logger(before_); }

  std::string logged() {
    std::string all = lines_.str();
    lines_.str("");
    return all;
  }

  const load_progress::clock::time_point start_{1h};

 private:
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
  std::ostringstream lines_;
};

TEST_F(LoadProgress, SaysEachTenthThatTookASecond) {
  load_progress progress("big.csv", 1000, start_);
  progress.reach(100, start_ + 1s);
  EXPECT_EQ(logged(), "big.csv: 10 % loaded\n");
  progress.reach(199, start_ + 9s);
  EXPECT_EQ(logged(), "") << "not a tenth more";
  progress.reach(200, start_ + 9s);
  EXPECT_EQ(logged(), "big.csv: 20 % loaded\n");
  progress.reach(300, start_ + 9s + 999ms);
  EXPECT_EQ(logged(), "") << "not a second later";
  progress.reach(950, start_ + 10s);
  EXPECT_EQ(logged(), "big.csv: 90 % loaded\n");
}

TEST_F(LoadProgress, IsSilentOnWhatLoadsWithinASecond) {
  load_progress progress("small.csv", 10, start_);
  for (std::size_t bytes = 0; bytes <= 10; ++bytes) progress.reach(bytes, start_ + 999ms);
  load_progress empty("empty.csv", 0, start_);
  empty.reach(0, start_ + 5s);
  EXPECT_EQ(logged(), "");
}

using CatalogueLog = LoadProgress;

TEST_F(CatalogueLog, SaysWhatWasLoadedAndHowLongItTook) {
  const catalogue served({});
  const std::string line = logged();
  EXPECT_TRUE(line.starts_with("collection cities: 12 rows, 5 columns, id id, of " +
                               std::to_string(sample_text.size()) + " bytes, in "))
      << line;
  EXPECT_TRUE(line.ends_with(" ms\n")) << line;
}

}  // namespace
