#include "server/response_queue.hpp"

#include <algorithm>

namespace server {

void response_queue::push(exchange_ptr answered) noexcept {
  answered->held_bytes = std::max(bytes_of(*answered), answered->memory.used_bytes());
  held_bytes_ += answered->held_bytes;
  exchange_ptr& place = last_ != nullptr ? last_->next : first_;
  place = std::move(answered);
  last_ = place.get();
  ++size_;
}

std::size_t response_queue::gather(std::span<boost::asio::const_buffer> into) const noexcept {
  std::size_t count = 0;
  std::size_t skip = sent_;
  const auto add = [&](std::string_view piece) {
    const std::size_t skipped = std::min(skip, piece.size());
    skip -= skipped;
    if (piece.size() > skipped) into[count++] = {piece.data() + skipped, piece.size() - skipped};
  };
  for (const exchange* out = first_.get(); out != nullptr && count < into.size();
       out = out->next.get()) {
    add(out->answer.head());
    for (auto* piece = out->answer.content_to_send(); piece != nullptr && count < into.size();
         piece = piece->next)
      add(piece->view());
  }
  return count;
}

void response_queue::drop_first() noexcept {
  held_bytes_ -= first_->held_bytes;
  first_ = std::exchange(first_->next, nullptr);
  --size_;
  if (first_ == nullptr) last_ = nullptr;
}

}  // namespace server
