#include "loadtest/server/results.hpp"

#include <string_view>
#include <utility>

#include "server/json/decimal.hpp"
#include "server/request_memory.hpp"

namespace lab_server {

namespace {

constexpr std::array<std::string_view, 3> tag_texts = {"red", "green", "blue"};

std::uint64_t mixed(std::uint64_t sum, std::string_view text) noexcept {
  for (const char byte : text) sum = sum * 31 + static_cast<unsigned char>(byte);
  return sum;
}

}  // namespace

result_item::result_item(std::uint64_t number, const allocator_type& memory)
    : id(number), price(static_cast<double>(number) * 1.25), name(memory), tags(memory) {
  name = "the result's item ";
  name += server::json::decimal(number);
  tags.assign(tag_texts.begin(), tag_texts.end());
}

result_item::result_item(result_item&& other, const allocator_type& memory)
    : id(other.id),
      price(other.price),
      name(std::move(other.name), memory),
      tags(std::move(other.tags), memory) {}

result make_result(std::size_t items, std::pmr::memory_resource* memory) {
  result list(memory);
  list.reserve(items);
  for (std::size_t i = 0; i < items; ++i) list.emplace_back(i);
  return list;
}

std::uint64_t checksum(const result& list) noexcept {
  std::uint64_t sum = list.size();
  for (const result_item& one : list) {
    sum = mixed(sum * 31 + one.id + static_cast<std::uint64_t>(one.price), one.name);
    for (const std::pmr::string& tag : one.tags) sum = mixed(sum, tag);
  }
  return sum;
}

std::pmr::memory_resource* long_lived(std::pmr::memory_resource* memory) noexcept {
  if (*memory == *std::pmr::new_delete_resource()) return memory;
  return server::heap_memory();
}

const result& kept_results::keep(result built) {
  std::optional<result>& place = results_[next_];
  next_ = (next_ + 1) % most;
  std::pmr::memory_resource* const home = long_lived(built.get_allocator().resource());
  return place.emplace(std::move(built), home);  // moves where the resources are equal, else copies
}

std::size_t kept_results::count() const noexcept {
  std::size_t kept = 0;
  for (const auto& each : results_) kept += each.has_value();
  return kept;
}

std::size_t kept_results::items() const noexcept {
  std::size_t all = 0;
  for (const auto& each : results_) all += each ? each->size() : 0;
  return all;
}

std::uint64_t kept_results::checksum() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& each : results_) sum += each ? lab_server::checksum(*each) : 0;
  return sum;
}

}  // namespace lab_server
