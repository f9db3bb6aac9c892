// Containers that are built and destroyed again and again within one request, as by a handler that
// works through batches. A heap gives each step the memory of the one before; an arena keeps all of
// them until the request ends. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>

namespace lab_server {

/// Builds and destroys `steps` times, in `memory`: a vector, a map and a string, none reserved, of
/// about `bytes` together, a third each: 8 bytes an element of the vector, 48 a node of the map, 16
/// an append to the string. Returns a sum over what was read back of them.
/// Throws what `memory` throws.
std::uint64_t churn(std::size_t steps, std::size_t bytes, std::pmr::memory_resource* memory);

}  // namespace lab_server
