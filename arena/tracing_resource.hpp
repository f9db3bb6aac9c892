// Watches a memory resource: passes each call on to an upstream, and tells a sink what happened, as
// sizes and offsets that are the same in every run. For tests, for teaching, for a look at who
// allocates what. Owned by one thread at a time; not synchronised.
// It must never change what the watched program does: a sink's exceptions end here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory_resource>
#include <string>

namespace arena {

/// What one call did. Offsets are in bytes from the origin, and may be negative.
struct allocation_event {
  enum class kind_of { allocation, deallocation, failure };

  kind_of kind;
  std::uint64_t number;  ///< 1 for the first event
  std::size_t bytes;     ///< as asked
  std::size_t alignment;
  std::ptrdiff_t begin;  ///< the memory is [begin, end); both are 0 at a failure
  std::ptrdiff_t end;
  std::size_t live_bytes;  ///< allocated and not yet deallocated, this event included
};

/// One line without its end, such as "#3 allocation of 24 bytes, alignment 8, at [32, 56); 56
/// live".
std::string describe(const allocation_event& event);

class tracing_resource final : public std::pmr::memory_resource {
 public:
  /// Called after each allocation and failure, and before each deallocation, so that the memory is
  /// alive. It must not use this resource: that asserts; without assertions such a call passes
  /// through and counts as live, but is not reported. What the sink throws is dropped.
  using sink = std::function<void(const allocation_event&)>;

  /// Offsets count from `origin`; from the first allocation if it is null. `upstream` must outlive
  /// the resource; it gets each call as it came. `report` must not be empty.
  explicit tracing_resource(sink report,
                            std::pmr::memory_resource* upstream = std::pmr::new_delete_resource(),
                            const void* origin = nullptr);

  tracing_resource(const tracing_resource&) = delete;
  tracing_resource& operator=(const tracing_resource&) = delete;

  /// Bytes allocated and not yet deallocated.
  std::size_t live_bytes() const noexcept { return live_bytes_; }
  /// Events that the sink has been given.
  std::uint64_t events() const noexcept { return events_; }
  /// Those of them that it answered with an exception.
  std::uint64_t lost_events() const noexcept { return lost_events_; }

 private:
  void report(allocation_event::kind_of kind, const void* p, std::size_t bytes,
              std::size_t alignment) noexcept;  // null `p`: there is no memory to place

  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  sink sink_;
  std::pmr::memory_resource* upstream_;
  const void* origin_;
  std::size_t live_bytes_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t lost_events_ = 0;
  bool reporting_ = false;
};

/// A sink that writes describe() and a line end to `out`, which must outlive it.
tracing_resource::sink print_to(std::ostream& out);

}  // namespace arena
