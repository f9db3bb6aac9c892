#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "server/json/reader.hpp"
#include "server/json/writer.hpp"
#include "tests/support/json_in_arena.hpp"

namespace {

using server::json::read_error;

struct item {
  std::uint8_t count = 0;
  double price = 0;
  std::optional<std::string_view> note;
};
BOOST_DESCRIBE_STRUCT(item, (), (count, price, note))

struct order {
  std::int64_t id = 0;
  std::string_view customer;
  std::pmr::vector<item> items;
  std::optional<item> gift;
  bool is_paid = false;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, customer, items, gift, is_paid))

class JsonReader : public testing::Test {
 protected:
  const boost::json::value& document(std::string_view text) {
    auto parsed = json_.parse(text);
    document_ = std::move(std::get<boost::json::value>(parsed));
    return *document_;
  }
  template <class T>
  T read(std::string_view text) {
    auto read = server::json::read<T>(document(text), &json_.memory());
    EXPECT_TRUE(std::holds_alternative<T>(read)) << text;
    return std::get<T>(std::move(read));
  }
  // "PATH: EXPECTED" of what is wrong.
  template <class T>
  std::string wrong(std::string_view text) {
    auto read = server::json::read<T>(document(text), &json_.memory());
    const auto* const error = std::get_if<read_error>(&read);
    if (error == nullptr) return "nothing";
    EXPECT_EQ(error->path.get_allocator().resource(), &json_.memory());
    EXPECT_EQ(error->expected.get_allocator().resource(), &json_.memory());
    return std::string(error->path) + ": " + std::string(error->expected);
  }

  json_in_arena json_;
  std::optional<boost::json::value> document_;
};

constexpr std::string_view one_order =
    R"({"id":-7,"customer":"Ö","items":[{"count":255,"price":0.5},)"
    R"({"count":0,"price":3,"note":"n","other":[{}]}],"is_paid":true,"more":1})";

TEST_F(JsonReader, ReadsAStructFromItsMembers) {
  const auto taken = read<order>(one_order);
  EXPECT_EQ(taken.id, -7);
  EXPECT_EQ(taken.customer, "Ö");
  ASSERT_EQ(taken.items.size(), 2u);
  EXPECT_EQ(taken.items[0].count, 255);
  EXPECT_EQ(taken.items[0].price, 0.5);
  EXPECT_EQ(taken.items[0].note, std::nullopt);
  EXPECT_EQ(taken.items[1].price, 3.0);
  EXPECT_EQ(taken.items[1].note, "n");
  EXPECT_FALSE(taken.gift.has_value());
  EXPECT_TRUE(taken.is_paid);
  EXPECT_EQ(taken.items.get_allocator().resource(), &json_.memory());
}

TEST_F(JsonReader, ReadsBackWhatTheWriterWrote) {
  const auto first = read<order>(one_order);
  const auto write = [&](const order& one) {
    arena::segment_buffer buffer(&json_.memory());
    server::json::writer(buffer).value(one);
    return json_in_arena::text_of(buffer);
  };
  const std::string text = write(first);
  EXPECT_EQ(write(read<order>(text)), text);
}

TEST_F(JsonReader, ReadsNullAndWhatIsMissingAsNone) {
  EXPECT_FALSE(read<std::optional<int>>("null").has_value());
  EXPECT_EQ(read<std::optional<int>>("5"), 5);
  EXPECT_FALSE(read<item>(R"({"count":1,"price":1,"note":null})").note.has_value());
}

TEST_F(JsonReader, ReadsWholeNumbersUpToTheEndsOfTheirType) {
  EXPECT_EQ(read<std::uint8_t>("0"), 0);
  EXPECT_EQ(read<std::uint8_t>("255"), 255);
  EXPECT_EQ(wrong<std::uint8_t>("256"), ": a whole number from 0 to 255");
  EXPECT_EQ(wrong<std::uint8_t>("-1"), ": a whole number from 0 to 255");
  EXPECT_EQ(read<std::int64_t>("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(read<std::int64_t>("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(wrong<std::int64_t>("9223372036854775808"),
            ": a whole number from -9223372036854775808 to 9223372036854775807");
  EXPECT_EQ(read<std::uint64_t>("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(wrong<std::uint64_t>("18446744073709551616"),
            ": a whole number from 0 to 18446744073709551615");
}

TEST_F(JsonReader, ReadsDoublesThatAreWholeAsWholeNumbers) {
  EXPECT_EQ(read<int>("5.0"), 5);
  EXPECT_EQ(read<int>("1e3"), 1000);
  EXPECT_EQ(wrong<int>("5.5"), ": a whole number from -2147483648 to 2147483647");
  EXPECT_EQ(wrong<int>("1e300"), ": a whole number from -2147483648 to 2147483647");
}

TEST_F(JsonReader, ReadsFloatsInTheirRange) {
  EXPECT_EQ(read<float>("0.1"), 0.1F);
  EXPECT_EQ(read<float>("3.4028234663852886e38"), 3.4028234663852886e38F);
  EXPECT_EQ(wrong<float>("3.5e38"), ": a number in the range of a float");
  EXPECT_EQ(wrong<float>("-1e300"), ": a number in the range of a float");
}

TEST_F(JsonReader, SaysWhatItExpectedOfEachKind) {
  EXPECT_EQ(wrong<bool>("1"), ": true or false");
  EXPECT_EQ(wrong<bool>("null"), ": true or false");
  EXPECT_EQ(wrong<int>("\"1\""), ": a whole number from -2147483648 to 2147483647");
  EXPECT_EQ(wrong<double>("true"), ": a number");
  EXPECT_EQ(wrong<std::string_view>("1"), ": a string");
  EXPECT_EQ(wrong<std::pmr::vector<int>>("{}"), ": an array");
  EXPECT_EQ(wrong<item>("[]"), ": an object");
  EXPECT_EQ(wrong<std::optional<bool>>("0"), ": true or false");
}

TEST_F(JsonReader, NamesThePathOfWhatIsWrong) {
  EXPECT_EQ(wrong<order>(R"({"id":1,"customer":"c","items":[],"is_paid":0})"),
            "is_paid: true or false");
  EXPECT_EQ(wrong<order>(R"({"id":1,"customer":"c","items":[{"count":1,"price":2},)"
                         R"({"count":1,"price":"2"}],"is_paid":true})"),
            "items[1].price: a number");
  EXPECT_EQ(wrong<order>(R"({"id":1,"customer":"c","items":[3],"is_paid":true})"),
            "items[0]: an object");
  EXPECT_EQ(wrong<order>(R"({"id":1,"customer":"c","items":[],"gift":{"count":1,"price":{}}})"),
            "gift.price: a number");
  EXPECT_EQ((wrong<std::pmr::vector<std::pmr::vector<int>>>("[[1],[2,3,[]]]")),
            "[1][2]: a whole number from -2147483648 to 2147483647");
  EXPECT_EQ(wrong<std::pmr::vector<item>>(R"([{"count":1,"price":2},{"price":2}])"),
            "[1].count: a whole number from 0 to 255");
}

TEST_F(JsonReader, NamesTheFirstMemberThatIsMissing) {
  EXPECT_EQ(wrong<order>("{}"),
            "id: a whole number from -9223372036854775808 to 9223372036854775807");
  EXPECT_EQ(wrong<order>(R"({"id":1})"), "customer: a string");
  EXPECT_EQ(wrong<order>(R"({"id":1,"customer":null})"), "customer: a string");
  EXPECT_EQ(wrong<order>(R"({"id":1,"customer":"c"})"), "items: an array");
}

// A path is as long as its names and indexes are: no room of a fixed size.
TEST_F(JsonReader, NamesLongPathsWhole) {
  std::string text = "[";
  for (int i = 0; i < 12'345; ++i) text += "[],";
  text += "[\"x\"]]";
  EXPECT_EQ((wrong<std::pmr::vector<std::pmr::vector<double>>>(text)), "[12345][0]: a number");
}

}  // namespace
