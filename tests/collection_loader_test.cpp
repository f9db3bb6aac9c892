#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include "server/collections/catalogue.hpp"
#include "server/collections/loader.hpp"

namespace {

using server::collections::catalogue;
using server::collections::collection;
using server::collections::column;
using server::collections::column_kind;
using server::collections::load_error;
using server::collections::load_file;
using server::collections::load_json;
using server::collections::load_ndjson;
using server::collections::loading_need;
using server::collections::needed_to_load;

namespace fs = std::filesystem;

// Each test has a directory of its own, and no default resource to fall back on.
class CollectionLoader : public testing::Test {
 protected:
  void SetUp() override {
    default_ = std::pmr::set_default_resource(std::pmr::null_memory_resource());
    std::string pattern = fs::temp_directory_path() / "collection_loader_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override {
    fs::remove_all(directory_);
    std::pmr::set_default_resource(default_);
  }

  // The path of a new file with that content.
  std::string file(std::string_view name, std::string_view content) {
    const fs::path path = directory_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  std::string path(std::string_view name) { return directory_ / name; }

 private:
  std::pmr::memory_resource* default_ = nullptr;
  fs::path directory_;
};

// What load_error says; empty if nothing is thrown.
template <class Load>
std::string error_of(Load load) {
  try {
    load();
  } catch (const load_error& error) {
    return error.what();
  }
  return {};
}

std::string json_error(std::string_view text) {
  return error_of([&] { load_json("x", text, "x.json"); });
}

std::string ndjson_error(std::string_view text) {
  return error_of([&] { load_ndjson("x", text, "x.ndjson"); });
}

std::string file_error(const std::string& path) {
  return error_of([&] { load_file(path); });
}

TEST_F(CollectionLoader, NamesACollectionAfterItsFile) {
  EXPECT_EQ(load_file(file("iso_3166-1.json", "[{}]")).name(), "iso_3166-1");
  EXPECT_EQ(load_file(file("deep/er/two.dots.ndjson", "{}")).name(), "two.dots");
  EXPECT_EQ(load_file(file("with space & ü.jsonl", "{}")).name(), "with space & ü");
}

TEST_F(CollectionLoader, ReadsAnArrayOfObjects) {
  const collection rows = load_file(file("a.json", " [ {\"id\":1}, {\"id\":2} ] \n"));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.find("2"), 1U);
}

TEST_F(CollectionLoader, ReadsTheOneArrayInAnObjectAndIgnoresItsOtherMembers) {
  const collection rows = load_file(
      file("a.json", R"({"about":"x","n":1,"o":{"a":[1]},"rows":[{"id":1},{"id":2}],"z":null})"));
  ASSERT_EQ(rows.size(), 2U);
  ASSERT_NE(rows.id_column(), nullptr);
  EXPECT_EQ(rows.id_column()->name(), "id");
}

TEST_F(CollectionLoader, ReadsAnEmptyListAsACollectionWithoutRows) {
  EXPECT_EQ(load_file(file("a.json", "[]")).size(), 0U);
  EXPECT_EQ(load_file(file("b.json", R"({"rows":[]})")).size(), 0U);
}

TEST_F(CollectionLoader, ReadsOneObjectALine) {
  const std::string text = "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n";
  EXPECT_EQ(load_file(file("a.ndjson", text)).size(), 3U);
  EXPECT_EQ(load_file(file("a.jsonl", text)).size(), 3U);
}

TEST_F(CollectionLoader, ReadsCsvByItsExtension) {
  const std::string path = file("a.csv", "id,n\n7,x\n");
  EXPECT_EQ(load_file(path).find("7"), 0U);
  const std::string broken = file("b.csv", "id,n\n7\n");
  EXPECT_EQ(file_error(broken), broken + ":2: the row has 1 field, the header 2");
}

TEST_F(CollectionLoader, AcceptsBlankLinesCarriageReturnsAndAMissingLastNewline) {
  const collection rows =
      load_ndjson("x", "\r\n\n{\"id\":1}\r\n  \t\n \r\n  {\"id\":2} \n\n{\"id\":3}", "x");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows.find("3"), 2U);
}

TEST_F(CollectionLoader, SkipsAByteOrderMark) {
  EXPECT_EQ(load_file(file("a.json", "\xEF\xBB\xBF[{\"id\":1}]")).size(), 1U);
  EXPECT_EQ(load_file(file("a.ndjson", "\xEF\xBB\xBF{\"id\":1}\n{\"id\":2}\n")).size(), 2U);
}

TEST_F(CollectionLoader, KeepsLongStringsAndNestedValues) {
  const std::string text(100'000, 'x');
  const collection rows =
      load_ndjson("x", "{\"id\":1,\"t\":\"" + text + "\",\"n\":{\"a\":[1,[2,{\"b\":null}]]}}", "x");
  EXPECT_EQ(rows.find_column("t")->text(0), text);
  EXPECT_EQ(rows.find_column("n")->document(0).at("a").as_array().size(), 2U);
}

TEST_F(CollectionLoader, NamesTheLineOfASyntaxErrorInNdjson) {
  EXPECT_EQ(ndjson_error("{\"a\":1}\n{\"a\":}\n{\"a\":2}\n"),
            "x.ndjson:2: not JSON: expected a value at column 6");
  EXPECT_EQ(ndjson_error("{\"a\":1}\r\n\r\n\n{\"a\":1} x\r\n"),
            "x.ndjson:4: not JSON: expected nothing after the value at column 9");
  EXPECT_TRUE(ndjson_error("{}\n{\"a\":1\n{}\n").starts_with("x.ndjson:2: not JSON: expected "));
}

TEST_F(CollectionLoader, NamesTheLineAndColumnOfASyntaxErrorInJson) {
  EXPECT_EQ(json_error("[\n  {\"a\": 1},\n  {\"a\": ?}\n]\n"),
            "x.json:3: not JSON: expected a value at column 9");
  EXPECT_EQ(json_error("?"), "x.json:1: not JSON: expected a value at column 1");
  EXPECT_EQ(json_error("[]\n\n []"),
            "x.json:3: not JSON: expected nothing after the value at column 2");
}

TEST_F(CollectionLoader, PutsTheErrorOfAnIncompleteDocumentWhereItsTextEnds) {
  EXPECT_EQ(json_error("[\n  {\"a\": 1}\n\n\n"),
            "x.json:2: not JSON: expected ',' or ']' at column 11");
}

TEST_F(CollectionLoader, CountsColumnsWithoutTheByteOrderMark) {
  EXPECT_EQ(json_error("\xEF\xBB\xBF[?"),
            "x.json:1: not JSON: expected a value or ']' at column 2");
}

TEST_F(CollectionLoader, RefusesInvalidUtf8) {
  EXPECT_EQ(json_error("[{\"a\":\"\xFF\"}]"), "x.json:1: not JSON: expected UTF-8 at column 8");
}

TEST_F(CollectionLoader, RefusesNumbersBeyondADouble) {
  EXPECT_EQ(ndjson_error("{}\n{\"a\":1e999}"),
            "x.ndjson:2: not JSON: expected a number in the range of a double at column 6");
}

TEST_F(CollectionLoader, RefusesTooDeepNesting) {
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  EXPECT_TRUE(ndjson_error("{}\n{\"a\":" + deep + "}").starts_with("x.ndjson:2: "));
  EXPECT_TRUE(json_error("[{},\n{\"a\":" + deep + "}]").starts_with("x.json:2: "));
}

TEST_F(CollectionLoader, NamesTheRowThatIsNotAnObject) {
  EXPECT_EQ(json_error("[\n{},\n{\"s\":\"],{\\\"\"},\n\"no\"]"),
            "x.json:4: row 3 is not an object but a string");
  EXPECT_EQ(json_error("\n[1]"), "x.json:2: row 1 is not an object but a number");
  EXPECT_EQ(json_error("{\"o\":{\"a\":[1,\n2]},\n\"rows\":[{\"a\":[1,2]},\n\n{},\n[1]]}"),
            "x.json:6: row 3 is not an object but an array");
  EXPECT_EQ(ndjson_error("{}\n\n{}\nnull\n"), "x.ndjson:4: row 3 is not an object but null");
}

TEST_F(CollectionLoader, RefusesADocumentThatHoldsNoRows) {
  EXPECT_EQ(json_error("\n\n 7"),
            "x.json:3: neither an array of objects nor an object with a member that is one");
  EXPECT_EQ(json_error("{\"a\":{\"b\":[]}}"),
            "x.json:1: no member of the object is an array of objects");
  EXPECT_EQ(json_error("{}"), "x.json:1: no member of the object is an array of objects");
}

TEST_F(CollectionLoader, RefusesAnObjectWithTwoArrays) {
  EXPECT_EQ(json_error("{\"a\":[{}],\"b\":1,\"c\":[]}"),
            "x.json:1: more than one member is an array, \"a\" and \"c\"; rows can be in one only");
}

TEST_F(CollectionLoader, RefusesAnEmptyFile) {
  for (const char* name : {"a.json", "a.ndjson", "a.csv"}) {
    for (const char* content : {"", " \r\n\t\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n"}) {
      const std::string empty = file(name, content);
      EXPECT_EQ(file_error(empty), empty + ": the file is empty");
    }
  }
}

TEST_F(CollectionLoader, RefusesAFileThatIsMissing) {
  EXPECT_EQ(file_error(path("no.json")), path("no.json") + ": there is no such file");
  EXPECT_EQ(file_error(path("no")), path("no") + ": there is no such file or folder");
  EXPECT_EQ(file_error(file("a.json", "[]") + "/b.json"),
            path("a.json/b.json") + ": there is no such file");
}

TEST_F(CollectionLoader, TellsWhatFilesNeedByTheirSizes) {
  const std::string csv = file("a.csv", std::string(100, 'x'));
  const std::string json = file("b.json", std::string(30, 'x'));
  const auto expect = [](const std::vector<std::string>& paths, std::size_t files,
                         std::uintmax_t text_bytes, std::uintmax_t most_bytes) {
    const loading_need need = needed_to_load(paths);
    EXPECT_EQ(need.files, files);
    EXPECT_EQ(need.text_bytes, text_bytes);
    EXPECT_EQ(need.rows_bytes, text_bytes * 3 / 2);
    EXPECT_EQ(need.most_bytes, most_bytes);
  };
  expect({}, 0, 0, 0);
  expect({csv}, 1, 100, 250);
  expect({json}, 1, 30, 195);
  expect({csv, json}, 2, 130, 345);
  expect({fs::path(csv).parent_path()}, 2, 130, 345);
  expect({csv, path("none.csv")}, 1, 100, 250);
}

TEST_F(CollectionLoader, RefusesADirectory) {
  fs::create_directory(path("d.json"));
  EXPECT_EQ(file_error(path("d.json")), path("d.json") + ": a directory, not a file");
}

TEST_F(CollectionLoader, RefusesADevice) {
  fs::create_symlink("/dev/zero", path("zero.json"));
  EXPECT_EQ(file_error(path("zero.json")), path("zero.json") + ": not a regular file");
}

TEST_F(CollectionLoader, RefusesAFileThatItMayNotRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read every file";
  const std::string secret = file("a.json", "[]");
  fs::permissions(secret, fs::perms::none);
  EXPECT_EQ(file_error(secret), secret + ": cannot be opened: Permission denied");
}

TEST_F(CollectionLoader, RefusesOtherKindsOfFilesAndNamesTheSupportedOnes) {
  for (const char* name : {"a.tsv", "a", ".json", "a.JSON", "a.json.gz"}) {
    const std::string other = file(name, "[{}]");
    EXPECT_EQ(file_error(other),
              other + ": of an unknown kind; supported are .json, .ndjson, .jsonl and .csv");
  }
}

TEST_F(CollectionLoader, HoldsASmallFileInOneBlock) {
  EXPECT_LE(load_file(file("a.json", "[{\"id\":1}]")).memory_bytes(), std::size_t{64} << 10);
}

TEST_F(CollectionLoader, FollowsSymbolicLinks) {
  fs::create_symlink(file("real.json", "[{\"id\":1}]"), path("link.json"));
  const collection linked = load_file(path("link.json"));
  EXPECT_EQ(linked.name(), "link");
  EXPECT_EQ(linked.size(), 1U);
}

constexpr const char* iso_codes = "/usr/share/iso-codes/json";

TEST_F(CollectionLoader, ReadsDebiansListOfCountries) {
  const collection countries = load_file(std::string(iso_codes) + "/iso_3166-1.json");
  EXPECT_EQ(countries.name(), "iso_3166-1");
  EXPECT_EQ(countries.size(), 249U);
  ASSERT_NE(countries.id_column(), nullptr);
  EXPECT_EQ(countries.id_column()->name(), "alpha_2");
  EXPECT_EQ(countries.id_column()->text(0), "AW");
  const auto germany = countries.find("DE");
  ASSERT_TRUE(germany);
  EXPECT_EQ(countries.find_column("name")->text(*germany), "Germany");
  EXPECT_EQ(countries.find("de"), std::nullopt);
}

// The lists; the folder's other files, schema-*.json, hold none.
std::vector<std::string> lists_of_iso_codes() {
  std::vector<std::string> lists;
  for (const auto& entry : fs::directory_iterator(iso_codes)) {
    if (entry.path().filename().string().starts_with("iso_")) lists.push_back(entry.path());
  }
  return lists;
}

TEST_F(CollectionLoader, FindsEachRowOfEachOfDebiansLists) {
  const auto lists = lists_of_iso_codes();
  ASSERT_GE(lists.size(), 8U);
  for (const std::string& list : lists) {
    const collection codes = load_file(list);
    EXPECT_GT(codes.size(), 0U) << list;
    const column* const id = codes.id_column();
    ASSERT_NE(id, nullptr) << list;
    ASSERT_EQ(id->kind(), column_kind::text) << list;
    for (std::size_t i = 0; i < codes.size(); ++i) ASSERT_EQ(codes.find(id->text(i)), i) << list;
  }
}

TEST_F(CollectionLoader, SaysWhyDebiansSchemasAreNoCollections) {
  const std::string schema = std::string(iso_codes) + "/schema-3166-1.json";
  EXPECT_TRUE(file_error(schema).starts_with(schema + ":")) << file_error(schema);
}

using CollectionCatalogue = CollectionLoader;

TEST_F(CollectionCatalogue, HoldsAllFilesInTheOrderOfTheirNames) {
  const catalogue served({file("zoo.json", "[{}]"),
                          file("a-long-name-that-is-not-inline.json", "[]"),
                          file("mole.ndjson", "{}")});
  std::string names;
  for (const auto& [name, one] : served.all()) {
    EXPECT_EQ(name, one.name());
    EXPECT_EQ(served.find(name), &one);
    names += std::string(name) + " ";
  }
  EXPECT_EQ(names, "a-long-name-that-is-not-inline mole zoo ");
  EXPECT_EQ(served.find("cities"), nullptr);
}

TEST_F(CollectionCatalogue, LoadsAllOfDebiansLists) {
  const auto lists = lists_of_iso_codes();
  EXPECT_EQ(catalogue(lists).all().size(), lists.size());
}

TEST_F(CollectionCatalogue, RefusesTwoFilesWithTheSameNameAndNamesBoth) {
  const std::string first = file("one/same.json", "[]");
  const std::string second = file("two/same.ndjson", "{}");
  EXPECT_EQ(error_of([&] {
              catalogue({first, second});
            }),
            second + ": a collection named \"same\" is there already, from " + first);
  EXPECT_TRUE(error_of([&] { catalogue({first, first}); }).starts_with(first + ": "));
}

TEST_F(CollectionCatalogue, LoadsTheFilesOfAFolder) {
  file("data/b.csv", "a\n1\n");
  file("data/a.json", "[]");
  file("data/c.ndjson", "{}");
  file("data/readme.txt", "no data");
  file("data/.hidden.json", "no data");
  file("data/deeper/d.json", "[]");
  const catalogue served({path("data"), file("other/e.json", "[]")});
  std::string names;
  for (const auto& [name, one] : served.all()) names += std::string(name) + " ";
  EXPECT_EQ(names, "a b c e ");
}

TEST_F(CollectionCatalogue, LoadsTheLinksOfAConfigMapOnce) {  // as the kubelet mounts it
  file("data/..2026_11_23/a.json", "[{}]");
  fs::create_directory_symlink("..2026_11_23", path("data/..data"));
  fs::create_symlink("..data/a.json", path("data/a.json"));
  const catalogue served({path("data")});
  ASSERT_EQ(served.all().size(), 1u);
  EXPECT_EQ(served.find("a")->size(), 1u);
}

TEST_F(CollectionCatalogue, RefusesAFolderWithoutDataAndSaysWhatItLooksFor) {
  fs::create_directory(path("none"));
  EXPECT_EQ(error_of([&] { catalogue({path("none")}); }),
            path("none") + ": a folder without .json, .ndjson, .jsonl or .csv files");
}

TEST_F(CollectionCatalogue, PassesOnWhatIsWrongWithAFile) {
  EXPECT_EQ(error_of([&] {
              catalogue({file("a.json", "[]"), file("b.json", "[\n1]")});
            }),
            path("b.json") + ":2: row 1 is not an object but a number");
}

}  // namespace
