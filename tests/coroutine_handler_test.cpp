// A handler that is a coroutine, with its frame in the request's memory: what server/completion.hpp
// says of coroutines, as an example and a test. The type is all that a program needs.
#include <array>
#include <coroutine>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/wait_until.hpp"

namespace {

/// What a coroutine returns that takes (const request&, response&, completion, Context&), where the
/// context is what a program's handlers share. At its end the frame goes first, and then the
/// completion is called: from then on request, response and the memory of both are no longer there.
/// What it throws makes a 500.
template <class Context>
class arena_coroutine {
 public:
  class promise_type {
   public:
    promise_type(const server::request&, server::response&, server::completion& done, Context&)
        : done_(std::move(done)) {}

    // The resource stands before the frame, for whoever frees it.
    static void* operator new(std::size_t bytes, const server::request& asked, server::response&,
                              server::completion&, Context&) {
      std::pmr::memory_resource* const memory = asked.memory();
      auto* const place = static_cast<std::byte*>(memory->allocate(bytes + before_frame));
      ::new (place) std::pmr::memory_resource*(memory);
      return place + before_frame;
    }
    static void operator delete(void* frame, std::size_t bytes) {
      std::byte* const place = static_cast<std::byte*>(frame) - before_frame;
      auto* const memory = *reinterpret_cast<std::pmr::memory_resource**>(place);
      memory->deallocate(place, bytes + before_frame);
    }

    arena_coroutine get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() noexcept { failed_ = true; }

    auto final_suspend() const noexcept {
      struct end {
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<promise_type> frame) const noexcept {
          const bool failed = frame.promise().failed_;
          server::completion done = std::move(frame.promise().done_);
          frame.destroy();
          if (!failed) done();  // else it is dropped
        }
        void await_resume() const noexcept {}
      };
      return end{};
    }

   private:
    static constexpr std::size_t before_frame = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

    server::completion done_;
    bool failed_ = false;
  };
};

// What the coroutines share. Used on the server's only thread.
struct state {
  std::vector<std::thread> threads;
  std::coroutine_handle<> waiting;
};

using handler_coroutine = arena_coroutine<state>;

// Goes on in a thread of its own, which the list outlives.
struct on_another_thread {
  std::vector<std::thread>& threads;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) const {
    threads.emplace_back([waiting] { waiting.resume(); });
  }
  void await_resume() const noexcept {}
};

// Goes on when somebody resumes what the place holds.
struct in_its_turn {
  std::coroutine_handle<>& place;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) const noexcept { place = waiting; }
  void await_resume() const noexcept {}
};

handler_coroutine at_once(const server::request& asked, server::response& to, server::completion,
                          state&) {
  to.body().append(asked.path());
  co_return;
}

handler_coroutine elsewhere(const server::request& asked, server::response& to, server::completion,
                            state& held) {
  const std::pmr::string kept(asked.path(), asked.memory());
  co_await on_another_thread{held.threads};
  to.body().append(kept);
}

handler_coroutine waits(const server::request& asked, server::response& to, server::completion,
                        state& held) {
  for (int turn = 0; turn < 3; ++turn) {
    co_await in_its_turn{held.waiting};
    to.body().append(asked.path());
  }
}

handler_coroutine throws(const server::request&, server::response& to, server::completion,
                         state& held) {
  to.body().append("half an answer");
  co_await in_its_turn{held.waiting};
  throw std::runtime_error("on purpose");
}

handler_coroutine huge(const server::request&, server::response& to, server::completion, state&) {
  std::array<char, 200'000> in_the_frame{};
  co_await std::suspend_never{};
  to.body().append({in_the_frame.data(), in_the_frame.size()});
}

// For GoogleTest: one server a strategy, which none of the frames outlives.
class CoroutineHandler : public testing::TestWithParam<server::memory_strategy> {
 protected:
  ~CoroutineHandler() override {
    for (std::thread& each : held_.threads) each.join();
  }

  // Resumes the one that waits, on the server's thread. It may not have come yet: which of two
  // connections is read first is open.
  void resume() {
    EXPECT_TRUE(wait_until([this] { return other_.exchange(get("/resume")).status == 200; }));
  }

  state held_;
  running_server served_{[](server::config& settings) {
                           settings.memory = GetParam();
                           settings.request_memory_max_bytes = 128 << 10;
                         },
                         [this](server::router& routes) {
                           using server::completion, server::request, server::response;
                           const auto with_state = [this](auto coroutine) {
                             return [this, coroutine](const request& asked, response& to,
                                                      completion done) {
                               coroutine(asked, to, std::move(done), held_);
                             };
                           };
                           routes.get("/at-once", with_state(at_once));
                           routes.get("/elsewhere", with_state(elsewhere));
                           routes.get("/waits", with_state(waits));
                           routes.get("/throws", with_state(throws));
                           routes.get("/huge", with_state(huge));
                           routes.get("/resume", [this](const request&, response& to) {
                             if (const auto waiting = std::exchange(held_.waiting, nullptr))
                               waiting.resume();
                             else
                               to.status(server::http::status::conflict);
                           });
                         }};
  raw_client client_{served_.port()};
  raw_client other_{served_.port()};
};

INSTANTIATE_TEST_SUITE_P(Memory, CoroutineHandler, testing::ValuesIn(all_strategies),
                         [](const auto& given) {
                           std::string name(to_string(given.param));
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(CoroutineHandler, MayEndAtOnce) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client_.exchange(get("/at-once")).body, "/at-once");
}

TEST_P(CoroutineHandler, MayBeSuspendedManyTimes) {
  for (int i = 0; i < 10; ++i) {
    client_.send(get("/waits") + get("/json"));
    for (int turn = 0; turn < 3; ++turn) resume();
    EXPECT_EQ(client_.receive().body, "/waits/waits/waits");
    EXPECT_EQ(client_.receive().status, 200);
  }
}

TEST_P(CoroutineHandler, MayEndOnAnotherThread) {
  if (GetParam() == server::memory_strategy::pool)
    GTEST_SKIP() << "the one resource of a thread is that thread's alone";
  for (int i = 0; i < 10; ++i) {
    client_.send(get("/elsewhere"));
    EXPECT_EQ(other_.exchange(get("/items?count=10")).status, 200);
    EXPECT_EQ(client_.receive().body, "/elsewhere");
  }
}

TEST_P(CoroutineHandler, ThatThrowsIsA500) {
  for (int i = 0; i < 3; ++i) {
    client_.send(get("/throws"));
    resume();
    EXPECT_EQ(client_.receive().status, 500);
  }
  EXPECT_EQ(client_.exchange(get("/json")).status, 200);
}

TEST_P(CoroutineHandler, WhoseFrameFindsNoMemoryIsA503) {
  const bool is_bounded = GetParam() == server::memory_strategy::arena;
  EXPECT_EQ(client_.exchange(get("/huge")).status, is_bounded ? 503 : 200);
  EXPECT_EQ(client_.exchange(get("/json")).status, 200);
}

}  // namespace
