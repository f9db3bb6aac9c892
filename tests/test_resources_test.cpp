#include <array>
#include <limits>
#include <memory_resource>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "arena/testing/checking_resource.hpp"
#include "arena/testing/counting_resource.hpp"
#include "arena/testing/failing_resource.hpp"

namespace {

using arena::testing::checking_resource;
using arena::testing::counting_resource;
using arena::testing::failing_resource;

// Gathers violations instead of failing, so that tests can break the contract on purpose. Its
// memory is its own, so that a leak of the test's is none of the program's.
class CheckingResource : public ::testing::Test {
 protected:
  checking_resource::violation_handler gather() {
    return [this](std::string_view violation) { violations_.emplace_back(violation); };
  }

  std::vector<std::string> violations_;
  std::pmr::monotonic_buffer_resource scratch_;
  counting_resource upstream_{&scratch_};
};

using texts = std::vector<std::string>;

TEST_F(CheckingResource, SaysNothingOfProperUse) {
  {
    checking_resource memory(&upstream_, gather());
    void* const a = memory.allocate(24, 8);
    void* const b = memory.allocate(100, 64);
    void* const empty = memory.allocate(0, 1);
    memory.deallocate(a, 24, 8);
    memory.deallocate(empty, 0, 1);
    memory.deallocate(b, 100, 64);
    std::pmr::vector<int> numbers(1000, 1, &memory);
  }
  EXPECT_EQ(violations_, texts{});
  EXPECT_EQ(upstream_.live_blocks(), 0u);
}

TEST_F(CheckingResource, KnowsWhatIsLive) {
  checking_resource memory(&upstream_, gather());
  void* const a = memory.allocate(24, 8);
  void* const b = memory.allocate(100, 64);
  EXPECT_EQ(memory.allocations(), 2u);
  EXPECT_EQ(memory.live_blocks(), 2u);
  EXPECT_EQ(memory.live_bytes(), 124u);
  memory.deallocate(a, 24, 8);
  EXPECT_EQ(memory.allocations(), 2u);
  EXPECT_EQ(memory.live_blocks(), 1u);
  EXPECT_EQ(memory.live_bytes(), 100u);
  memory.deallocate(b, 100, 64);
}

TEST_F(CheckingResource, HoldsRangesInsideOneLiveBlock) {
  checking_resource memory(&upstream_, gather());
  auto* const p = static_cast<std::byte*>(memory.allocate(32, 8));
  EXPECT_TRUE(memory.holds(p, 0));
  EXPECT_TRUE(memory.holds(p, 32));
  EXPECT_FALSE(memory.holds(p, 33));
  EXPECT_TRUE(memory.holds(p + 31, 1));
  EXPECT_FALSE(memory.holds(p + 31, 2));
  EXPECT_FALSE(memory.holds(p + 33, 0));
  EXPECT_FALSE(memory.holds(p - 1, 1));
  EXPECT_FALSE(memory.holds(p + 1, std::numeric_limits<std::size_t>::max())) << "wraps";
  EXPECT_FALSE(memory.holds(nullptr, 1));
  memory.deallocate(p, 32, 8);
  EXPECT_FALSE(memory.holds(p, 1));
}

TEST_F(CheckingResource, SeesAWrongSizeAndFreesTheRightOne) {
  checking_resource memory(&upstream_, gather());
  memory.deallocate(memory.allocate(24, 8), 16, 8);
  EXPECT_EQ(violations_, texts{"deallocation as 16 bytes, alignment 8 of a block allocated as 24 "
                               "bytes, alignment 8"});
  EXPECT_EQ(upstream_.live_bytes(), 0u);
  EXPECT_EQ(memory.live_bytes(), 0u);
}

TEST_F(CheckingResource, SeesAWrongAlignment) {
  checking_resource memory(&upstream_, gather());
  memory.deallocate(memory.allocate(24, 8), 24, 4);
  EXPECT_EQ(violations_, texts{"deallocation as 24 bytes, alignment 4 of a block allocated as 24 "
                               "bytes, alignment 8"});
}

TEST_F(CheckingResource, SeesAForeignPointerAndKeepsItFromUpstream) {
  checking_resource memory(&upstream_, gather());
  auto* const p = static_cast<std::byte*>(memory.allocate(24, 8));
  int foreign = 0;
  memory.deallocate(&foreign, sizeof foreign, alignof(int));
  memory.deallocate(p + 8, 16, 8);
  EXPECT_EQ(violations_,
            (texts{"deallocation of a pointer that is not live, as 4 bytes, alignment 4",
                   "deallocation of a pointer that is not live, as 16 bytes, alignment 8"}));
  EXPECT_EQ(upstream_.deallocations(), 0u);
  EXPECT_EQ(memory.live_bytes(), 24u);
  memory.deallocate(p, 24, 8);
}

TEST_F(CheckingResource, SeesASecondDeallocation) {
  checking_resource memory(&upstream_, gather());
  void* const p = memory.allocate(24, 8);
  memory.deallocate(p, 24, 8);
  memory.deallocate(p, 24, 8);
  EXPECT_EQ(violations_,
            texts{"deallocation of a pointer that is not live, as 24 bytes, alignment 8"});
  EXPECT_EQ(upstream_.deallocations(), 1u);
}

TEST_F(CheckingResource, SeesALeakAtItsEndAndLeavesTheBlocksAlone) {
  {
    checking_resource memory(&upstream_, gather());
    static_cast<void>(memory.allocate(24, 8));
    static_cast<void>(memory.allocate(100, 64));
    memory.deallocate(memory.allocate(50, 1), 50, 1);
    EXPECT_EQ(violations_, texts{});
  }
  EXPECT_EQ(violations_, texts{"leak of 124 bytes, blocks: 2"});
  EXPECT_EQ(upstream_.live_blocks(), 2u);
}

TEST_F(CheckingResource, CountsNoAllocationThatFailed) {
  failing_resource failing(2);
  checking_resource memory(&failing, gather());
  void* const p = memory.allocate(24, 8);
  EXPECT_THROW(static_cast<void>(memory.allocate(24, 8)), std::bad_alloc);
  EXPECT_EQ(memory.allocations(), 1u);
  EXPECT_EQ(memory.live_bytes(), 24u);
  memory.deallocate(p, 24, 8);
  EXPECT_EQ(violations_, texts{});
}

// Gives out the addresses that it is told to, whatever is asked.
class scripted_resource final : public std::pmr::memory_resource {
 public:
  void* next = nullptr;

 private:
  void* do_allocate(std::size_t, std::size_t) override { return next; }
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }
};

TEST_F(CheckingResource, SeesAnUpstreamThatGivesAMisalignedBlock) {
#if defined(SANITIZED)
  GTEST_SKIP() << "UndefinedBehaviorSanitizer ends the program before the resource sees it";
#endif
  alignas(64) std::array<std::byte, 128> bytes;
  scripted_resource scripted;
  checking_resource memory(&scripted, gather());
  scripted.next = bytes.data() + 8;
  EXPECT_THROW(static_cast<void>(memory.allocate(16, 16)), std::bad_alloc);
  EXPECT_EQ(violations_.size(), 1u);
  EXPECT_EQ(violations_.front(), "upstream gave a misaligned block for 16 bytes, alignment 16");
}

TEST_F(CheckingResource, SeesAnUpstreamThatGivesWhatIsLive) {
  alignas(64) std::array<std::byte, 128> bytes;
  scripted_resource scripted;
  checking_resource memory(&scripted, gather());
  const auto gives = [&](std::size_t offset, std::size_t size, std::size_t alignment) {
    scripted.next = bytes.data() + offset;
    try {
      static_cast<void>(memory.allocate(size, alignment));
      return "accepted";
    } catch (const std::bad_alloc&) {
      return "refused";
    }
  };
  EXPECT_STREQ(gives(32, 16, 16), "accepted");
  EXPECT_STREQ(gives(32, 16, 16), "refused") << "the same again";
  EXPECT_STREQ(gives(47, 1, 1), "refused") << "its last byte";
  EXPECT_STREQ(gives(16, 17, 1), "refused") << "its first byte";
  EXPECT_STREQ(gives(40, 0, 1), "refused") << "nothing, but inside it";
  EXPECT_STREQ(gives(16, 16, 1), "accepted") << "just before it";
  EXPECT_STREQ(gives(48, 0, 1), "accepted") << "just after it";
  EXPECT_STREQ(gives(48, 8, 1), "refused") << "an address is one block's, though that has no byte";
  EXPECT_EQ(violations_.size(), 5u);
  EXPECT_EQ(violations_.back(),
            "upstream gave memory that is live already for 8 bytes, alignment 1");
  memory.deallocate(bytes.data() + 32, 16, 16);
  memory.deallocate(bytes.data() + 16, 16, 1);
  memory.deallocate(bytes.data() + 48, 0, 1);
}

TEST(CheckingResourceDeathTest, AbortsUnlessToldOtherwise) {
  checking_resource memory;
  int foreign = 0;
  EXPECT_DEATH(memory.deallocate(&foreign, 4, 4), "checking_resource: deallocation of a pointer");
}

TEST(CountingResource, CountsCallsBytesAndThePeak) {
  counting_resource memory;
  void* const a = memory.allocate(100, 8);
  void* const b = memory.allocate(50, 64);
  memory.deallocate(a, 100, 8);
  void* const c = memory.allocate(30, 1);
  EXPECT_EQ(memory.allocations(), 3u);
  EXPECT_EQ(memory.deallocations(), 1u);
  EXPECT_EQ(memory.allocated_bytes(), 180u);
  EXPECT_EQ(memory.live_blocks(), 2u);
  EXPECT_EQ(memory.live_bytes(), 80u);
  EXPECT_EQ(memory.peak_bytes(), 150u);
  memory.deallocate(b, 50, 64);
  memory.deallocate(c, 30, 1);
  EXPECT_EQ(memory.live_blocks(), 0u);
  EXPECT_EQ(memory.live_bytes(), 0u);
}

TEST(CountingResource, CountsNoAllocationThatFailed) {
  counting_resource memory(std::pmr::null_memory_resource());
  EXPECT_THROW(static_cast<void>(memory.allocate(100, 8)), std::bad_alloc);
  EXPECT_EQ(memory.allocations(), 0u);
  EXPECT_EQ(memory.live_bytes(), 0u);
  EXPECT_EQ(memory.peak_bytes(), 0u);
}

// "+" for each of `calls` allocations that succeeds, "-" for one that does not.
std::string outcomes(failing_resource& memory, int calls) {
  std::string seen;
  for (int i = 0; i < calls; ++i) {
    try {
      memory.deallocate(memory.allocate(8, 8), 8, 8);
      seen += '+';
    } catch (const std::bad_alloc&) {
      seen += '-';
    }
  }
  return seen;
}

TEST(FailingResource, NeverFailsUntilArmed) {
  failing_resource memory;
  EXPECT_EQ(outcomes(memory, 5), "+++++");
  EXPECT_FALSE(memory.has_failed());
}

TEST(FailingResource, FailsAtTheNthCallAlone) {
  failing_resource memory(3);
  EXPECT_EQ(outcomes(memory, 6), "++-+++");
  EXPECT_EQ(memory.calls(), 6u);
  EXPECT_EQ(memory.failures(), 1u);
}

TEST(FailingResource, FailsFromTheNthCallOn) {
  failing_resource memory(3, failing_resource::mode::from_then_on);
  EXPECT_EQ(outcomes(memory, 6), "++----");
  EXPECT_EQ(memory.failures(), 4u);
}

TEST(FailingResource, CanBeArmedAgainAndDisarmed) {
  failing_resource memory(1, failing_resource::mode::from_then_on);
  EXPECT_EQ(outcomes(memory, 2), "--");
  memory.arm(2);
  EXPECT_FALSE(memory.has_failed()) << "it counts afresh";
  EXPECT_EQ(outcomes(memory, 4), "+-++");
  memory.arm(1, failing_resource::mode::from_then_on);
  memory.disarm();
  EXPECT_EQ(outcomes(memory, 3), "+++");
}

TEST(FailingResource, TakesEachFailurePathOfAContainerInTurn) {
  checking_resource upstream;  // aborts on a leak
  failing_resource memory(&upstream);
  std::size_t paths = 0;
  for (;; ++paths) {
    memory.arm(paths + 1);
    try {
      std::pmr::vector<std::pmr::string> words(&memory);
      for (int i = 0; i < 5; ++i) words.emplace_back("longer than any small string is");
    } catch (const std::bad_alloc&) {
    }
    if (!memory.has_failed()) break;
    EXPECT_EQ(upstream.live_blocks(), 0u) << paths;
  }
  EXPECT_EQ(paths, 5u + 4u) << "five strings, and the vector at 1, 2, 4 and 8 of them";
}

}  // namespace
