// How many descriptors the process may have open. Raised once at start, before connections come.
#pragma once

#include <cstddef>

namespace server::ops {

/// Raises the soft limit towards `wanted`, as far as the hard one allows; returns what is allowed
/// then. A limit that is higher stays.
std::size_t raise_descriptor_limit(std::size_t wanted) noexcept;

}  // namespace server::ops
