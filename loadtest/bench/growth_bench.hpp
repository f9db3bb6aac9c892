// Texts and sequences that grow, on the arena and off it.
// Registered with the others in arena_bench.cpp; each benchmark owns what it grows.
// It never counts what is not copied: bytes_copied is seen by the buffer's address.
#pragma once

namespace bench {

/// Registers the growth of a string and of a vector<int> to 8,000 elements.
void add_growth_benchmarks();

}  // namespace bench
