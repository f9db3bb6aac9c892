#include "tests/support/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/wait_until.hpp"

namespace {

int memory_file() {
  const int file = ::memfd_create("output", MFD_CLOEXEC);
  if (file < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
  return file;
}

std::string content(int file) {
  std::string text;
  std::array<char, 65536> buffer;
  ssize_t got = 0;
  while ((got = ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(text.size()))) > 0)
    text.append(buffer.data(), static_cast<std::size_t>(got));
  return text;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> all;
  for (std::string& each : strings) all.push_back(each.data());
  all.push_back(nullptr);
  return all;
}

// The later of two entries with one name would be overlooked, so the setup's come first.
std::vector<std::string> environment_with(const std::vector<std::string>& added) {
  std::vector<std::string> all = added;
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  return all;
}

struct spawn_request {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::optional<rlim_t> descriptors_max;
  int output;
  int errors;
};

// In the child, where between fork and exec only system calls are allowed.
[[noreturn]] void become(const spawn_request& wanted, int failure_pipe) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // no test leaves a program behind, however it ends
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(wanted.output, STDOUT_FILENO);
  ::dup2(wanted.errors, STDERR_FILENO);
  // The test's sockets would else stay open in the child after the test has closed them.
  ::close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
  if (wanted.descriptors_max) {
    const rlimit bound{.rlim_cur = *wanted.descriptors_max, .rlim_max = *wanted.descriptors_max};
    ::setrlimit(RLIMIT_NOFILE, &bound);
  }
  ::execvpe(wanted.arguments[0], wanted.arguments.data(), wanted.environment.data());
  const int reason = errno;
  const ssize_t ignored = ::write(failure_pipe, &reason, sizeof reason);
  ::_exit(ignored == sizeof reason ? 127 : 126);
}

pid_t spawn(const spawn_request& wanted, const std::string& name) {
  std::array<int, 2> failure_pipe;
  if (::pipe2(failure_pipe.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe2");
  const pid_t child = ::fork();
  if (child == 0) become(wanted, failure_pipe[1]);
  int reason = child < 0 ? errno : 0;
  ::close(failure_pipe[1]);
  const bool failed = child < 0 || ::read(failure_pipe[0], &reason, sizeof reason) > 0;
  ::close(failure_pipe[0]);
  if (failed && child > 0) ::waitpid(child, nullptr, 0);
  if (failed)
    throw std::system_error(reason, std::generic_category(),
                            "cannot run " + name + ", which ./run tests installs");
  return child;
}

}  // namespace

child_process::child_process(const std::vector<std::string>& command, const child_setup& setup)
    : name_(command.front()), output_(memory_file()), errors_(memory_file()) {
  std::vector<std::string> arguments = command;
  std::vector<std::string> environment = environment_with(setup.environment);
  const spawn_request wanted{.arguments = pointers(arguments),
                             .environment = pointers(environment),
                             .descriptors_max = setup.descriptors_max,
                             .output = setup.output_descriptor.value_or(output_),
                             .errors = setup.errors_descriptor.value_or(errors_)};
  try {
    id_ = spawn(wanted, name_);
  } catch (...) {
    ::close(output_);
    ::close(errors_);
    throw;
  }
}

child_process::~child_process() {
  signal(SIGKILL);
  if (!ended_) ::waitpid(id_, nullptr, 0);
  ::close(output_);
  ::close(errors_);
}

bool child_process::is_running() {
  int status = 0;
  if (!ended_ && ::waitpid(id_, &status, WNOHANG) == id_)
    ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return !ended_;
}

void child_process::signal(int number) {
  if (is_running()) ::kill(id_, number);
}

int child_process::wait(std::chrono::milliseconds bound) {
  if (!wait_until([this] { return !is_running(); }, bound)) {
    signal(SIGKILL);
    throw std::runtime_error(name_ + " did not end in time; it said: " + output() + errors());
  }
  return *ended_;
}

std::string child_process::output() const {
  return content(output_);
}

std::string child_process::errors() const {
  return content(errors_);
}

std::string child_process::error_line(std::string_view text, std::chrono::milliseconds bound) {
  std::string line;
  const bool found = wait_until(
      [&] {
        const bool ended = !is_running();  // asked first: what it said last is then in the file
        const std::string said = errors();
        const std::size_t at = said.find(text);
        const std::size_t end = at == said.npos ? at : said.find('\n', at);
        if (end == said.npos) return ended;
        const std::size_t begin = said.rfind('\n', at) + 1;  // npos + 1 is 0
        line = said.substr(begin, end - begin);
        return true;
      },
      bound);
  if (!found || line.empty())
    throw std::runtime_error(name_ + " did not say '" + std::string(text) + "' but: " + errors());
  return line;
}

finished_program run_program(const std::vector<std::string>& command, const child_setup& setup,
                             std::chrono::milliseconds bound) {
  child_process program(command, setup);
  const int status = program.wait(bound);
  return {status, program.output(), program.errors()};
}
