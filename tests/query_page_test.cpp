// The page that documents queries is run: each curl of it against the real server gives the status
// that stands behind it, or one of success, and prints what the page says it prints.
#include <cstddef>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/child_process.hpp"
#include "tests/support/served_process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

constexpr std::string_view page_path = SOURCE_FOLDER "/docs/queries.md";

struct shown_command {
  std::string command;
  std::string output;
};

struct page {
  std::string setup;  // what makes the files
  std::vector<shown_command> commands;
};

// Blocks of sh are the setup, up to the line that starts the server; in those of console a dollar
// sign stands before each command, and what it prints behind it.
page read_page() {
  std::ifstream file{std::string(page_path)};
  page all;
  std::string block;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```"))
      block = line.substr(3);
    else if (block == "sh" && !line.starts_with("./run"))
      all.setup += line + '\n';
    else if (block == "console" && line.starts_with("$ "))
      all.commands.push_back({line.substr(2), ""});
    else if (block == "console" && !all.commands.empty())
      all.commands.back().output += line + '\n';
  }
  return all;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

// The status that stands as a comment behind the command, else the 2 of 2xx.
std::string expected_status(const std::string& command) {
  const std::size_t comment = command.rfind(" # ");
  return comment != std::string::npos ? command.substr(comment + 3) : "2";
}

// The last line of what curl wrote to standard error: the status.
std::string last_line(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);) last = line;
  return last;
}

finished_program run_shell(const std::string& script) {
  return run_program({"bash", "-c", script});
}

TEST(QueryPage, ShowsCommandsThatDoWhatItSays) {
  const page shown = read_page();
  ASSERT_FALSE(shown.setup.empty());
  ASSERT_GT(shown.commands.size(), 20U);
  const temporary_folder folder;
  ASSERT_EQ(run_shell("cd " + folder.path().string() + " && " + shown.setup).status, 0);
  served_process server({"--data", folder.path("orders.csv"), folder.path("people.ndjson"),
                         "/usr/share/iso-codes/json/iso_3166-1.json"});
  const std::string address = "127.0.0.1:" + std::to_string(server.port());
  for (const auto& [command, output] : shown.commands) {
    const auto run =
        run_shell(R"(curl() { command curl -sS -w '%{stderr}%{http_code}\n' "$@"; }; )" +
                  replaced(command, "localhost:8080", address));
    EXPECT_TRUE(last_line(run.errors).starts_with(expected_status(command)))
        << command << '\n'
        << run.errors << run.output;
    EXPECT_EQ(replaced(run.output, "\r", ""), output) << command;
  }
}

}  // namespace
