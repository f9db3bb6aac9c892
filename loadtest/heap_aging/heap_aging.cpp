#include "loadtest/heap_aging/heap_aging.hpp"

#include <atomic>
#include <cstring>
#include <new>
#include <utility>

#include <sys/mman.h>

namespace heap_aging {

namespace {

// SplitMix64: the same numbers everywhere, which the standard's distributions do not promise.
class random_numbers {
 public:
  explicit random_numbers(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t next() noexcept {
    std::uint64_t mixed = state_ += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
    return mixed ^ mixed >> 31;
  }
  std::size_t below(std::size_t bound) noexcept { return next() % bound; }

 private:
  std::uint64_t state_;
};

// Begins each object; the rest of its bytes follow.
struct object {
  object* next_kept;
  std::size_t bytes;
};

struct size_class {
  std::size_t least_bytes;
  std::size_t octaves;
};
constexpr size_class small{16, 6};       // to 1 KiB
constexpr size_class large{4 << 10, 4};  // to 64 KiB

std::size_t size_from(const size_class& range, random_numbers& random) noexcept {
  const std::size_t least = range.least_bytes << random.below(range.octaves);
  return least + random.below(least + 1);
}

// Objects that stay are reachable from here, and so no leak for who looks for leaks.
std::atomic<object*> kept = nullptr;

void keep(object* one) noexcept {
  one->next_kept = kept.load(std::memory_order_relaxed);
  while (!kept.compare_exchange_weak(one->next_kept, one, std::memory_order_release,
                                     std::memory_order_relaxed)) {
  }
}

// A list that is not on the heap: 4 MB of malloc are a mapping of their own, and to free one moves
// glibc's thresholds for all that comes after.
class object_list {
 public:
  explicit object_list(std::size_t capacity) : bytes_((capacity + 1) * sizeof(object*)) {
    void* const mapped =
        ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc();
    first_ = static_cast<object**>(mapped);
  }
  ~object_list() { ::munmap(first_, bytes_); }
  object_list(const object_list&) = delete;
  object_list& operator=(const object_list&) = delete;

  std::size_t size() const noexcept { return size_; }
  object*& operator[](std::size_t place) noexcept { return first_[place]; }
  void push(object* one) noexcept { first_[size_++] = one; }
  object* pop() noexcept { return first_[--size_]; }

 private:
  std::size_t bytes_;
  object** first_ = nullptr;
  std::size_t size_ = 0;
};

// The objects that are alive while the heap is aged; what it still has at its end is freed.
class living_objects {
 public:
  explicit living_objects(const pattern& wanted)
      : wanted_(wanted), random_(wanted.seed), objects_(wanted.objects) {}
  ~living_objects() {
    while (objects_.size() > 0) ::operator delete(objects_.pop());
  }
  living_objects(const living_objects&) = delete;
  living_objects& operator=(const living_objects&) = delete;

  void fill() {
    while (objects_.size() < wanted_.objects) {
      const bool is_large = random_.below(wanted_.large_every) == 0;
      const std::size_t bytes = size_from(is_large ? large : small, random_);
      auto* const one = static_cast<object*>(::operator new(bytes));
      std::memset(static_cast<void*>(one), static_cast<int>(bytes & 0xFF), bytes);
      one->bytes = bytes;
      objects_.push(one);
      ++done_.allocated_objects;
      done_.allocated_bytes += bytes;
    }
  }

  void free_some() noexcept {
    const std::size_t freed = objects_.size() * wanted_.freed_percent / 100;
    for (std::size_t i = 0; i < freed; ++i) {
      const std::size_t picked = random_.below(objects_.size());
      done_.order_checksum = done_.order_checksum * 31 + picked;
      std::swap(objects_[picked], objects_[objects_.size() - 1]);
      ::operator delete(objects_.pop());
    }
  }

  outcome keep_all() noexcept {
    done_.kept_objects = objects_.size();
    while (objects_.size() > 0) {
      object* const one = objects_.pop();
      done_.kept_bytes += one->bytes;
      keep(one);
    }
    return done_;
  }

 private:
  const pattern wanted_;
  random_numbers random_;
  object_list objects_;
  outcome done_;
};

}  // namespace

outcome age(const pattern& wanted) {
  living_objects living(wanted);
  for (unsigned generation = 0; generation < wanted.generations; ++generation) {
    living.fill();
    living.free_some();
  }
  return living.keep_all();
}

}  // namespace heap_aging
