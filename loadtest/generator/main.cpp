// loadgen: reads its plan, runs it, shows how it goes, reports.
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "loadtest/generator/command_line.hpp"
#include "loadtest/generator/json_text.hpp"
#include "loadtest/generator/load_run.hpp"
#include "loadtest/generator/plan_members.hpp"
#include "loadtest/generator/report.hpp"

namespace {

using namespace generator;

constexpr int wrong_use = 2;

// Blocked for all threads, which inherit it; read here.
int stop_signals() {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  ::sigprocmask(SIG_BLOCK, &stops, nullptr);
  const int descriptor = ::signalfd(-1, &stops, SFD_NONBLOCK | SFD_CLOEXEC);
  if (descriptor < 0) throw std::runtime_error("no signalfd");
  return descriptor;
}

void show(const progress& now, double seconds) {
  const double left = std::max(0.0, seconds - std::chrono::duration<double>(now.elapsed).count());
  const double rate = static_cast<double>(now.answered) /
                      std::max(1e-3, std::chrono::duration<double>(now.elapsed).count());
  std::fprintf(stderr, "\r\033[K%.0f s left, %.0f requests/s, %llu failed, p99 %.2f ms", left, rate,
               static_cast<unsigned long long>(now.failed), now.p99_us / 1000);
}

// The first signal stops the schedule, the second all that is under way.
void watch(load_run& running, double seconds, int signals) {
  const bool is_terminal = ::isatty(STDERR_FILENO) == 1;
  auto next_stop = worker::stop::schedule;
  pollfd watched[] = {{running.finished_descriptor(), POLLIN, 0}, {signals, POLLIN, 0}};
  while ((watched[0].revents & POLLIN) == 0) {
    ::poll(watched, 2, is_terminal ? 200 : -1);
    signalfd_siginfo received{};
    while (::read(signals, &received, sizeof received) == sizeof received) {
      running.request_stop(next_stop);
      next_stop = worker::stop::all;
    }
    if (is_terminal) show(running.now(), seconds);
  }
  if (is_terminal) std::fputs("\r\033[K", stderr);
}

void write_output(const command& asked, const run_result& result) {
  const std::string text = json_text(report(asked.wanted, result));
  const std::string readable = summary(asked.wanted, result);
  if (asked.output == "-") {
    std::cout << text << std::flush;
    std::cerr << readable;
    return;
  }
  std::cout << readable << std::flush;
  if (asked.output.empty()) return;
  std::ofstream file(asked.output, std::ios::binary);
  file << text << std::flush;
  if (!file) throw std::runtime_error("cannot write " + asked.output + ": is its folder there?");
}

int run_loadgen(int argc, char** argv) {
  const auto asked = read_command_line(argc, argv, std::cout);
  if (!asked) return 0;
  const int signals = stop_signals();
  load_run running(asked->wanted);
  running.start();
  watch(running, static_cast<double>(schedule::length(asked->wanted.schedule).count()) / 1e9,
        signals);
  const auto result = running.finish();
  write_output(*asked, *result);
  return result->counted.total.failed() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_loadgen(argc, argv);
  } catch (const usage_error& error) {
    std::fprintf(stderr, "loadgen: %s\n(loadgen --help shows all flags)\n", error.what());
  } catch (const plan_error& error) {
    std::fprintf(stderr, "loadgen: the plan cannot be run: %s\n", error.what());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "loadgen: %s\n", error.what());
  }
  return wrong_use;
}
