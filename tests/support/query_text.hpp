// A parsed query as the parameters that say the same, each in one way only: what tests compare.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/collections/query.hpp"

using query_parameters = std::vector<std::pair<std::string, std::string>>;

/// limit and offset only where they are not the defaults.
query_parameters parameters_of(const server::collections::query& parsed);

/// "name=value&name=value", with nothing encoded.
std::string joined(const query_parameters& parameters);
/// The reverse; a parameter without = has an empty value.
query_parameters split_parameters(std::string_view text);
