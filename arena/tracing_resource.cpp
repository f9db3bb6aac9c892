#include "arena/tracing_resource.hpp"

#include <cassert>
#include <ostream>
#include <utility>

namespace arena {

namespace {

using kind_of = allocation_event::kind_of;

std::string_view name(kind_of kind) noexcept {
  switch (kind) {
    case kind_of::allocation:
      return "allocation";
    case kind_of::deallocation:
      return "deallocation";
    case kind_of::failure:
      break;
  }
  return "failed allocation";
}

// By addresses, since pointers into different objects must not be subtracted.
std::ptrdiff_t offset(const void* p, const void* origin) noexcept {
  return static_cast<std::ptrdiff_t>(reinterpret_cast<std::uintptr_t>(p) -
                                     reinterpret_cast<std::uintptr_t>(origin));
}

}  // namespace

std::string describe(const allocation_event& event) {
  std::string line = "#" + std::to_string(event.number) + " ";
  line += name(event.kind);
  line += " of " + std::to_string(event.bytes) + (event.bytes == 1 ? " byte" : " bytes");
  line += ", alignment " + std::to_string(event.alignment);
  if (event.kind != kind_of::failure)
    line += ", at [" + std::to_string(event.begin) + ", " + std::to_string(event.end) + ")";
  return line + "; " + std::to_string(event.live_bytes) + " live";
}

tracing_resource::tracing_resource(sink report, std::pmr::memory_resource* upstream,
                                   const void* origin)
    : sink_(std::move(report)), upstream_(upstream), origin_(origin) {
  assert(sink_ && "a tracing_resource needs a sink");
  assert(upstream != nullptr);
}

void* tracing_resource::do_allocate(std::size_t bytes, std::size_t alignment) {
  void* p = nullptr;
  try {
    p = upstream_->allocate(bytes, alignment);
  } catch (...) {
    report(kind_of::failure, nullptr, bytes, alignment);
    throw;
  }
  if (origin_ == nullptr) origin_ = p;
  live_bytes_ += bytes;
  report(kind_of::allocation, p, bytes, alignment);
  return p;
}

void tracing_resource::do_deallocate(void* p, std::size_t bytes, std::size_t alignment) {
  assert(live_bytes_ >= bytes && "more is freed than was allocated here");
  live_bytes_ -= bytes;
  report(kind_of::deallocation, p, bytes, alignment);
  upstream_->deallocate(p, bytes, alignment);
}

void tracing_resource::report(kind_of kind, const void* p, std::size_t bytes,
                              std::size_t alignment) noexcept {
  assert(!reporting_ && "the sink uses the resource that it watches");
  if (std::exchange(reporting_, true)) return;
  const std::ptrdiff_t begin = p != nullptr ? offset(p, origin_) : 0;
  const std::ptrdiff_t end = p != nullptr ? begin + static_cast<std::ptrdiff_t>(bytes) : 0;
  try {
    sink_({.kind = kind,
           .number = ++events_,
           .bytes = bytes,
           .alignment = alignment,
           .begin = begin,
           .end = end,
           .live_bytes = live_bytes_});
  } catch (...) {
    ++lost_events_;
  }
  reporting_ = false;
}

tracing_resource::sink print_to(std::ostream& out) {
  return [&out](const allocation_event& event) { out << describe(event) << '\n'; };
}

}  // namespace arena
