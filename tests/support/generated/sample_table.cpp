#include "tests/support/generated/sample_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

namespace {

constexpr std::array<std::string_view, 14> odd_texts = {
    "true",          "null",       "12",          "-",           "O'Neil, \"Jr.\"",
    "two\nlines",    "100% sure",  "under_score", "back\\slash", "a*b",
    " spaces here ", "(brackets)", "{braces}",    "q=a&b;c#d+e"};
constexpr std::array<std::string_view, 12> words = {"apple",
                                                    "Apple",
                                                    "APPLE",
                                                    "pear",
                                                    "Pear tree",
                                                    "\xC3\xA9t\xC3\xA9",
                                                    "\xC3\x89t\xC3\xA9",
                                                    "Z\xC3\xBCrich",
                                                    "\xE6\x9D\xB1\xE4\xBA\xAC",
                                                    "\xF0\x9F\x8D\x90 pear",
                                                    "plum",
                                                    "zebra"};
constexpr std::array<std::string_view, 7> cities = {
    "Aarhus", "Basel", "basel", "Z\xC3\xBCrich", "Saint-Denis, La R\xC3\xA9union", "\"Q\"", "Oslo"};
constexpr std::array<std::string_view, 6> extremes = {"9223372036854775807", "-9223372036854775808",
                                                      "9007199254740993",    "9007199254740992",
                                                      "-9007199254740993",   "0"};

std::string name_of_row(random_source& random) {
  if (random.chance(15)) return std::string(random.one_of(odd_texts));
  std::string name(random.one_of(words));
  if (random.chance(60)) name.append(" ").append(random.one_of(words));
  if (random.chance(30)) name += std::to_string(random.below(50));
  return name;
}

std::string price(random_source& random) {
  std::array<char, 32> text;
  const auto cents = random.between(-20'000, 100'000);
  std::snprintf(text.data(), text.size(), "%.2f", static_cast<double>(cents) / 100);
  return random.chance(10) ? std::to_string(cents / 100) : text.data();
}

template <class Make>
sample_column column(std::string name, sample_column::kind holds, std::size_t rows, Make make) {
  sample_column made{std::move(name), holds, true, {}};
  for (std::size_t row = 0; row < rows; ++row) made.cells.push_back(make(row));
  return made;
}

// Null in `percent` of 100 rows, else what is made.
template <class Make>
std::string or_null(random_source& random, std::size_t percent, Make make) {
  return random.chance(percent) ? std::string() : std::string(make());
}

// The order of ids is not that of the rows.
std::vector<std::string> shuffled_ids(random_source& random, std::size_t rows) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < rows; ++i) ids.push_back(std::to_string(10 + 3 * i));
  for (std::size_t i = rows - 1; i > 0; --i) std::swap(ids[i], ids[random.below(i + 1)]);
  return ids;
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char byte : text) quoted.append(byte == '"' ? 2 : 1, byte);
  return quoted + '"';
}

}  // namespace

std::string sample_table::csv() const {
  std::string text;
  const auto add_field = [&text, this](const sample_column& each, std::string_view field) {
    text += csv_field(field);
    text += &each == &columns.back() ? '\n' : ',';
  };
  for (const auto& each : columns) add_field(each, each.name);
  for (std::size_t row = 0; row < rows; ++row) {
    for (const auto& each : columns) add_field(each, each.cells[row]);
  }
  return text;
}

sample_table make_sample_table(random_source& random, std::size_t rows) {
  using kind = sample_column::kind;
  const auto ids = shuffled_ids(random, rows);
  sample_table made{{}, rows};
  made.columns.push_back(
      column("id", kind::whole, rows, [&](std::size_t row) { return ids[row]; }));
  made.columns.push_back(
      column("name", kind::text, rows, [&](std::size_t) { return name_of_row(random); }));
  made.columns.push_back(column("city", kind::text, rows, [&](std::size_t) {
    return or_null(random, 12, [&] { return random.one_of(cities); });
  }));
  made.columns.push_back(column("qty", kind::whole, rows, [&](std::size_t) {
    return or_null(random, 10, [&] { return std::to_string(random.between(-20, 20)); });
  }));
  made.columns.push_back(column("big", kind::whole, rows, [&](std::size_t) {
    return or_null(random, 20, [&] {
      return random.chance(50) ? std::string(random.one_of(extremes))
                               : std::to_string(random.between(-5'000'000'000, 5'000'000'000));
    });
  }));
  made.columns.back().sums = false;
  made.columns.push_back(column("unit.price", kind::real, rows, [&](std::size_t) {
    return or_null(random, 15, [&] { return price(random); });
  }));
  made.columns.push_back(column("active", kind::boolean, rows, [&](std::size_t) {
    return or_null(random, 10, [&] { return random.chance(50) ? "true" : "false"; });
  }));
  made.columns.push_back(column("note, \"odd\"", kind::text, rows, [&](std::size_t) {
    return or_null(random, 60, [&] { return random.one_of(odd_texts); });
  }));
  return made;
}
