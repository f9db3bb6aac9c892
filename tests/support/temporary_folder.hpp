// A folder of a test's own, gone with all that is in it when the test ends.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

class temporary_folder {
 public:
  temporary_folder() {
    std::string name = "/tmp/arena-test-XXXXXX";  // short: the path of a Unix socket is too
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~temporary_folder() {
    std::error_code ignored;  // what is left is the system's to sweep
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string path(std::string_view name) const { return (path_ / name).string(); }

  /// Puts a file in place, with the folders that it is in, by renaming it, so that no reader sees
  /// half of it; returns its path.
  std::string write(const std::filesystem::path& name, std::string_view text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(path_ / "unfinished", std::ios::binary) << text;
    std::filesystem::rename(path_ / "unfinished", file);
    return file.string();
  }
  /// A file's whole text; empty if it is not there.
  std::string read(const std::filesystem::path& name) const {
    std::ifstream from(path_ / name);
    return {std::istreambuf_iterator<char>(from), {}};
  }

 private:
  std::filesystem::path path_;
};
