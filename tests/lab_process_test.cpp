// lab-server and baseline-server as processes: flags, aged heaps, that lab-server is arena-server
// with something more.
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/child_process.hpp"
#include "tests/support/raw_client.hpp"

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

class served {
 public:
  served(const std::string& binary, const std::vector<std::string>& flags)
      : child_(command(binary, flags)) {
    const std::string line = child_.error_line("ready on 127.0.0.1:");
    port_ = static_cast<std::uint16_t>(std::stoul(line.substr(line.find("127.0.0.1:") + 10)));
  }

  int status(const char* path) const { return raw_client(port_).exchange(get(path)).status; }
  std::string log() const { return child_.errors(); }
  std::size_t resident_bytes() const {
    std::ifstream file("/proc/" + std::to_string(child_.id()) + "/status");
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6)) * 1024;
    }
    return 0;
  }
  int stop() {
    child_.signal(SIGINT);
    return child_.wait();
  }

 private:
  static std::vector<std::string> command(const std::string& binary,
                                          const std::vector<std::string>& flags) {
    std::vector<std::string> all = {binary, "--address", "127.0.0.1", "--port", "0"};
    all.insert(all.end(), flags.begin(), flags.end());
    return all;
  }

  child_process child_;
  std::uint16_t port_ = 0;
};

TEST(LabProcess, ServesWhatArenaServerDoesAndTheLabsEndpoints) {
  served lab(LAB_SERVER_BINARY, {"--threads", "1", "--memory=heap", "--spin", "10"});
  for (const char* path : {"/json", "/items?count=3", "/collections", "/livez", "/readyz", "/stats",
                           "/metrics", "/lab/grow?bytes=1000", "/lab/churn?steps=2&bytes=1000",
                           "/lab/outlive?items=3", "/lab/kept", "/lab/cpu?iterations=9"})
    EXPECT_EQ(lab.status(path), 200) << path;
  EXPECT_NE(lab.log().find("lab-server ready on"), std::string::npos) << lab.log();
  EXPECT_EQ(lab.log().find("aged"), std::string::npos);
  EXPECT_LT(lab.resident_bytes(), 60 * mebibyte);
  EXPECT_EQ(lab.stop(), 0);
}

TEST(LabProcess, AgesTheHeapOfEachThreadBeforeItIsReady) {
  served lab(LAB_SERVER_BINARY, {"--age-heap", "--threads", "2", "--memory=heap"});
  const std::string log = lab.log();
  EXPECT_LT(log.find("heaps of 2 threads aged, 78 MiB stay"), log.find("ready on")) << log;
  EXPECT_GT(lab.resident_bytes(), 150 * mebibyte);
  EXPECT_EQ(lab.status("/items?count=1000"), 200);
  EXPECT_EQ(lab.stop(), 0);
}

TEST(LabProcess, SaysWhatIsWrongWithAFlag) {
  const auto wrong = run_program({LAB_SERVER_BINARY, "--spin", "fast"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_NE(wrong.errors.find("--spin: give a whole number"), std::string::npos) << wrong.errors;
  EXPECT_EQ(run_program({LAB_SERVER_BINARY, "--nonsense"}).status, 2);
}

TEST(LabProcess, HelpsWithItsOwnFlagsAndTheOthers) {
  const auto help = run_program({LAB_SERVER_BINARY, "--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* flag : {"--age-heap", "--spin N", "--memory", "--request-memory-max"})
    EXPECT_NE(help.output.find(flag), std::string::npos) << flag;
}

TEST(BaselineProcess, AgesTheHeapOfEachThreadBeforeItIsReady) {
  served fresh(BASELINE_SERVER_BINARY, {"--threads", "2"});
  EXPECT_LT(fresh.resident_bytes(), 60 * mebibyte);
  EXPECT_EQ(fresh.status("/items?count=1000"), 200);
  EXPECT_EQ(fresh.stop(), 0);
  served aged(BASELINE_SERVER_BINARY, {"--age-heap", "--threads", "2"});
  EXPECT_GT(aged.resident_bytes(), 150 * mebibyte);
  EXPECT_EQ(aged.status("/items?count=1000"), 200);
  EXPECT_EQ(aged.stop(), 0);
}

TEST(BaselineProcess, RefusesFlagsThatItDoesNotKnow) {
  EXPECT_NE(run_program({BASELINE_SERVER_BINARY, "--age"}).errors.find("[--age-heap]"),
            std::string::npos);
  EXPECT_EQ(run_program({BASELINE_SERVER_BINARY, "--age-heap", "--port"}).status, 1);
}

}  // namespace
