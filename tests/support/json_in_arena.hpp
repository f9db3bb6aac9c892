// JSON as a request has it: an arena, documents read into it and text written in it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/json/value.hpp>

#include "arena/bump_arena.hpp"
#include "arena/segment_buffer.hpp"
#include "arena/testing/counting_resource.hpp"
#include "server/json/document.hpp"
#include "server/json/storage.hpp"

class json_in_arena {
 public:
  /// The document, or what is wrong: as of json::parse().
  auto parse(std::string_view text) { return server::json::parse(text, &storage_); }
  /// What was read written again, or "at BYTE, expected WHAT".
  std::string rewritten(std::string_view text) {
    auto parsed = parse(text);
    if (const auto* wrong = std::get_if<server::json::parse_error>(&parsed))
      return "at " + std::to_string(wrong->offset_bytes) + ", expected " +
             std::string(wrong->expected);
    return written(std::get<boost::json::value>(parsed));
  }
  std::string written(const boost::json::value& document) {
    arena::segment_buffer buffer(&memory_);
    server::json::serialize(document, buffer);
    return text_of(buffer);
  }
  static std::string text_of(const arena::segment_buffer& buffer) {
    std::string text;
    for (auto* piece = buffer.first(); piece != nullptr; piece = piece->next) text += piece->view();
    return text;
  }
  /// As a request's end: nothing that was read or written may be used behind it.
  void release() noexcept { memory_.reset(); }

  const boost::json::storage_ptr& storage() const noexcept { return storage_pointer_; }
  arena::bump_arena& memory() noexcept { return memory_; }
  /// Where the arena has its blocks from.
  const arena::testing::counting_resource& upstream() const noexcept { return upstream_; }

 private:
  arena::testing::counting_resource upstream_;
  arena::bump_arena memory_{&upstream_};
  server::json::arena_storage storage_{memory_};
  boost::json::storage_ptr storage_pointer_{&storage_};
};
