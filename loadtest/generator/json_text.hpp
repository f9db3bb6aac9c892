// Writes a JSON value as text for people and programs both: members of the outer objects on lines
// of their own, numbers as short as they can be. (Boost.JSON writes 2000.0 as 2E3 and no line
// ends.)
#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace generator {

std::string json_text(const boost::json::value& value);

}  // namespace generator
