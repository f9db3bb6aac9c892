// What an arena program begins with: the options, the caller's buffer, and which of upstream's
// calls fail, read from its first bytes in this order. Functions without state of their own.
#pragma once

#include <cstddef>
#include <span>

#include "arena/arena_options.hpp"
#include "tests/support/arena_program/arena_program.hpp"
#include "tests/support/arena_program/byte_reader.hpp"
#include "tests/support/arena_program/recording_upstream.hpp"

arena::arena_options read_options(byte_reader& in);

/// The part of `storage` that the program says.
/// Lifetime: as `storage`.
std::span<std::byte> read_buffer(byte_reader& in, std::span<std::byte> storage);

void read_failures(byte_reader& in, const program_settings& settings, recording_upstream& upstream);
