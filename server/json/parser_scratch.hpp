// Where values wait for the end of their array or object while a document is parsed: a room that a
// thread keeps from document to document, and the document's own memory when that is too small.
// One a thread, used on it alone. It holds nothing between documents, and never more than its
// bound.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include <boost/json/memory_resource.hpp>
#include <boost/json/storage_ptr.hpp>

namespace server::json {

class parser_scratch {
 public:
  /// Enough for about ten thousand waiting values, and no more than a CPU's second cache holds. It
  /// counts for no request's budget; what a document needs beyond it does.
  static constexpr std::size_t kept_bytes_max = std::size_t{256} << 10;

  unsigned char* room() noexcept { return room_.get(); }
  std::size_t bytes() const noexcept { return bytes_; }

  /// For documents that need `bytes` in one piece from now on, within the bound. Takes from the
  /// heap only to grow, and does without if there is none. Not while a document is parsed.
  void make_room_for(std::size_t bytes) noexcept {
    bytes = std::clamp(bytes, least_bytes, kept_bytes_max);
    if (bytes <= bytes_) return;
    std::unique_ptr<unsigned char[]> larger(new (std::nothrow) unsigned char[bytes]);
    if (larger == nullptr) return;
    room_ = std::move(larger);
    bytes_ = bytes;
  }

 private:
  static constexpr std::size_t least_bytes = 4096;

  std::unique_ptr<unsigned char[]> room_;
  std::size_t bytes_ = 0;
};

/// What does not fit the room: passes on to the document's memory, and at its end has room made for
/// as much, so that the next such document finds it.
/// Lifetime: one document's parsing; it outlives the parser and is outlived by the scratch.
class scratch_overflow final : public boost::json::memory_resource {
 public:
  scratch_overflow(parser_scratch& scratch, boost::json::storage_ptr to) noexcept
      : scratch_(scratch), to_(std::move(to)) {}
  ~scratch_overflow() override {
    if (largest_bytes_ > 0) scratch_.make_room_for(largest_bytes_);
  }
  scratch_overflow(const scratch_overflow&) = delete;
  scratch_overflow& operator=(const scratch_overflow&) = delete;

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    largest_bytes_ = std::max(largest_bytes_, bytes);
    return to_->allocate(bytes, alignment);
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    to_->deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const boost::json::memory_resource& other) const noexcept override {
    return this == &other;
  }

  parser_scratch& scratch_;
  boost::json::storage_ptr to_;
  std::size_t largest_bytes_ = 0;
};

}  // namespace server::json
