// The ways from JSON text to a document and from data to JSON text that are compared, each as a
// program has it that serves one request after another: what can be kept is kept. `parse` makes a
// document of `text` and gives it up; `write` makes the text, which stays until the next call.
// Each is owned by one benchmark.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include <benchmark/benchmark.h>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "arena/bump_arena.hpp"
#include "arena/segment_buffer.hpp"
#include "loadtest/bench/rapidjson.hpp"
#include "server/json/document.hpp"
#include "server/json/storage.hpp"
#include "server/json/writer.hpp"

namespace bench {

/// A request's arena, released as a whole between two calls.
class in_arena {
 public:
  static constexpr const char* name = "arena";

  arena::bump_arena* memory() noexcept { return &memory_; }
  boost::json::storage_ptr storage() noexcept { return &storage_; }
  void release() noexcept { memory_.reset(); }

 private:
  arena::bump_arena memory_;
  server::json::arena_storage storage_{memory_};
};

/// Our code on the heap: each allocation by operator new, each node freed.
class on_heap {
 public:
  static constexpr const char* name = "heap";

  std::pmr::memory_resource* memory() noexcept { return std::pmr::new_delete_resource(); }
  boost::json::storage_ptr storage() noexcept { return &storage_; }
  void release() noexcept {}

 private:
  server::json::storage<std::pmr::memory_resource, server::json::release::piecewise> storage_{
      *std::pmr::new_delete_resource()};
};

/// Our parser. A document that is refused ends the program: nothing of it would be a figure.
template <class Memory>
class our_parser {
 public:
  static constexpr const char* name = Memory::name;

  void parse(std::string_view text) {
    {
      const auto parsed = server::json::parse(text, memory_.storage());
      if (!std::holds_alternative<boost::json::value>(parsed))
        throw std::runtime_error("our parser refuses a text");
      benchmark::DoNotOptimize(&parsed);
      benchmark::ClobberMemory();
    }
    memory_.release();
  }

 private:
  Memory memory_;
};

class boost_parser {
 public:
  static constexpr const char* name = "boost";

  void parse(std::string_view text) {
    const boost::json::value parsed = boost::json::parse(text);
    benchmark::DoNotOptimize(&parsed);
    benchmark::ClobberMemory();
  }
};

class boost_monotonic_parser {
 public:
  static constexpr const char* name = "boost_monotonic";

  void parse(std::string_view text) {
    boost::json::monotonic_resource memory;
    const boost::json::value parsed = boost::json::parse(text, &memory);
    benchmark::DoNotOptimize(&parsed);
    benchmark::ClobberMemory();
  }
};

enum class rigour { usual, strict };

/// Strict: it also validates UTF-8 and reads doubles exactly, both of which it leaves out by
/// default.
template <rigour How>
class rapid_parser {
 public:
  static constexpr const char* name = How == rigour::strict ? "rapidjson_strict" : "rapidjson";

  void parse(std::string_view text) {
    constexpr unsigned flags = How == rigour::strict ? rapidjson::kParseFullPrecisionFlag |
                                                           rapidjson::kParseValidateEncodingFlag
                                                     : rapidjson::kParseDefaultFlags;
    {
      rapid_document parsed(&pool_.allocator(), rapid_stack_bytes);
      parsed.Parse<flags>(text.data(), text.size());
      if (parsed.HasParseError()) throw std::runtime_error("RapidJSON refuses a text");
      benchmark::DoNotOptimize(&parsed);
      benchmark::ClobberMemory();
    }
    pool_.clear();
  }

 private:
  rapid_pool pool_;
};

/// Where our serialiser and writer put their text.
template <class Memory>
class our_output {
 public:
  /// Calls `write(segment_buffer)` on an empty one.
  template <class Write>
  void fill(Write write) {
    to_.clear();
    memory_.release();
    write(to_);
    benchmark::ClobberMemory();
  }
  std::string text() const {
    std::string all;
    for (auto* piece = to_.first(); piece != nullptr; piece = piece->next) all += piece->view();
    return all;
  }
  boost::json::storage_ptr storage() noexcept { return memory_.storage(); }

 private:
  Memory memory_;
  arena::segment_buffer to_{memory_.memory()};
};

template <class Memory, class Shape>
class our_document : public our_output<Memory> {
 public:
  static constexpr const char* name = Memory::name;
  void write(const Shape& shape) {
    this->fill([&](arena::segment_buffer& to) {
      server::json::serialize(shape.document(this->storage()), to);
    });
  }
};

template <class Shape>
class our_writer : public our_output<in_arena> {
 public:
  static constexpr const char* name = "writer";
  void write(const Shape& shape) {
    fill([&](arena::segment_buffer& to) {
      server::json::writer writer(to);
      shape.stream(writer);
    });
  }
};

template <class Shape>
class our_structs : public our_output<in_arena> {
 public:
  static constexpr const char* name = "structs";
  void write(const Shape& shape) {
    fill([&](arena::segment_buffer& to) {
      server::json::writer writer(to);
      shape.write_structs(writer);
    });
  }
};

template <class Shape>
class boost_document {
 public:
  static constexpr const char* name = "boost";
  void write(const Shape& shape) { text_ = boost::json::serialize(shape.document({})); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

template <class Shape>
class boost_monotonic_document {
 public:
  static constexpr const char* name = "boost_monotonic";
  void write(const Shape& shape) {
    boost::json::monotonic_resource memory;
    text_ = boost::json::serialize(shape.document(&memory));
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class rapid_output {
 public:
  std::string text() const { return {to_.GetString(), to_.GetSize()}; }

 protected:
  rapidjson::StringBuffer to_;
};

template <class Shape>
class rapid_document_and_writer : public rapid_output {
 public:
  static constexpr const char* name = "rapidjson";
  void write(const Shape& shape) {
    to_.Clear();
    {
      rapid_document document(&pool_.allocator());
      shape.document(document);
      rapidjson::Writer<rapidjson::StringBuffer> writer(to_);
      document.Accept(writer);
    }
    pool_.clear();
  }

 private:
  rapid_pool pool_;
};

template <class Shape>
class rapid_writer_alone : public rapid_output {
 public:
  static constexpr const char* name = "rapidjson_writer";
  void write(const Shape& shape) {
    to_.Clear();
    rapid_writer writer(to_);
    shape.stream(writer);
  }
};

}  // namespace bench
