#include "tests/support/arena_program.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <vector>

#include "arena/arena_scope.hpp"
#include "arena/bump_arena.hpp"
#include "tests/support/arena_model.hpp"

namespace {

using failure = arena_model::failure;

constexpr std::size_t max_size = std::numeric_limits<std::size_t>::max();
constexpr std::size_t max_scopes = 6;

class byte_reader {
 public:
  explicit byte_reader(std::span<const std::uint8_t> bytes) noexcept : left_(bytes) {}

  bool empty() const noexcept { return left_.empty(); }
  /// 0 when nothing is left.
  std::size_t byte() noexcept {
    if (left_.empty()) return 0;
    const std::size_t first = left_.front();
    left_ = left_.subspan(1);
    return first;
  }
  std::size_t two_bytes() noexcept {
    const std::size_t high = byte();
    return high << 8 | byte();
  }

 private:
  std::span<const std::uint8_t> left_;
};

arena::arena_options read_options(byte_reader& in) {
  constexpr std::array<std::size_t, 8> first = {256, 257, 300, 1000, 1001, 1024, 4096, 4095};
  const std::size_t chosen = in.byte();
  const std::size_t first_bytes = first[chosen % first.size()];
  const std::size_t max_bytes = (first_bytes << chosen / 8 % 5) + chosen / 64;
  const std::size_t limit = in.two_bytes();
  return {.first_block_bytes = first_bytes,
          .max_block_bytes = max_bytes,
          .limit_bytes = limit % 2 == 0 ? max_size : limit};
}

// Of exactly its size on the heap, so that AddressSanitizer sees each step beyond it.
std::span<std::byte> read_buffer(byte_reader& in, std::vector<std::byte>& storage) {
  struct shape {
    std::size_t offset;
    std::size_t bytes;
  };
  constexpr std::array<shape, 8> shapes = {
      {{0, 0}, {0, 0}, {0, 1024}, {3, 1021}, {1, 7}, {4, 15}, {0, 6000}, {5, 4001}}};
  const shape chosen = shapes[in.byte() % shapes.size()];
  storage.resize(chosen.offset + chosen.bytes);
  return std::span(storage).subspan(chosen.offset);
}

/// Runs one program. All that it allocates ends with it.
class program_run {
 public:
  program_run(std::span<const std::uint8_t> program, program_settings settings)
      : in_(program),
        settings_(settings),
        options_(read_options(in_)),
        buffer_(read_buffer(in_, storage_)),
        memory_(std::in_place, buffer_, &upstream_, options_),
        model_(*memory_, upstream_, buffer_, options_) {
    const std::size_t first = in_.byte();
    const std::size_t every = in_.byte();
    upstream_.fail(first < 128 ? 0 : first - 127, every % 4 == 0 ? every / 4 + 1 : 0);
    if (settings.failing_call > 0) upstream_.fail(settings.failing_call, 0);
  }
  /// After a violation, too, the actions find the model alive.
  ~program_run() {
    while (!scopes_.empty()) scopes_.pop_back();
    memory_.reset();
  }
  program_run(const program_run&) = delete;
  program_run& operator=(const program_run&) = delete;

  program_result run() {
    while (!in_.empty() && operations_ < max_program_operations) {
      ++operations_;
      operate();
      model_.check_numbers();
      if (operations_ % 16 == 0) model_.check_contents();
      if (operations_ == 40) break_something();
      throw_violation();
    }
    end();
    return {operations_, refused_, upstream_.successes() + upstream_.failures(),
            upstream_.failures()};
  }

 private:
  /// What create() makes: it must be destroyed once, in its turn, while its content is intact.
  struct logged {
    logged(program_run& owner, std::size_t its_number) : run(owner), number(its_number), content{} {
      content.fill(static_cast<std::uint8_t>(number));
    }
    logged(const logged&) = delete;
    logged& operator=(const logged&) = delete;
    ~logged() {
      run.model_.expect(std::all_of(content.begin(), content.end(),
                                    [this](std::uint8_t each) {
                                      return each == static_cast<std::uint8_t>(number);
                                    }),
                        "an object is destroyed after its memory was given away");
      run.model_.ran(number);
    }

    program_run& run;
    std::size_t number;
    std::array<std::uint8_t, 24> content;
  };
  /// The same, over-aligned.
  struct alignas(128) aligned_logged : logged {
    using logged::logged;
  };
  /// Takes and gives memory as it comes and goes.
  struct text_holder {
    using allocator_type = std::pmr::polymorphic_allocator<>;
    text_holder(std::size_t length, char fill, const allocator_type& memory)
        : text(length, fill, memory) {}

    std::pmr::string text;
  };
  struct refused_construction {};
  struct refusing {
    explicit refusing(std::size_t) { throw refused_construction(); }
    ~refusing() {}
    std::array<char, 40> content;
  };
  struct open_scope {
    std::unique_ptr<arena::arena_scope> scope;
    arena_model::scope_start start;
  };

  void operate();
  std::size_t read_size();
  std::size_t read_alignment() { return std::size_t{1} << in_.byte() % 13; }
  std::optional<std::size_t> read_live();

  template <class Take>
  void* attempt(std::size_t bytes, std::size_t alignment, Take take,
                arena_model::origin from = arena_model::origin::allocated);
  void allocate();
  void try_allocate();
  void allocate_as_pmr();
  void deallocate(arena_model::way how);
  void try_expand();
  void prepare_and_commit();
  void copy();
  void copy_string();
  void format();

  template <class Create>
  void create_with(std::size_t at_least_bytes, Create create);
  void create();
  void create_holder();
  void create_refused();
  void register_action(std::size_t kind);
  void act(std::size_t number, std::size_t kind) noexcept;
  void grow_and_drop_containers();

  void open();
  void rewind();
  void close();
  void close_all();
  void set_limit();
  void reset();
  void repeat_after_coalescing();
  std::size_t take_small_ones(std::size_t seed);
  void ask_for_ownership();

  void break_something();
  void throw_violation();
  void end();

  byte_reader in_;
  program_settings settings_;
  recording_upstream upstream_;
  arena::arena_options options_;
  std::vector<std::byte> storage_;
  std::span<std::byte> buffer_;
  std::optional<arena::bump_arena> memory_;
  arena_model model_;
  std::vector<open_scope> scopes_;
  std::size_t operations_ = 0;
  std::size_t refused_ = 0;
};

void program_run::operate() {
  switch (in_.byte() % 32) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return allocate();
    case 5:
    case 6:
      return try_allocate();
    case 7:
    case 8:
      return allocate_as_pmr();
    case 9:
    case 10:
      return deallocate(arena_model::way::direct);
    case 11:
      return deallocate(arena_model::way::pmr);
    case 12:
    case 13:
    case 14:
      return try_expand();
    case 15:
    case 16:
      return prepare_and_commit();
    case 17:
      return copy();
    case 18:
      return copy_string();
    case 19:
      return format();
    case 20:
      return create();
    case 21:
      return create_holder();
    case 22:
      return create_refused();
    case 23:
      return register_action(in_.byte());
    case 24:
      return grow_and_drop_containers();
    case 25:
      return open();
    case 26:
      return rewind();
    case 27:
    case 28:
      return close();
    case 29:
      return set_limit();
    case 30:
      return reset();
    default:
      return ask_for_ownership();
  }
}

std::size_t program_run::read_size() {
  const std::size_t kind = in_.byte();
  switch (kind % 8) {
    case 0:
      return 0;
    case 1:
    case 2:
    case 3:
      return in_.byte();
    case 4:
      return in_.two_bytes() % 1200;
    case 5:  // around the parts of a block
      return options_.first_block_bytes * (kind / 8 % 8 + 1) / 4 - in_.byte() % 40;
    case 6:
      return options_.max_block_bytes / 2 + in_.two_bytes() % 20'000;
    default:
      return (kind < 128 ? max_size : max_size / 4 + 8) - in_.byte() % 32;
  }
}

// The latest is the most interesting.
std::optional<std::size_t> program_run::read_live() {
  const std::size_t choice = in_.byte();
  const std::size_t count = model_.live().size();
  if (count == 0) return std::nullopt;
  return choice < 160 ? count - 1 - choice % std::min<std::size_t>(count, 2) : choice % count;
}

// Takes memory, and holds what came of it against the model. Null if it failed.
template <class Take>
void* program_run::attempt(std::size_t bytes, std::size_t alignment, Take take,
                           arena_model::origin from) {
  const arena_model::snapshot before = model_.now();
  const bool allowed = model_.within_limit(bytes);
  failure result = failure::none;
  void* taken = nullptr;
  try {
    taken = take();
    if (taken == nullptr) result = allowed ? failure::upstream : failure::limit;
  } catch (const arena::allocation_limit_exceeded& exceeded) {
    result = failure::limit;
    model_.expect(exceeded.limit_bytes == memory_->limit() &&
                      exceeded.used_bytes == before.numbers.used_bytes,
                  "the exception names another limit or use");
  } catch (const std::bad_alloc&) {
    result = failure::upstream;
  }
  model_.attempted(before, bytes, result);
  if (taken == nullptr) {
    ++refused_;
    return nullptr;
  }
  model_.allocated(before, taken, bytes, alignment, from);
  return taken;
}

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
  model_.attempted(before, bytes, result);
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
  attempt(
      length + 1, 1,
      [&] {
        const std::string_view text = memory_->format("%zu:%0*d", operations_, width, 7);
        model_.expect(
            text == std::string_view(expected.data(), length) && text.data()[length] == '\0',
            "a text that differs");
        return const_cast<char*>(text.data());
      },
      arena_model::origin::prepared);
}

// Around what takes memory in several steps: it may be refused at any of them.
template <class Create>
void program_run::create_with(std::size_t at_least_bytes, Create create) {
  const arena_model::snapshot before = model_.now();
  try {
    create();
    model_.settle(before, at_least_bytes);
  } catch (const std::bad_alloc&) {
    ++refused_;
    model_.settle(before, 0);
  }
}

void program_run::create() {
  const bool over_aligned = in_.byte() % 4 == 0;
  const std::size_t number = model_.registered();
  const std::size_t count = model_.cleanups();
  create_with(0, [&] {
    try {
      over_aligned ? void(memory_->create<aligned_logged>(*this, number))
                   : void(memory_->create<logged>(*this, number));
    } catch (const std::bad_alloc&) {
      model_.expect(model_.cleanups() == count, "an action ran at a failure");
      model_.forget_latest_registered();
      throw;
    }
  });
}

void program_run::create_holder() {
  const std::size_t length = in_.two_bytes() % 3000;
  create_with(0, [&] {
    const text_holder& made = memory_->create<text_holder>(length, 'h');
    model_.expect(made.text.get_allocator().resource() == &*memory_, "another resource's string");
    model_.expect(length < 16 || memory_->owns(made.text.data()), "a string from elsewhere");
  });
}

void program_run::create_refused() {
  create_with(0, [&] {
    try {
      memory_->create<refusing>(operations_);
      model_.expect(false, "created what throws");
    } catch (const refused_construction&) {
    }
  });
}

void program_run::register_action(std::size_t kind) {
  const std::size_t number = model_.registered();
  create_with(0, [&] {
    try {
      memory_->on_release([this, number, kind]() noexcept { act(number, kind); });
    } catch (const std::bad_alloc&) {
      model_.forget_latest_registered();
      throw;
    }
  });
}

void program_run::act(std::size_t number, std::size_t kind) noexcept {
  model_.ran(number);
  if (!model_.violation().empty()) return;
  if (kind % 2 == 1) {
    const std::size_t bytes = kind * 4;
    attempt(bytes, 8, [&] { return memory_->try_allocate(bytes, 8); });
  }
  if (kind % 8 >= 6) register_action(kind / 8);
}

void program_run::grow_and_drop_containers() {
  const std::size_t count = in_.two_bytes() % 2000;
  create_with(0, [&] {
    std::pmr::vector<std::uint64_t> numbers(&*memory_);
    std::pmr::string text(&*memory_);
    for (std::size_t i = 0; i < count; ++i) {
      numbers.push_back(i);
      if (i % 4 == 0) text.push_back('p');
    }
    for (std::size_t i = 0; i < count; ++i)
      model_.expect(numbers[i] == i, "a vector that has lost its content");
    model_.expect(text.find_first_not_of('p') == text.npos, "a string that has lost its content");
  });
}

void program_run::open() {
  if (scopes_.size() == max_scopes) return;
  auto scope = std::make_unique<arena::arena_scope>(*memory_);
  scopes_.push_back({std::move(scope), model_.scope_opened()});
}

void program_run::rewind() {
  if (scopes_.empty()) return;
  model_.check_contents();
  scopes_.back().scope->rewind();
  model_.scope_rewound(scopes_.back().start);
}

void program_run::close() {
  if (scopes_.empty()) return;
  model_.check_contents();
  scopes_.back().scope.reset();
  model_.scope_closed(scopes_.back().start);
  scopes_.pop_back();
}

void program_run::close_all() {
  while (!scopes_.empty()) close();
}

void program_run::set_limit() {
  const std::size_t kind = in_.byte();
  switch (kind % 4) {
    case 0:
      return model_.limit(max_size);
    case 1:
      return model_.limit(in_.two_bytes());
    case 2:  // around what is in use
      return model_.limit(memory_->used() + in_.byte() -
                          std::min<std::size_t>(memory_->used(), 64));
    default:
      return model_.first_block_bytes(in_.two_bytes());
  }
}

void program_run::reset() {
  const std::size_t kind = in_.byte();
  const std::size_t bytes = in_.two_bytes();
  close_all();
  switch (kind % 8) {
    case 0:
    case 1:
      return model_.reset(arena::keep::all());
    case 2:
      return model_.reset(arena::keep::none());
    case 3:
      return model_.reset(arena::keep::up_to(bytes));
    case 4:
      return model_.reset(kind < 128 ? arena::keep::first() : arena::keep::first(bytes));
    case 5:
      return model_.reset(arena::keep::largest());
    case 6:
      return model_.reset(kind < 128 ? arena::keep::coalesced() : arena::keep::coalesced(bytes));
    default:
      return repeat_after_coalescing();
  }
}

// The same use again needs one block at most.
void program_run::repeat_after_coalescing() {
  const std::size_t seed = in_.byte();
  model_.reset(arena::keep::none());
  model_.limit(max_size);
  const std::size_t failures = upstream_.failures();
  const std::size_t used = take_small_ones(seed);
  model_.reset(arena::keep::coalesced());
  const std::size_t used_again = take_small_ones(seed);
  if (upstream_.failures() == failures) {
    model_.expect(used_again == used, "the same use again used another number of bytes");
    model_.expect(upstream_.blocks().size() <= 1, "the same use again needs more than one block");
  }
  model_.reset(arena::keep::largest());
}

std::size_t program_run::take_small_ones(std::size_t seed) {
  for (std::size_t i = 0; i < seed; ++i) (void)memory_->try_allocate((i * 13 + seed) % 56, 8);
  return memory_->used();
}

void program_run::ask_for_ownership() {
  const int outside = 0;
  model_.expect(!memory_->owns(&outside) && !memory_->owns(nullptr), "owns what it does not");
  model_.expect(!memory_->owns(this), "owns what it does not");
  for (const arena_model::range& each : model_.live())
    model_.expect(memory_->owns(each.at) && memory_->owns(each.end() - 1), "does not own its own");
}

void program_run::break_something() {
  switch (settings_.broken) {
    case sabotage::none:
      return;
    case sabotage::foreign_write:
      if (!model_.live().empty() && model_.live().back().bytes > 0)
        *model_.live().back().at ^= std::byte{1};
      return;
    case sabotage::foreign_limit:
      return memory_->limit(max_size / 2);
    case sabotage::foreign_allocation:
      (void)memory_->try_allocate(24, 8);
      return;
    case sabotage::foreign_release:
      if (!model_.live().empty())
        memory_->deallocate(model_.live().back().at, model_.live().back().bytes);
      return;
    case sabotage::foreign_block:
      (void)upstream_.allocate(64, 16);
      return;
    case sabotage::lost_cleanup:
      (void)model_.registered();
      return;
    case sabotage::wrong_cleanup_order:
      return create_with(0, [this] {
        const std::size_t number = model_.registered();
        memory_->on_release([this, number]() noexcept { act(number + 1, 0); });
        (void)model_.registered();
        memory_->on_release([this, number]() noexcept { act(number, 0); });
      });
  }
}

void program_run::throw_violation() {
  if (!model_.violation().empty()) throw program_violation(operations_, model_.violation());
}

void program_run::end() {
  close_all();
  model_.check_contents();
  memory_.reset();
  model_.expect(model_.cleanups() == 0, "actions that did not run with the arena's end");
  model_.expect(upstream_.blocks().empty(), "blocks that upstream did not get back");
  model_.expect(upstream_.violation().empty(), upstream_.violation());
#if defined(ARENA_POISONS)
  model_.expect(__asan_region_is_poisoned(storage_.data(), storage_.size()) == nullptr,
                "the caller's buffer stays poisoned");
#endif
  throw_violation();
}

}  // namespace

program_result run_arena_program(std::span<const std::uint8_t> program, program_settings settings) {
  return program_run(program, settings).run();
}
