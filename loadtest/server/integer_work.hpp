// Work for a core and nothing else: no memory, no system call. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lab_server {

/// The result of that many rounds of xorshift64, each of which needs the one before it: three
/// shifts and three exclusive ors, about 2 ns. There is no shorter way that a compiler knows, as
/// long as the result is used.
std::uint64_t integer_work(std::size_t iterations) noexcept;

}  // namespace lab_server
