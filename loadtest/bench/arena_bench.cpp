// How the arena compares with other allocators, in one process: loadtest/lab/bench.py runs it under
// several mallocs and reads its JSON. A benchmark is called workload/contender; one iteration is a
// cycle of `items` allocations (or requests, or resets) and the giving back of them all, each
// contender in its own way; `heap_calls` are the calls of an upstream's allocate in one iteration.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include <benchmark/benchmark.h>

#include "loadtest/bench/contenders.hpp"
#include "loadtest/bench/growth_bench.hpp"
#include "loadtest/bench/trace.hpp"

namespace bench {

namespace {

// More than any cycle needs: no contender that is lent a buffer ever outgrows it.
constexpr std::size_t buffer_bytes = std::size_t{2} << 20;
// So many that the release at the cycle's end, and the timer around it, do not show.
constexpr std::size_t cycle_allocations = 1000;
constexpr std::size_t word_bytes = 8;

void report(benchmark::State& state, std::size_t items, std::uint64_t heap_calls) {
  state.counters["items"] = static_cast<double>(items);
  state.counters["heap_calls"] =
      static_cast<double>(heap_calls) / static_cast<double>(state.iterations());
}

/// Reached by a pointer, as a request's memory is: on the stack, the processor would rename it.
template <class Contender>
class held {
 public:
  Contender& operator*() const noexcept { return *hidden(memory_.get()); }

 private:
  std::unique_ptr<Contender> memory_ = std::make_unique<Contender>(buffer_bytes);
};

/// What a cycle took and must give back.
struct taken {
  void* p;
  std::size_t bytes;
};

template <class Contender>
void give_back(Contender& memory, const std::vector<taken>& all) {
  if constexpr (Contender::way == gives_back::whole) {
    memory.release();
  } else {
    for (const taken& each : all) memory.deallocate(each.p, each.bytes, word_bytes);
  }
}

// The size is hidden from the optimiser, as a text's is; the alignment is known, as a type's is.
template <class Contender, std::size_t Alignment>
void same_size(benchmark::State& state, std::size_t bytes) {
  const held<Contender> owned;
  Contender& memory = *owned;
  bytes = hidden(bytes);
  std::vector<taken> all(cycle_allocations, {nullptr, bytes});
  const auto cycle = [&] {
    for (taken& each : all) {
      each.p = memory.allocate(bytes, Alignment);
      benchmark::ClobberMemory();
    }
    give_back(memory, all);
  };
  cycle();
  const std::uint64_t before = memory.heap_calls();
  for (auto _ : state) cycle();
  report(state, cycle_allocations, memory.heap_calls() - before);
}

template <class Contender>
void replay(Contender& memory, const recorded_request& request, std::vector<void*>& slots) {
  for (const step& each : request.steps) {
    if (each.takes)
      slots[each.slot] = memory.allocate(each.bytes, each.alignment);
    else
      memory.deallocate(slots[each.slot], each.bytes, each.alignment);
    benchmark::ClobberMemory();
  }
  if constexpr (Contender::way == gives_back::whole) {
    memory.release();
  } else {
    for (const step& each : request.left)
      memory.deallocate(slots[each.slot], each.bytes, each.alignment);
  }
}

template <class Contender>
void recorded_requests(benchmark::State& state, const trace& recorded) {
  const held<Contender> owned;
  Contender& memory = *owned;
  std::vector<void*> slots(recorded.slots);
  const auto cycle = [&] {
    for (const recorded_request& request : recorded.requests) replay(memory, request, slots);
  };
  cycle();
  const std::uint64_t before = memory.heap_calls();
  for (auto _ : state) cycle();
  report(state, recorded.allocations, memory.heap_calls() - before);
}

// About 100 sizes that are 16 KiB together, small ones the most frequent; the same in each run.
std::vector<taken> steady_request() {
  constexpr std::size_t request_bytes = std::size_t{16} << 10;
  constexpr std::size_t sizes[] = {8,  16,  16,  24,  24,  32,  32,  48,  64,
                                   64, 100, 128, 160, 200, 256, 400, 640, 1000};
  std::minstd_rand random(1);
  std::vector<taken> request;
  for (std::size_t left = request_bytes; left > 0; left -= request.back().bytes)
    request.push_back({nullptr, std::min(left, sizes[random() % std::size(sizes)])});
  return request;
}

// Each allocation's first word is written, as a program would at least do.
template <class Contender>
void steady_state(benchmark::State& state) {
  const held<Contender> owned;
  Contender& memory = *owned;
  std::vector<taken> request = steady_request();
  const auto cycle = [&] {
    for (taken& each : request) {
      each.p = memory.allocate(each.bytes, word_bytes);
      std::memset(each.p, 0, word_bytes);
      benchmark::ClobberMemory();
    }
    give_back(memory, request);
  };
  cycle();
  const std::uint64_t before = memory.heap_calls();
  for (auto _ : state) cycle();
  report(state, 1, memory.heap_calls() - before);
  state.counters["allocations"] = static_cast<double>(request.size());
}

std::vector<taken> reset_request() {
  constexpr std::size_t allocations = 10'007;
  std::vector<taken> request(allocations);
  for (std::size_t i = 0; i < allocations; ++i) request[i].bytes = 8 + i * 37 % 57;
  return request;
}

// The end of a request alone. What takes less than the clock itself is timed in batches: as many
// are filled first, so that each still ends a request of its own.
template <class Contender, std::size_t Batch>
void reset(benchmark::State& state) {
  std::vector<std::unique_ptr<Contender>> filled(Batch);
  for (auto& memory : filled) memory = std::make_unique<Contender>(buffer_bytes / 2);
  std::vector<taken> request = reset_request();
  for (auto _ : state) {
    for (auto& memory : filled) {
      for (taken& each : request) {
        each.p = memory->allocate(each.bytes, word_bytes);
        benchmark::ClobberMemory();
      }
    }
    const auto start = std::chrono::steady_clock::now();
    for (auto& memory : filled) {
      if constexpr (std::is_same_v<Contender, heap_alone>)
        give_back(*memory, request);
      else
        memory->release();
    }
    benchmark::ClobberMemory();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    state.SetIterationTime(spent.count());
  }
  state.counters["items"] = static_cast<double>(Batch);
}

template <class Contender, class Function, class... Args>
void add(const char* workload, Function function, Args... args) {
  const std::string name = std::string(workload) + "/" + Contender::name;
  benchmark::RegisterBenchmark(name.c_str(), function, args...);
}

template <class Contender>
void add_contender(const trace& recorded) {
  add<Contender>("alloc_8", same_size<Contender, word_bytes>, std::size_t{8});
  add<Contender>("alloc_24", same_size<Contender, word_bytes>, std::size_t{24});
  add<Contender>("alloc_100", same_size<Contender, word_bytes>, std::size_t{100});
  add<Contender>("alloc_1000", same_size<Contender, word_bytes>, std::size_t{1000});
  add<Contender>("alloc_24_aligned_16", same_size<Contender, 16>, std::size_t{24});
  add<Contender>("trace", [&recorded](benchmark::State& state) {
    recorded_requests<Contender>(state, recorded);
  });
  add<Contender>("steady", steady_state<Contender>);
}

template <class Contender, std::size_t Batch>
void add_reset() {
  constexpr int iterations = 8;  // by time, the filling would take minutes
  const std::string name = std::string("reset/") + Contender::name;
  benchmark::RegisterBenchmark(name.c_str(), &reset<Contender, Batch>)
      ->Iterations(iterations)
      ->UseManualTime();
}

void add_resets() {
  constexpr std::size_t many = 64;
  add_reset<bump_inline, many>();
  add_reset<fixed_inline, many>();
  add_reset<std_monotonic_in_buffer, many>();
  add_reset<std_monotonic_growing, 1>();
  add_reset<std_pool_kept, 1>();
  add_reset<boost_monotonic_in_buffer, many>();
  add_reset<json_monotonic_in_buffer, many>();
  add_reset<heap_alone, 1>();
}

template <class... Contenders>
void add_contenders(const trace& recorded) {
  (add_contender<Contenders>(recorded), ...);
}

}  // namespace

}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  const trace recorded = record_trace();
  benchmark::AddCustomContext("trace", recorded.describe());
  add_contenders<bump_inline, bump_virtual, fixed_inline, std_monotonic_in_buffer,
                 std_monotonic_growing, std_pool_kept, boost_monotonic_in_buffer,
                 json_monotonic_in_buffer, heap_alone, nothing>(recorded);
  add_resets();
  add_growth_benchmarks();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
