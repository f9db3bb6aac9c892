// A named list of rows in the order of the file they came from, stored field by field. Built once,
// then immutable and read by all threads without locks. Everything of it lives in one arena of its
// own, so that it is freed block by block and never walked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>

#include <boost/json/storage_ptr.hpp>

#include "arena/bump_arena.hpp"
#include "server/collections/column.hpp"
#include "server/collections/id_index.hpp"
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
  // From 64 KiB, so that a small file costs little, to 256 KiB: what is larger than a quarter of
  // that, as the values of a column mostly are, gets a block of its own size and leaves no rest.
  arena::bump_arena arena_{
      std::pmr::new_delete_resource(),
      {.first_block_bytes = std::size_t{64} << 10, .max_block_bytes = std::size_t{256} << 10}};
  json::arena_storage storage_{arena_};
};

class collection {
 public:
  /// What loading leaves behind. Everything in it was built in `memory`.
  struct contents {
    std::unique_ptr<collection_memory> memory;
    std::span<const column> columns;  ///< in the order in which the file first names them
    std::size_t rows = 0;
    std::size_t file_bytes = 0;
    std::uint64_t version = 0;  ///< content_hash() of the file's bytes
  };

  /// The name is copied.
  collection(std::string_view name, contents loaded);

  // Moving keeps every view valid.
  collection(collection&&) noexcept = default;
  collection& operator=(collection&&) = delete;

  // Lifetime: whatever these return lives as long as the collection or what it is moved to.

  std::string_view name() const noexcept { return name_; }
  std::size_t size() const noexcept { return loaded_.rows; }
  std::span<const column> columns() const noexcept { return loaded_.columns; }
  /// The column of that name, or null. O(columns) at most, allocates nothing.
  const column* find_column(std::string_view name) const noexcept;
  /// Tells two states of the data apart: a hash of the file's bytes.
  std::uint64_t version() const noexcept { return loaded_.version; }
  /// What was loaded.
  std::size_t file_bytes() const noexcept { return loaded_.file_bytes; }

  /// The row with that id. O(1), allocates nothing.
  std::optional<std::size_t> find(std::string_view id) const noexcept { return index_.find(id); }
  /// The column whose value, as text, is a row's id. Null: the id is the row's number, from 0.
  const column* id_column() const noexcept { return index_.by(); }

  /// Bytes of the blocks that the collection holds.
  std::size_t memory_bytes() const noexcept {
    return loaded_.memory->arena().statistics().reserved_bytes;
  }

 private:
  contents loaded_;
  std::string_view name_;
  id_index index_;
};

}  // namespace server::collections
