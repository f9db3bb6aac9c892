#include "server/collections/answer_text.hpp"

#include <string_view>
#include <utility>

#include "server/json/text_output.hpp"

namespace server::collections {

namespace {

void put_csv_text(std::string_view text, json::text_output& to) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) return to.put(text);
  to.put_byte('"');
  for (;;) {
    const std::size_t quote = text.find('"');
    to.put(text.substr(0, quote));
    if (quote == std::string_view::npos) break;
    to.put("\"\"");
    text.remove_prefix(quote + 1);
  }
  to.put_byte('"');
}

void put_csv(const cell& value, text_room& room, json::text_output& to) {
  if (is_null(value)) return;
  const bool is_document = std::holds_alternative<const boost::json::value*>(value);
  if (!is_document && !std::holds_alternative<std::string_view>(value)) return put(value, to);
  put_csv_text(std::get<std::string_view>(room.text_of(value)), to);
}

}  // namespace

void write_json(const answer& rows, std::pmr::memory_resource* memory, arena::segment_buffer& to) {
  json::text_output out(to);
  text_room room(memory);
  const auto& outputs = rows.of().outputs;
  char between_rows = '[';
  for (std::size_t row = 0; row < rows.size(); ++row) {
    out.put_byte(std::exchange(between_rows, ','));
    char between_members = '{';
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (rows.is_absent(row, i)) continue;
      out.put_name(std::exchange(between_members, ','), outputs[i].name);
      put(rows.at(row, i, room), out);
    }
    out.put(between_members == '{' ? "{}" : "}");
  }
  out.put(between_rows == '[' ? "[]\n" : "]\n");
}

void write_csv(const answer& rows, std::pmr::memory_resource* memory, arena::segment_buffer& to) {
  json::text_output out(to);
  text_room room(memory);
  text_room document_room(memory);
  const auto& outputs = rows.of().outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (i > 0) out.put_byte(',');
    put_csv_text(outputs[i].name, out);
  }
  out.put_byte('\n');
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (i > 0) out.put_byte(',');
      put_csv(rows.at(row, i, room), document_room, out);
    }
    // An empty line would be no row.
    if (outputs.size() == 1 && is_null(rows.at(row, 0, room))) out.put("\"\"");
    out.put_byte('\n');
  }
}

void write_row(const collection& of, std::size_t row, arena::segment_buffer& to) {
  json::text_output out(to);
  char between_members = '{';
  for (const column& each : of.columns()) {
    if (each.is_absent(row)) continue;
    out.put_name(std::exchange(between_members, ','), each.name());
    put(cell_of(each, row), out);
  }
  out.put(between_members == '{' ? "{}" : "}");
}

}  // namespace server::collections
