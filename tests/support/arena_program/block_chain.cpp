#include "tests/support/arena_program/block_chain.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "tests/support/arena_program/memory_probe.hpp"

using memory_probe::whole_granules;

namespace {

constexpr std::size_t large_blocks_searched = 8;

std::span<std::byte> within_granules(std::span<std::byte> bytes) noexcept {
  const std::size_t skipped = memory_probe::padding_for(bytes.data(), arena::granule_bytes);
  if (bytes.size() < skipped + arena::granule_bytes) return {};
  return bytes.subspan(skipped, whole_granules(bytes.size() - skipped));
}

std::byte* payload(const recording_upstream::block& each) noexcept {
  return each.at + sizeof(arena::block);
}

std::size_t payload_bytes(const recording_upstream::block& each) noexcept {
  return each.bytes - sizeof(arena::block);
}

std::size_t sum_of(const std::vector<recording_upstream::block>& blocks) noexcept {
  return std::accumulate(blocks.begin(), blocks.end(), std::size_t{0},
                         [](std::size_t sum, const auto& each) { return sum + each.bytes; });
}

}  // namespace

block_chain::block_chain(expectations& expected, const recording_upstream& upstream,
                         std::span<std::byte> initial, arena::arena_options options) noexcept
    : expected_(expected),
      upstream_(upstream),
      initial_(within_granules(initial)),
      growth_bytes_(std::max(arena::min_block_bytes, whole_granules(options.first_block_bytes))),
      most_bytes_(std::max(growth_bytes_, whole_granules(options.max_block_bytes))),
      first_bytes_(growth_bytes_) {}

std::byte* block_chain::end_of_block_at(const std::byte* p) const noexcept {
  std::byte* const initial_end = initial_.data() + initial_.size();
  if (!initial_.empty() && p >= initial_.data() && p < initial_end) return initial_end;
  const block* const holder = upstream_.find(p);
  if (holder == nullptr || p < payload(*holder)) return nullptr;
  return holder->at + holder->bytes;
}

std::optional<block_chain::spot> block_chain::start() const noexcept {
  if (!initial_.empty()) return spot{initial_.data(), initial_.data() + initial_.size()};
  if (chain_.empty()) return spot{};
  if (!order_is_known_) return std::nullopt;
  return spot{payload(chain_.front()), chain_.front().at + chain_.front().bytes};
}

std::optional<std::size_t> block_chain::bytes_not_reached(const spot& from) const noexcept {
  if (!order_is_known_) return std::nullopt;
  std::size_t sum = 0;
  for (std::size_t i = index_behind(from); i < chain_.size(); ++i) sum += payload_bytes(chain_[i]);
  return sum;
}

bool block_chain::is_large(const block& each) const noexcept {
  return std::any_of(large_.begin(), large_.end(),
                     [&](const large_block& large) { return large.number == each.number; });
}

bool block_chain::is_complete() const noexcept {
  const std::vector<block>& all = upstream_.blocks();
  const auto large =
      std::count_if(all.begin(), all.end(), [this](const block& each) { return is_large(each); });
  return static_cast<std::size_t>(large) + chain_.size() == all.size() &&
         std::all_of(chain_.begin(), chain_.end(),
                     [this](const block& each) { return upstream_.has(each.number); });
}

// Of the block that the arena enters when `from` has no room.
std::size_t block_chain::index_behind(const spot& from) const noexcept {
  if (from.room_end == initial_.data() + initial_.size()) return 0;
  const auto current = std::find_if(chain_.begin(), chain_.end(), [&](const block& each) {
    return each.at + each.bytes == from.room_end;
  });
  return current == chain_.end() ? 0 : static_cast<std::size_t>(current - chain_.begin()) + 1;
}

// Of the block that would be fetched as the one at `index`; 0 if that is not known.
std::size_t block_chain::next_bytes(std::size_t index) const noexcept {
  if (index == 0) return first_bytes_;
  return index < 16 ? std::min(growth_bytes_ << index, most_bytes_) : most_bytes_;
}

void block_chain::check_large(std::size_t rounded, bool got_its_own) const noexcept {
  expected_.expect(got_its_own == (rounded > most_bytes_ / 4),
                   got_its_own ? "its own block, but not large" : "large, but in the chain");
}

// What is left behind at `from` is at most a quarter of that block or of the next.
std::size_t block_chain::least_bytes(const spot& from, std::size_t index,
                                     std::size_t payload_bytes) const noexcept {
  const bool in_initial = from.room_end == initial_.data() + initial_.size();
  const std::size_t current = in_initial ? initial_.size() : chain_[index - 1].bytes;
  const std::size_t enough = payload_bytes + sizeof(arena::block);
  return from.left() <= current / 4 ? enough : std::max(enough, 4 * from.left());
}

void block_chain::entered(const std::optional<spot>& from, const std::byte* at,
                          std::size_t payload_bytes) {
  const std::vector<block>& all = upstream_.blocks();
  const bool fetched = !all.empty() && all.back().number > seen_;
  if (!from.has_value() || !order_is_known_) return entered_somewhere();
  const std::size_t index = index_behind(*from);
  const std::size_t least = least_bytes(*from, index, payload_bytes);
  const auto next = chain_.begin() + static_cast<std::ptrdiff_t>(index);
  const auto kept =
      std::find_if(next, chain_.end(), [&](const block& each) { return each.bytes >= least; });
  expected_.expect((kept != chain_.end()) != fetched,
                   "fetched what was there, or did not go to the next block that is enough");
  if (fetched)
    add(all.back(), index, least);
  else if (kept != chain_.end())
    std::rotate(next, kept, kept + 1);
  if (index < chain_.size())
    expected_.expect(chain_[index].holds(at), "not in the block that follows");
}

void block_chain::entered_somewhere() {
  take_in(nullptr, 0);
  order_is_known_ = chain_.size() <= 1;
}

void block_chain::add(const block& added, std::size_t index, std::size_t least_bytes) {
  if (std::size_t due = next_bytes(index); due > 0) {
    while (due < least_bytes) due *= 2;
    expected_.expect(added.bytes == due, index == 0
                                             ? "the first block has not the size that was set"
                                             : "a block's size is not that of its index");
  }
  chain_.insert(chain_.begin() + static_cast<std::ptrdiff_t>(index), added);
  seen_ = added.number;
}

void block_chain::take_in(const std::byte* large, std::size_t depth) {
  for (const block& each : upstream_.blocks()) {
    if (each.number <= seen_) continue;
    seen_ = each.number;
    if (large != nullptr && each.holds(large))
      large_.push_back({each.number, depth});
    else
      chain_.push_back(each);
  }
}

bool block_chain::is_recent_large(const std::byte* p, std::size_t depth) const noexcept {
  const block* const holder = upstream_.find(p);
  if (holder == nullptr) return false;
  const auto found = std::find_if(large_.begin(), large_.end(), [&](const large_block& each) {
    return each.number == holder->number;
  });
  return found != large_.end() && found->depth == depth &&
         static_cast<std::size_t>(large_.end() - found) <= large_blocks_searched;
}

void block_chain::forget_returned() noexcept {
  std::erase_if(large_, [this](const large_block& each) { return !upstream_.has(each.number); });
}

void block_chain::scope_ended(std::size_t depth) noexcept {
  while (!large_.empty() && large_.back().depth >= depth) {
    expected_.expect(!upstream_.has(large_.back().number), "a large block outlives its scope");
    large_.pop_back();
  }
}

block_chain::kept_blocks block_chain::kept_by(arena::keep what) const {
  if (what.how == arena::keep::policy::largest) {
    const auto largest = std::max_element(
        chain_.begin(), chain_.end(),
        [](const block& one, const block& other) { return one.bytes < other.bytes; });
    return {{largest, largest == chain_.end() ? largest : std::next(largest)}, 0};
  }
  kept_blocks kept;
  for (const block& each : chain_) {
    const std::size_t sum = sum_of(kept.blocks);
    if (kept.blocks.size() == what.blocks || each.bytes > what.bytes - sum) break;
    kept.blocks.push_back(each);
  }
  if (what.how == arena::keep::policy::coalesced && kept.blocks.size() > 1)
    return {{}, sum_of(kept.blocks)};
  return kept;
}

void block_chain::was_reset(arena::keep what) {
  scope_ended(0);
  std::vector<block> kept;
  std::copy_if(chain_.begin(), chain_.end(), std::back_inserter(kept),
               [this](const block& each) { return upstream_.has(each.number); });
  expected_.expect(kept.size() == upstream_.blocks().size(), "a large block outlives a reset");
  expected_.expect(sum_of(kept) <= what.bytes && kept.size() <= what.blocks,
                   "kept more than was told");
  // What was prepared beyond the usual sizes goes; what was coalesced to one stays.
  const std::size_t usual = std::max(most_bytes_, first_bytes_);
  const bool is_exact = order_is_known_ && std::all_of(chain_.begin(), chain_.end(),
                                                       [&](auto& it) { return it.bytes <= usual; });
  const kept_blocks due = kept_by(what);
  const bool same =
      std::equal(kept.begin(), kept.end(), due.blocks.begin(), due.blocks.end(),
                 [](const block& one, const block& other) { return one.number == other.number; });
  expected_.expect(same || !is_exact, "did not keep the blocks that it was told to");
  const bool is_coalesced = what.how == arena::keep::policy::coalesced;
  if (kept.empty() && !chain_.empty()) {
    first_bytes_ = due.coalesced_bytes > 0 ? due.coalesced_bytes : growth_bytes_;
    if (is_coalesced && !is_exact) first_bytes_ = 0;
  }
  chain_ = kept;
  order_is_known_ = order_is_known_ || chain_.size() <= 1;
}

void block_chain::first_block_bytes(std::size_t bytes) noexcept {
  first_bytes_ = std::clamp(whole_granules(bytes), arena::min_block_bytes, most_bytes_);
}
