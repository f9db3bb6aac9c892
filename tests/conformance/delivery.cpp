#include "tests/conformance/delivery.hpp"

#include <algorithm>
#include <cstddef>
#include <set>

namespace conformance {

namespace {

constexpr std::size_t all_cuts_bytes = 600;  // a longer input is not cut everywhere
constexpr std::size_t spread_cuts = 100;     // besides those around CR, LF and colons

const answer json_answer = {.status = 200, .body = R"({"message":"Hello, World!"})"};

std::set<std::size_t> cuts_of(std::string_view bytes) {
  std::set<std::size_t> cuts;
  const std::size_t stride =
      bytes.size() <= all_cuts_bytes ? 1 : std::max<std::size_t>(1, bytes.size() / spread_cuts);
  for (std::size_t at = 1; at < bytes.size(); at += stride) cuts.insert(at);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (std::string_view("\r\n:").find(bytes[at]) != std::string_view::npos)
      cuts.insert({at, at + 1});
  }
  cuts.erase(0);
  cuts.erase(bytes.size());
  return cuts;
}

std::vector<std::string> cut_at(std::string_view bytes, const std::set<std::size_t>& cuts) {
  std::vector<std::string> pieces;
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    pieces.emplace_back(bytes.substr(begin, cut - begin));
    begin = cut;
  }
  pieces.emplace_back(bytes.substr(begin));
  return pieces;
}

std::vector<turn> whole_turns(const http_case& given) {
  std::vector<turn> turns{{{given.sent}, given.answers}};
  if (!given.sent_next.empty()) turns.push_back({{given.sent_next}, given.answers_next});
  return turns;
}

// Behind a good request; in front of another, which is not to be answered if the connection ends.
delivery behind_another(const http_case& given) {
  delivery made{"behind GET /json", whole_turns(given)};
  turn& first = made.turns.front();
  first.pieces.front().insert(0, get("/json"));
  first.answers.insert(first.answers.begin(), json_answer);
  if (given.connection == after::closes && !given.withholds_body)
    made.turns.back().pieces.back() += get("/plaintext");
  return made;
}

delivery twice(const http_case& given) {
  delivery made{"twice in one piece", {{{given.sent + given.sent}, given.answers}}};
  std::vector<answer>& answers = made.turns.front().answers;
  answers.insert(answers.end(), given.answers.begin(), given.answers.end());
  return made;
}

}  // namespace

std::vector<delivery> deliveries_of(const http_case& given) {
  const std::vector<turn> whole = whole_turns(given);
  std::vector<delivery> all{{"whole", whole}, behind_another(given)};
  if (given.connection == after::stays && whole.size() == 1) all.push_back(twice(given));
  delivery crumbs{"in crumbs", whole, given.continues};
  for (std::size_t at = 0; at < whole.size(); ++at) {
    const std::string& bytes = whole[at].pieces.front();
    const auto cuts = cuts_of(bytes);
    crumbs.turns[at].pieces = cut_at(bytes, cuts);
    for (const std::size_t cut : cuts) {
      all.push_back({"cut at byte " + std::to_string(cut), whole, given.continues});
      all.back().turns[at].pieces = cut_at(bytes, {cut});
    }
  }
  all.push_back(crumbs);
  return all;
}

}  // namespace conformance
