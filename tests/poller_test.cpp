// The poller on pairs of local sockets. How often a socket is registered is counted at epoll_ctl.
#include "server/poller.hpp"

#include <array>
#include <memory>
#include <new>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr std::size_t watched_descriptors = 1024;
std::array<int, watched_descriptors> registrations{};

using readiness = server::poller::readiness;

// One end of a pair of sockets, watched; the other is the test's.
class end final : public server::poller::entry {
 public:
  explicit end(server::poller& watcher) : end(watcher, make_pair()) {}
  ~end() override {
    watcher_.forget(*this);
    ::close(descriptor());
    hang_up();
  }

  void wait(readiness what) { watcher_.wait(*this, what); }
  void cancel() { watcher_.cancel(*this); }
  void read_when_told() { reads_when_told_ = true; }
  void arrives() { EXPECT_EQ(::write(other_, "x", 1), 1); }
  void fill() {
    const std::vector<char> bytes(4096);
    while (::write(descriptor(), bytes.data(), bytes.size()) > 0) {
    }
  }
  void drain() {
    std::vector<char> bytes(1 << 20);
    while (::read(other_, bytes.data(), bytes.size()) > 0) {
    }
  }
  void hang_up() {
    if (other_ >= 0) ::close(other_);
    other_ = -1;
  }
  int times_told() const { return told_; }
  int times_registered() const { return registrations.at(static_cast<std::size_t>(descriptor())); }

 private:
  void read_all() {
    std::array<char, 64> bytes;
    while (::read(descriptor(), bytes.data(), bytes.size()) > 0) {
    }
  }
  static std::array<int, 2> make_pair() {
    std::array<int, 2> made;
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, made.data()) != 0) std::abort();
    registrations.at(static_cast<std::size_t>(made[0])) = 0;
    return made;
  }
  end(server::poller& watcher, std::array<int, 2> pair)
      : entry(pair[0]), watcher_(watcher), other_(pair[1]) {}
  void ready() override {
    ++told_;
    if (reads_when_told_) read_all();
  }

  server::poller& watcher_;
  int other_;
  int told_ = 0;
  bool reads_when_told_ = false;
};

class Poller : public testing::Test {
 protected:
  Poller() { poller_.start(); }
  // All that there is to do now.
  std::size_t run() {
    context_.restart();
    return context_.poll();
  }

  boost::asio::io_context context_{1};
  server::poller poller_{context_};
  end end_{poller_};
};

TEST_F(Poller, TellsOfBytesOnceAWait) {
  end_.wait(readiness::to_read);
  run();
  EXPECT_EQ(end_.times_told(), 0);
  end_.arrives();
  run();
  EXPECT_EQ(end_.times_told(), 1);
  run();
  EXPECT_EQ(end_.times_told(), 1);
}

TEST_F(Poller, TellsOfBytesThatWereThereBeforeTheWait) {
  end_.arrives();
  end_.wait(readiness::to_read);
  run();
  end_.wait(readiness::to_read);  // they are still there
  run();
  EXPECT_EQ(end_.times_told(), 2);
}

TEST_F(Poller, TellsOfTheOtherEndsEnd) {
  end_.wait(readiness::to_read);
  end_.hang_up();
  run();
  EXPECT_EQ(end_.times_told(), 1);
}

TEST_F(Poller, TellsOfRoomToWrite) {
  end_.fill();
  end_.wait(readiness::to_write);
  run();
  EXPECT_EQ(end_.times_told(), 0);
  end_.drain();
  run();
  EXPECT_EQ(end_.times_told(), 1);
}

TEST_F(Poller, TellsOfNothingWhenTheWaitWasCancelled) {
  end_.wait(readiness::to_read);
  end_.cancel();
  end_.arrives();
  run();
  EXPECT_EQ(end_.times_told(), 0);
  end_.wait(readiness::to_read);
  run();
  EXPECT_EQ(end_.times_told(), 1);
}

TEST_F(Poller, HasNothingToDoForASocketThatNobodyWaitsFor) {
  end_.wait(readiness::to_read);
  end_.arrives();
  run();
  end_.hang_up();
  run();  // which would not return if it were told of the socket again and again
  EXPECT_EQ(run(), 0u);
  EXPECT_EQ(end_.times_told(), 1);
}

TEST_F(Poller, ForgetsASocket) {
  end_.wait(readiness::to_read);
  poller_.forget(end_);
  end_.arrives();
  EXPECT_EQ(run(), 0u);
  EXPECT_EQ(end_.times_told(), 0);
}

TEST_F(Poller, TellsOfNothingBeforeAWait) {
  poller_.add(end_);
  end_.arrives();
  run();
  EXPECT_EQ(end_.times_told(), 0);
  end_.wait(readiness::to_read);
  run();
  EXPECT_EQ(end_.times_told(), 1);
}

TEST_F(Poller, SaysThatASocketCannotBeRegistered) {
  class closed final : public server::poller::entry {
   public:
    closed() : entry(-1) {}

   private:
    void ready() override {}
  } none;
  EXPECT_THROW(poller_.add(none), std::bad_alloc);
  EXPECT_THROW(poller_.wait(none, readiness::to_write), std::bad_alloc);
  EXPECT_FALSE(none.waits());
}

TEST_F(Poller, TellsOfMoreSocketsThanItAsksForAtOnce) {
  std::vector<std::unique_ptr<end>> many;
  for (int i = 0; i < 300; ++i) {
    many.push_back(std::make_unique<end>(poller_));
    many.back()->wait(readiness::to_read);
    many.back()->arrives();
  }
  run();
  for (const auto& each : many) EXPECT_EQ(each->times_told(), 1);
}

TEST_F(Poller, RegistersASocketOnceForAnyNumberOfWaits) {
#if defined(SANITIZED)
  GTEST_SKIP() << "epoll_ctl is the sanitizer's to watch";
#endif
  end_.read_when_told();
  for (int request = 0; request < 10; ++request) {
    end_.wait(readiness::to_read);
    end_.arrives();
    run();
  }
  EXPECT_EQ(end_.times_told(), 10);
  EXPECT_EQ(end_.times_registered(), 1);
}

}  // namespace

#if !defined(SANITIZED)
// In the place of libc's, for this whole program.
extern "C" int epoll_ctl(int epoll, int change, int descriptor, epoll_event* event) noexcept {
  if (change != EPOLL_CTL_DEL && static_cast<std::size_t>(descriptor) < registrations.size())
    ++registrations[static_cast<std::size_t>(descriptor)];
  return static_cast<int>(::syscall(SYS_epoll_ctl, epoll, change, descriptor, event));
}
#endif
