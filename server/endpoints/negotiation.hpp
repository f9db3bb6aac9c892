// What a client accepts, wants and has already, as the data endpoints need it: Accept, Prefer,
// Range, If-None-Match (RFC 9110, RFC 7240). Pure functions over a request's fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "server/request.hpp"

namespace server::endpoints {

enum class representation { json, csv };

/// The better of both by Accept's quality values, JSON where they are equal or nothing is said;
/// nullopt: the client takes neither (RFC 9110, section 12.5.1).
std::optional<representation> accepted(const request& asked) noexcept;

/// Whether one of the Prefer fields gives `preference` that value, with or without quotes and
/// parameters (RFC 7240, section 2).
bool prefers(const request& asked, std::string_view preference, std::string_view value) noexcept;

/// Rows that are asked for by "Range: 0-24" or "Range: items=0-24", the last included.
struct row_range {
  std::size_t first;
  std::optional<std::size_t> last;
};

/// nullopt where there is no range of that kind; other units are passed over, and so is Range where
/// the method is not GET (RFC 9110, section 14.2).
std::optional<row_range> range_of(const request& asked) noexcept;

/// Whether If-None-Match names `tag` (RFC 9110, section 13.1.2; compared weakly).
bool has_tag(const request& asked, std::string_view tag) noexcept;
/// Whether it does that or is "*", which names all there are.
bool has_already(const request& asked, std::string_view tag) noexcept;

}  // namespace server::endpoints
