// What it means to put a whole program on one bump arena: its speed, its growth, its end.
// The workloads are ordinary code that names no arena; the account around them reads the figures.
// Speed is printed and never judged. Everything else that is claimed is checked: exit 0 only if
// all of it was observed.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "arena/global/global_arena.hpp"
#include "arena/global/speed_comparison.hpp"

namespace {

using arena::global::show_speed;
using arena::global::statistics;

constexpr std::size_t mebibyte = std::size_t{1} << 20;
constexpr std::size_t piece_bytes = 64 * mebibyte;
constexpr std::size_t needed_bytes = 512 * mebibyte;  // 406 before the last part, and a piece

double in_mebibytes(std::size_t bytes) {
  return static_cast<double>(bytes) / static_cast<double>(mebibyte);
}

std::uint64_t live_objects() {
  const auto now = statistics();
  return now.allocations - now.deallocations;
}

// The compiler may drop an operator new whose memory nobody looks at; through here it may not.
const void* seen(const void* p) {
  static const void* volatile latest;
  latest = p;
  return latest;
}

bool all_observed = true;

void claim(bool observed, const char* what) {
  if (observed) return;
  all_observed = false;
  std::fprintf(stderr, "global-arena-demo: not observed: %s\n", what);
}

// ---- The workloads -----------------------------------------------------------------------------

// Where each word stands, and how often: strings, vectors and both kinds of map.
struct word_index {
  std::unordered_map<std::string, std::vector<int>> places;
  std::map<std::string, int> counts;
};

word_index index_of_text(int words) {
  word_index made;
  for (int place = 0; place < words; ++place) {
    std::string word = "a word of more than a few letters, number " + std::to_string(place % 1000);
    ++made.counts[word];
    made.places[std::move(word)].push_back(place);
  }
  return made;
}

std::size_t content_bytes(const word_index& of) {
  std::size_t bytes = 0;
  for (const auto& [word, places] : of.places) bytes += word.size() + places.size() * sizeof(int);
  for (const auto& [word, count] : of.counts) bytes += word.size() + sizeof(count);
  return bytes;
}

std::array<word_index, 2> index_in_two_threads() {
  std::array<word_index, 2> parts;
  std::thread other([&] { parts[0] = index_of_text(50'000); });
  parts[1] = index_of_text(50'000);
  other.join();
  return parts;
}

// ---- Growth ------------------------------------------------------------------------------------

struct growth_round {
  std::uint64_t objects_built;
  std::size_t content_bytes;
  std::uint64_t objects_left;
  std::size_t taken_bytes;
};

growth_round build_and_destroy() {
  const std::uint64_t live_before = live_objects();
  const std::size_t used_before = statistics().used_bytes;
  growth_round seen{};
  {
    const auto parts = index_in_two_threads();
    seen.objects_built = live_objects() - live_before;
    seen.content_bytes = content_bytes(parts[0]) + content_bytes(parts[1]);
  }
  seen.objects_left = live_objects() - live_before;
  seen.taken_bytes = statistics().used_bytes - used_before;
  return seen;
}

void show_growth() {
  std::printf(
      "2. Memory only grows: the same index of words, built by two threads and destroyed\n");
  std::printf("   %5s %14s %14s %16s %14s %12s\n", "round", "objects built", "content, MiB",
              "objects left", "taken, MiB", "used, MiB");
  for (int round = 1; round <= 5; ++round) {
    const growth_round seen = build_and_destroy();
    std::printf("   %5d %14llu %14.2f %16llu %14.2f %12.2f\n", round,
                static_cast<unsigned long long>(seen.objects_built),
                in_mebibytes(seen.content_bytes),
                static_cast<unsigned long long>(seen.objects_left), in_mebibytes(seen.taken_bytes),
                in_mebibytes(statistics().used_bytes));
    claim(seen.objects_built > 0 && seen.objects_left == 0, "each object of a round was deleted");
    claim(seen.taken_bytes >= seen.content_bytes, "each round took new memory for all its content");
  }
  std::printf(
      "   Nothing of a round is left alive; all that it took stays used. It took more than the\n"
      "   content, since vectors and tables that grew left their old arrays behind.\n\n");
}

// ---- High-water mark ---------------------------------------------------------------------------

void show_high_water_mark() {
  const auto before = statistics();
  const std::string one_more(1000, 'x');
  seen(one_more.data());
  const auto after = statistics();
  std::printf(
      "3. High-water mark: %.2f MiB used of %.2f; %llu objects made, %llu alive\n"
      "   Used memory and its peak are one figure: it is what has ever been asked for.\n\n",
      in_mebibytes(after.used_bytes), in_mebibytes(after.limit_bytes),
      static_cast<unsigned long long>(after.allocations),
      static_cast<unsigned long long>(live_objects()));
  claim(after.used_bytes > before.used_bytes + one_more.size(), "an allocation raises the mark");
  claim(after.used_bytes <= after.limit_bytes, "the mark is below the limit");
}

// ---- The limit ---------------------------------------------------------------------------------

bool a_small_string_can_be_made() {
  try {
    const std::string small(100, 'x');
    return seen(small.data()) != nullptr;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

// In pieces that are halved until not even the smallest is to be had.
void take_all_that_is_left() {
  for (std::size_t bytes = piece_bytes; bytes > 0; bytes /= 2)
    while (seen(::operator new(bytes, std::nothrow)) != nullptr) continue;
}

using large_pieces = std::vector<std::unique_ptr<char[]>>;

large_pieces take_pieces_until_refused() {
  large_pieces pieces;
  pieces.reserve(statistics().limit_bytes / piece_bytes);
  std::size_t used_before = 0;
  try {
    for (;;) {
      used_before = statistics().used_bytes;
      pieces.push_back(std::make_unique_for_overwrite<char[]>(piece_bytes));
    }
  } catch (const std::bad_alloc&) {
    const std::size_t used_after = statistics().used_bytes;
    std::printf(
        "   %zu pieces, then std::bad_alloc, caught; %.2f MiB used before it, %.2f after.\n",
        pieces.size(), in_mebibytes(used_before), in_mebibytes(used_after));
    claim(used_after == used_before, "a refused piece took nothing");
  }
  return pieces;
}

void run_into_the_limit() {
  std::printf("4. The limit: pieces of 64 MiB, never touched, until there are no more\n");
  std::fflush(stdout);  // the arena's own message comes on stderr
  large_pieces pieces = take_pieces_until_refused();
  const bool has_room = statistics().reserved_bytes - statistics().used_bytes >= 128;
  const bool small_works = a_small_string_can_be_made();
  std::printf("   A string of 100 characters %s be made afterwards.\n",
              small_works ? "can still" : "can no longer");
  claim(small_works == has_room, "a small string can be made where there is room for it");

  take_all_that_is_left();
  const std::size_t left = statistics().reserved_bytes - statistics().used_bytes;
  const bool works_when_full = a_small_string_can_be_made();
  pieces.clear();
  const bool works_when_deleted = a_small_string_can_be_made();
  std::printf(
      "   The rest taken, %zu bytes left: the string %s be made. All pieces deleted: it %s.\n",
      left, works_when_full ? "can" : "cannot", works_when_deleted ? "can" : "still cannot");
  std::printf("   The program goes on, but without operator new.\n");
  claim(left == 0, "the region can be used to its last granule");
  claim(!works_when_full && !works_when_deleted, "a full arena stays full whatever is deleted");
}

}  // namespace

int main() {
  if (statistics().reserved_bytes < needed_bytes) {
    std::fprintf(stderr, "global-arena-demo: needs %s=%zu or more\n", arena::global::limit_variable,
                 needed_bytes);
    return EXIT_FAILURE;
  }
  show_speed();
  show_growth();
  show_high_water_mark();
  run_into_the_limit();
  return all_observed ? EXIT_SUCCESS : EXIT_FAILURE;
}
