#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "tests/support/scripted/clock.hpp"
#include "tests/support/scripted/host.hpp"
#include "tests/support/scripted/program.hpp"
#include "tests/support/scripted/session.hpp"
#include "tests/support/scripted/violation.hpp"

namespace scripted {

namespace {

using namespace std::chrono_literals;

// Around the timeouts that the server has by default, and its tick.
constexpr std::array<std::chrono::milliseconds, 16> delays = {
    250ms, 500ms, 1s, 1500ms, 2s, 3s, 5s, 9s, 10s, 11s, 20s, 29s, 31s, 60s, 74s, 76s};

constexpr std::array<std::size_t, 16> write_sizes = {
    wire::unlimited, 1, 2, 3, 5, 8, 13, 24, 25, 30, 64, 100, 255, 500, 1000, 4096};
constexpr std::size_t short_writes = 100;

constexpr std::size_t turns_max = 20'000;  // a session that takes more of them spins
constexpr int idle_ticks_max = 8;          // within which a session that nobody wakes must end

// Kept between runs: making the routes takes longer than a run.
host& the_host() {
  static host one;
  return one;
}

// One connection, from its beginning to its end.
class connection {
 public:
  connection(host& home, const connection_program& program)
      : home_(home), program_(program), left_(program.sent) {
    stream_.blocks_when_cut = program.blocks_when_cut;
  }

  void run() {
    using admission = server::session::admission;
    expect(home_.service().try_take_place(), "there is no place");
    if (program_.is_refused) home_.service().give_place_back();
    session_ = &session::make(home_.service(), stream_);
    session_->start(program_.is_refused ? admission::refused : admission::granted);
    go_on();
    for (const std::uint8_t step : program_.steps) {
      if (stream_.is_destroyed) return;
      take(step);
      if (!is_unnoticed(step)) go_on();
    }
    if (!stream_.is_destroyed) go_on();
    if (!stream_.is_destroyed) come_to_an_end();
  }

  wire& stream() { return stream_; }
  bool was_drained() const { return was_drained_; }
  bool may_be_cut() const { return may_be_cut_ || home_.timeouts() > 0; }

 private:
  // The next step comes before the session has been told of this one.
  static bool is_unnoticed(std::uint8_t step) {
    const unsigned kind = step >> 4;
    return kind == 11 || (kind == 8 && (step & 8u) != 0);
  }

  void take(std::uint8_t step) {
    const std::size_t argument = step & 15u;
    switch (step >> 4) {
      case 1:
        return arrive((argument + 1) * 32);
      case 2:
      case 10:
        return arrive_lines(argument + 1);
      case 3:
        return arrive((argument + 1) * 512);
      case 4:
        stream_.write_max = write_sizes[argument];
        stream_.short_writes_left = short_writes;
        return;
      case 5:
        stream_.takes_none = argument % 2 == 0;
        return;
      case 6:
        return session_->wake_without_reason();
      case 7:
        return pass_time(delays[argument]);
      case 8:
        return have_handler_answer(argument);
      case 9:
        return happen(argument);
      default:
        return arrive(argument + 1);
    }
  }

  void arrive(std::size_t bytes) {
    if (stream_.ended || stream_.reset) return;
    // Everything that has arrived and is not read is one piece of what is sent.
    const std::size_t unread = stream_.arrived.size();
    bytes = std::min(bytes, left_.size());
    stream_.arrived = {left_.data() - unread, unread + bytes};
    left_.remove_prefix(bytes);
  }

  void arrive_lines(std::size_t lines) {
    std::size_t bytes = 0;
    for (; lines > 0 && bytes < left_.size(); --lines)
      bytes = std::min(left_.find('\n', bytes), left_.size() - 1) + 1;
    arrive(bytes);
  }

  void have_handler_answer(std::size_t argument) {
    if (!home_.handlers().is_held()) return;
    if (argument % 2 == 0)
      home_.handlers().answer();
    else
      home_.handlers().drop();
  }

  void happen(std::size_t what) {
    switch (what) {
      case 0:
        stream_.ended = true;
        return;
      case 1:
        stream_.reset = may_be_cut_ = true;
        stream_.arrived = {};
        return;
      case 2:
        stream_.writes_fail = may_be_cut_ = true;
        return;
      case 3:
        was_drained_ = true;
        return home_.service().begin_drain();
      case 4:
        may_be_cut_ = true;
        return home_.service().abort_all();
      case 5:
        return home_.ready().set(false);
      case 6:
        stream_.shut_down_fails = true;
        return;
      case 7:  // the soft mark is passed, if anything is in use
        return home_.budget().marks(0, program_.budget_bytes);
      case 8:  // nothing more is granted
        return home_.budget().marks(0, 0);
      case 9:
        return home_.budget().marks(program_.budget_bytes / 5 * 4, program_.budget_bytes);
      default:
        return pass_time(0ms);
    }
  }

  void pass_time(std::chrono::milliseconds by) {
    advance_clock(by);
    check_handler_deadline();
    home_.service().tick();
  }

  // The deadline of an earlier phase is none of a handler's.
  void check_handler_deadline() const {
    if (!home_.handlers().is_held() || may_be_cut_) return;
    const auto least = held_since_ + home_.settings().times.write;
    expect(session_->deadline() >= least,
           "the deadline of an earlier phase goes on while a handler works");
  }

  // Until the session waits for something that has not come.
  void go_on() {
    while (!stream_.is_destroyed && session_->turn())
      expect(++turns_ < turns_max, "the session turns without end");
    if (stream_.is_destroyed) return;
    expect(!session_->waits_for_handler() || home_.handlers().is_held(),
           "the session waits for nothing");
    if (std::exchange(was_held_, home_.handlers().is_held()) != was_held_)
      held_since_ = std::chrono::steady_clock::now();
  }

  // The rest arrives, everything is taken, handlers answer; then the client ends its side, or does
  // not, and the session must end.
  void come_to_an_end() {
    stream_.takes_none = false;
    stream_.short_writes_left = 0;
    arrive(left_.size());
    go_on();
    while (!stream_.is_destroyed && home_.handlers().is_held()) {
      home_.handlers().answer();
      go_on();
    }
    if (!program_.never_ends) stream_.ended = true;
    if (!stream_.is_destroyed) go_on();
    for (int ticks = 0; program_.never_ends && !stream_.is_destroyed; ++ticks) {
      expect(ticks < idle_ticks_max, "no deadline ends the session");
      pass_time(76s);
      go_on();
    }
    expect(stream_.is_destroyed, "the session outlives its connection");
  }

  host& home_;
  const connection_program& program_;
  std::string_view left_;  // of what is sent, and has not arrived
  wire stream_;
  session* session_ = nullptr;
  std::size_t turns_ = 0;
  bool may_be_cut_ = false;
  bool was_drained_ = false;
  bool was_held_ = false;
  std::chrono::steady_clock::time_point held_since_;
};

// So that the next connection finds arenas that have been used, and sizes that have been learned.
void warm_up(host& home) {
  static constexpr std::string_view requests =
      "GET /items?count=20 HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nConnection: close\r\n\r\n[1, 2]";
  connection_program program(std::span<const std::uint8_t>{});
  program.sent = requests;
  connection(home, program).run();
  home.handlers().handled.clear();
}

void check_memory(host& home, const server::config& settings) {
  const arena::pool_statistics left = home.service().memory().statistics();
  expect(left.leased == 0, "an arena is left leased");
  if (settings.memory != server::memory_strategy::arena)
    return expect(home.budget().used() == 0, "the budget is charged without arenas");
  expect(home.budget().used() >= left.idle_bytes, "the pool keeps what is not charged");
  constexpr std::size_t block_bytes = arena::arena_options{}.first_block_bytes;
  const std::size_t arenas = left.idle + arena::arena_pool::quarantine_arenas;
  if (arena::arena_pool::quarantine_arenas == 0)
    expect(home.budget().used() <= left.idle_bytes + arenas * block_bytes,
           "more is charged than the pool keeps");
}

}  // namespace

outcome run(const connection_program& program) {
  host& home = the_host();
  home.start(program.settings, program.budget_bytes);
  if (program.is_warm) warm_up(home);
  connection one(home, program);
  one.run();
  check_memory(home, program.settings);
  outcome result{.written = std::move(one.stream().written),
                 .handled = home.handlers().handled,
                 .may_be_cut = one.may_be_cut(),
                 .was_shut_down = one.stream().was_shut_down,
                 .was_drained = one.was_drained()};
  home.stop();
  return result;
}

}  // namespace scripted
