// The dependency direction of the tree, held against every #include.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

// What each part may include of the project; itself it may always.
const std::map<std::string, std::set<std::string>> allowed = {
    {"arena", {}},
    {"server/json", {"arena"}},
    {"server", {"arena", "server/json"}},  // the core: server/*.hpp and server/ops
    {"server/collections", {"arena", "server/json"}},
    {"server/endpoints", {"arena", "server/json", "server", "server/collections"}},
    {"server/program",  // and main.cpp, which is no more than a call of it
     {"arena", "server/json", "server", "server/collections", "server/endpoints"}},
};

// The part that a file of the project belongs to; empty for what is none of it.
std::string part_of(const std::string& path) {
  if (path == "server/main.cpp" || path.starts_with("server/program.")) return "server/program";
  if (path.starts_with("arena/")) return "arena";
  for (const char* part : {"server/json", "server/collections", "server/endpoints"}) {
    if (path.starts_with(std::string(part) + "/")) return part;
  }
  return path.starts_with("server/") ? "server" : "";
}

std::vector<std::string> violations(const std::string& path, const std::string& text) {
  static const std::regex include(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re",
                                  std::regex::multiline);
  const std::string from = part_of(path);
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), include), end; at != end; ++at) {
    const std::string bracket = (*at)[1];
    const std::string included = (*at)[2];
    const std::string to = part_of(included);
    // Quotes are for files of the tree, named from its root; the rest goes in angle brackets.
    bool wrong = (bracket == "\"") == to.empty();
    if (!to.empty()) wrong = wrong || (to != from && !allowed.at(from).contains(to));
    // The standard library alone: its headers have neither a folder nor an ending.
    if (from == "arena" && to.empty())
      wrong = wrong || (included.find_first_of("./") != std::string::npos &&
                        included != "sanitizer/asan_interface.h");
    if (wrong) found.push_back(path + " includes " + included);
  }
  return found;
}

TEST(Layering, HoldsForEveryFile) {
  std::size_t files = 0;
  for (const char* folder : {"arena", "server"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOURCE_FOLDER) / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".hpp" && extension != ".cpp") continue;
      ++files;
      std::ifstream file(entry.path());
      const std::string text(std::istreambuf_iterator<char>(file), {});
      const auto path = fs::relative(entry.path(), SOURCE_FOLDER).generic_string();
      for (const std::string& wrong : violations(path, text)) ADD_FAILURE() << wrong;
    }
  }
  EXPECT_GT(files, 40u);
}

TEST(Layering, FindsEachKindOfWrongInclude) {
  EXPECT_EQ(violations("arena/x.cpp", "#include \"server/request.hpp\"\n").size(), 1u);
  EXPECT_EQ(violations("arena/x.cpp", "#include <boost/json.hpp>\n").size(), 1u);
  EXPECT_EQ(violations("server/json/x.cpp", "#include \"server/request.hpp\"\n").size(), 1u);
  EXPECT_EQ(violations("server/collections/x.hpp", "#include \"server/response.hpp\"\n").size(),
            1u);
  EXPECT_EQ(violations("server/x.hpp", "#include <a>\n  # include \"server/endpoints/work.hpp\"\n")
                .size(),
            1u);
  EXPECT_EQ(violations("server/x.cpp", "#include \"server/program.hpp\"\n").size(), 1u);
  EXPECT_EQ(
      violations("server/ops/x.hpp", "#include \"server/collections/catalogue.hpp\"\n").size(), 1u);
  EXPECT_EQ(violations("arena/x.cpp", "#include <spdlog/spdlog.h>\n").size(), 1u);
  EXPECT_EQ(violations("arena/x.cpp", "#include <unistd.h>\n").size(), 1u);
  EXPECT_EQ(violations("server/json/x.cpp", "#include \"../request.hpp\"\n").size(), 1u);
  EXPECT_EQ(violations("server/x.cpp", "#include \"request.hpp\"\n").size(), 1u);
  EXPECT_EQ(violations("server/x.cpp", "#include \"tests/support/raw_client.hpp\"\n").size(), 1u);
  EXPECT_TRUE(violations("server/endpoints/x.cpp", "#include \"server/router.hpp\"\n").empty());
  EXPECT_TRUE(violations("server/program.cpp", "#include \"server/endpoints/work.hpp\"\n").empty());
  EXPECT_TRUE(violations("server/json/x.cpp", "#include \"arena/bump_arena.hpp\"\n").empty());
}

}  // namespace
