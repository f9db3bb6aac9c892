#include "arena/testing/checking_resource.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <new>
#include <string>
#include <utility>

namespace arena::testing {

namespace {

std::uintptr_t address_of(const void* p) noexcept {
  return reinterpret_cast<std::uintptr_t>(p);
}

std::string describe(std::size_t bytes, std::size_t alignment) {
  return std::to_string(bytes) + " bytes, alignment " + std::to_string(alignment);
}

}  // namespace

void print_and_abort(std::string_view violation) {
  std::fprintf(stderr, "checking_resource: %.*s\n", static_cast<int>(violation.size()),
               violation.data());
  std::abort();
}

checking_resource::checking_resource(std::pmr::memory_resource* upstream,
                                     violation_handler on_violation)
    : upstream_(upstream), on_violation_(std::move(on_violation)) {}

checking_resource::~checking_resource() {
  if (live_.empty()) return;
  on_violation_("leak of " + std::to_string(live_bytes_) +
                " bytes, blocks: " + std::to_string(live_.size()));
}

bool checking_resource::holds(const void* p, std::size_t bytes) const noexcept {
  const auto after = live_.upper_bound(address_of(p));
  if (after == live_.begin()) return false;
  const auto& [start, block] = *std::prev(after);
  const std::size_t offset = address_of(p) - start;
  return offset <= block.bytes && bytes <= block.bytes - offset;
}

// A block of zero bytes counts as one: its address must be its own.
bool checking_resource::overlaps_live(std::uintptr_t start, std::size_t bytes) const noexcept {
  const auto after = live_.upper_bound(start);
  if (after != live_.end() && after->first - start < bytes) return true;
  if (after == live_.begin()) return false;
  const auto& [before, block] = *std::prev(after);
  return start - before < std::max<std::size_t>(block.bytes, 1);
}

void checking_resource::check_upstream(std::uintptr_t start, extent asked) const {
  const char* wrong = nullptr;
  if (start % asked.alignment != 0) {
    wrong = "a misaligned block";
  } else if (overlaps_live(start, asked.bytes)) {
    wrong = "memory that is live already";
  }
  if (wrong == nullptr) return;
  on_violation_("upstream gave " + std::string(wrong) + " for " +
                describe(asked.bytes, asked.alignment));
  throw std::bad_alloc();
}

void* checking_resource::do_allocate(std::size_t bytes, std::size_t alignment) {
  void* const p = upstream_->allocate(bytes, alignment);
  const extent asked{.bytes = bytes, .alignment = alignment};
  check_upstream(address_of(p), asked);
  try {
    live_.emplace(address_of(p), asked);
  } catch (...) {
    upstream_->deallocate(p, bytes, alignment);
    throw;
  }
  live_bytes_ += bytes;
  ++allocations_;
  return p;
}

void checking_resource::do_deallocate(void* p, std::size_t bytes, std::size_t alignment) {
  const auto found = live_.find(address_of(p));
  if (found == live_.end())
    return on_violation_("deallocation of a pointer that is not live, as " +
                         describe(bytes, alignment));
  const extent block = found->second;
  live_.erase(found);
  live_bytes_ -= block.bytes;
  if (bytes != block.bytes || alignment != block.alignment)
    on_violation_("deallocation as " + describe(bytes, alignment) + " of a block allocated as " +
                  describe(block.bytes, block.alignment));
  upstream_->deallocate(p, block.bytes, block.alignment);
}

}  // namespace arena::testing
