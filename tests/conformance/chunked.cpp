// Chunked bodies: sizes, data, the last chunk; extensions, which are checked and ignored.
#include <string>
#include <string_view>

#include "tests/conformance/cases.hpp"

namespace conformance {

using namespace std::string_literals;

namespace {

// A body [1] whose chunk has this behind its size.
std::string extended(std::string_view extension) {
  return chunked("3" + std::string(extension) + "\r\n[1]\r\n0\r\n\r\n");
}

}  // namespace

cases chunk_cases() {
  return {
      echoed("OneChunkIsABody", "RFC 9112 7.1", chunked("3\r\n[1]\r\n0\r\n\r\n")),
      echoed("SeveralChunksAreJoined", "RFC 9112 7.1",
             chunked("1\r\n[\r\n1\r\n1\r\n1\r\n]\r\n0\r\n\r\n")),
      echoed("ASizeMayHaveLeadingZeros", "RFC 9112 7.1", chunked("0003\r\n[1]\r\n0\r\n\r\n")),
      echoed("ASizeMayHaveMoreDigitsThan64BitsHave", "RFC 9112 7.1",
             chunked("00000000000000000003\r\n[1]\r\n0\r\n\r\n")),
      echoed("ASizeMayBeInSmallLetters", "RFC 9112 7.1", chunked("a\r\n       [1]\r\n0\r\n\r\n")),
      echoed("ASizeMayBeInCapitals", "RFC 9112 7.1", chunked("A\r\n       [1]\r\n0\r\n\r\n")),
      echoed("ASizeMayHaveTwoDigits", "RFC 9112 7.1",
             chunked("1f\r\n" + std::string(28, ' ') + "[1]\r\n0\r\n\r\n")),
      echoed("TheLastChunkMayHaveSeveralZeros", "RFC 9112 7.1", chunked("3\r\n[1]\r\n000\r\n\r\n")),
      answered("ABodyMayHaveNoChunkButTheLast", "RFC 9112 7.1", 400, chunked("0\r\n\r\n")),
      served("LineEndsInTheDataAreData", "RFC 9112 7.1",
             with_field("Transfer-Encoding: chunked") + "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n"),
      served("ARequestInAChunkIsNone", "RFC 9112 7.1",
             with_field("Transfer-Encoding: chunked") +
                 "24\r\nGET /json HTTP/1.1\r\nHost: hhhhhh\r\n\r\n\r\n0\r\n\r\n"),
      refused("AnEmptySizeIsRefused", "RFC 9112 7.1", 400, chunked("\r\n[1]\r\n0\r\n\r\n")),
      refused("AnEmptySizeWithAnExtensionIsRefused", "RFC 9112 7.1", 400,
              chunked(";a=b\r\n[1]\r\n0\r\n\r\n")),
      refused("APrefixOfTheSizeIsRefused", "RFC 9112 7.1", 400, chunked("0x3\r\n[1]\r\n0\r\n\r\n")),
      refused("ANegativeSizeIsRefused", "RFC 9112 7.1", 400, chunked("-3\r\n[1]\r\n0\r\n\r\n")),
      refused("AMinusBeforeTheLastChunkIsRefused", "RFC 9112 7.1", 400,
              chunked("3\r\n[1]\r\n-0\r\n\r\n")),
      refused("ASignedSizeIsRefused", "RFC 9112 7.1", 400, chunked("+3\r\n[1]\r\n0\r\n\r\n")),
      refused("ASpaceBeforeTheSizeIsRefused", "RFC 9112 7.1", 400,
              chunked(" 3\r\n[1]\r\n0\r\n\r\n")),
      refused("ASpaceBehindTheSizeIsRefused", "RFC 9112 7.1", 400,
              chunked("3 \r\n[1]\r\n0\r\n\r\n")),
      refused("ATabBehindTheSizeIsRefused", "RFC 9112 7.1", 400,
              chunked("3\t\r\n[1]\r\n0\r\n\r\n")),
      refused("ASizeOfOtherLettersIsRefused", "RFC 9112 7.1", 400,
              chunked("g\r\n[1]\r\n0\r\n\r\n")),
      refused("OtherLettersBehindTheSizeAreRefused", "RFC 9112 7.1", 400,
              chunked("3h\r\n[1]\r\n0\r\n\r\n")),
      refused("AnUnderscoreInTheSizeIsRefused", "RFC 9112 7.1", 400,
              chunked("0_3\r\n[1]\r\n0\r\n\r\n")),
      refused("NulInTheSizeIsRefused", "RFC 9112 7.1", 400, chunked("3\0\r\n[1]\r\n0\r\n\r\n"s)),
      refused("ASizeOf2ToThe60IsTooLarge", "RFC 9110 15.5.14", 413,
              chunked("1000000000000000\r\n[1]")),
      refused("TheLargestSizeIsTooLarge", "RFC 9110 15.5.14", 413,
              chunked("ffffffffffffffff\r\n[1]")),
      refused("ASizeOf2ToThe64IsRefused", "RFC 9112 7.1", 400,
              chunked("10000000000000000\r\n[1]\r\n0\r\n\r\n")),
      refused("ASizeThatWrapsIsRefused", "RFC 9112 7.1", 400,
              chunked("10000000000000003\r\n[1]\r\n0\r\n\r\n")),
      refused("AMissingLineEndBehindTheDataIsRefused", "RFC 9112 7.1", 400,
              chunked("3\r\n[1]0\r\n\r\n")),
      refused("AByteTooManyIsRefused", "RFC 9112 7.1", 400, chunked("3\r\n[1]x\r\n0\r\n\r\n")),
      refused("AByteTooFewIsRefused", "RFC 9112 7.1", 400, chunked("4\r\n[1]\r\n0\r\n\r\n")),
      refused("ALineFeedAloneBehindTheSizeIsRefused", "RFC 9112 2.2", 400,
              chunked("3\n[1]\r\n0\r\n\r\n")),
      refused("ALineFeedAloneBehindTheDataIsRefused", "RFC 9112 2.2", 400,
              chunked("3\r\n[1]\n0\r\n\r\n")),
      refused("ALineFeedAloneBehindTheLastChunkIsRefused", "RFC 9112 2.2", 400,
              chunked("3\r\n[1]\r\n0\n\r\n")),
      refused("ALineFeedAloneAtTheEndIsRefused", "RFC 9112 2.2", 400,
              chunked("3\r\n[1]\r\n0\r\n\n")),
      refused("ACarriageReturnAloneBehindTheSizeIsRefused", "RFC 9112 2.2", 400,
              chunked("3\r[1]\r\n0\r\n\r\n")),
      refused("ACarriageReturnAloneBehindTheDataIsRefused", "RFC 9112 2.2", 400,
              chunked("3\r\n[1]\r0\r\n\r\n")),
      refused("TwoCarriageReturnsBehindTheSizeAreRefused", "RFC 9112 2.2", 400,
              chunked("3\r\r\n[1]\r\n0\r\n\r\n")),
      refused("ABodyThatIsNotChunkedIsRefused", "RFC 9112 7.1", 400, chunked("[1]\r\n")),
  };
}

cases chunk_extension_cases() {
  return {
      echoed("AnExtensionIsIgnored", "RFC 9112 7.1.1", extended(";a")),
      echoed("AnExtensionMayHaveAValue", "RFC 9112 7.1.1", extended(";a=b")),
      echoed("AnExtensionMayHaveAQuotedValue", "RFC 9112 7.1.1", extended(";a=\"b c\"")),
      echoed("AQuotedValueMayBeEmpty", "RFC 9112 7.1.1", extended(";a=\"\"")),
      echoed("AQuotedValueMayHoldSemicolons", "RFC 9112 7.1.1", extended(";a=\"b;c=d\"")),
      echoed("AQuotedValueMayHoldEscapes", "RFC 9110 5.6.4", extended(";a=\"b\\\"c\\\\\"")),
      echoed("AQuotedValueMayHoldEightBitBytes", "RFC 9110 5.6.4", extended(";a=\"\xc3\xa9\"")),
      echoed("SeveralExtensionsAreIgnored", "RFC 9112 7.1.1", extended(";a;b=c;d=\"e\"")),
      echoed("WhitespaceBeforeTheSemicolonIsAllowed", "RFC 9112 7.1.1", extended(" \t;a=b")),
      echoed("WhitespaceBehindTheSemicolonIsAllowed", "RFC 9112 7.1.1", extended("; \ta=b")),
      echoed("WhitespaceAroundTheEqualsSignIsAllowed", "RFC 9112 7.1.1", extended(";a \t= \tb")),
      echoed("TheLastChunkMayHaveAnExtension", "RFC 9112 7.1.1",
             chunked("3\r\n[1]\r\n0;a=b\r\n\r\n")),
      echoed("AnExtensionOfAThousandBytesIsIgnored", "RFC 9112 7.1.1",
             extended(";a=" + std::string(1000, 'b'))),
      refused("AnEmptyExtensionIsRefused", "RFC 9112 7.1.1", 400, extended(";")),
      refused("AnExtensionWithoutANameIsRefused", "RFC 9112 7.1.1", 400, extended(";=b")),
      refused("AnExtensionWithoutItsValueIsRefused", "RFC 9112 7.1.1", 400, extended(";a=")),
      refused("TwoSemicolonsAreRefused", "RFC 9112 7.1.1", 400, extended(";;a")),
      refused("AWordBehindAnExtensionIsRefused", "RFC 9112 7.1.1", 400, extended(";a b")),
      refused("WhitespaceAtTheEndOfAnExtensionIsRefused", "RFC 9112 7.1.1", 400, extended(";a=b ")),
      refused("AnOpenQuoteIsRefused", "RFC 9112 7.1.1", 400, extended(";a=\"b")),
      refused("TextBehindAQuotedValueIsRefused", "RFC 9112 7.1.1", 400, extended(";a=\"b\"c")),
      refused("ANameThatIsNoTokenIsRefused", "RFC 9112 7.1.1", 400, extended(";a(b)=c")),
      refused("AnEightBitByteInANameIsRefused", "RFC 9112 7.1.1", 400, extended(";\xc3\xa9")),
      refused("AControlByteInAnExtensionIsRefused", "RFC 9112 7.1.1", 400, extended(";a\x01=b")),
      refused("AControlByteInAQuotedValueIsRefused", "RFC 9110 5.6.4", 400,
              extended(";a=\"\x01\"")),
      refused("NulInAnExtensionIsRefused", "RFC 9112 7.1.1", 400, extended(";a=\0"s)),
      refused("DeleteInAnExtensionIsRefused", "RFC 9112 7.1.1", 400, extended(";a=\x7f")),
      refused("ALineFeedAloneInAnExtensionIsRefused", "RFC 9112 2.2", 400,
              chunked("3;a\n[1]\r\n0\r\n\r\n")),
      refused("ACarriageReturnAloneInAnExtensionIsRefused", "RFC 9112 2.2", 400, extended(";a\rb")),
      refused("ALineEndInAQuotedValueIsRefused", "RFC 9110 5.6.4", 400, extended(";a=\"\r\n\"")),
  };
}

}  // namespace conformance
