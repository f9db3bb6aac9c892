// Texts that grow by small appends, as a response does that is put together piece by piece. What
// pmr containers do then is the worst case of an arena: each time a capacity is doubled they
// allocate anew, copy, and give the old memory back, of which an arena can use little. bump_arena
// takes back its latest allocation and the latest eight large ones (more than 128 KiB), so that one
// text loses its small capacities alone; of many that grow in turn all are lost. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <vector>

namespace lab_server {

inline constexpr std::size_t append_bytes = 64;

using texts = std::pmr::vector<std::pmr::string>;

/// `count` texts in `memory`, of `bytes` together and equally long but for a byte, that grow in
/// turn, 64 bytes at a time: lower-case letters, and at the start of each 64 the number of the turn
/// in 8 bytes, least first; cut where the text ends. Nothing is reserved but the list. A heap's
/// peak is little more than the last capacities, and half of one; what a monotonic resource takes
/// is the sum of all capacities: up to four times `bytes`, two where they are powers of two. Throws
/// what `memory` throws.
texts grow(std::size_t bytes, std::size_t count, std::pmr::memory_resource* memory);

/// Depends on one word of each append, and costs little beside it.
std::uint64_t checksum(const texts& grown) noexcept;

}  // namespace lab_server
