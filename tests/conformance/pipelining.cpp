// Several requests in one stream: answered in order, each cut off where it ends.
#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/cases.hpp"

namespace conformance {

namespace {

constexpr const char* section = "RFC 9112 9.3.2";

const answer text = {.status = 200, .body = std::string(hello)};
const answer json = {.status = 200, .body = R"({"message":"Hello, World!"})"};
const answer array = {.status = 200, .body = "[1]"};

const std::string get_text = get("/plaintext");
const std::string get_json = get("/json");
const std::string get_text_and_close = with_field("Connection: close");
const std::string post_array = post("/echo", "[1]");
const std::string post_chunks = chunked("3\r\n[1]\r\n0\r\n\r\n");

http_case in_order(std::string name, std::string sent, std::vector<answer> answers) {
  return {.name = std::move(name),
          .section = section,
          .sent = std::move(sent),
          .answers = std::move(answers)};
}

http_case fifty() {
  http_case given{.name = "FiftyRequestsAreAnswered", .section = section};
  for (int i = 0; i < 25; ++i) {
    given.sent += get_text + get_json;
    given.answers.insert(given.answers.end(), {text, json});
  }
  return given;
}

http_case fifty_bodies() {
  http_case given{.name = "FiftyBodiesAreAnswered", .section = section};
  for (int i = 0; i < 25; ++i) {
    const std::string number = std::to_string(i);
    given.sent += post("/echo", number) + get("/items?count=0");
    given.answers.push_back({.status = 200, .body = number});
    given.answers.push_back({.status = 200, .body = R"({"count":0,"items":[]})"});
  }
  return given;
}

}  // namespace

cases pipelining_cases() {
  const answer head = {
      .status = 200, .fields = {"Content-Length: 27"}, .body_of = raw_client::content::none};
  const std::string get_head = with_line("HEAD /json HTTP/1.1");
  const std::string old = "GET /plaintext HTTP/1.0\r\n\r\n";
  return {
      in_order("TwoRequestsAreAnsweredInOrder", get_text + get_json, {text, json}),
      in_order("ABodyEndsWhereItsLengthSays", post_array + get_text, {array, text}),
      in_order("AChunkedBodyEndsAtItsLastChunk", post_chunks + get_text, {array, text}),
      in_order("ATrailerEndsAtItsEmptyLine", chunked("3\r\n[1]\r\n0\r\nX-A: a\r\n\r\n") + get_text,
               {array, text}),
      in_order("BodiesOfBothKindsMayFollowEachOther",
               post_array + post_chunks + post_array + post_chunks, {array, array, array, array}),
      in_order("AHeadBetweenOthersHasNoBody", get_text + get_head + get_json, {text, head, json}),
      in_order("AnUnknownPathBetweenOthersStopsNothing", get_text + get("/nope") + get_json,
               {text, {.status = 404}, json}),
      in_order("AnUnknownMethodBetweenOthersStopsNothing",
               get_text + with_line("BREW / HTTP/1.1") + get_json, {text, {.status = 501}, json}),
      in_order("ABadDocumentBetweenOthersStopsNothing", get_text + post("/echo", "[1") + get_json,
               {text, {.status = 400}, json}),
      in_order("EmptyLinesBetweenRequestsAreSkipped", get_text + "\r\n\r\n" + get_json,
               {text, json}),
      in_order("AnEmptyLineBehindABodyIsSkipped", post_array + "\r\n" + get_json, {array, json}),
      in_order(
          "AnIgnoredBodyIsNoRequest",
          with_field("Content-Length: " + std::to_string(get_json.size())) + get_json + get_json,
          {text, json}),
      in_order("ALargeAnswerKeepsItsPlace", get("/items?count=300") + get_text + get_json,
               {{.status = 200}, text, json}),
      fifty(),
      fifty_bodies(),
      closing(in_order("ABadRequestBehindGoodOnesIsAnsweredLast",
                       get_text + get_json + "bad\r\n\r\n", {text, json, {.status = 400}})),
      closing(in_order("ABadVersionBehindGoodOnesIsAnsweredLast",
                       get_text + with_line("GET / HTTP/2.0"), {text, {.status = 505}})),
      closing(in_order("ABadChunkBehindGoodOnesIsAnsweredLast",
                       get_text + post_array + chunked("x\r\n"), {text, array, {.status = 400}})),
      closing(in_order("WhatFollowsABadRequestIsNotAnswered", get_text + "bad\r\n\r\n" + get_json,
                       {text, {.status = 400}})),
      closing(
          in_order("WhatFollowsAnAmbiguousLengthIsNotAnswered",
                   echo("Content-Length: 3\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + get_json),
                   {{.status = 400}})),
      closing(in_order("WhatFollowsCloseIsNotAnswered", get_json + get_text_and_close + get_json,
                       {json, text})),
      closing(in_order("WhatFollowsCloseWithABodyIsNotAnswered",
                       echo("Connection: close\r\nContent-Length: 3", "[1]") + get_json, {array})),
      closing(in_order("WhatFollowsAnOldRequestIsNotAnswered", get_json + old + get_json,
                       {json, text})),
      closing(
          in_order("RubbishBehindCloseIsNotAnswered", get_text_and_close + "bad\r\n\r\n", {text})),
      closing(in_order("AByteTooManyBehindABodyBeginsABadRequest",
                       post_array + "]" + "\r\n" + get_json, {array, {.status = 400}})),
  };
}

}  // namespace conformance
