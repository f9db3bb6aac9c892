// A text that is built at the arena's tail and grows in place, as long as its block has room; see
// arena_vector. Owned by one thread, as its arena is. It must end before its memory does.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "arena/arena_vector.hpp"

namespace arena {

class arena_string {
 public:
  /// Takes no memory yet. Lifetime: the arena, unreset, must outlive the text.
  explicit arena_string(bump_arena& memory) noexcept : characters_(memory) {}

  /// Amortised O(1). These throw as bump_arena::allocate does; then the text is as it was.
  void push_back(char added) { characters_.push_back(added); }
  /// `added` may be a part of this very text.
  arena_string& append(std::string_view added) {
    characters_.append(added);
    return *this;
  }
  arena_string& operator+=(std::string_view added) { return append(added); }
  arena_string& operator+=(char added) {
    push_back(added);
    return *this;
  }
  void reserve(std::size_t bytes) { characters_.reserve(bytes); }
  void clear() noexcept { characters_.clear(); }
  /// Precondition: not empty.
  void pop_back() noexcept { characters_.pop_back(); }

  std::size_t size() const noexcept { return characters_.size(); }
  std::size_t capacity() const noexcept { return characters_.capacity(); }
  bool empty() const noexcept { return characters_.empty(); }
  /// Lifetime of what these return: until the text grows or ends. Not NUL-terminated.
  std::string_view view() const noexcept { return {characters_.data(), characters_.size()}; }
  operator std::string_view() const noexcept { return view(); }
  const char* data() const noexcept { return characters_.data(); }

  /// Gives the unused tail back and leaves the text to the arena; this is empty then.
  /// Lifetime of the result: the memory's, until the arena's reset or the scope's end.
  std::string_view release() noexcept {
    const std::span<char> left = characters_.release();
    return {left.data(), left.size()};
  }

 private:
  arena_vector<char> characters_;
};

}  // namespace arena
