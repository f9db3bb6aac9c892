#include "server/collections/loader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <system_error>

namespace server::collections {

namespace {

// Said beforehand, since reading from a directory or a device fails without telling why, or never.
void expect_regular_file(const std::string& path) {
  std::error_code ignored;
  const auto kind = std::filesystem::status(path, ignored).type();
  if (kind == std::filesystem::file_type::not_found) fail(path, "there is no such file");
  if (kind == std::filesystem::file_type::directory) fail(path, "a directory, not a file");
  if (kind != std::filesystem::file_type::regular && kind != std::filesystem::file_type::unknown)
    fail(path, "not a regular file");
}

std::string read_file(const std::string& path) {
  expect_regular_file(path);
  errno = 0;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) fail(path, "cannot be opened: " + std::generic_category().message(errno));
  std::string text(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) fail(path, "cannot be read: " + std::generic_category().message(errno));
  text.resize(static_cast<std::size_t>(file.gcount()));  // it may have shrunk meanwhile
  return text;
}

// By extension: what a file of that kind is loaded by.
using loader = collection (*)(std::string_view, std::string_view, std::string_view);
const std::map<std::string, loader, std::less<>> loaders = {
    {".json", load_json}, {".ndjson", load_ndjson}, {".jsonl", load_ndjson}, {".csv", load_csv}};

bool is_data(const std::filesystem::directory_entry& entry) {
  return !entry.path().filename().string().starts_with('.') && entry.is_regular_file() &&
         loaders.contains(entry.path().extension().string());
}

}  // namespace

std::vector<std::string> data_files(const std::string& path) {
  std::error_code failure;
  if (!std::filesystem::is_directory(path, failure)) return {path};
  std::vector<std::string> found;
  for (auto entry = std::filesystem::directory_iterator(path, failure);
       !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
    if (is_data(*entry)) found.push_back(entry->path().string());
  }
  if (failure) fail(path, "cannot be read: " + failure.message());
  if (found.empty()) fail(path, "a folder without .json, .ndjson, .jsonl or .csv files");
  std::ranges::sort(found);
  return found;
}

std::string collection_name(const std::string& path) {
  return std::filesystem::path(path).stem().string();
}

loading_need needed_to_load(const std::vector<std::string>& paths) {
  constexpr std::uintmax_t of_json = 5;  // a document takes some four times its text
  loading_need need;
  std::uintmax_t most_beside = 0;
  for (const std::string& path : paths) {
    for (const std::string& file : data_files(path)) {
      std::error_code missing;
      const std::uintmax_t bytes = std::filesystem::file_size(file, missing);
      if (missing) continue;
      const bool is_json = std::filesystem::path(file).extension() == ".json";
      ++need.files;
      need.text_bytes += bytes;
      most_beside = std::max(most_beside, is_json ? of_json * bytes : bytes);
    }
  }
  need.rows_bytes = need.text_bytes + need.text_bytes / 2;
  need.most_bytes = need.rows_bytes + most_beside;
  return need;
}

collection load_file(const std::string& path) {
  const auto known = loaders.find(std::filesystem::path(path).extension().string());
  if (known == loaders.end()) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) fail(path, "there is no such file or folder");
    fail(path, "of an unknown kind; supported are .json, .ndjson, .jsonl and .csv");
  }
  return known->second(collection_name(path), read_file(path), path);
}

}  // namespace server::collections
