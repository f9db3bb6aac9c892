// Transfer-Encoding: chunked, or nothing.
#include <string>
#include <string_view>

#include "tests/conformance/cases.hpp"

namespace conformance {

using namespace std::string_literals;

namespace {

constexpr std::string_view chunks = "3\r\n[1]\r\n0\r\n\r\n";

// POST /echo with [1] in chunks as its body and this Transfer-Encoding.
std::string coded(std::string_view value) {
  return echo("Transfer-Encoding: " + std::string(value), chunks);
}

}  // namespace

cases coding_cases() {
  return {
      echoed("ChunkedIsDecoded", "RFC 9112 7.1", coded("chunked")),
      echoed("ChunkedMayBeOfAnyCase", "RFC 9112 7", coded("Chunked")),
      echoed("ChunkedMayBeInCapitals", "RFC 9112 7", coded("CHUNKED")),
      echoed("WhitespaceAroundChunkedIsNotOfIt", "RFC 9110 5.5", coded("\t chunked \t")),
      echoed("TheNameOfTheFieldMayBeOfAnyCase", "RFC 9110 5.1",
             echo("tRANSFER-eNCODING: chunked", chunks)),
      served("TheChunkedBodyOfAGetIsReadAndIgnored", "RFC 9110 9.3.1",
             with_field("Transfer-Encoding: chunked") + std::string(chunks)),
      echoed("TheTeFieldIsAnother", "RFC 9110 10.1.4",
             echo("TE: trailers, gzip\r\nContent-Length: 3", "[1]")),
      refused("ALengthBeforeTheCodingIsRefused", "RFC 9112 6.1", 400,
              echo("Content-Length: 3\r\nTransfer-Encoding: chunked", chunks)),
      refused("ALengthBehindTheCodingIsRefused", "RFC 9112 6.1", 400,
              echo("Transfer-Encoding: chunked\r\nContent-Length: 3", chunks)),
      refused("ALengthOfZeroBesideTheCodingIsRefused", "RFC 9112 6.1", 400,
              echo("Content-Length: 0\r\nTransfer-Encoding: chunked", chunks)),
      refused("ABadLengthBesideTheCodingIsRefused", "RFC 9112 6.1", 400,
              echo("Content-Length: x\r\nTransfer-Encoding: chunked", chunks)),
      refused("ALengthBesideAnUnknownCodingIsRefused", "RFC 9112 6.1", 400,
              echo("Content-Length: 3\r\nTransfer-Encoding: gzip", "[1]")),
      refused("GzipAloneIsRefused", "RFC 9112 6.3", 400, coded("gzip")),
      refused("IdentityIsRefused", "RFC 9112 6.3", 400, coded("identity")),
      refused("AnUnknownCodingIsRefused", "RFC 9112 6.3", 400, coded("xchunked")),
      refused("APartOfTheNameIsRefused", "RFC 9112 6.3", 400, coded("chunk")),
      refused("AQuotedNameIsRefused", "RFC 9112 7", 400, coded("\"chunked\"")),
      refused("TwoWordsAreRefused", "RFC 9112 7", 400, coded("chunked chunked")),
      refused("AParameterOfChunkedIsRefused", "RFC 9112 7.1", 400, coded("chunked;q=1")),
      refused("AnEmptyCodingIsRefused", "RFC 9112 6.1", 400, coded("")),
      refused("AListOfNothingIsRefused", "RFC 9112 6.1", 400, coded(",")),
      refused("ChunkedBeforeGzipIsRefused", "RFC 9112 6.3", 400, coded("chunked, gzip")),
      refused("ChunkedBeforeIdentityIsRefused", "RFC 9112 6.3", 400, coded("chunked, identity")),
      refused("ChunkedTwiceIsRefused", "RFC 9112 6.1", 400, coded("chunked, chunked")),
      refused("ChunkedInTwoFieldsIsRefused", "RFC 9112 6.1", 400,
              coded("chunked\r\nTransfer-Encoding: chunked")),
      refused("ChunkedAndGzipInTwoFieldsAreRefused", "RFC 9112 6.3", 400,
              coded("chunked\r\nTransfer-Encoding: gzip")),
      refused("ChunkedAndNothingInTwoFieldsAreRefused", "RFC 9112 6.1, strict", 400,
              coded("chunked\r\nTransfer-Encoding:")),
      refused("GzipThenChunkedIsNotImplemented", "RFC 9112 6.1", 501, coded("gzip, chunked")),
      refused("GzipThenChunkedWithoutASpaceIsNotImplemented", "RFC 9112 6.1", 501,
              coded("gzip,chunked")),
      refused("GzipAndChunkedInTwoFieldsAreNotImplemented", "RFC 9112 6.1", 501,
              coded("gzip\r\nTransfer-Encoding: chunked")),
      refused("AVerticalTabBeforeChunkedIsRefused", "RFC 9110 5.5", 400, coded("\vchunked")),
      refused("AVerticalTabBehindChunkedIsRefused", "RFC 9110 5.5", 400, coded("chunked\v")),
      refused("AFormFeedBeforeChunkedIsRefused", "RFC 9110 5.5", 400, coded("\fchunked")),
      refused("NulBehindChunkedIsRefused", "RFC 9110 5.5", 400, coded("chunked\0"s)),
      refused("ANoBreakSpaceBeforeChunkedIsRefused", "RFC 9112 7", 400,
              coded("\xa0"
                    "chunked")),
      refused("AFoldedChunkedIsRefused", "RFC 9112 5.2", 400, coded("\r\n chunked")),
      refused("ACodingOfHttp10IsRefused", "RFC 9112 6.1", 400,
              "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks)),
      refused(
          "ACodingOfHttp10WithKeepAliveIsRefused", "RFC 9112 6.1", 400,
          "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" +
              std::string(chunks)),
      refused("GzipOfHttp10IsRefused", "RFC 9112 6.1", 400,
              "POST /echo HTTP/1.0\r\nTransfer-Encoding: gzip\r\n\r\n"),
  };
}

}  // namespace conformance
