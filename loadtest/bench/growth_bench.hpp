// Texts and sequences that grow, on the arena and off it.
#pragma once

namespace bench {

/// Registers the growth of a string and of a vector<int> to 8,000 elements.
void add_growth_benchmarks();

}  // namespace bench
