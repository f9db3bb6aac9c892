// A strict reader of Prometheus' text format 0.0.4, for tests. Everything that is wrong with a text
// is a failure of the test that reads it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct scraped_sample {
  std::string name;
  std::map<std::string, std::string> labels;
  double value = 0;
};

class scraped_metrics {
 public:
  explicit scraped_metrics(std::string_view text);

  /// Of the one sample with that name and exactly these labels; nullopt: there is none.
  std::optional<double> value(const std::string& name,
                              const std::map<std::string, std::string>& labels = {}) const;
  const std::vector<scraped_sample>& samples() const { return samples_; }

 private:
  void read_comment(std::string_view line);
  void read_sample(std::string_view line);
  void check_belongs(const std::string& name) const;
  void check_histograms() const;

  std::string metric_, helped_, type_;        // the metric that samples are of now
  std::map<std::string, std::string> types_;  // by metric
  std::vector<scraped_sample> samples_;
};
