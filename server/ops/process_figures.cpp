#include "server/ops/process_figures.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <span>
#include <string_view>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace server::ops {

namespace {

class file {
 public:
  file(const char* path, int flags) noexcept : descriptor_(::open(path, flags | O_CLOEXEC)) {}
  ~file() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  file(const file&) = delete;
  file& operator=(const file&) = delete;

  int descriptor() const noexcept { return descriptor_; }
  // What one read gives: files of /proc give themselves whole.
  std::string_view read(std::span<char> room) const noexcept {
    const ssize_t bytes = ::read(descriptor_, room.data(), room.size());
    return {room.data(), bytes > 0 ? static_cast<std::size_t>(bytes) : 0};
  }

 private:
  int descriptor_;
};

// The number at `index` (from 0) of those that spaces divide; 0 if it is none.
std::uint64_t word(std::string_view text, std::size_t index) noexcept {
  for (; index > 0; --index) {
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return 0;
    text.remove_prefix(space + 1);
  }
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

double seconds_of(clockid_t clock) noexcept {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::uint64_t named_in(std::span<const char> entries) noexcept {
  std::uint64_t names = 0;
  // Of the kernel's struct linux_dirent64: a record's size stands at 16, its name begins at 19.
  for (std::size_t at = 0; at < entries.size();) {
    std::uint16_t record_bytes = 0;
    std::memcpy(&record_bytes, entries.data() + at + 16, sizeof record_bytes);
    names += entries[at + 19] != '.';
    at += record_bytes;
  }
  return names;
}

}  // namespace

double process_start_seconds() noexcept {
  std::array<char, 1024> room;
  std::string_view fields = file("/proc/self/stat", O_RDONLY).read(room);
  // The second field is the program's name in parentheses, and may hold anything; starttime is the
  // 22nd, in ticks since boot.
  const std::size_t name_end = fields.rfind(')');
  if (name_end == std::string_view::npos) return 0;
  const std::uint64_t ticks = word(fields.substr(name_end), 20);
  const double age = seconds_of(CLOCK_BOOTTIME) -
                     static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return seconds_of(CLOCK_REALTIME) - age;
}

double process_cpu_seconds() noexcept {
  return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

std::uint64_t process_resident_bytes() noexcept {
  std::array<char, 256> room;
  const std::string_view pages = file("/proc/self/statm", O_RDONLY).read(room);
  return word(pages, 1) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t process_open_files() noexcept {
  struct stat status {};
  if (::stat("/proc/self/fd", &status) == 0 && status.st_size > 0)
    return static_cast<std::uint64_t>(status.st_size);
  return listed_open_files();
}

std::uint64_t process_max_files() noexcept {
  rlimit files{};
  return ::getrlimit(RLIMIT_NOFILE, &files) == 0 ? files.rlim_cur : 0;
}

std::uint64_t listed_open_files() noexcept {
  const file folder("/proc/self/fd", O_RDONLY | O_DIRECTORY);
  std::array<char, 4096> room;
  std::uint64_t names = 0;
  long bytes = 0;
  while ((bytes = ::syscall(SYS_getdents64, folder.descriptor(), room.data(), room.size())) > 0)
    names += named_in({room.data(), static_cast<std::size_t>(bytes)});
  return names > 0 ? names - 1 : 0;  // without the folder itself
}

}  // namespace server::ops
