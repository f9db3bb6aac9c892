#include "tests/support/served_process.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <boost/json/parse.hpp>

#include "tests/support/raw_client.hpp"
#include "tests/support/wait_until.hpp"

namespace {

namespace fs = std::filesystem;

std::vector<std::string> command_with(const std::vector<std::string>& flags) {
  std::vector<std::string> command = {ARENA_SERVER_BINARY, "--address", "127.0.0.1", "--port", "0"};
  command.insert(command.end(), flags.begin(), flags.end());
  return command;
}

// A line of /proc/net/tcp.
struct tcp_entry {
  unsigned local_port;
  unsigned remote_port;
  unsigned state;
  std::string inode;
};

constexpr unsigned listening = 0x0A;

std::vector<tcp_entry> tcp_entries() {
  std::ifstream file("/proc/net/tcp");
  std::vector<tcp_entry> entries;
  std::string line;
  std::getline(file, line);  // the headings
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
    fields >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >>
        timeout >> inode;
    const auto port = [](const std::string& address) {
      return static_cast<unsigned>(std::stoul(address.substr(address.find(':') + 1), nullptr, 16));
    };
    entries.push_back(
        {port(local), port(remote), static_cast<unsigned>(std::stoul(state, nullptr, 16)), inode});
  }
  return entries;
}

// The inodes of the sockets that the process has open. A descriptor may go while it is looked at.
std::set<std::string> socket_inodes(pid_t process) {
  std::set<std::string> inodes;
  std::error_code gone;
  for (fs::directory_iterator at("/proc/" + std::to_string(process) + "/fd", gone), end; at != end;
       at.increment(gone)) {
    const std::string target = fs::read_symlink(at->path(), gone).string();
    if (target.starts_with("socket:[")) inodes.insert(target.substr(8, target.size() - 9));
  }
  return inodes;
}

std::uint16_t listening_port(pid_t process) {
  const std::set<std::string> inodes = socket_inodes(process);
  for (const tcp_entry& entry : tcp_entries()) {
    if (entry.state == listening && inodes.contains(entry.inode))
      return static_cast<std::uint16_t>(entry.local_port);
  }
  return 0;
}

// From the log; from the system where the log goes elsewhere.
std::uint16_t port_when_ready(child_process& child, const child_setup& setup) {
  if (!setup.errors_descriptor) {
    const std::string line = child.error_line("ready on 127.0.0.1:");
    return static_cast<std::uint16_t>(std::stoul(line.substr(line.find("127.0.0.1:") + 10)));
  }
  std::uint16_t port = 0;
  wait_until([&] { return (port = listening_port(child.id())) != 0 || !child.is_running(); });
  if (port == 0) throw std::runtime_error("arena-server does not listen");
  return port;
}

std::set<unsigned> peers_of(unsigned port) {
  std::set<unsigned> peers;
  for (const tcp_entry& entry : tcp_entries()) {
    if (entry.local_port == port && entry.remote_port != 0) peers.insert(entry.remote_port);
    if (entry.remote_port == port) peers.insert(entry.local_port);
  }
  return peers;
}

}  // namespace

served_process::served_process(const std::vector<std::string>& flags, const child_setup& setup)
    : child_(command_with(flags), setup),
      port_(port_when_ready(child_, setup)),
      seen_before_(peers_of(port_)) {}

std::string served_process::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

std::size_t served_process::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(child_.id()) + "/status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6)) * 1024;
  }
  throw std::runtime_error("the server is gone");
}

std::size_t served_process::open_descriptors() const {
  const fs::directory_iterator all("/proc/" + std::to_string(child_.id()) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::set<unsigned> served_process::connections_seen() const {
  std::set<unsigned> seen = peers_of(port_);
  for (const unsigned before : seen_before_) seen.erase(before);
  return seen;
}

boost::json::value served_process::stats() const {
  return boost::json::parse(raw_client(port_).exchange(get("/stats")).body);
}
