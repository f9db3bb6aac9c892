// Content-Length: a body ends where it says, and nowhere else.
#include <string>
#include <string_view>

#include "tests/conformance/cases.hpp"

namespace conformance {

namespace {

// POST /echo with [1] as its body and this Content-Length.
std::string sized(std::string_view value) {
  return echo("Content-Length: " + std::string(value), "[1]");
}

}  // namespace

cases length_cases() {
  return {
      echoed("ABodyOfTheGivenLengthIsRead", "RFC 9112 6.3", sized("3")),
      echoed("ALengthMayHaveLeadingZeros", "RFC 9110 8.6", sized("0003")),
      echoed("ALengthMayHaveManyLeadingZeros", "RFC 9110 8.6", sized(std::string(40, '0') + "3")),
      served("ALengthOfZeroIsNoBody", "RFC 9110 8.6", with_field("Content-Length: 0")),
      answered("AMissingLengthIsNoBody", "RFC 9112 6.3", 400,
               "POST /echo HTTP/1.1\r\nHost: h\r\n\r\n"),
      served("TheBodyOfAGetIsReadAndIgnored", "RFC 9110 9.3.1",
             with_field("Content-Length: 3") + "abc"),
      answered("TheBodyOfAnUnknownPathIsReadAndIgnored", "RFC 9112 6.3", 404,
               "POST /nope HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n[1]"),
      served("ARequestInABodyIsNone", "RFC 9112 6.3",
             with_field("Content-Length: 36") + "GET /json HTTP/1.1\r\nHost: hhhhhh\r\n\r\n"),
      closing(echoed("Http10MayHaveABody", "RFC 9112 6.3",
                     "POST /echo HTTP/1.0\r\nContent-Length: 3\r\n\r\n[1]")),
      refused("APlusSignIsRefused", "RFC 9110 8.6", 400, sized("+3")),
      refused("AMinusSignIsRefused", "RFC 9110 8.6", 400, sized("-3")),
      refused("MinusZeroIsRefused", "RFC 9110 8.6", 400, sized("-0")),
      refused("AHexadecimalLengthIsRefused", "RFC 9110 8.6", 400, sized("0x3")),
      refused("HexadecimalDigitsAreRefused", "RFC 9110 8.6", 400, sized("a")),
      refused("ASpaceInTheLengthIsRefused", "RFC 9110 8.6", 400, sized("3 3")),
      refused("ATabInTheLengthIsRefused", "RFC 9110 8.6", 400, sized("3\t3")),
      refused("AFractionIsRefused", "RFC 9110 8.6", 400, sized("3.0")),
      refused("AnExponentIsRefused", "RFC 9110 8.6", 400, sized("3e0")),
      refused("AQuotedLengthIsRefused", "RFC 9110 8.6", 400, sized("\"3\"")),
      refused("AUnitBehindTheLengthIsRefused", "RFC 9110 8.6", 400, sized("3B")),
      refused("AParameterBehindTheLengthIsRefused", "RFC 9110 8.6", 400, sized("3;a=b")),
      refused("AnEmptyLengthIsRefused", "RFC 9110 8.6", 400, sized("")),
      refused("ABlankLengthIsRefused", "RFC 9110 8.6", 400, sized(" \t ")),
      refused("AListOfEqualLengthsIsRefused", "RFC 9112 6.3", 400, sized("3, 3")),
      refused("AListOfDifferentLengthsIsRefused", "RFC 9112 6.3", 400, sized("3, 4")),
      refused("ACommaBehindTheLengthIsRefused", "RFC 9112 6.3", 400, sized("3,")),
      refused("ACommaBeforeTheLengthIsRefused", "RFC 9112 6.3", 400, sized(",3")),
      refused("TwoEqualLengthsAreRefused", "RFC 9112 6.3", 400, sized("3\r\nContent-Length: 3")),
      refused("TwoDifferentLengthsAreRefused", "RFC 9112 6.3", 400,
              sized("3\r\nContent-Length: 4")),
      refused("TwoLengthsApartAreRefused", "RFC 9112 6.3", 400,
              sized("3\r\nX-A: a\r\ncontent-length: 3")),
      refused("AnEmptySecondLengthIsRefused", "RFC 9112 6.3", 400, sized("3\r\nContent-Length:")),
      refused("ABadLengthOfAGetIsRefused", "RFC 9112 6.3", 400, with_field("Content-Length: x")),
      refused("ABadLengthOfHttp10IsRefused", "RFC 9112 6.3", 400,
              "POST /echo HTTP/1.0\r\nContent-Length: 3x\r\n\r\n[1]"),
      refused("ALengthOf2ToThe64IsRefused", "RFC 9110 8.6", 400, sized("18446744073709551616")),
      refused("ALengthOf2ToThe64And3IsRefused", "RFC 9110 8.6", 400, sized("18446744073709551619")),
      refused("ALengthOfFortyDigitsIsRefused", "RFC 9110 8.6", 400, sized(std::string(40, '9'))),
      refused("TheLargestLengthIsTooLarge", "RFC 9110 15.5.14", 413, sized("18446744073709551615")),
      refused("ALengthOf2ToThe63IsTooLarge", "RFC 9110 15.5.14", 413, sized("9223372036854775808")),
      refused("ALengthOf2ToThe32IsTooLarge", "RFC 9110 15.5.14", 413, sized("4294967296")),
  };
}

}  // namespace conformance
