// program_run's operations on plain memory: taken, given back, resized, copied and printed into.
#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "tests/support/arena_program/program_run.hpp"

void program_run::allocate() {
  const std::size_t bytes = read_size();
  const std::size_t alignment = read_alignment();
  attempt(bytes, alignment, [&] { return memory_->allocate(bytes, alignment); });
}

void program_run::try_allocate() {
  const std::size_t bytes = read_size();
  const std::size_t alignment = read_alignment();
  attempt(bytes, alignment, [&] { return memory_->try_allocate(bytes, alignment); });
}

void program_run::allocate_as_pmr() {
  const std::size_t bytes = read_size();
  std::pmr::memory_resource& resource = *memory_;
  attempt(bytes, 8, [&] { return resource.allocate(bytes, 8); });
}

void program_run::deallocate(arena_model::way how) {
  if (const auto index = read_live()) model_.deallocate(*index, how);
}

void program_run::try_expand() {
  model_.expect(!memory_->try_expand(nullptr, in_.byte() % 16, 8), "expanded nothing");
  const auto index = read_live();
  if (!index) return;
  const std::size_t bytes = model_.live()[*index].bytes;
  const std::size_t kind = in_.byte();
  const std::size_t by = in_.byte();
  switch (kind % 4) {
    case 0:
      return model_.try_expand(*index, bytes - std::min(bytes, by));
    case 1:
      return model_.try_expand(*index, bytes + by);
    case 2:
      return model_.try_expand(*index, read_size());
    default: {  // to the block's end, or a little off
      const std::size_t free = memory_->statistics().free_bytes;
      return model_.try_expand(*index, bytes + free + by % 32 - std::min<std::size_t>(free, 16));
    }
  }
}

void program_run::prepare_and_commit() {
  const std::size_t bytes = read_size();
  const std::size_t share = in_.byte();
  const arena_model::snapshot before = model_.now();
  failure result = failure::none;
  std::span<std::byte> room;
  try {
    room = memory_->prepare(bytes);
  } catch (const arena::allocation_limit_exceeded&) {
    result = failure::limit;
  } catch (const std::bad_alloc&) {
    result = failure::upstream;
  }
  model_.attempted(before, bytes, arena::granule_bytes, result);
  if (result != failure::none) {
    ++refused_;
    return;
  }
  model_.prepared(before, room, bytes);
  throw_violation();
  const std::size_t committed = share < 64    ? 0
                                : share < 128 ? room.size()
                                              : room.size() * (share - 127) / 128;
  void* const p = memory_->commit(committed);
  model_.expect(memory_->used() == before.numbers.used_bytes + arena::round_up(committed, 8),
                "used by commit");
  model_.committed(room, p, committed);
}

void program_run::copy() {
  std::array<std::uint32_t, 256> numbers{};
  numbers.fill(static_cast<std::uint32_t>(operations_));
  const auto values = std::span(numbers).first(in_.byte());
  attempt(values.size_bytes(), alignof(std::uint32_t), [&] {
    const std::span<std::uint32_t> copied = memory_->copy(values);
    model_.expect(std::equal(copied.begin(), copied.end(), values.begin(), values.end()),
                  "a copy that differs");
    return copied.data();
  });
}

void program_run::copy_string() {
  const std::string text(in_.byte(), 't');
  attempt(text.size() + 1, 1, [&] {
    const std::string_view copied = memory_->copy_string(text);
    model_.expect(copied == text && copied.data()[copied.size()] == '\0', "a string that differs");
    return const_cast<char*>(copied.data());
  });
}

void program_run::format() {
  std::array<char, 600> expected{};
  const auto width = static_cast<int>(in_.two_bytes() % 500);
  const auto length = static_cast<std::size_t>(
      std::snprintf(expected.data(), expected.size(), "%zu:%0*d", operations_, width, 7));
  attempt(length + 1, 1, [&] {
    const std::string_view text = memory_->format("%zu:%0*d", operations_, width, 7);
    model_.expect(text == std::string_view(expected.data(), length) && text.data()[length] == '\0',
                  "a text that differs");
    return const_cast<char*>(text.data());
  });
}
