#include "arena/global/speed_comparison.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace arena::global {

namespace {

#if defined(SANITIZED)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

struct by_new {
  static void* take(std::size_t bytes) { return ::operator new(bytes); }
  static void give_back(void* p) noexcept { ::operator delete(p); }
};

struct by_malloc {
  static void* take(std::size_t bytes) {
    if (void* const p = std::malloc(bytes)) return p;
    throw std::bad_alloc();
  }
  static void give_back(void* p) noexcept { std::free(p); }
};

// With it an ordinary container of this program lives on malloc.
template <class T>
struct malloc_allocator {
  using value_type = T;

  malloc_allocator() = default;
  template <class U>
  malloc_allocator(const malloc_allocator<U>&) noexcept {}

  T* allocate(std::size_t n) { return static_cast<T*>(by_malloc::take(n * sizeof(T))); }
  void deallocate(T* p, std::size_t) noexcept { by_malloc::give_back(p); }
  friend bool operator==(malloc_allocator, malloc_allocator) noexcept { return true; }
};

using malloc_string = std::basic_string<char, std::char_traits<char>, malloc_allocator<char>>;
using malloc_map = std::map<int, malloc_string, std::less<>,
                            malloc_allocator<std::pair<const int, malloc_string>>>;
using malloc_vector = std::vector<malloc_string, malloc_allocator<malloc_string>>;

// Takes `count` blocks, `held` of them at a time, and writes to both ends of each.
template <class Heap>
void take_and_give_back(std::size_t count, std::size_t bytes, std::size_t held) {
  std::vector<char*> blocks(held);
  for (std::size_t done = 0; done < count; done += held) {
    for (char*& block : blocks) {
      // Volatile, or the compiler may see that nobody needs the block, and drop it.
      char* volatile taken = static_cast<char*>(Heap::take(bytes));
      block = taken;
      block[0] = block[bytes - 1] = 'x';
    }
    for (char* block : blocks) Heap::give_back(block);
  }
}

template <class Heap>
void take_and_give_back_in_two_threads(std::size_t count, std::size_t bytes) {
  std::thread other([=] { take_and_give_back<Heap>(count / 2, bytes, 1000); });
  take_and_give_back<Heap>(count / 2, bytes, 1000);
  other.join();
}

template <class Map>
void build_map(int count) {
  Map built;
  for (int i = 0; i < count; ++i) built.try_emplace(i, 40, 'x');
}

template <class Vector>
void build_vector(int count) {
  Vector built;
  for (int i = 0; i < count; ++i) built.emplace_back(40, 'x');
}

template <class Work>
double nanoseconds_each(std::size_t operations, Work& work) {
  const std::clock_t begin = std::clock();
  work();
  const auto ticks = static_cast<double>(std::clock() - begin);
  return ticks / CLOCKS_PER_SEC * 1e9 / static_cast<double>(operations);
}

// The medians of five rounds, in turns, so that a disturbance falls on both.
template <class WithNew, class WithMalloc>
void compare(const char* what, std::size_t operations, WithNew with_new, WithMalloc with_malloc) {
  std::array<double, 5> ours{};
  std::array<double, 5> theirs{};
  for (std::size_t round = 0; round < ours.size(); ++round) {
    ours[round] = nanoseconds_each(operations, with_new);
    theirs[round] = nanoseconds_each(operations, with_malloc);
  }
  std::ranges::sort(ours);
  std::ranges::sort(theirs);
  std::printf("   %-50s %8.1f %8.1f\n", what, ours[2], theirs[2]);
}

void compare_blocks(std::size_t bytes, std::size_t held) {
  constexpr std::size_t bytes_a_round = std::size_t{8} << 20;
  const std::size_t count = bytes_a_round / bytes / held * held;
  std::array<char, 64> what{};
  std::snprintf(what.data(), what.size(), "%zu bytes, %zu held at a time", bytes, held);
  compare(
      what.data(), count, [=] { take_and_give_back<by_new>(count, bytes, held); },
      [=] { take_and_give_back<by_malloc>(count, bytes, held); });
}

void compare_threads() {
  constexpr std::size_t count = 100'000;
  compare(
      "64 bytes, 1000 held, by each of two threads", count,
      [] { take_and_give_back_in_two_threads<by_new>(count, 64); },
      [] { take_and_give_back_in_two_threads<by_malloc>(count, 64); });
}

void compare_containers() {
  constexpr int count = 20'000;
  compare(
      "std::map of strings, an item built and destroyed", count,
      [] { build_map<std::map<int, std::string>>(count); }, [] { build_map<malloc_map>(count); });
  compare(
      "std::vector of strings, the same", count,
      [] { build_vector<std::vector<std::string>>(count); },
      [] { build_vector<malloc_vector>(count); });
}

}  // namespace

void show_speed() {
  std::printf("1. Speed: CPU nanoseconds to take a block, write to it and give it back%s\n",
              sanitized ? " (sanitized build: they mean nothing)" : "");
  std::printf("   %-50s %8s %8s\n", "", "arena", "malloc");
  for (const std::size_t held : {1u, 1000u})
    for (const std::size_t bytes : {16u, 64u, 256u, 1024u}) compare_blocks(bytes, held);
  compare_threads();
  compare_containers();
  std::printf(
      "   The arena never hands out a warm block again: each is fresh memory, which the kernel\n"
      "   must map and the caches must fetch. And destructors still run: the walk that an arena\n"
      "   of one request saves is not saved here.\n\n");
}

}  // namespace arena::global
