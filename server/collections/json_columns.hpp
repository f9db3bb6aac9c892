// JSON objects to columns, in two passes over the same rows: json_profile learns which members
// there are and of what kinds, json_columns lays them out. Used while loading.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "server/collections/collection.hpp"
#include "server/collections/column_builder.hpp"
#include "server/collections/column_profile.hpp"

namespace server::collections {

/// Why a row cannot be taken. Whoever gave the row knows where it stands.
class row_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class json_profile {
 public:
  /// Throws row_error if there are too many different members.
  void add(const boost::json::object& row);

  std::size_t rows() const noexcept { return rows_; }
  /// In the order in which the rows first name them.
  const std::vector<column_profile>& columns() const noexcept { return columns_; }
  /// The number of the column of that name. The one that is expected is found at once.
  std::optional<std::size_t> find(std::string_view name, std::size_t expected) const noexcept;

 private:
  std::size_t find_or_add(std::string_view name, std::size_t expected);

  std::size_t rows_ = 0;
  std::vector<column_profile> columns_;
  std::map<std::string, std::size_t, std::less<>> numbers_;
};

class json_columns {
 public:
  /// Lifetime: both outlive it. Throws row_error if a column cannot be laid out.
  json_columns(const json_profile& profile, collection_memory& memory);

  /// Rows as they were given to the profile, in the same order.
  void add(const boost::json::object& row);

  /// Call it once, after the last row.
  std::span<const column> finish();

 private:
  void add_value(const boost::json::value& value, column_builder& to);

  const json_profile& profile_;
  collection_memory& memory_;
  std::vector<column_builder> builders_;
  std::size_t row_ = 0;
};

}  // namespace server::collections
