#include "server/ops/memory_limit.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace {

using server::ops::find_memory_limit;
using server::ops::memory_limit;

constexpr std::size_t machine = std::size_t{64} << 30;

class MemoryLimit : public testing::Test {
 protected:
  memory_limit found() const { return find_memory_limit(root_.path(), machine); }
  std::string path(const std::string& file) const { return (root_.path() / file).string(); }

  temporary_folder root_;
};

TEST_F(MemoryLimit, IsTheMachinesWithoutCgroups) {
  EXPECT_EQ(found().bytes, machine);
  EXPECT_EQ(found().source, "physical memory");
}

TEST_F(MemoryLimit, IsTheCgroupsOwn) {
  root_.write("proc/self/cgroup", "0::/app\n");
  root_.write("sys/fs/cgroup/app/memory.max", "536870912\n");
  EXPECT_EQ(found().bytes, 536870912u);
  EXPECT_EQ(found().source, path("sys/fs/cgroup/app/memory.max"));
}

TEST_F(MemoryLimit, IsThatOfANamespacesRoot) {
  root_.write("proc/self/cgroup", "0::/\n");
  root_.write("sys/fs/cgroup/memory.max", "1000000\n");
  EXPECT_EQ(found().bytes, 1000000u);
}

TEST_F(MemoryLimit, IsTheLeastOfTheGroupsAbove) {
  root_.write("proc/self/cgroup", "0::/pods/pod1/app\n");
  root_.write("sys/fs/cgroup/pods/pod1/app/memory.max", "max\n");
  root_.write("sys/fs/cgroup/pods/pod1/memory.max", "3000000\n");
  root_.write("sys/fs/cgroup/pods/memory.max", "2000000\n");
  root_.write("sys/fs/cgroup/memory.max", "4000000\n");
  EXPECT_EQ(found().bytes, 2000000u);
  EXPECT_EQ(found().source, path("sys/fs/cgroup/pods/memory.max"));
}

TEST_F(MemoryLimit, IsWhereVersion2Throttles) {
  root_.write("proc/self/cgroup", "0::/app\n");
  root_.write("sys/fs/cgroup/app/memory.max", "max\n");
  root_.write("sys/fs/cgroup/app/memory.high", "5000000\n");
  EXPECT_EQ(found().bytes, 5000000u);
  EXPECT_EQ(found().source, path("sys/fs/cgroup/app/memory.high"));
  root_.write("sys/fs/cgroup/app/memory.max", "4000000\n");
  EXPECT_EQ(found().bytes, 4000000u);
}

TEST_F(MemoryLimit, ReadsVersion2BesideVersion1) {
  root_.write("proc/self/cgroup", "4:cpu:/app\n0::/app\n");
  root_.write("sys/fs/cgroup/unified/app/memory.max", "3000000\n");
  EXPECT_EQ(found().bytes, 3000000u);
}

TEST_F(MemoryLimit, IsVersion1sOfGroupsAboveThatCannotBeSeen) {
  root_.write("proc/self/cgroup", "4:memory:/docker/abc\n");
  root_.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  root_.write("sys/fs/cgroup/memory/memory.stat",
              "cache 0\nhierarchical_memory_limit 7000000\nhierarchical_memsw_limit 8000000\n");
  EXPECT_EQ(found().bytes, 7000000u);
  EXPECT_EQ(found().source, path("sys/fs/cgroup/memory/memory.stat"));
}

TEST_F(MemoryLimit, IsTheMachinesWhereEveryGroupSaysMax) {
  root_.write("proc/self/cgroup", "0::/app\n");
  root_.write("sys/fs/cgroup/app/memory.max", "max\n");
  root_.write("sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(found().source, "physical memory");
}

TEST_F(MemoryLimit, PassesGroupsThatCannotBeSeenFromHere) {
  root_.write("proc/self/cgroup", "0::/../../system.slice/docker-1.scope\n");
  root_.write("sys/fs/cgroup/memory.max", "1000000\n");
  root_.write("system.slice/docker-1.scope/memory.max", "1\n");
  EXPECT_EQ(found().bytes, 1000000u);
}

TEST_F(MemoryLimit, ReadsVersion1) {
  root_.write("proc/self/cgroup", "9:cpu,cpuacct:/\n4:hugetlb,memory:/docker/a:b\n0::/\n");
  root_.write("sys/fs/cgroup/memory/docker/a:b/memory.limit_in_bytes", "2000000\n");
  root_.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(found().bytes, 2000000u);
  EXPECT_EQ(found().source, path("sys/fs/cgroup/memory/docker/a:b/memory.limit_in_bytes"));
}

TEST_F(MemoryLimit, TakesVersion1sHugeNumberForNone) {
  root_.write("proc/self/cgroup", "4:memory:/\n");
  root_.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(found().source, "physical memory");
}

TEST_F(MemoryLimit, TakesNothingFromTheGroupsOfOtherControllers) {
  root_.write("proc/self/cgroup", "4:cpu:/app\n5:name=memory:/app\n");
  root_.write("sys/fs/cgroup/memory/app/memory.limit_in_bytes", "1000000\n");
  EXPECT_EQ(found().source, "physical memory");
}

TEST_F(MemoryLimit, PassesWhatItCannotRead) {
  root_.write("proc/self/cgroup", "nonsense\n\n0:\n0::/app\n");
  root_.write("sys/fs/cgroup/app/memory.max", "-5\n");
  root_.write("sys/fs/cgroup/memory.max", "");
  EXPECT_EQ(found().source, "physical memory");
}

TEST_F(MemoryLimit, IsSomethingOnThisMachine) {
  const memory_limit real = server::ops::find_memory_limit();
  EXPECT_GT(real.bytes, std::size_t{1} << 20);
  EXPECT_LE(real.bytes, server::ops::physical_memory_bytes());
}

}  // namespace
