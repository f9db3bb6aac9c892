// What the work endpoints write, apart from HTTP.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "arena/testing/checking_resource.hpp"
#include "server/endpoints/fortune_texts.hpp"
#include "server/endpoints/fortunes.hpp"
#include "server/endpoints/items.hpp"
#include "server/json/document.hpp"
#include "server/json/storage.hpp"

namespace {

using server::endpoints::fortune_texts;

class WorkEndpoints : public testing::Test {
 protected:
  static std::string text_of(const arena::segment_buffer& buffer) {
    std::string text;
    for (auto* piece = buffer.first(); piece != nullptr; piece = piece->next) text += piece->view();
    return text;
  }
  std::string items_by_document(std::int64_t count) {
    arena::segment_buffer buffer(&memory_);
    server::json::serialize(server::endpoints::make_items(count, &storage_), buffer);
    return text_of(buffer);
  }
  std::string items_by_writer(std::int64_t count) {
    arena::segment_buffer buffer(&memory_);
    server::endpoints::write_items(count, buffer);
    return text_of(buffer);
  }
  std::string fortunes(std::size_t rows) {
    arena::segment_buffer buffer(&memory_);
    server::endpoints::write_fortunes(rows, &memory_, buffer);
    return text_of(buffer);
  }
  std::string html(std::string_view text) {
    arena::segment_buffer buffer(&memory_);
    server::endpoints::append_html(text, buffer);
    return text_of(buffer);
  }

  arena::testing::checking_resource upstream_;
  arena::bump_arena memory_{&upstream_};
  server::json::arena_storage storage_{memory_};
};

// The rows' texts as they stand in the page.
std::vector<std::string> rows_of(const std::string& page) {
  constexpr std::string_view before = "</td><td>";
  std::vector<std::string> rows;
  for (std::size_t at = page.find(before); at != page.npos; at = page.find(before, at)) {
    at += before.size();
    rows.push_back(page.substr(at, page.find("</td></tr>", at) - at));
  }
  return rows;
}

TEST_F(WorkEndpoints, WriteTheSameItemsBothWays) {
  for (const std::int64_t count : {0, 1, 2, 10, 1000, 100'000}) {
    // Not EXPECT_EQ: it would print megabytes.
    EXPECT_TRUE(items_by_writer(count) == items_by_document(count)) << count << " items differ";
    memory_.reset();
  }
}

TEST_F(WorkEndpoints, WriteItemsInTheShapeOfPeers) {
  EXPECT_EQ(items_by_writer(2),
            R"({"count":2,"items":[{"id":0,"name":"item-0","price":0,)"
            R"("tags":["red","green","blue"],"active":true,)"
            R"("nested":{"x":0,"y":0,"label":"label-0"}},)"
            R"({"id":1,"name":"item-1","price":1.25,"tags":["red","green","blue"],)"
            R"("active":false,"nested":{"x":1,"y":2,"label":"label-1"}}]})");
}

TEST_F(WorkEndpoints, WriteFortunesOfNoRowsWithTheAddedOne) {
  EXPECT_EQ(fortunes(0),
            "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table>"
            "<tr><th>id</th><th>message</th></tr>"
            "<tr><td>0</td><td>Added at the time of the request.</td></tr>"
            "</table></body></html>");
}

TEST_F(WorkEndpoints, SortFortunesByTheirTextsAndEqualOnesById) {
  const std::string page = fortunes(2 * fortune_texts.size());
  std::vector<std::string_view> texts(fortune_texts.begin(), fortune_texts.end());
  texts.insert(texts.end(), fortune_texts.begin(), fortune_texts.end());
  texts.push_back(server::endpoints::added_fortune_text);
  std::sort(texts.begin(), texts.end());
  std::vector<std::string> sorted;
  for (const auto text : texts) sorted.push_back(html(text));
  EXPECT_EQ(rows_of(page), sorted);
  EXPECT_LT(page.find("<td>11</td><td>A test"), page.find("<td>23</td><td>A test"));
}

TEST_F(WorkEndpoints, LetNoFortuneBeMarkup) {
  const std::string page = fortunes(fortune_texts.size());
  EXPECT_EQ(page.find("<script>"), page.npos);
  EXPECT_NE(page.find("&lt;script&gt;alert(&#39;this must be shown, not run&#39;);&lt;/script&gt;"),
            page.npos);
  EXPECT_NE(page.find("フレームワークのベンチマーク"), page.npos);
}

TEST_F(WorkEndpoints, EscapeWhatHtmlTakesForMarkupWhereverItStands) {
  EXPECT_EQ(html(""), "");
  EXPECT_EQ(html("plain"), "plain");
  EXPECT_EQ(html("&<>\"'"), "&amp;&lt;&gt;&quot;&#39;");
  EXPECT_EQ(html("<a b='c'>d & e</a>"), "&lt;a b=&#39;c&#39;&gt;d &amp; e&lt;/a&gt;");
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    const bool is_markup = std::string_view("&<>\"'").find(text) != std::string_view::npos;
    EXPECT_EQ(html(text) == text, !is_markup) << byte;
  }
}

}  // namespace
