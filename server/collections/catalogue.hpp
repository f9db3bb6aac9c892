// All collections that are served, by name. Built before any thread starts and immutable from then
// on: read by all threads without locks.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/collections/collection.hpp"

namespace server::collections {

class catalogue {
 public:
  using by_name = std::map<std::string_view, collection>;

  /// Loads each of `files`, of folders all that is in them (data_files), or the built-in sample if
  /// there are none, and logs what it loaded.
  /// Throws load_error, also if two files make collections of the same name.
  explicit catalogue(const std::vector<std::string>& files);

  /// Null if there is none of that name. O(log collections), allocates nothing.
  /// Lifetime: as the catalogue's.
  const collection* find(std::string_view name) const noexcept;
  /// In the order of their names, compared byte by byte.
  const by_name& all() const noexcept { return all_; }

 private:
  template <class Load>
  void add(Load load);

  by_name all_;  // keys are views of the collections' own names, which do not move
};

}  // namespace server::collections
