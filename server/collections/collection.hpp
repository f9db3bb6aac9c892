// A named list of rows, each a JSON object, in the order of the file they came from. Built once,
// then immutable and read by all threads without locks. Everything of it lives in one arena of its
// own, so that it is freed block by block and never walked.
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include "arena/bump_arena.hpp"
#include "server/collections/id_index.hpp"
#include "server/collections/page.hpp"
#include "server/json/storage.hpp"

namespace server::collections {

/// The arena that one collection is built in. It does not move, since documents point into it.
class collection_memory {
 public:
  arena::bump_arena& arena() noexcept { return arena_; }
  const arena::bump_arena& arena() const noexcept { return arena_; }
  /// Lifetime: this object's, and so that of every document made with it.
  boost::json::storage_ptr storage() noexcept { return &storage_; }

 private:
  // From 64 KiB, so that a small file costs little, to 1 MiB, so that a large one takes few blocks.
  arena::bump_arena arena_{
      std::pmr::new_delete_resource(),
      {.first_block_bytes = std::size_t{64} << 10, .max_block_bytes = std::size_t{1} << 20}};
  json::arena_storage storage_{arena_};
};

class collection {
 public:
  /// `rows` were built in `memory` and hold objects alone. The name is copied.
  collection(std::string_view name, std::unique_ptr<collection_memory> memory,
             boost::json::array rows);

  // Moving keeps every view valid. Not assignable: the arena must go after the rows.
  collection(collection&&) noexcept = default;
  collection& operator=(collection&&) = delete;

  // Lifetime: whatever these return lives as long as the collection or what it is moved to.

  std::string_view name() const noexcept { return name_; }
  std::size_t size() const noexcept { return rows_.size(); }
  /// `number` < size(). An object, as the value that json::serialize takes without a copy.
  const boost::json::value& row(std::size_t number) const noexcept { return rows_[number]; }
  /// The rows of that page, fewer where the collection ends; all of them objects.
  std::span<const boost::json::value> rows(page asked) const noexcept;

  /// The row with that id, or null. O(1), allocates nothing.
  const boost::json::value* find(std::string_view id) const noexcept;
  /// The member whose value, as text, is a row's id. Empty: the id is the row's number, from 0.
  std::string_view id_member() const noexcept { return index_.member(); }

  /// Bytes of the blocks that the collection holds.
  std::size_t memory_bytes() const noexcept { return memory_->arena().statistics().reserved_bytes; }

 private:
  std::unique_ptr<collection_memory> memory_;
  std::string_view name_;
  boost::json::array rows_;
  id_index index_;
};

}  // namespace server::collections
