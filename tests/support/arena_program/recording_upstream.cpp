#include "tests/support/arena_program/recording_upstream.hpp"

#include <algorithm>
#include <new>

#include "tests/support/arena_program/memory_probe.hpp"

namespace {

constexpr std::size_t max_upstream_bytes = std::size_t{4} << 20;
constexpr auto page = std::align_val_t{4096};

}  // namespace

bool recording_upstream::block::holds(const void* p) const noexcept {
  return memory_probe::address(p) - memory_probe::address(at) < bytes;
}

recording_upstream::~recording_upstream() {
  for (const block& left : blocks_) ::operator delete(left.raw, page);
}

void recording_upstream::fail(std::size_t first, std::size_t every) noexcept {
  first_failing_ = first;
  failing_step_ = every;
}

const recording_upstream::block* recording_upstream::find(const void* p) const noexcept {
  for (const block& each : blocks_) {
    if (each.holds(p)) return &each;
  }
  return nullptr;
}

bool recording_upstream::has(std::size_t number) const noexcept {
  return std::any_of(blocks_.begin(), blocks_.end(),
                     [number](const block& each) { return each.number == number; });
}

std::size_t recording_upstream::bytes() const noexcept {
  std::size_t sum = 0;
  for (const block& each : blocks_) sum += each.bytes;
  return sum;
}

bool recording_upstream::is_to_fail() const noexcept {
  return calls_ == first_failing_ ||
         (failing_step_ > 0 && first_failing_ > 0 && calls_ > first_failing_ &&
          (calls_ - first_failing_) % failing_step_ == 0);
}

void* recording_upstream::do_allocate(std::size_t bytes, std::size_t alignment) {
  ++calls_;
  if (is_to_fail() || bytes > max_upstream_bytes) {
    ++failures_;
    throw std::bad_alloc();
  }
  // Its place in its page follows from the call's number, so that a program runs the same each
  // time.
  const std::size_t offset = calls_ * 48 % 4096 / alignment * alignment;
  void* const raw = ::operator new(offset + bytes, page);
  std::byte* const at = static_cast<std::byte*>(raw) + offset;
  blocks_.push_back({at, bytes, alignment, successes(), raw});
  return at;
}

void recording_upstream::do_deallocate(void* p, std::size_t bytes, std::size_t alignment) {
  const auto found =
      std::find_if(blocks_.begin(), blocks_.end(), [p](const block& each) { return each.at == p; });
  if (found == blocks_.end()) {
    violation_ = "upstream gets a pointer back that it did not give";
    return;
  }
  if (found->bytes != bytes || found->alignment != alignment)
    violation_ = "upstream gets a block back with another size or alignment";
  ::operator delete(found->raw, page);
  blocks_.erase(found);
}
