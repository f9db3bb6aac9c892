#include "tests/support/scraped_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <regex>

#include <gtest/gtest.h>

namespace {

// {a="b",c="d"} without the braces; escapes undone.
std::map<std::string, std::string> labels_in(const std::string& text) {
  static const std::regex one(R"re(([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^\\"\n]|\\[\\"n])*)"(,|$))re");
  std::map<std::string, std::string> labels;
  auto at = text.begin();
  std::smatch found;
  while (at != text.end()) {
    const bool matches =
        std::regex_search(at, text.end(), found, one, std::regex_constants::match_continuous);
    EXPECT_TRUE(matches) << text;
    if (!matches) break;
    std::string value;
    const std::string raw = found[2];
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '\\')
        value += raw[i];
      else
        value += raw[++i] == 'n' ? '\n' : raw[i];
    }
    EXPECT_TRUE(labels.emplace(found[1], value).second) << "twice in " << text;
    at = found[0].second;
    EXPECT_FALSE(at == text.end() && found[3] == ",") << text;
  }
  return labels;
}

}  // namespace

scraped_metrics::scraped_metrics(std::string_view text) {
  EXPECT_TRUE(text.ends_with('\n'));
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.starts_with('#') ? read_comment(line) : read_sample(line);
  }
  check_histograms();
}

std::optional<double> scraped_metrics::value(
    const std::string& name, const std::map<std::string, std::string>& labels) const {
  for (const scraped_sample& each : samples_) {
    if (each.name == name && each.labels == labels) return each.value;
  }
  return std::nullopt;
}

void scraped_metrics::read_comment(std::string_view line) {
  static const std::regex help(R"(# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) [^\\]+)");
  static const std::regex type(R"(# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram))");
  const std::string text(line);
  std::smatch found;
  if (std::regex_match(text, found, help)) {
    helped_ = found[1];
  } else if (std::regex_match(text, found, type)) {
    metric_ = found[1];
    type_ = found[2];
    EXPECT_EQ(helped_, metric_) << "TYPE does not follow its HELP";
    EXPECT_TRUE(types_.emplace(metric_, type_).second) << metric_ << " begins twice";
    EXPECT_EQ(type_ == "counter", metric_.ends_with("_total")) << text;
  } else {
    ADD_FAILURE() << "neither HELP nor TYPE: " << text;
  }
}

void scraped_metrics::read_sample(std::string_view line) {
  static const std::regex sample(
      R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.+)\})? (-?[0-9][0-9.e+-]*))re");
  const std::string text(line);
  std::smatch found;
  ASSERT_TRUE(std::regex_match(text, found, sample)) << "no sample: " << text;
  const std::string number = found[3];
  char* end = nullptr;
  const scraped_sample read{found[1], labels_in(found[2]), std::strtod(number.c_str(), &end)};
  EXPECT_EQ(*end, '\0') << text;
  EXPECT_TRUE(std::isfinite(read.value)) << text;
  check_belongs(read.name);
  EXPECT_EQ(value(read.name, read.labels), std::nullopt) << "twice: " << text;
  samples_.push_back(read);
}

void scraped_metrics::check_belongs(const std::string& name) const {
  ASSERT_TRUE(name.starts_with(metric_) && !metric_.empty()) << name << " without HELP and TYPE";
  const std::string suffix = name.substr(metric_.size());
  if (type_ == "histogram")
    EXPECT_TRUE(suffix == "_bucket" || suffix == "_sum" || suffix == "_count") << name;
  else
    EXPECT_EQ(suffix, "");
}

// Of each histogram the buckets ascend in bound and count, and the last, +Inf, is the count.
void scraped_metrics::check_histograms() const {
  double bound = -1, count = 0;
  std::map<std::string, std::string> labels;
  for (const scraped_sample& each : samples_) {
    if (each.name.ends_with("_bucket")) {
      const double next = std::strtod(each.labels.at("le").c_str(), nullptr);
      EXPECT_GT(next, bound) << each.name;
      EXPECT_GE(each.value, count) << each.name;
      bound = next;
      count = each.value;
      labels = each.labels;
    } else if (each.name.ends_with("_count")) {
      EXPECT_EQ(labels["le"], "+Inf") << each.name;
      labels.erase("le");
      EXPECT_EQ(each.labels, labels) << each.name;
      EXPECT_EQ(each.value, count) << each.name;
      bound = -1;
      count = 0;
    }
  }
}
