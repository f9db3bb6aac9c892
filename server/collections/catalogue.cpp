#include "server/collections/catalogue.hpp"

#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "server/collections/loader.hpp"
#include "server/collections/sample.hpp"

namespace server::collections {

namespace {

using clock = std::chrono::steady_clock;

std::vector<std::string> all_files(const std::vector<std::string>& files_and_folders) {
  std::vector<std::string> found;
  for (const std::string& each : files_and_folders) {
    for (std::string& file : data_files(each)) found.push_back(std::move(file));
  }
  return found;
}

void log_loaded(const collection& one, clock::duration taken) {
  const column* const id = one.id_column();
  spdlog::info(
      "collection {}: {} rows, {} columns, id {}, of {} bytes, in {} bytes of memory, {} ms",
      one.name(), one.size(), one.columns().size(), id == nullptr ? "row number" : id->name(),
      one.file_bytes(), one.memory_bytes(),
      std::chrono::duration_cast<std::chrono::milliseconds>(taken).count());
}

}  // namespace

catalogue::catalogue(const std::vector<std::string>& files) {
  if (files.empty()) add([] { return load_json(sample_name, sample_text, "built-in sample"); });
  std::map<std::string, std::string> origins;
  for (const std::string& file : all_files(files)) {
    const auto [first, added] = origins.emplace(collection_name(file), file);
    if (!added)
      throw load_error(file + ": a collection named \"" + first->first +
                       "\" is there already, from " + first->second);
    add([&file] { return load_file(file); });
  }
}

template <class Load>
void catalogue::add(Load load) {
  const auto begin = clock::now();
  collection loaded = load();
  log_loaded(loaded, clock::now() - begin);
  const std::string_view name = loaded.name();
  all_.emplace(name, std::move(loaded));
}

const collection* catalogue::find(std::string_view name) const noexcept {
  const auto found = all_.find(name);
  return found != all_.end() ? &found->second : nullptr;
}

}  // namespace server::collections
