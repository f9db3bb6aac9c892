#include "server/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "server/effective_settings.hpp"

namespace {

server::command_line read(std::initializer_list<const char*> flags) {
  std::vector<const char*> words{"arena-server"};
  words.insert(words.end(), flags);
  return server::read_command_line(static_cast<int>(words.size()), words.data());
}

TEST(Config, HasReasonedDefaults) {
  const auto line = read({});
  EXPECT_TRUE(line.stop.empty());
  EXPECT_EQ(line.settings.address, "0.0.0.0");
  EXPECT_EQ(line.settings.port, 8080);
  EXPECT_EQ(line.settings.memory, server::memory_strategy::arena);
  EXPECT_GE(server::effective_threads(line.settings), 1u);
}

TEST(Config, ReadsSizesAndTimesWithTheirUnits) {
  const auto line = read({"--body-bytes-max", "3MiB", "--header-bytes-max", "2kb", "--idle-timeout",
                          "2s", "--header-timeout", "150ms", "--drain-timeout", "1m"});
  ASSERT_TRUE(line.stop.empty()) << line.stop.front().text;
  EXPECT_EQ(line.settings.bounds.body_bytes_max, 3u << 20);
  EXPECT_EQ(line.settings.bounds.header_bytes_max, 2048u);
  EXPECT_EQ(line.settings.times.idle, std::chrono::seconds(2));
  EXPECT_EQ(line.settings.times.header, std::chrono::milliseconds(150));
  EXPECT_EQ(line.settings.times.drain, std::chrono::minutes(1));
}

TEST(Config, LeavesRequestsAMebibyteAtLeast) {
  EXPECT_EQ(read({"--memory-max", "1MiB"}).settings.memory_max_bytes, 1u << 20);
  EXPECT_EQ(read({"--memory-max", "0"}).settings.memory_max_bytes, 0u);
  const auto line = read({"--memory-max", "1048575"});
  ASSERT_EQ(line.stop.size(), 1u);
  EXPECT_EQ(line.stop.front().code, 2);
  EXPECT_NE(line.stop.front().text.find("--memory-max: 1048575 bytes are less than 1 MiB"),
            std::string::npos)
      << line.stop.front().text;
}

TEST(Config, LeavesReceiveBuffersWhatASegmentOfLoopbackTakes) {
  EXPECT_EQ(read({"--receive-buffer-bytes", "64KiB"}).settings.receive_buffer_bytes, 65'536u);
  EXPECT_TRUE(read({"--receive-buffer-bytes", "0"}).stop.empty());
  const auto line = read({"--receive-buffer-bytes", "65535"});
  ASSERT_EQ(line.stop.size(), 1u);
  EXPECT_EQ(line.stop.front().code, 2);
  EXPECT_NE(line.stop.front().text.find("65535 bytes are less than 64 KiB"), std::string::npos)
      << line.stop.front().text;
}

TEST(Config, HasAnAdminPortWhereItIsGiven) {
  EXPECT_FALSE(read({}).settings.admin_port.has_value());
  EXPECT_EQ(read({"--admin-port", "0", "--port", "0"}).settings.admin_port, 0);
  EXPECT_EQ(read({"--admin-port", "8081"}).settings.admin_port, 8081);
  EXPECT_EQ(read({"--admin-port", "65536"}).stop.size(), 1u);
  const auto line = read({"--admin-port", "8080"});
  ASSERT_EQ(line.stop.size(), 1u);
  EXPECT_EQ(line.stop.front().code, 2);
  EXPECT_NE(line.stop.front().text.find("--admin-port: it must be another port than --port"),
            std::string::npos)
      << line.stop.front().text;
}

TEST(Config, ReadsEveryStrategyByItsName) {
  for (const char* name : {"arena", "heap", "new-delete", "monotonic", "pool"}) {
    const auto line = read({"--memory", name});
    ASSERT_TRUE(line.stop.empty());
    EXPECT_EQ(to_string(line.settings.memory), name);
  }
}

TEST(Config, ReadsSeveralDataFiles) {
  const auto line = read({"--data", "a.json", "b.ndjson", "--port", "0"});
  EXPECT_EQ(line.settings.data, (std::vector<std::string>{"a.json", "b.ndjson"}));
}

TEST(Config, SaysWhatIsWrongAndStopsWithTwo) {
  for (const auto& flags :
       std::initializer_list<std::initializer_list<const char*>>{{"--port", "70000"},
                                                                 {"--port", "x"},
                                                                 {"--memory", "magic"},
                                                                 {"--idle-timeout", "0"},
                                                                 {"--body-bytes-max", "many"},
                                                                 {"--header-bytes-max", "2GiB"},
                                                                 {"--no-such-flag"}}) {
    const auto line = read(flags);
    ASSERT_EQ(line.stop.size(), 1u) << *flags.begin();
    EXPECT_EQ(line.stop.front().code, 2);
    EXPECT_NE(line.stop.front().text.find(*flags.begin()), std::string::npos)
        << line.stop.front().text;
  }
}

TEST(Config, NamesAConfigFileThatIsMissing) {
  const auto line = read({"--config", "/no/such/file"});
  ASSERT_EQ(line.stop.size(), 1u);
  EXPECT_EQ(line.stop.front().code, 2);
  EXPECT_NE(line.stop.front().text.find("/no/such/file"), std::string::npos);
}

TEST(Config, RefusesAFileWithASettingThatIsNone) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("arena-server-misspelt-" + std::to_string(::getpid()));
  std::ofstream(file) << "prot=1\n";
  const auto line = read({"--config", file.c_str()});
  std::filesystem::remove(file);
  ASSERT_EQ(line.stop.size(), 1u);
  EXPECT_EQ(line.stop.front().code, 2);
  EXPECT_NE(line.stop.front().text.find("prot"), std::string::npos);
}

TEST(Config, ReadsTheFileThatTheEnvironmentNames) {
  const auto file =
      std::filesystem::temp_directory_path() / ("arena-server-named-" + std::to_string(::getpid()));
  std::ofstream(file) << "port=4711\n";
  ::setenv("ARENA_SERVER_CONFIG", file.c_str(), 1);
  const auto named = read({});
  ::setenv("ARENA_SERVER_CONFIG", "/no/such/file", 1);
  const auto missing = read({});
  ::unsetenv("ARENA_SERVER_CONFIG");
  std::filesystem::remove(file);
  EXPECT_EQ(named.settings.port, 4711);
  ASSERT_EQ(missing.stop.size(), 1u);
  EXPECT_EQ(missing.stop.front().code, 2);
}

TEST(Config, PrefersFlagsToTheEnvironmentAndBothToTheFile) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("arena-server-config-" + std::to_string(::getpid()));
  std::ofstream(file) << "port=1\nthreads=1\nidle-timeout=\"7s\"\n";
  ::setenv("ARENA_SERVER_PORT", "2", 1);
  ::setenv("ARENA_SERVER_THREADS", "2", 1);
  const auto line = read({"--config", file.c_str(), "--port", "3"});
  ::unsetenv("ARENA_SERVER_PORT");
  ::unsetenv("ARENA_SERVER_THREADS");
  std::filesystem::remove(file);
  ASSERT_TRUE(line.stop.empty()) << line.stop.front().text;
  EXPECT_EQ(line.settings.port, 3);
  EXPECT_EQ(line.settings.threads, 2u);
  EXPECT_EQ(line.settings.times.idle, std::chrono::seconds(7));
}

TEST(Config, PrintsSettingsThatItReadsBack) {
  const auto printed = read({"--print-config", "--memory", "heap", "--write-timeout", "5s",
                             "--data", "a b.json", "--threads", "3"});
  ASSERT_EQ(printed.stop.size(), 1u);
  EXPECT_EQ(printed.stop.front().code, 0);
  const auto file = std::filesystem::temp_directory_path() /
                    ("arena-server-printed-" + std::to_string(::getpid()));
  std::ofstream(file) << printed.stop.front().text;
  const auto again = read({"--config", file.c_str()});
  const auto printed_again = read({"--print-config", "--config", file.c_str()});
  std::filesystem::remove(file);
  ASSERT_TRUE(again.stop.empty()) << again.stop.front().text << printed.stop.front().text;
  EXPECT_EQ(again.settings.memory, server::memory_strategy::heap);
  EXPECT_EQ(again.settings.times.write, std::chrono::seconds(5));
  EXPECT_EQ(again.settings.data, std::vector<std::string>{"a b.json"});
  EXPECT_EQ(printed_again.stop.front().text, printed.stop.front().text);
}

TEST(Config, AnswersHelpAndVersion) {
  EXPECT_EQ(read({"--help"}).stop.front().code, 0);
  EXPECT_NE(read({"--version"}).stop.front().text.find("arena-server "), std::string::npos);
}

}  // namespace
