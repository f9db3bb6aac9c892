// Runs a fuzz target on files instead of a fuzzer's inputs: each argument is a file, or a folder
// whose files are meant. So the corpora are tested in every suite, by compilers without libFuzzer.
// Exits with 1 at the first finding, and says in which file.
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::string current_file;
std::size_t files_run = 0;

// A target aborts at a finding: from its own code, so that printing is safe here.
void report_abort(int) {
  std::fprintf(stderr, "replay: failed: %s\n", current_file.c_str());
  std::_Exit(1);
}

void replay_file(const std::filesystem::path& path) {
  current_file = path.string();
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot be read: " + current_file);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  ++files_run;
}

void replay(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return replay_file(path);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) replay_file(entry.path());
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::signal(SIGABRT, report_abort);
  try {
    for (int i = 1; i < count; ++i) replay(arguments[i]);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "replay: %s\n", problem.what());
    return 1;
  }
  std::printf("replay: %zu files\n", files_run);
  return files_run > 0 ? 0 : 1;
}
