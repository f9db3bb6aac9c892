// The fortunes page as one writes it without arenas: a std::string a row and one for the page.
// Pure functions; any thread may call them.
#pragma once

#include <cstddef>
#include <string>

namespace baseline {

// `rows` rows and the one that is added, sorted by text and escaped.
std::string fortunes_page(std::size_t rows);

}  // namespace baseline
