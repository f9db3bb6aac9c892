// RapidJSON at its best: SSE2, which every x86-64 has; its pool in a buffer that is kept and never
// outgrown, so that the heap is called for its stacks alone; its output buffer kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#if defined(__x86_64__)
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace bench {

using rapid_document = rapidjson::Document;

/// Of the stack that its parser works on: enough for the texts here without growing.
inline constexpr std::size_t rapid_stack_bytes = std::size_t{64} << 10;

/// Its allocator takes nothing from the heap while documents stay below the buffer's size.
class rapid_pool {
 public:
  rapidjson::MemoryPoolAllocator<>& allocator() noexcept { return allocator_; }
  void clear() noexcept { allocator_.Clear(); }

 private:
  static constexpr std::size_t buffer_bytes = std::size_t{4} << 20;

  std::unique_ptr<char[]> buffer_ = std::make_unique<char[]>(buffer_bytes);
  rapidjson::MemoryPoolAllocator<> allocator_{buffer_.get(), buffer_bytes};
};

inline rapidjson::SizeType rapid_size(std::size_t size) noexcept {
  return static_cast<rapidjson::SizeType>(size);
}

/// A string that the document does not copy.
inline rapidjson::Value rapid_view(std::string_view text) {
  return rapidjson::Value(rapidjson::StringRef(text.data(), rapid_size(text.size())));
}

/// Its Writer with the names of ours.
class rapid_writer {
 public:
  explicit rapid_writer(rapidjson::StringBuffer& to) : writer_(to) {}

  void begin_object() { writer_.StartObject(); }
  void end_object() { writer_.EndObject(); }
  void begin_array() { writer_.StartArray(); }
  void end_array() { writer_.EndArray(); }
  template <std::size_t Size>
  void key(const char (&literal)[Size]) {
    writer_.Key(literal, rapid_size(Size - 1));
  }
  void value(bool truth) { writer_.Bool(truth); }
  void value(std::int64_t number) { writer_.Int64(number); }
  void value(double number) { writer_.Double(number); }
  void value(std::string_view text) { writer_.String(text.data(), rapid_size(text.size())); }

 private:
  rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

}  // namespace bench
