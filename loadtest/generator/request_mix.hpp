// Which kind of request comes next, and its bytes. What does not change from request to request is
// made once. Each worker owns one; the same number gives the same request in every one of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadtest/generator/plan.hpp"
#include "loadtest/generator/text_template.hpp"

namespace generator {

class request_mix {
 public:
  /// Lifetime: `wanted` must outlive the mix.
  explicit request_mix(const plan& wanted);

  /// The index in the plan's mix of request `number`, by weight and seed.
  std::size_t choose(std::uint64_t number) const;
  /// The bytes to be sent. Lifetime: they are either the mix's own or `buffer`'s.
  std::string_view bytes(std::size_t kind, std::uint64_t number, std::string& buffer) const;
  /// Whether answers have no body whatever their fields say: those to HEAD.
  bool answers_are_bare(std::size_t kind) const { return prepared_[kind].is_head; }

 private:
  struct prepared {
    std::string whole;  // all bytes, if nothing is a template
    std::string fields;
    std::optional<text_template> target, body;
    bool is_head = false;
  };
  static prepared prepare(const request_kind& kind, const std::string& host);

  const plan& plan_;
  std::vector<double> weights_;  // summed up
  std::vector<prepared> prepared_;
};

}  // namespace generator
