#include "server/collections/catalogue.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "server/collections/loader.hpp"
#include "server/collections/sample.hpp"

namespace server::collections {

catalogue::catalogue(const std::vector<std::string>& files) {
  if (files.empty()) add(load_json(sample_name, sample_text, "built-in sample"));
  std::map<std::string, std::string_view> origins;
  for (const std::string& file : files) {
    const auto [first, added] = origins.emplace(collection_name(file), file);
    if (!added)
      throw load_error(file + ": a collection named \"" + first->first +
                       "\" is there already, from " + std::string(first->second));
    add(load_file(file));
  }
}

void catalogue::add(collection loaded) {
  const std::string_view member = loaded.id_member();
  spdlog::info("collection {}: {} rows, id {}, {} bytes of memory", loaded.name(), loaded.size(),
               member.empty() ? "row number" : member, loaded.memory_bytes());
  const std::string_view name = loaded.name();
  all_.emplace(name, std::move(loaded));
}

const collection* catalogue::find(std::string_view name) const noexcept {
  const auto found = all_.find(name);
  return found != all_.end() ? &found->second : nullptr;
}

}  // namespace server::collections
