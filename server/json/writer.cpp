#include "server/json/writer.hpp"

#include "server/json/document.hpp"

namespace server::json {

writer& writer::value(const boost::json::value& document) {
  begin_value();
  put(document, out_);
  return *this;
}

}  // namespace server::json
