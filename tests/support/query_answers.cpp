#include "tests/support/query_answers.hpp"

#include <algorithm>
#include <memory_resource>
#include <ostream>

#include "arena/segment_buffer.hpp"
#include "arena/testing/checking_resource.hpp"
#include "server/collections/answer_text.hpp"
#include "server/collections/loader.hpp"
#include "server/collections/plan.hpp"
#include "server/collections/query_parser.hpp"

using namespace server::collections;

namespace {

std::string text_of(const arena::segment_buffer& buffer) {
  std::string text;
  for (auto* each = buffer.first(); each != nullptr; each = each->next) text += each->view();
  return text;
}

}  // namespace

query_result ask(const collection& of, std::string_view query, form as, const query_limits& limits,
                 counting how) {
  arena::testing::checking_resource memory;  // all comes back, in every strategy
  query_parser parsing(&memory);
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(one.size() + 1, query.size()));
    const std::size_t equals = one.find('=');
    if (!parsing.take(one.substr(0, equals), one.substr(equals + 1)))
      return {std::string(parsing.error()), {}};
  }
  planner planning(of, &memory);
  if (!planning.make(parsing.parsed())) return {std::string(planning.error()), {}};
  answer rows(planning.made(), &memory);
  const refusal refused = rows.find(limits, how);
  arena::segment_buffer text(&memory);
  if (refused == refusal::none) {
    if (as == form::json)
      write_json(rows, &memory, text);
    else
      write_csv(rows, &memory, text);
  }
  return {text_of(text), rows.total(), refused};
}

const collection& goods() {
  static const collection loaded = load_csv("goods",
                                            "id,name,kind,price,stock,sold\n"
                                            "1,Apple,fruit,0.5,10,true\n"
                                            "2,Pear,fruit,0.75,,false\n"
                                            "3,Bread,bakery,3.25,4,true\n"
                                            "4,\"Roll, small\",bakery,0.4,25,\n"
                                            "5,Salt,,1.1,7,false\n"
                                            "6,pear,fruit,,0,true\n",
                                            "goods.csv");
  return loaded;
}

const collection& people() {
  static const collection loaded =
      load_json("people",
                R"([{"id":"a","address":{"city":"Bonn","floor":2},"tags":["x","y"],"age":30},)"
                R"({"id":"b","address":{"city":"Köln","floor":10},"tags":[],"age":null},)"
                R"({"id":"c","address":null,"age":41,"nick":"C\"c"},)"
                R"({"id":"d","address":{"city":5},"tags":["y"],"age":25}])",
                "people.json");
  return loaded;
}

collection many_rows() {
  std::string text = "id\n";
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + "\n";
  return load_csv("many", text, "many.csv");
}

void PrintTo(const query_case& one, std::ostream* to) {
  *to << one.query;
}

std::string name_of(const testing::TestParamInfo<query_case>& info) {
  return info.param.name;
}
