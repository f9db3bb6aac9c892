// The ways in which the bytes of a case reach the server: whole, in crumbs, cut in two at each
// place, behind another request, twice. All of them must be answered the same. Pure data, made by
// the test for one case; never touches a socket.
#pragma once

#include <string>
#include <vector>

#include "tests/conformance/cases.hpp"

namespace conformance {

struct turn {
  std::vector<std::string> pieces;  ///< each is sent when the server has read the one before
  std::vector<answer> answers;
};

struct delivery {
  std::string how;
  std::vector<turn> turns;
  interim continues = interim::as_listed;
};

std::vector<delivery> deliveries_of(const http_case& given);

}  // namespace conformance
