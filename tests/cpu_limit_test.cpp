#include "server/ops/cpu_limit.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace {

class CpuLimit : public testing::Test {
 protected:
  unsigned found(unsigned allowed = 64) const {
    return server::ops::find_cpu_limit(root_.path(), allowed);
  }

  temporary_folder root_;
};

TEST_F(CpuLimit, IsTheAffinityWithoutCgroups) {
  EXPECT_EQ(found(8), 8u);
}

TEST_F(CpuLimit, IsTheQuotaOfVersion2InWholeCpusRoundedUp) {
  root_.write("proc/self/cgroup", "0::/app\n");
  root_.write("sys/fs/cgroup/app/cpu.max", "200000 100000\n");
  EXPECT_EQ(found(), 2u);
  root_.write("sys/fs/cgroup/app/cpu.max", "200001 100000\n");
  EXPECT_EQ(found(), 3u);
  root_.write("sys/fs/cgroup/app/cpu.max", "50000 100000\n");
  EXPECT_EQ(found(), 1u);
}

TEST_F(CpuLimit, IsNeverAboveTheAffinity) {
  root_.write("proc/self/cgroup", "0::/\n");
  root_.write("sys/fs/cgroup/cpu.max", "800000 100000\n");
  EXPECT_EQ(found(8), 8u);
  EXPECT_EQ(found(7), 7u);
}

TEST_F(CpuLimit, IsTheLeastOfTheGroupsAbove) {
  root_.write("proc/self/cgroup", "0::/pod/app\n");
  root_.write("sys/fs/cgroup/pod/app/cpu.max", "max 100000\n");
  root_.write("sys/fs/cgroup/pod/cpu.max", "150000 50000\n");
  root_.write("sys/fs/cgroup/cpu.max", "400000 100000\n");
  EXPECT_EQ(found(), 3u);
}

TEST_F(CpuLimit, ReadsVersion1MountedByAllItsControllersOrByOne) {
  root_.write("proc/self/cgroup", "4:cpu,cpuacct:/docker/a\n3:cpuset:/docker/b\n");
  root_.write("sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_quota_us", "150000\n");
  root_.write("sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(found(), 2u);
  root_.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "100000\n");
  root_.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(found(), 1u);
}

TEST_F(CpuLimit, TakesVersion1sMinusOneForNone) {
  root_.write("proc/self/cgroup", "4:cpu:/\n");
  root_.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  root_.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(found(5), 5u);
}

TEST_F(CpuLimit, PassesWhatItCannotRead) {
  root_.write("proc/self/cgroup", "nonsense\n0::/a/b\n");
  root_.write("sys/fs/cgroup/a/b/cpu.max", "100000\n");
  root_.write("sys/fs/cgroup/a/cpu.max", "100000 0\n");
  root_.write("sys/fs/cgroup/cpu.max", "");
  EXPECT_EQ(found(5), 5u);
}

TEST_F(CpuLimit, IsAtLeastOne) {
  root_.write("proc/self/cgroup", "0::/\n");
  root_.write("sys/fs/cgroup/cpu.max", "0 100000\n");
  EXPECT_EQ(found(5), 1u);
}

TEST_F(CpuLimit, IsSomethingOnThisMachine) {
  EXPECT_GE(server::ops::find_cpu_limit(), 1u);
  EXPECT_LE(server::ops::find_cpu_limit(), server::ops::allowed_cpus());
}

}  // namespace
