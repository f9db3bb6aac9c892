#include "loadtest/bench/growth_bench.hpp"

#include <cstddef>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "arena/arena_string.hpp"
#include "arena/arena_vector.hpp"
#include "loadtest/bench/contenders.hpp"

namespace bench {

namespace {

constexpr int elements = 8000;
constexpr std::string_view piece = "sixteen letters.";

/// Where the containers live: each kind makes an empty one.
struct on_malloc {
  static constexpr const char* name = "std_malloc";
  std::string text() const { return {}; }
  std::vector<int> numbers() const { return {}; }
  void release() noexcept {}
};
struct on_arena_by_pmr {
  static constexpr const char* name = "std_pmr_on_arena";
  std::pmr::string text() { return std::pmr::string(&held.memory()); }
  std::pmr::vector<int> numbers() { return std::pmr::vector<int>(&held.memory()); }
  void release() noexcept { held.release(); }
  bump_inline held{0};
};
struct on_arena_by_builder {
  static constexpr const char* name = "arena_builder";
  arena::arena_string text() { return arena::arena_string(held.memory()); }
  arena::arena_vector<int> numbers() { return arena::arena_vector<int>(held.memory()); }
  void release() noexcept { held.release(); }
  bump_inline held{0};
};

/// How they grow: `start` makes an empty container, `add` makes it longer, `times` times.
struct text_by_character {
  static constexpr const char* name = "grow_string_push_back";
  static constexpr int times = elements;
  static auto start(auto& place) { return place.text(); }
  static void add(auto& text, int) { text.push_back('x'); }
};
struct text_by_piece {
  static constexpr const char* name = "grow_string_append";
  static constexpr int times = elements / static_cast<int>(piece.size());
  static auto start(auto& place) { return place.text(); }
  static void add(auto& text, int) { text.append(piece); }
};
struct numbers_by_element {
  static constexpr const char* name = "grow_vector_push_back";
  static constexpr int times = elements;
  static auto start(auto& place) { return place.numbers(); }
  static void add(auto& numbers, int i) { numbers.push_back(i); }
};

// Untimed: what had to be moved, seen by the address of the first element.
template <class Way, class Place>
std::size_t bytes_copied(Place& place) {
  std::size_t copied = 0;
  {
    auto grown = Way::start(place);
    for (int i = 0; i < Way::times; ++i) {
      const void* const before = grown.data();
      const std::size_t bytes = grown.size() * sizeof(*grown.data());
      Way::add(grown, i);
      if (grown.data() != before) copied += bytes;
    }
  }
  place.release();
  return copied;
}

template <class Way, class Place>
void grow(benchmark::State& state) {
  Place place;
  bytes_copied<Way>(place);  // so that what is counted next happens in a warm arena
  const std::size_t copied = bytes_copied<Way>(place);
  for (auto _ : state) {
    {
      auto grown = Way::start(place);
      for (int i = 0; i < Way::times; ++i) Way::add(grown, i);
      const auto* const data = grown.data();
      benchmark::DoNotOptimize(data);
    }
    place.release();
  }
  state.counters["items"] = 1;
  state.counters["bytes_copied"] = static_cast<double>(copied);
}

template <class Way, class Place>
void add() {
  const std::string name = std::string(Way::name) + "/" + Place::name;
  benchmark::RegisterBenchmark(name.c_str(), &grow<Way, Place>);
}

template <class Way>
void add_places() {
  add<Way, on_arena_by_builder>();
  add<Way, on_arena_by_pmr>();
  add<Way, on_malloc>();
}

}  // namespace

void add_growth_benchmarks() {
  add_places<text_by_character>();
  add_places<text_by_piece>();
  add_places<numbers_by_element>();
}

}  // namespace bench
