// How our JSON compares with others', in one process: loadtest/lab/bench_json.py runs it and reads
// its JSON. A benchmark is called operation_text/contender; one iteration parses the text, or makes
// it of plain data. Bytes are those of the shortest text for all contenders, so that whoever writes
// 1.25E0 is not the faster for it. Under libheap_counter.so, `allocations` are the calls of malloc
// in one iteration.
#include <cstdint>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include "loadtest/bench/json_contenders.hpp"
#include "loadtest/bench/json_shapes.hpp"

namespace bench {

namespace {

// Null unless the counter is preloaded.
using counter = std::uint64_t (*)();
counter heap_counter() {
  static const auto found =
      reinterpret_cast<counter>(::dlsym(RTLD_DEFAULT, "heap_counter_allocations"));
  return found;
}

// Runs the loop and reports what it moved and allocated.
template <class Step>
void measure(benchmark::State& state, std::size_t bytes, Step step) {
  step();  // what is kept is there from now on
  const counter count = heap_counter();
  const std::uint64_t before = count != nullptr ? count() : 0;
  for (auto _ : state) step();
  const auto iterations = static_cast<double>(state.iterations());
  if (count != nullptr)
    state.counters["allocations"] = static_cast<double>(count() - before) / iterations;
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
}

// By RapidJSON, which reads doubles exactly if told to: 1, 1.0 and 1E0 are one number.
bool say_the_same(const std::string& a, const std::string& b) {
  constexpr unsigned flags =
      rapidjson::kParseFullPrecisionFlag | rapidjson::kParseValidateEncodingFlag;
  rapid_document left;
  rapid_document right;
  left.Parse<flags>(a.data(), a.size());
  right.Parse<flags>(b.data(), b.size());
  return !left.HasParseError() && !right.HasParseError() && left == right;
}

template <class Parser>
void add_parser(const std::string& name, const std::string& text) {
  benchmark::RegisterBenchmark(("parse_" + name + "/" + Parser::name).c_str(),
                               [&text](benchmark::State& state) {
                                 Parser parser;
                                 measure(state, text.size(), [&] { parser.parse(text); });
                               });
}

/// Throws unless it writes what `text` says.
template <class Contender, class Shape>
void add_writer(const std::string& name, const Shape& shape, const std::string& text) {
  Contender checked;
  checked.write(shape);
  if (!say_the_same(checked.text(), text))
    throw std::runtime_error(name + ": " + Contender::name + " writes something else");
  benchmark::RegisterBenchmark(("write_" + name + "/" + Contender::name).c_str(),
                               [&shape, &text](benchmark::State& state) {
                                 Contender writer;
                                 measure(state, text.size(), [&] { writer.write(shape); });
                               });
}

/// One shape with its text; lives as long as its benchmarks.
template <class Shape>
class workload {
 public:
  template <class... Args>
  explicit workload(std::string name, Args... args) : name_(std::move(name)), shape_(args...) {
    our_writer<Shape> writer;
    writer.write(shape_);
    text_ = writer.text();
  }
  workload(const workload&) = delete;
  workload& operator=(const workload&) = delete;

  void add() const {
    add_parsers<our_parser<in_arena>, our_parser<on_heap>, boost_parser, boost_monotonic_parser,
                rapid_parser<rigour::usual>, rapid_parser<rigour::strict>>();
    add_writers<our_writer<Shape>, our_structs<Shape>, our_document<in_arena, Shape>,
                our_document<on_heap, Shape>, boost_document<Shape>,
                boost_monotonic_document<Shape>, rapid_document_and_writer<Shape>,
                rapid_writer_alone<Shape>>();
  }
  /// For the report.
  std::string describe() const { return name_ + " " + std::to_string(text_.size()); }

 private:
  template <class... Parsers>
  void add_parsers() const {
    (add_parser<Parsers>(name_, text_), ...);
  }
  template <class... Contenders>
  void add_writers() const {
    (add_writer<Contenders>(name_, shape_, text_), ...);
  }

  std::string name_;
  Shape shape_;
  std::string text_;
};

void run() {
  const workload<items_shape> few("items_10", 10);
  const workload<items_shape> many("items_1000", 1000);
  const workload<posts_shape> posts("text");
  const workload<points_shape> points("numbers");
  few.add(), many.add(), posts.add(), points.add();
  benchmark::AddCustomContext("text_bytes", few.describe() + ", " + many.describe() + ", " +
                                                posts.describe() + ", " + points.describe());
  benchmark::RunSpecifiedBenchmarks();
}

}  // namespace

}  // namespace bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  try {
    bench::run();
  } catch (const std::exception& failure) {
    std::cerr << "json-bench: " << failure.what() << '\n';
    return 1;
  }
  benchmark::Shutdown();
}
