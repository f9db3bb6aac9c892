// What a model expects of what it runs beside: the first expectation that does not hold is noted,
// and those after it are not, as they may follow from it. Owned by one model and its parts; used
// in destructors, so that it never throws for what it finds.
#pragma once

#include <string>
#include <string_view>

class expectations {
 public:
  /// Notes `what` unless `holds`, or something was noted before.
  void expect(bool holds, std::string_view what) noexcept {
    if (!holds && violation_.empty()) violation_ = what;
  }
  /// The first that did not hold; empty if all did.
  const std::string& violation() const noexcept { return violation_; }
  bool hold() const noexcept { return violation_.empty(); }

 private:
  std::string violation_;
};
