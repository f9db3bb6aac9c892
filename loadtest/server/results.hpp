// Results that outlive their request: built in its memory, as a handler would, then kept. A list in
// an arena must be copied out, item by item, string by string; one that was built on the heap moves
// with one pointer. Which of the two happens is std::pmr's decision: whether resources are equal.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

namespace lab_server {

/// Allocator-aware, so that a list of them takes their strings and tags into its own memory.
struct result_item {
  using allocator_type = std::pmr::polymorphic_allocator<>;

  result_item(std::uint64_t number, const allocator_type& memory);
  result_item(result_item&& other) noexcept = default;
  result_item(result_item&& other, const allocator_type& memory);

  std::uint64_t id;
  double price;
  std::pmr::string name;  ///< too long to be kept inside the string
  std::pmr::vector<std::pmr::string> tags;
};
using result = std::pmr::vector<result_item>;

/// `items` of them in `memory`: room for the list, then two allocations an item. Throws what
/// `memory` throws.
result make_result(std::size_t items, std::pmr::memory_resource* memory);

/// Depends on every item. O(bytes).
std::uint64_t checksum(const result& list) noexcept;

/// Where a result lives that outlives the request in `memory`: there itself, if that is
/// std::pmr::new_delete_resource(), else in server::heap_memory(), which is `memory` itself with
/// strategy heap. So with these two a result moves, and with the others it is copied. Strategy
/// pool's memory would live long enough, but it is the thread's: what is kept for others is not.
std::pmr::memory_resource* long_lived(std::pmr::memory_resource* memory) noexcept;

/// The last 64 results of a thread. Owned by the thread, used on it only.
class kept_results {
 public:
  static constexpr std::size_t most = 64;

  /// Takes `built` out of its memory; the oldest goes when there are more than 64. Throws
  /// std::bad_alloc: then the oldest is gone and there is no new one. Lifetime of what is returned:
  /// until 64 more were kept.
  const result& keep(result built);
  std::size_t count() const noexcept;
  std::size_t items() const noexcept;
  /// The sum of checksum() over all.
  std::uint64_t checksum() const noexcept;

 private:
  std::array<std::optional<result>, most> results_;
  std::size_t next_ = 0;
};

}  // namespace lab_server
