// HTTP/1.1 as the RFCs have it: each case of tests/conformance is sent whole, in crumbs, cut in two
// at each place, behind another request and twice, and must always get the same answers.
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "tests/conformance/cases.hpp"
#include "tests/conformance/delivery.hpp"
#include "tests/conformance/strict_response.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"

namespace conformance {

// For GoogleTest's messages.
void PrintTo(const http_case& given, std::ostream* to) {
  *to << given.name << " (" << given.section << ")";
}

}  // namespace conformance

namespace {

using namespace conformance;

// A server that stays silent fails the case so much later. Its own patience is longer.
constexpr std::chrono::seconds patience(5);
constexpr std::chrono::minutes patience_of_server(1);

void configure(server::config& settings) {
  settings.bounds.header_bytes_max = bounds::header_bytes_max;
  settings.bounds.body_bytes_max = bounds::body_bytes_max;
  settings.bounds.header_fields_max = bounds::header_fields_max;
  settings.bounds.target_bytes_max = bounds::target_bytes_max;
  settings.times.header = patience_of_server;
  settings.times.body = patience_of_server;
}

const answer plaintext_answer = {.status = 200, .body = std::string(hello)};

// One server a program: its one thread answers the probe behind what it has read before.
class Conformance : public testing::TestWithParam<http_case> {
 protected:
  static void SetUpTestSuite() {
    served_ = std::make_unique<running_server>(configure);
    probe_ = std::make_unique<raw_client>(served_->port());
  }

  static void TearDownTestSuite() {
    probe_.reset();
    served_.reset();
  }

  // What is wrong with the answers to a delivery; empty if nothing.
  std::string fault_of(const delivery& way, after connection) {
    if (!client_) client_ = std::make_unique<raw_client>(served_->port(), patience);
    for (std::size_t at = 0; at < way.turns.size(); ++at) {
      const bool is_last = at + 1 == way.turns.size();
      const std::string fault =
          fault_of_turn(way.turns[at], is_last ? connection : after::stays, way.continues);
      if (!fault.empty()) return fault;
    }
    if (connection == after::stays) {
      client_->send(get("/plaintext"));
      const std::string fault = fault_of_answer(plaintext_answer, after::stays, interim::as_listed);
      return fault.empty() ? "" : "the request behind: " + fault;
    }
    const bool closed = client_->is_closed();
    client_.reset();
    return closed ? "" : "the connection did not end";
  }

 private:
  std::string fault_of_turn(const turn& now, after connection, interim continues) {
    for (std::size_t at = 0; at < now.pieces.size(); ++at) {
      // When the probe is answered, the piece before has been read.
      if (at > 0 && probe_->exchange(get("/plaintext")).status != 200) return "the probe failed";
      client_->send(now.pieces[at]);
    }
    for (std::size_t at = 0; at < now.answers.size(); ++at) {
      const bool is_last = at + 1 == now.answers.size();
      const std::string fault =
          fault_of_answer(now.answers[at], is_last ? connection : after::stays, continues);
      if (!fault.empty())
        return "answer " + std::to_string(at + 1) + ": expected " +
               std::to_string(now.answers[at].status) + ", " + fault;
    }
    return "";
  }

  std::string fault_of_answer(const answer& expected, after then, interim continues) {
    raw_response got = client_->receive(expected.body_of);
    if (got.status == 100 && expected.status != 100 && continues == interim::may_come_when_cut)
      got = client_->receive(expected.body_of);
    return fault_in(got, expected, then);
  }

  static inline std::unique_ptr<running_server> served_;
  static inline std::unique_ptr<raw_client> probe_;
  std::unique_ptr<raw_client> client_;  // none: to be connected anew
};

TEST_P(Conformance, HoldsHoweverTheBytesArrive) {
  for (const delivery& way : deliveries_of(GetParam())) {
    try {
      const std::string fault = fault_of(way, GetParam().connection);
      ASSERT_TRUE(fault.empty()) << way.how << ": " << fault;
    } catch (const std::exception& silence) {
      FAIL() << way.how << ": " << silence.what();
    }
  }
}

std::string name_of(const testing::TestParamInfo<http_case>& given) {
  return given.param.name;
}

#define CONFORMANCE_TOPIC(name, table) \
  INSTANTIATE_TEST_SUITE_P(name, Conformance, testing::ValuesIn(table()), name_of)

CONFORMANCE_TOPIC(RequestLine, request_line_cases);
CONFORMANCE_TOPIC(Version, version_cases);
CONFORMANCE_TOPIC(Target, target_cases);
CONFORMANCE_TOPIC(TargetForm, target_form_cases);
CONFORMANCE_TOPIC(Fields, field_cases);
CONFORMANCE_TOPIC(Host, host_cases);
CONFORMANCE_TOPIC(Length, length_cases);
CONFORMANCE_TOPIC(Coding, coding_cases);
CONFORMANCE_TOPIC(Chunks, chunk_cases);
CONFORMANCE_TOPIC(ChunkExtensions, chunk_extension_cases);
CONFORMANCE_TOPIC(Trailers, trailer_cases);
CONFORMANCE_TOPIC(Connection, connection_cases);
CONFORMANCE_TOPIC(Methods, method_cases);
CONFORMANCE_TOPIC(MediaTypes, media_type_cases);
CONFORMANCE_TOPIC(Expect, expect_cases);
CONFORMANCE_TOPIC(Limits, limit_cases);
CONFORMANCE_TOPIC(Pipelining, pipelining_cases);

}  // namespace
