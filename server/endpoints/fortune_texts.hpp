// What the rows of the fortunes page say. Apart from the page, so that what is compared with this
// server has the same rows.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace server::endpoints {

/// Some need escaping, one is no ASCII: a page that takes them as they are is broken. Row i has the
/// text i % size().
inline constexpr std::array<std::string_view, 12> fortune_texts = {
    "A bug that hides today is found by a customer tomorrow.",
    "<script>alert('this must be shown, not run');</script>",
    "Whoever measures once believes; whoever measures twice doubts.",
    "The fastest allocation is the one that is not made.",
    "\"Temporary\" is the longest time there is.",
    "Every cache is a promise to be wrong later.",
    "フレームワークのベンチマーク",
    "Names & errors are the two hard things; the third is naming errors.",
    "It compiles; it may still be wrong.",
    "Nobody reads the log until it is full.",
    "A test that cannot fail is a comment.",
    "Where a > b and b > c, somebody will still ask about a < c."};

/// Of the row that each request adds, whose id is 0.
inline constexpr std::string_view added_fortune_text = "Added at the time of the request.";

/// As many as TechEmpower's table has.
inline constexpr std::size_t fortunes_rows_default = 12;
/// Most rows that are made.
inline constexpr std::size_t fortunes_rows_max = 10'000;

}  // namespace server::endpoints
