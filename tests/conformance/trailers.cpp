// Trailer fields: checked as fields are, and then dropped.
#include <string>
#include <string_view>

#include "tests/conformance/cases.hpp"

namespace conformance {

using namespace std::string_literals;

namespace {

// A chunked body [1] with these bytes between the last chunk and the empty line.
std::string trailed(std::string_view lines) {
  return chunked("3\r\n[1]\r\n0\r\n" + std::string(lines) + "\r\n");
}

}  // namespace

cases trailer_cases() {
  return {
      echoed("ATrailerIsAccepted", "RFC 9112 7.1.2", trailed("X-A: a\r\n")),
      echoed("SeveralTrailersAreAccepted", "RFC 9112 7.1.2", trailed("X-A: a\r\nX-B: b\r\n")),
      echoed("AnEmptyTrailerIsAccepted", "RFC 9112 7.1.2", trailed("X-A:\r\n")),
      echoed("ATrailerMayHoldTabsAndEightBitBytes", "RFC 9110 5.5",
             trailed("X-A: a\t\xc3\xa9\r\n")),
      echoed("AnAnnouncedTrailerIsAccepted", "RFC 9110 6.6.2",
             echo("Trailer: X-A\r\nTransfer-Encoding: chunked", "3\r\n[1]\r\n0\r\nX-A: a\r\n\r\n")),
      // Were one of these merged into the header, the answer would be another.
      echoed("AConnectionInTheTrailerClosesNothing", "RFC 9110 6.5.1",
             trailed("Connection: close\r\n")),
      echoed("AnExpectationInTheTrailerIsNone", "RFC 9110 6.5.1", trailed("Expect: x\r\n")),
      echoed("AContentTypeInTheTrailerIsDropped", "RFC 9110 6.5.1",
             trailed("Content-Type: text/plain\r\n")),
      echoed("AContentLengthInTheTrailerIsDropped", "RFC 9110 6.5.1",
             trailed("Content-Length: 5\r\n")),
      echoed("ATransferCodingInTheTrailerIsDropped", "RFC 9110 6.5.1",
             trailed("Transfer-Encoding: gzip\r\n")),
      echoed("AHostInTheTrailerIsDropped", "RFC 9110 6.5.1", trailed("Host: other\r\n")),
      refused("AHostInTheTrailerAloneIsNone", "RFC 9112 3.2", 400,
              "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
              "3\r\n[1]\r\n0\r\nHost: h\r\n\r\n"),
      refused("ATrailerWithoutAColonIsRefused", "RFC 9112 5", 400, trailed("X-A\r\n")),
      refused("ATrailerWithoutANameIsRefused", "RFC 9112 5", 400, trailed(": a\r\n")),
      refused("ASpaceInATrailersNameIsRefused", "RFC 9110 5.1", 400, trailed("X A: a\r\n")),
      refused("ASpaceBeforeATrailersColonIsRefused", "RFC 9112 5.1", 400, trailed("X-A : a\r\n")),
      refused("ANameOfATrailerThatIsNoTokenIsRefused", "RFC 9110 5.1", 400, trailed("X(A): a\r\n")),
      refused("AnEightBitByteInATrailersNameIsRefused", "RFC 9110 5.1", 400,
              trailed("X\xc3\xa9: a\r\n")),
      refused("ASpaceBeforeATrailerIsRefused", "RFC 9112 5.2", 400, trailed(" X-A: a\r\n")),
      refused("AFoldedTrailerIsRefused", "RFC 9112 5.2", 400, trailed("X-A: a\r\n b\r\n")),
      refused("ATrailerFoldedByATabIsRefused", "RFC 9112 5.2", 400, trailed("X-A: a\r\n\tb\r\n")),
      refused("NulInATrailerIsRefused", "RFC 9110 5.5", 400, trailed("X-A: a\0b\r\n"s)),
      refused("AControlByteInATrailerIsRefused", "RFC 9110 5.5", 400, trailed("X-A: \x07\r\n")),
      refused("DeleteInATrailerIsRefused", "RFC 9110 5.5", 400, trailed("X-A: \x7f\r\n")),
      refused("ALineFeedAloneBehindATrailerIsRefused", "RFC 9112 2.2", 400, trailed("X-A: a\n")),
      refused("ACarriageReturnAloneInATrailerIsRefused", "RFC 9110 5.5", 400,
              trailed("X-A: a\rX-B: b\r\n")),
      refused("ALineFeedAloneBehindTheTrailersIsRefused", "RFC 9112 2.2", 400,
              chunked("3\r\n[1]\r\n0\r\nX-A: a\r\n\n")),
      refused("ARequestInPlaceOfATrailerIsRefused", "RFC 9112 7.1.2", 400,
              chunked("3\r\n[1]\r\n0\r\nGET /plaintext HTTP/1.1\r\nHost: h\r\n\r\n")),
  };
}

}  // namespace conformance
