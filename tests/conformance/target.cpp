// The request target: its bytes, and its four forms.
#include <string>
#include <utility>

#include "tests/conformance/cases.hpp"

namespace conformance {

using namespace std::string_literals;

cases target_cases() {
  cases all = {
      served("APercentEncodedPathIsTheSamePath", "RFC 3986 6.2.2.2", with_target("/%70laintext")),
      served("TheHexDigitsOfAnEscapeMayBeOfAnyCase", "RFC 3986 2.1",
             with_target("/p%6Cain%74e%78t?%6c%6C")),
      served("AnEmptyQueryIsAQuery", "RFC 3986 3.4", with_target("/plaintext?")),
      served("AQueryMayHoldSlashesAndQuestionMarks", "RFC 3986 3.4",
             with_target("/plaintext?a=/b?c")),
      served("AQueryMayHoldEverySubDelimiter", "RFC 3986 3.4",
             with_target("/plaintext?!$&'()*+,;=:@-._~")),
      answered("APathMayHoldEverySubDelimiter", "RFC 3986 3.3", 404,
               with_target("/!$&'()*+,;=:@-._~")),
      answered("AnEncodedSlashDividesNoSegments", "RFC 3986 2.2", 404, with_target("/a%2Fb")),
      answered("AnEmptySegmentIsASegment", "RFC 3986 3.3", 404, with_target("//plaintext")),
      refused("AMissingTargetIsRefused", "RFC 9112 3.2", 400, with_line("GET HTTP/1.1")),
      refused("ASpaceInTheTargetIsRefused", "RFC 9112 3.2", 400, with_target("/plain text")),
      refused("ASpaceInTheQueryIsRefused", "RFC 9112 3.2", 400, with_target("/plaintext?a b")),
      refused("ATabInTheTargetIsRefused", "RFC 9112 3.2", 400, with_target("/plaintext?a\tb")),
      refused("AFragmentIsRefused", "RFC 9112 3.2", 400, with_target("/plaintext#top")),
      refused("AFragmentBehindTheQueryIsRefused", "RFC 9112 3.2", 400,
              with_target("/plaintext?a#top")),
      refused("APercentSignAloneIsRefused", "RFC 3986 2.1", 400, with_target("/plaintext%")),
      refused("AnEscapeOfOneDigitIsRefused", "RFC 3986 2.1", 400, with_target("/plaintext%4")),
      refused("AnEscapeOfOtherLettersIsRefused", "RFC 3986 2.1", 400, with_target("/plaintext%4g")),
      refused("ABadEscapeInTheQueryIsRefused", "RFC 3986 2.1", 400,
              with_target("/plaintext?a=%zz")),
      refused("AnEscapeWithASignIsRefused", "RFC 3986 2.1", 400, with_target("/plaintext?a=%+1")),
      refused("NulInTheTargetIsRefused", "RFC 9112 3.2", 400, with_target("/plaintext?\0"s)),
      refused("AControlByteInThePathIsRefused", "RFC 9112 3.2", 400, with_target("/plaintext\x01")),
      refused("AControlByteInTheQueryIsRefused", "RFC 9112 3.2", 400,
              with_target("/plaintext?\x1f")),
      refused("DeleteInTheQueryIsRefused", "RFC 9112 3.2", 400, with_target("/plaintext?\x7f")),
      refused("ABareCarriageReturnInTheTargetIsRefused", "RFC 9112 2.2", 400,
              with_target("/plaintext?\rx")),
      refused("AnEightBitByteInThePathIsRefused", "RFC 3986 2", 400, with_target("/\xc3\xa9")),
      // Not by the grammar, but curl sends what is typed.
      served("AnEightBitByteInTheQueryIsLetThrough", "RFC 3986 2",
             with_target("/plaintext?\xc3\xa9")),
  };
  // RFC 3986 has them in neither; clients send them in queries.
  const std::pair<const char*, const char*> lenient[] = {
      {"AVerticalBar", "|"},  {"AnOpeningBrace", "{"}, {"AClosingBrace", "}"},
      {"ALessThanSign", "<"}, {"AGreaterSign", ">"},   {"AQuotationMark", "\""},
      {"ACaret", "^"},        {"ABackquote", "`"},     {"ABackslash", "\\"}};
  for (const auto& [name, byte] : lenient) {
    all.push_back(served(name + "InTheQueryIsLetThrough"s, "RFC 3986 3.4, lenient",
                         with_target("/plaintext?a="s + byte)));
    all.push_back(refused(name + "InThePathIsRefused"s, "RFC 3986 3.3", 400,
                          with_target("/plaintext"s + byte)));
  }
  all.push_back(served("BracketsInTheQueryAreLetThrough", "RFC 3986 3.4, lenient",
                       with_target("/plaintext?a[0]=1")));
  return all;
}

cases target_form_cases() {
  return {
      served("AnAbsoluteFormIsServed", "RFC 9112 3.2.2", with_target("http://h/plaintext")),
      served("AnAbsoluteFormOfHttpsIsServed", "RFC 9112 3.2.2", with_target("https://h/plaintext")),
      served("ASchemeMayBeOfAnyCase", "RFC 3986 3.1", with_target("HTTP://h/plaintext")),
      served("AnAbsoluteFormMayNameAPort", "RFC 9112 3.2.2", with_target("http://h:80/plaintext")),
      served("AnAbsoluteFormMayHaveAQuery", "RFC 9112 3.2.2",
             with_target("http://h/plaintext?a=http://b/c")),
      served("AnAbsoluteFormMayNameAnIpv6Address", "RFC 3986 3.2.2",
             with_target("http://[::1]:80/plaintext")),
      served("TheAuthorityOfAnAbsoluteFormWinsOverHost", "RFC 9112 3.2.2",
             "GET http://h/plaintext HTTP/1.1\r\nHost: other\r\n\r\n"),
      refused("AnAbsoluteFormNeedsAHostToo", "RFC 9112 3.2", 400,
              "GET http://h/plaintext HTTP/1.1\r\n\r\n"),
      refused("AnAbsoluteFormNeedsAValidHostToo", "RFC 9112 3.2", 400,
              "GET http://h/plaintext HTTP/1.1\r\nHost: a b\r\n\r\n"),
      // The root is not served here: it is found or not, but well-formed.
      answered("AnAbsoluteFormWithoutAPathIsTheRoot", "RFC 9110 4.2.3", 404,
               with_target("http://h")),
      answered("AnAbsoluteFormWithAQueryAloneIsTheRoot", "RFC 9110 4.2.3", 404,
               with_target("http://h?x")),
      refused("AnAbsoluteFormWithoutAHostIsRefused", "RFC 9110 4.2.1", 400,
              with_target("http:///plaintext")),
      refused("AnAbsoluteFormWithAPortAloneIsRefused", "RFC 9110 4.2.1", 400,
              with_target("http://:80/plaintext")),
      refused("UserinfoInAnAbsoluteFormIsRefused", "RFC 9110 4.2.4", 400,
              with_target("http://user@h/plaintext")),
      refused("AnAbsoluteFormWithABadPortIsRefused", "RFC 3986 3.2.3", 400,
              with_target("http://h:8o/plaintext")),
      refused("AnAbsoluteFormWithTooLargeAPortIsRefused", "RFC 3986 3.2.3", 400,
              with_target("http://h:65536/plaintext")),
      refused("AnAbsoluteFormWithoutAnAuthorityIsRefused", "RFC 9110 4.2.1", 400,
              with_target("http:/plaintext")),
      refused("AnotherSchemeIsRefused", "RFC 9110 7.4", 400, with_target("ftp://h/plaintext")),
      refused("AFragmentInAnAbsoluteFormIsRefused", "RFC 9112 3.2.2", 400,
              with_target("http://h/plaintext#top")),
      refused("APathWithoutASlashIsRefused", "RFC 9112 3.2.1", 400, with_target("plaintext")),
      refused("AQueryAloneIsRefused", "RFC 9112 3.2.1", 400, with_target("?a")),
      refused("AnAuthorityFormIsForConnectAlone", "RFC 9112 3.2.3", 400, with_target("h:443")),
      refused("ConnectIsNotImplementedAndCloses", "RFC 9110 9.3.6", 501,
              with_line("CONNECT h:443 HTTP/1.1")),
      refused("ConnectToAnIpv6AddressIsNotImplemented", "RFC 9110 9.3.6", 501,
              with_line("CONNECT [::1]:443 HTTP/1.1")),
      refused("ConnectWithoutAPortIsRefused", "RFC 9110 9.3.6", 400,
              with_line("CONNECT h HTTP/1.1")),
      refused("ConnectWithABadPortIsRefused", "RFC 9110 9.3.6", 400,
              with_line("CONNECT h:x HTTP/1.1")),
      refused("ConnectToAPathIsRefused", "RFC 9112 3.2.3", 400,
              with_line("CONNECT /plaintext HTTP/1.1")),
      requiring("Allow", answered("OptionsOfTheWholeServerListsItsMethods", "RFC 9110 9.3.7", 204,
                                  with_line("OPTIONS * HTTP/1.1"))),
      refused("AnAsteriskIsNotForGet", "RFC 9112 3.2.4", 400, with_target("*")),
      refused("AnAsteriskIsNotForPost", "RFC 9112 3.2.4", 400, with_line("POST * HTTP/1.1")),
      refused("AnAsteriskWithMoreBehindItIsRefused", "RFC 9112 3.2.4", 400,
              with_line("OPTIONS */plaintext HTTP/1.1")),
      refused("AnAsteriskWithAQueryIsRefused", "RFC 9112 3.2.4", 400,
              with_line("OPTIONS *?a HTTP/1.1")),
  };
}

}  // namespace conformance
