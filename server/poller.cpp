#include "server/poller.hpp"

#include <array>
#include <cerrno>
#include <new>

#include <boost/asio/posix/descriptor_base.hpp>
#include <boost/system/system_error.hpp>
#include <sys/epoll.h>

namespace server {

namespace {

// After so many the context's other handlers have their turn.
constexpr std::size_t events_per_turn = 128;

int make_epoll() {
  const int made = ::epoll_create1(EPOLL_CLOEXEC);
  if (made < 0)
    throw boost::system::system_error(errno, boost::system::system_category(), "epoll_create1");
  return made;
}

}  // namespace

poller::poller(boost::asio::io_context& context) : ready_(context, make_epoll()) {}

void poller::start() {
  ready_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                    waiting_.keep([this](boost::system::error_code cancelled) {
                      if (cancelled) return;
                      dispatch();
                      start();
                    }));
}

void poller::register_for(entry& waiting, readiness what) {
  const std::uint32_t wanted = what == readiness::to_read ? EPOLLIN : EPOLLOUT;
  if (waiting.registered_ == wanted) return;
  epoll_event event{.events = wanted, .data = {.ptr = &waiting}};
  const int change = waiting.registered_ == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (::epoll_ctl(ready_.native_handle(), change, waiting.descriptor_, &event) != 0)
    throw std::bad_alloc();
  waiting.registered_ = wanted;
}

void poller::forget(entry& waiting) noexcept {
  waiting.waits_ = false;
  if (waiting.registered_ == 0) return;
  ::epoll_ctl(ready_.native_handle(), EPOLL_CTL_DEL, waiting.descriptor_, nullptr);
  waiting.registered_ = 0;
}

void poller::dispatch() {
  std::array<epoll_event, events_per_turn> events;
  const int count =
      ::epoll_wait(ready_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    entry& told = *static_cast<entry*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (!told.waits_) {
      forget(told);  // or it would be told of again and again: a broken socket always is
      continue;
    }
    told.waits_ = false;
    told.ready();
  }
}

}  // namespace server
