// The global arena, from inside a program that lives on it: this one, GoogleTest and all.
#include "arena/global/global_arena.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/operator_new_forms.hpp"

namespace {

using arena::global::statistics;

using delete_form = void (*)(void*);

const std::array<delete_form, 12> delete_forms = {
    [](void* p) { ::operator delete(p); },
    [](void* p) { ::operator delete[](p); },
    [](void* p) { ::operator delete (p, std::size_t{8}); },
    [](void* p) { ::operator delete[](p, std::size_t{8}); },
    [](void* p) { ::operator delete(p, aligned); },
    [](void* p) { ::operator delete[](p, aligned); },
    [](void* p) { ::operator delete (p, std::size_t{8}, aligned); },
    [](void* p) { ::operator delete[](p, std::size_t{8}, aligned); },
    [](void* p) { ::operator delete(p, std::nothrow); },
    [](void* p) { ::operator delete[](p, std::nothrow); },
    [](void* p) { ::operator delete(p, aligned, std::nothrow); },
    [](void* p) { ::operator delete[](p, aligned, std::nothrow); },
};

bool is_aligned(const void* p, std::size_t alignment) {
  return reinterpret_cast<std::uintptr_t>(p) % alignment == 0;
}

// Some bytes of its own colour: whoever else writes there is found out.
struct coloured_block {
  unsigned char* begin;
  std::size_t bytes;
  unsigned char colour;

  coloured_block(void* p, std::size_t n, unsigned char c)
      : begin(static_cast<unsigned char*>(p)), bytes(n), colour(c) {
    std::memset(begin, colour, bytes);
  }
  bool intact() const {
    for (std::size_t i = 0; i < bytes; ++i)
      if (begin[i] != colour) return false;
    return true;
  }
};

TEST(GlobalArena, HoldsWhatOrdinaryCodeAllocates) {
  const auto before = statistics();
  const auto text = std::make_unique<std::string>(1000, 'x');
  const auto after = statistics();
  EXPECT_EQ(after.allocations, before.allocations + 2);
  EXPECT_GE(after.used_bytes, before.used_bytes + sizeof(std::string) + text->size());
}

TEST(GlobalArena, GivesDistinctAlignedWritableMemoryThroughEachForm) {
  std::vector<coloured_block> blocks;
  unsigned char colour = 0;
  for (const new_form& form : every_form()) {
    for (const std::size_t bytes : {1u, 8u, 15u, 16u, 17u, 63u, 64u, 65u, 4097u}) {
      void* const p = form.call(bytes);
      ASSERT_NE(p, nullptr) << form.name;
      EXPECT_TRUE(is_aligned(p, form.alignment)) << form.name;
      blocks.emplace_back(p, bytes, ++colour);
    }
  }
  for (const coloured_block& block : blocks) EXPECT_TRUE(block.intact()) << block.bytes;
}

TEST(GlobalArena, GivesDistinctPointersForZeroBytes) {
  for (const new_form& form : every_form()) {
    void* const a = form.call(0);
    void* const b = form.call(0);
    EXPECT_NE(a, nullptr) << form.name;
    EXPECT_NE(a, b) << form.name;
  }
}

TEST(GlobalArena, GivesMemoryAlignedTo4096WhenAsked) {
  std::vector<coloured_block> blocks;
  for (std::size_t alignment = 1; alignment <= 4096; alignment *= 2) {
    for (const std::size_t bytes : {1u, 40u, 5000u}) {
      blocks.emplace_back(::operator new(24), 24, static_cast<unsigned char>(blocks.size()));
      void* const p = ::operator new(bytes, static_cast<std::align_val_t>(alignment));
      EXPECT_TRUE(is_aligned(p, alignment)) << alignment;
      EXPECT_TRUE(is_aligned(p, arena::global::granule_bytes)) << alignment;
      blocks.emplace_back(p, bytes, static_cast<unsigned char>(blocks.size()));
    }
  }
  for (const coloured_block& block : blocks) EXPECT_TRUE(block.intact()) << block.bytes;
}

TEST(GlobalArena, RoundsSizesUpToAGranuleAndNoFurther) {
  for (const auto& [asked, taken] :
       {std::pair<std::size_t, std::size_t>{0, 16}, {1, 16}, {16, 16}, {17, 32}, {1000, 1008}}) {
    const auto before = statistics();
    ::operator delete(seen(::operator new(asked)));
    EXPECT_EQ(statistics().used_bytes, before.used_bytes + taken) << asked;
  }
}

TEST(GlobalArena, GivesNothingBackAtADeleteButCountsIt) {
  for (std::size_t form = 0; form < delete_forms.size(); ++form) {
    void* const p = seen(::operator new(8, aligned));
    const coloured_block block(p, 8, 0xa5);
    const auto before = statistics();
    delete_forms[form](p);
    const auto after = statistics();
    EXPECT_EQ(after.deallocations, before.deallocations + 1) << form;
    EXPECT_EQ(after.used_bytes, before.used_bytes) << form;
    EXPECT_NE(seen(::operator new(8)), p) << form;
    EXPECT_TRUE(block.intact()) << form;
  }
}

TEST(GlobalArena, CountsNoDeleteOfANullPointer) {
  const auto before = statistics();
  for (const delete_form call : delete_forms) call(nullptr);
  EXPECT_EQ(statistics().deallocations, before.deallocations);
}

std::vector<std::size_t> impossible_sizes() {
  std::vector<std::size_t> sizes = {max_size / 2, max_size / 2 + 1, max_size - 4096};
  for (std::size_t less = 0; less <= 64; ++less) sizes.push_back(max_size - less);
  // One granule more than there is.
  const auto now = statistics();
  sizes.push_back(now.reserved_bytes - now.used_bytes + arena::global::granule_bytes);
  return sizes;
}

TEST(GlobalArena, RefusesSizesNearTheMaximumAndChangesNothing) {
  for (const std::size_t bytes : impossible_sizes()) {
    for (const new_form& form : throwing_forms) {
      const std::function<void()> call = [&] { static_cast<void>(form.call(bytes)); };
      const auto before = statistics();
      const bool thrown = throws_bad_alloc(call);
      const auto after = statistics();
      EXPECT_TRUE(thrown) << form.name << ' ' << bytes;
      EXPECT_EQ(after.used_bytes, before.used_bytes) << form.name << ' ' << bytes;
      EXPECT_EQ(after.allocations, before.allocations) << form.name << ' ' << bytes;
    }
    for (const new_form& form : nothrow_forms) {
      const auto before = statistics();
      EXPECT_EQ(form.call(bytes), nullptr) << form.name << ' ' << bytes;
      const auto after = statistics();
      EXPECT_EQ(after.used_bytes, before.used_bytes) << form.name << ' ' << bytes;
      EXPECT_EQ(after.allocations, before.allocations) << form.name << ' ' << bytes;
    }
  }
}

TEST(GlobalArena, RefusesAlignmentsBeyondTheRegion) {
  for (std::size_t alignment = max_size / 2 + 1; alignment > max_size >> 12; alignment /= 2) {
    const auto before = statistics();
    const auto asked = static_cast<std::align_val_t>(alignment);
    EXPECT_EQ(seen(::operator new(1, asked, std::nothrow)), nullptr) << alignment;
    EXPECT_EQ(statistics().used_bytes, before.used_bytes) << alignment;
  }
}

// Blocks of all sizes up to 500 bytes, each checked once all threads are done.
std::vector<coloured_block> blocks_of_one_thread(unsigned char colour) {
  std::vector<coloured_block> blocks;
  for (std::size_t i = 0; i < 10'000; ++i) {
    const std::size_t bytes = i * 37 % 500;
    const auto alignment = std::align_val_t{std::size_t{1} << i % 8};
    void* const p = i % 2 == 0 ? ::operator new(bytes) : ::operator new(bytes, alignment);
    blocks.emplace_back(p, bytes, colour);
    ::operator delete(seen(::operator new(bytes)));
    const auto now = statistics();
    EXPECT_LE(now.deallocations, now.allocations);
  }
  return blocks;
}

TEST(GlobalArena, KeepsWhatSeveralThreadsAllocateAtOnceApart) {
  std::array<std::vector<coloured_block>, 4> blocks;
  const auto before = statistics();
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < blocks.size(); ++i)
    threads.emplace_back(
        [&, i] { blocks[i] = blocks_of_one_thread(static_cast<unsigned char>(i + 1)); });
  for (std::thread& each : threads) each.join();
  const auto after = statistics();
  std::size_t bytes = 0;
  std::size_t spoiled = 0;
  for (const auto& of_one : blocks) {
    for (const coloured_block& block : of_one) {
      bytes += block.bytes;
      if (!block.intact()) ++spoiled;
    }
  }
  EXPECT_EQ(spoiled, 0u);
  EXPECT_GE(after.allocations - before.allocations, 4u * 20'000u);
  EXPECT_GE(after.deallocations - before.deallocations, 4u * 10'000u);
  EXPECT_GE(after.used_bytes - before.used_bytes, 2 * bytes);
}

int handler_calls = 0;

class installed_handler {
 public:
  explicit installed_handler(std::new_handler handler) : before_(std::set_new_handler(handler)) {
    handler_calls = 0;
  }
  ~installed_handler() { std::set_new_handler(before_); }
  installed_handler(const installed_handler&) = delete;
  installed_handler& operator=(const installed_handler&) = delete;

 private:
  std::new_handler before_;
};

void give_up_at_the_third_call() {
  if (++handler_calls == 3) std::set_new_handler(nullptr);
}

struct from_handler : std::bad_alloc {};

void throw_at_once() {
  ++handler_calls;
  throw from_handler();
}

TEST(GlobalArena, CallsTheNewHandlerUntilThereIsNone) {
  for (const new_form& form : throwing_forms) {
    const installed_handler handler(give_up_at_the_third_call);
    EXPECT_THROW(static_cast<void>(form.call(too_much())), std::bad_alloc) << form.name;
    EXPECT_EQ(handler_calls, 3) << form.name;
  }
  for (const new_form& form : nothrow_forms) {
    const installed_handler handler(give_up_at_the_third_call);
    EXPECT_EQ(form.call(too_much()), nullptr) << form.name;
    EXPECT_EQ(handler_calls, 3) << form.name;
  }
}

TEST(GlobalArena, LetsTheNewHandlersExceptionThroughUnlessNothrow) {
  const installed_handler handler(throw_at_once);
  EXPECT_THROW(seen(::operator new(too_much())), from_handler);
  EXPECT_EQ(seen(::operator new(too_much(), std::nothrow)), nullptr);
  EXPECT_EQ(handler_calls, 2);
}

}  // namespace
