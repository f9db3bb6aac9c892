#include "server/json/decimal.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace {

using server::json::decimal;
using server::json::parse_decimal;

TEST(Decimal, ReadsWholeNumbersUpToTheMaximum) {
  EXPECT_EQ(parse_decimal("0", 1000), 0U);
  EXPECT_EQ(parse_decimal("1000", 1000), 1000U);
  EXPECT_EQ(parse_decimal("007", 1000), 7U);
  EXPECT_EQ(parse_decimal("9223372036854775807", std::numeric_limits<std::int64_t>::max()),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_decimal("18446744073709551615", std::numeric_limits<std::size_t>::max()),
            std::numeric_limits<std::size_t>::max());
}

TEST(Decimal, RefusesWhatIsNoWholeNumberOrAboveTheMaximum) {
  for (const char* wrong : {"", "-1", "-0", "+1", " 1", "1 ", "1.0", "1e2", "0x10", "ten", "1,000",
                            "1001", "18446744073709551616", "99999999999999999999999999"})
    EXPECT_EQ(parse_decimal(wrong, 1000), std::nullopt) << wrong;
  EXPECT_EQ(parse_decimal("9223372036854775808", std::numeric_limits<std::int64_t>::max()),
            std::nullopt);
}

TEST(Decimal, WritesEveryWholeNumberAfterItsPrefix) {
  EXPECT_EQ(std::string_view(decimal(0)), "0");
  EXPECT_EQ(std::string_view(decimal(std::numeric_limits<std::int64_t>::min(), "sixteen bytes - ")),
            "sixteen bytes - -9223372036854775808");
  EXPECT_EQ(std::string_view(decimal(std::numeric_limits<std::uint64_t>::max(), "item-")),
            "item-18446744073709551615");
}

}  // namespace
