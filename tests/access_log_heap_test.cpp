// The access log's heap proof: usual lines call no heap, on no thread; nor does a scrape of
// metrics.
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "loadtest/heap_counter/heap_counter.hpp"
#include "server/ops/access_log.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace server::ops;

class AccessLogHeapProof : public testing::TestWithParam<server::log_format> {
 protected:
  AccessLogHeapProof() : log_(server::config()), access_(log_, path_, GetParam()) {}

  std::size_t file_bytes() const {
    struct stat status {};
    ::stat(path_.c_str(), &status);
    return static_cast<std::size_t>(status.st_size);
  }
  // Writes so many lines, no more at once than the queue takes, and waits until they are in the
  // file. By itself it calls no heap.
  void write(std::size_t lines, const access_entry& entry) {
    for (; lines > 0; lines -= burst) {
      const std::size_t before = file_bytes();
      for (std::size_t i = 0; i < burst; ++i) access_.write(entry);
      wait_for(before + burst * line_bytes_);
    }
  }
  void wait_for(std::size_t bytes) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (file_bytes() < bytes && std::chrono::steady_clock::now() < until)
      std::this_thread::yield();
    ASSERT_EQ(file_bytes(), bytes);
  }
  // Every line of an entry is as long as the first.
  void learn_line_bytes(const access_entry& entry) {
    access_.write(entry);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (file_bytes() == 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    line_bytes_ = file_bytes();
    ASSERT_GT(line_bytes_, 0u);
  }
  // Heap calls of the whole process, the log's thread included, for 10,000 lines.
  std::uint64_t calls_for(const access_entry& entry) {
    learn_line_bytes(entry);
    write(2 * burst, entry);
    const auto before = heap_counter::process_counts().allocations;
    write(10 * burst, entry);
    return heap_counter::process_counts().allocations - before;
  }

  static constexpr std::size_t burst = 1000;

  temporary_folder folder_;
  std::string path_ = (folder_.path() / "access").string();
  logging log_;
  access_log access_;
  std::size_t line_bytes_ = 0;
};

TEST_P(AccessLogHeapProof, UsualLinesCallNoHeap) {
  const std::string target = "/collections/iso_3166-1?limit=100&offset=200&order=name.asc";
  EXPECT_EQ(calls_for({.remote = "2001:db8:1234:5678:9abc:def0:1234:5678",
                       .method = "GET",
                       .target = target,
                       .bytes_sent = 123'456,
                       .latency = std::chrono::microseconds(123)}),
            0u);
}

// The counter sees the log: a line that does not fit calls the heap.
TEST_P(AccessLogHeapProof, LongLinesCallIt) {
  const std::string target(500, 'x');
  EXPECT_GE(calls_for({.remote = "192.0.2.1", .method = "GET", .target = target}), 10'000u);
}

INSTANTIATE_TEST_SUITE_P(Formats, AccessLogHeapProof,
                         testing::Values(server::log_format::text, server::log_format::json));

TEST(MetricsHeapProof, ScrapesCallNoHeap) {
  heap_counter::exclude_this_thread();
  running_server served;
  raw_client client(served.port());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.exchange(get("/metrics")).status, 200);
  const auto before = heap_counter::counted().allocations;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.exchange(get("/metrics")).status, 200);
  EXPECT_EQ(heap_counter::counted().allocations - before, 0u);
}

}  // namespace
