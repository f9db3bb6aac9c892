#include "arena/tracing_resource.hpp"

#include <array>
#include <limits>
#include <memory_resource>
#include <sstream>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "arena/fixed_arena.hpp"
#include "arena/testing/checking_resource.hpp"

namespace {

using arena::allocation_event;
using arena::fixed_arena;
using arena::tracing_resource;
using arena::testing::checking_resource;
using kind_of = arena::allocation_event::kind_of;

static_assert(!std::is_copy_constructible_v<tracing_resource>);

void report(std::string_view violation) {
  ADD_FAILURE() << violation;
}

struct recorder {
  std::vector<allocation_event> events;

  tracing_resource::sink sink() {
    return [this](const allocation_event& event) { events.push_back(event); };
  }
};

TEST(TracingResource, ReportsEachCallInItsOrder) {
  fixed_arena<256> upstream;
  recorder seen;
  tracing_resource traced(seen.sink(), &upstream);
  void* const a = traced.allocate(24, 8);
  void* const b = traced.allocate(5, 1);
  traced.deallocate(a, 24, 8);
  EXPECT_THROW(static_cast<void>(traced.allocate(1000, 16)), std::bad_alloc);
  traced.deallocate(b, 5, 1);

  struct {
    kind_of kind;
    std::size_t bytes, alignment;
    std::ptrdiff_t begin, end;
    std::size_t live_bytes;
  } const expected[] = {
      {kind_of::allocation, 24, 8, 0, 24, 24},  {kind_of::allocation, 5, 1, 24, 29, 29},
      {kind_of::deallocation, 24, 8, 0, 24, 5}, {kind_of::failure, 1000, 16, 0, 0, 5},
      {kind_of::deallocation, 5, 1, 24, 29, 0},
  };
  ASSERT_EQ(seen.events.size(), std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    const allocation_event& event = seen.events[i];
    EXPECT_EQ(event.kind, expected[i].kind) << i;
    EXPECT_EQ(event.number, i + 1);
    EXPECT_EQ(event.bytes, expected[i].bytes) << i;
    EXPECT_EQ(event.alignment, expected[i].alignment) << i;
    EXPECT_EQ(event.begin, expected[i].begin) << i;
    EXPECT_EQ(event.end, expected[i].end) << i;
    EXPECT_EQ(event.live_bytes, expected[i].live_bytes) << i;
  }
  EXPECT_EQ(traced.events(), std::size(expected));
  EXPECT_EQ(traced.live_bytes(), 0u);
}

TEST(TracingResource, CountsOffsetsFromTheOriginItIsGiven) {
  alignas(16) std::array<std::byte, 128> buffer{};
  fixed_arena upstream(std::span<std::byte>(buffer).subspan(32));
  recorder seen;
  tracing_resource from_buffer(seen.sink(), &upstream, buffer.data());
  static_cast<void>(from_buffer.allocate(16, 8));
  tracing_resource from_behind(seen.sink(), &upstream, buffer.data() + 128);
  static_cast<void>(from_behind.allocate(16, 8));
  EXPECT_EQ(seen.events[0].begin, 32);
  EXPECT_EQ(seen.events[1].begin, -80) << "memory below the origin";
  EXPECT_EQ(seen.events[1].end, -64);
}

TEST(TracingResource, TakesTheFirstSuccessAsOriginThoughItFailedBefore) {
  fixed_arena<64> upstream;
  static_cast<void>(upstream.allocate(8, 8));
  recorder seen;
  tracing_resource traced(seen.sink(), &upstream);
  EXPECT_THROW(static_cast<void>(traced.allocate(1000, 8)), std::bad_alloc);
  static_cast<void>(traced.allocate(8, 8));
  EXPECT_EQ(seen.events[1].begin, 0);
}

TEST(TracingResource, LetsTheFailureOfUpstreamThroughAsItIs) {
  fixed_arena<64> upstream;
  recorder seen;
  tracing_resource traced(seen.sink(), &upstream);
  EXPECT_THROW(static_cast<void>(traced.allocate(65, 8)), arena::allocation_limit_exceeded);
  constexpr std::size_t most = std::numeric_limits<std::ptrdiff_t>::max();
  EXPECT_THROW(static_cast<void>(traced.allocate(most, 8)), arena::allocation_limit_exceeded);
  EXPECT_EQ(seen.events[1].bytes, most);
  EXPECT_EQ(traced.live_bytes(), 0u);
}

TEST(TracingResource, TracesAContainerToItsLastByte) {
  checking_resource upstream(std::pmr::new_delete_resource(), report);
  recorder seen;
  tracing_resource traced(seen.sink(), &upstream);
  {
    std::pmr::vector<int> numbers(&traced);
    for (int i = 0; i < 100; ++i) {
      numbers.push_back(i);
      ASSERT_EQ(traced.live_bytes(), upstream.live_bytes());
    }
  }
  EXPECT_EQ(seen.events.back().kind, kind_of::deallocation);
  EXPECT_EQ(seen.events.back().live_bytes, 0u);
  EXPECT_EQ(seen.events.size(), 2 * upstream.allocations());
}

TEST(TracingResource, ASinkThatThrowsChangesNothingForTheProgram) {
  checking_resource upstream(std::pmr::new_delete_resource(), report);
  tracing_resource traced([](const allocation_event&) { throw std::runtime_error("full disk"); },
                          &upstream);
  {
    std::pmr::vector<int> numbers(&traced);
    numbers.resize(100);
    EXPECT_EQ(traced.live_bytes(), 400u);
  }
  EXPECT_EQ(upstream.live_blocks(), 0u) << "freed, though the report of it failed";
  EXPECT_EQ(traced.events(), 2u);
  EXPECT_EQ(traced.lost_events(), 2u);
}

TEST(TracingResource, ASinkThatThrowsDoesNotHideWhyAnAllocationFailed) {
  tracing_resource traced([](const allocation_event&) { throw std::runtime_error("full disk"); },
                          std::pmr::null_memory_resource());
  EXPECT_THROW(static_cast<void>(traced.allocate(1, 1)), std::bad_alloc);
  EXPECT_EQ(traced.lost_events(), 1u);
}

TEST(TracingResource, ReportsAgainAfterASinkThatThrewOnce) {
  std::size_t calls = 0;
  tracing_resource traced([&](const allocation_event&) {
    if (++calls == 1) throw std::runtime_error("full disk");
  });
  void* const p = traced.allocate(8, 8);
  traced.deallocate(p, 8, 8);
  EXPECT_EQ(calls, 2u);
  EXPECT_EQ(traced.lost_events(), 1u);
}

// Allocates from the resource that it watches, which no sink may.
struct meddler {
  tracing_resource* watched = nullptr;
  std::size_t calls = 0;

  tracing_resource::sink sink() {
    return [this](const allocation_event&) {
      ++calls;
      watched->deallocate(watched->allocate(16, 8), 16, 8);
    };
  }
};

#if defined(NDEBUG)
TEST(TracingResource, ASinkThatUsesItIsServedButNotReported) {
  checking_resource upstream(std::pmr::new_delete_resource(), report);
  meddler bad;
  tracing_resource traced(bad.sink(), &upstream);
  bad.watched = &traced;
  void* const p = traced.allocate(8, 8);
  EXPECT_EQ(traced.live_bytes(), 8u);
  traced.deallocate(p, 8, 8);
  EXPECT_EQ(bad.calls, 2u);
  EXPECT_EQ(traced.events(), 2u);
  EXPECT_EQ(upstream.allocations(), 3u);
  EXPECT_EQ(traced.live_bytes(), 0u);
}
#else
TEST(TracingResourceDeathTest, ASinkThatUsesItIsTheProgrammersError) {
  meddler bad;
  tracing_resource traced(bad.sink());
  bad.watched = &traced;
  EXPECT_DEATH(static_cast<void>(traced.allocate(8, 8)), "the sink uses the resource");
}
#endif

TEST(TracingResource, DescribesAnEventInOneLine) {
  EXPECT_EQ(arena::describe({.kind = kind_of::allocation,
                             .number = 3,
                             .bytes = 24,
                             .alignment = 8,
                             .begin = 32,
                             .end = 56,
                             .live_bytes = 56}),
            "#3 allocation of 24 bytes, alignment 8, at [32, 56); 56 live");
  EXPECT_EQ(arena::describe({.kind = kind_of::deallocation,
                             .number = 4,
                             .bytes = 1,
                             .alignment = 1,
                             .begin = -8,
                             .end = -7,
                             .live_bytes = 55}),
            "#4 deallocation of 1 byte, alignment 1, at [-8, -7); 55 live");
  EXPECT_EQ(arena::describe({.kind = kind_of::failure,
                             .number = 5,
                             .bytes = 1000,
                             .alignment = 16,
                             .begin = 0,
                             .end = 0,
                             .live_bytes = 55}),
            "#5 failed allocation of 1000 bytes, alignment 16; 55 live");
}

TEST(TracingResource, PrintsALineForEachEvent) {
  fixed_arena<64> upstream;
  std::ostringstream out;
  tracing_resource traced(arena::print_to(out), &upstream);
  void* const p = traced.allocate(24, 8);
  traced.deallocate(p, 24, 8);
  EXPECT_EQ(out.str(),
            "#1 allocation of 24 bytes, alignment 8, at [0, 24); 24 live\n"
            "#2 deallocation of 24 bytes, alignment 8, at [0, 24); 0 live\n");
}

}  // namespace
