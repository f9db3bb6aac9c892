#include "loadtest/generator/poller.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>

#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace generator {
namespace {

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

}  // namespace

poller::poller()
    : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = wake_tag;
  checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event), "epoll_ctl");
}

poller::~poller() {
  ::close(wake_);
  ::close(epoll_);
}

void poller::take_slack_away() {
  checked(::prctl(PR_SET_TIMERSLACK, 1UL), "PR_SET_TIMERSLACK");
}

void poller::add(int socket, std::uint64_t tag) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = tag;
  checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event), "epoll_ctl");
}

std::span<const epoll_event> poller::wait(time_point until) {
  using std::chrono::nanoseconds;
  const auto left = std::max(nanoseconds(0), nanoseconds(until - clock::now()));
  const timespec timeout{.tv_sec = static_cast<std::time_t>(left.count() / 1'000'000'000),
                         .tv_nsec = static_cast<long>(left.count() % 1'000'000'000)};
  const int ready =
      ::epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &timeout, nullptr);
  if (ready < 0 && errno == EINTR) return {};
  return {events_.data(), static_cast<std::size_t>(checked(ready, "epoll_pwait2"))};
}

void poller::wake() const {
  const std::uint64_t one = 1;
  // It fails only where the counter is full, and then the wait has been ended already.
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
}

}  // namespace generator
