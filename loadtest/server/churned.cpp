#include "loadtest/server/churned.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lab_server {

namespace {

constexpr std::size_t node_bytes = 48;
constexpr std::string_view appended = "sixteen bytes...";

std::uint64_t churn_vector(std::uint64_t step, std::size_t bytes,
                           std::pmr::memory_resource* memory) {
  std::pmr::vector<std::uint64_t> numbers(memory);
  for (std::uint64_t i = 0; i < bytes / sizeof(std::uint64_t); ++i) numbers.push_back(step + i);
  std::uint64_t sum = 0;
  for (const std::uint64_t number : numbers) sum += number;
  return sum;
}

std::uint64_t churn_map(std::uint64_t step, std::size_t bytes, std::pmr::memory_resource* memory) {
  constexpr std::uint64_t odd = 0x9E3779B97F4A7C15u;  // so that keys arrive in no order
  std::pmr::map<std::uint64_t, std::uint64_t> nodes(memory);
  for (std::uint64_t i = 0; i < bytes / node_bytes; ++i) nodes.emplace(i * odd, step + i);
  std::uint64_t sum = 0;
  for (const auto& [key, number] : nodes) sum = sum * 31 + number;
  return sum;
}

std::uint64_t churn_string(std::uint64_t step, std::size_t bytes,
                           std::pmr::memory_resource* memory) {
  std::pmr::string text(memory);
  while (text.size() + appended.size() <= bytes) text.append(appended);
  const std::size_t middle = text.size() / 2;
  return step + text.size() + (text.empty() ? 0u : static_cast<unsigned char>(text[middle]));
}

}  // namespace

std::uint64_t churn(std::size_t steps, std::size_t bytes, std::pmr::memory_resource* memory) {
  const std::size_t third = bytes / 3;
  std::uint64_t sum = 0;
  for (std::uint64_t step = 0; step < steps; ++step) {
    sum += churn_vector(step, third, memory);
    sum += churn_map(step, third, memory);
    sum += churn_string(step, third, memory);
  }
  return sum;
}

}  // namespace lab_server
