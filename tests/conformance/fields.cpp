// Field lines: names, values, the whitespace around them, the ends of lines.
#include <string>
#include <string_view>

#include "tests/conformance/cases.hpp"

namespace conformance {

using namespace std::string_literals;

cases field_cases() {
  return {
      served("AnUnknownFieldIsIgnored", "RFC 9110 5.1", with_field("X-Unknown: value")),
      served("FieldNamesMayBeOfAnyCase", "RFC 9110 5.1",
             "GET /plaintext HTTP/1.1\r\nhOST: h\r\n\r\n"),
      echoed("ContentLengthMayBeOfAnyCase", "RFC 9110 5.1", echo("cONTENT-lENGTH: 3", "[1]")),
      served("AFieldMayComeSeveralTimes", "RFC 9110 5.3", with_field("X-A: 1\r\nX-A: 2\r\nX-A: 2")),
      served("ANameMayHaveEveryTokenByte", "RFC 9110 5.6.2",
             with_field("!#$%&'*+-.^_`|~09azAZ: value")),
      served("AValueMayBeEmpty", "RFC 9112 5", with_field("X-Empty:")),
      served("AValueMayBeWhitespaceAlone", "RFC 9112 5", with_field("X-Blank: \t ")),
      served("NoSpaceNeedFollowTheColon", "RFC 9112 5", with_field("X-A:value")),
      echoed("WhitespaceAroundAValueIsNotOfIt", "RFC 9110 5.5",
             echo("Content-Length: \t 3 \t ", "[1]")),
      served("WhitespaceAroundHostIsNotOfIt", "RFC 9110 5.5", with_host("\t h \t")),
      served("AValueMayHoldTabs", "RFC 9110 5.5", with_field("X-A: a\tb")),
      served("AValueMayHoldColons", "RFC 9110 5.5", with_field("X-A: a:b: c")),
      served("AValueMayHoldEveryVisibleByte", "RFC 9110 5.5",
             with_field("X-A: !\"#$%&'()*+,-./0;<=>?@A[\\]^_`a{|}~")),
      served("AValueMayHoldEightBitBytes", "RFC 9110 5.5", with_field("X-A: \x80\xc3\xa9\xff")),
      refused("AFoldedValueIsRefused", "RFC 9112 5.2", 400, with_field("X-A: a\r\n b")),
      refused("AValueFoldedByATabIsRefused", "RFC 9112 5.2", 400, with_field("X-A: a\r\n\tb")),
      refused("AFoldedEmptyLineIsRefused", "RFC 9112 5.2", 400, with_field("X-A: a\r\n ")),
      refused("AFoldedHostIsRefused", "RFC 9112 5.2", 400, with_host("\r\n h")),
      refused("AFoldedContentLengthIsRefused", "RFC 9112 5.2", 400,
              echo("Content-Length:\r\n 3", "[1]")),
      refused("ASpaceBeforeTheFirstFieldIsRefused", "RFC 9112 2.2", 400,
              "GET /plaintext HTTP/1.1\r\n X-A: a\r\nHost: h\r\n\r\n"),
      refused("ATabBeforeTheFirstFieldIsRefused", "RFC 9112 2.2", 400,
              "GET /plaintext HTTP/1.1\r\n\tX-A: a\r\nHost: h\r\n\r\n"),
      refused("ASpaceBeforeTheColonIsRefused", "RFC 9112 5.1", 400, with_field("X-A : a")),
      refused("ATabBeforeTheColonIsRefused", "RFC 9112 5.1", 400, with_field("X-A\t: a")),
      refused("ASpaceBeforeTheColonOfHostIsRefused", "RFC 9112 5.1", 400,
              "GET /plaintext HTTP/1.1\r\nHost : h\r\n\r\n"),
      refused("ASpaceBeforeTheColonOfContentLengthIsRefused", "RFC 9112 5.1", 400,
              echo("Content-Length : 3", "[1]")),
      refused("ASpaceBeforeTheColonOfTransferEncodingIsRefused", "RFC 9112 5.1", 400,
              echo("Transfer-Encoding : chunked", "3\r\n[1]\r\n0\r\n\r\n")),
      refused("AnEmptyNameIsRefused", "RFC 9112 5", 400, with_field(": a")),
      refused("ASpaceInANameIsRefused", "RFC 9110 5.1", 400, with_field("X A: a")),
      refused("AParenthesisInANameIsRefused", "RFC 9110 5.1", 400, with_field("X(A): a")),
      refused("ASlashInANameIsRefused", "RFC 9110 5.1", 400, with_field("X/A: a")),
      refused("AnAtSignInANameIsRefused", "RFC 9110 5.1", 400, with_field("X@A: a")),
      refused("AQuotationMarkInANameIsRefused", "RFC 9110 5.1", 400, with_field("\"XA\": a")),
      refused("ABracketInANameIsRefused", "RFC 9110 5.1", 400, with_field("X[A]: a")),
      refused("AnEightBitByteInANameIsRefused", "RFC 9110 5.1", 400, with_field("X\xc3\xa9: a")),
      refused("NulInANameIsRefused", "RFC 9110 5.1", 400, with_field("X\0A: a"s)),
      refused("AControlByteInANameIsRefused", "RFC 9110 5.1", 400, with_field("X\x01: a")),
      refused("DeleteInANameIsRefused", "RFC 9110 5.1", 400, with_field("X\x7f: a")),
      refused("AMissingColonIsRefused", "RFC 9112 5", 400, with_field("X-A")),
      refused("AMissingColonBeforeAnotherFieldIsRefused", "RFC 9112 5", 400,
              with_field("X-A\r\nX-B: b")),
      refused("NulInAValueIsRefused", "RFC 9110 5.5", 400, with_field("X-A: a\0b"s)),
      refused("ABellInAValueIsRefused", "RFC 9110 5.5", 400, with_field("X-A: a\x07z")),
      refused("AVerticalTabInAValueIsRefused", "RFC 9110 5.5", 400, with_field("X-A: a\vb")),
      refused("AFormFeedInAValueIsRefused", "RFC 9110 5.5", 400, with_field("X-A: a\fb")),
      refused("AnEscapeByteInAValueIsRefused", "RFC 9110 5.5", 400, with_field("X-A: a\x1bz")),
      refused("DeleteInAValueIsRefused", "RFC 9110 5.5", 400, with_field("X-A: a\x7fz")),
      refused("ABareCarriageReturnInAValueIsRefused", "RFC 9110 5.5", 400,
              with_field("X-A: a\rX-B: b")),
      refused("ABareLineFeedAtAFieldsEndIsRefused", "RFC 9112 2.2", 400,
              with_field("X-A: a\nX-B: b")),
      refused("TwoCarriageReturnsAtAFieldsEndAreRefused", "RFC 9112 2.2", 400,
              with_field("X-A: a\r\r\nX-B: b")),
      refused("ALineFeedAloneAtTheHeadersEndIsRefused", "RFC 9112 2.2", 400,
              "GET /plaintext HTTP/1.1\r\nHost: h\r\n\n"),
      refused("LineFeedsAloneThroughoutAreRefused", "RFC 9112 2.2", 400,
              "GET /plaintext HTTP/1.1\nHost: h\n\n"),
      refused("ACarriageReturnAndAnotherByteAtTheHeadersEndAreRefused", "RFC 9112 2.2", 400,
              "GET /plaintext HTTP/1.1\r\nHost: h\r\n\rX"),
  };
}

}  // namespace conformance
