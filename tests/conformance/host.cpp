// The Host field: exactly one, and a valid one.
#include <string>
#include <string_view>

#include "tests/conformance/cases.hpp"

namespace conformance {

using namespace std::string_literals;

cases host_cases() {
  return {
      served("AHostMayHaveAPort", "RFC 9110 7.2", with_host("h:8080")),
      served("TheLargestPortIsValid", "RFC 3986 3.2.3", with_host("h:65535")),
      served("APortMayHaveLeadingZeros", "RFC 3986 3.2.3", with_host("h:00080")),
      served("APortMayBeEmpty", "RFC 3986 3.2.3", with_host("h:")),
      served("AHostMayBeADomain", "RFC 3986 3.2.2", with_host("www.example-1.com.")),
      served("AHostMayBeAnIpv4Address", "RFC 3986 3.2.2", with_host("127.0.0.1:80")),
      served("AHostMayBeAnIpv6Address", "RFC 3986 3.2.2", with_host("[::1]")),
      served("AnIpv6AddressMayHaveAPort", "RFC 3986 3.2.2", with_host("[2001:db8::7]:80")),
      served("AnIpv6AddressMayEndInAnIpv4Address", "RFC 3986 3.2.2",
             with_host("[::ffff:192.0.2.1]")),
      served("AHostMayBePercentEncoded", "RFC 3986 3.2.2", with_host("%6cocalhost")),
      served("AHostMayHoldUnderscoresAndTildes", "RFC 3986 3.2.2", with_host("a_b~c")),
      served("AHostMayBeOfAnyCase", "RFC 3986 3.2.2", with_host("LocalHost")),
      served("HostNeedNotComeFirst", "RFC 9110 7.2",
             "GET /plaintext HTTP/1.1\r\nX-A: a\r\nHost: h\r\n\r\n"),
      refused("AMissingHostIsRefused", "RFC 9112 3.2", 400, "GET /plaintext HTTP/1.1\r\n\r\n"),
      refused("TwoHostsAreRefused", "RFC 9112 3.2", 400, with_host("a\r\nHost: b")),
      refused("TwoEqualHostsAreRefused", "RFC 9112 3.2", 400, with_host("h\r\nHost: h")),
      refused("TwoHostsOfDifferentCaseAreRefused", "RFC 9112 3.2", 400, with_host("h\r\nhOST: h")),
      refused("TwoHostsApartAreRefused", "RFC 9112 3.2", 400, with_host("h\r\nX-A: a\r\nHost: h")),
      refused("AnEmptyHostIsRefused", "RFC 9110 4.2.1", 400, with_host("")),
      refused("ABlankHostIsRefused", "RFC 9110 4.2.1", 400, with_host(" \t ")),
      refused("APortWithoutAHostIsRefused", "RFC 9110 4.2.1", 400, with_host(":80")),
      refused("UserinfoInHostIsRefused", "RFC 9110 7.2", 400, with_host("user@h")),
      refused("UserinfoWithAPasswordInHostIsRefused", "RFC 9110 7.2", 400,
              with_host("user:word@h")),
      refused("EmptyUserinfoInHostIsRefused", "RFC 9110 7.2", 400, with_host("@h")),
      refused("APortBeyondTheLargestIsRefused", "RFC 3986 3.2.3", 400, with_host("h:65536")),
      refused("APortOf99999IsRefused", "RFC 3986 3.2.3", 400, with_host("h:99999")),
      refused("APortBeyond64BitsIsRefused", "RFC 3986 3.2.3", 400,
              with_host("h:18446744073709551696")),
      refused("APortOfLettersIsRefused", "RFC 3986 3.2.3", 400, with_host("h:http")),
      refused("ASignedPortIsRefused", "RFC 3986 3.2.3", 400, with_host("h:+80")),
      refused("ANegativePortIsRefused", "RFC 3986 3.2.3", 400, with_host("h:-80")),
      refused("TwoPortsAreRefused", "RFC 3986 3.2.3", 400, with_host("h:80:80")),
      refused("AnOpenBracketIsRefused", "RFC 3986 3.2.2", 400, with_host("[::1")),
      refused("AnIpv6AddressWithoutBracketsIsRefused", "RFC 3986 3.2.2", 400, with_host("::1")),
      refused("ABadIpv6AddressIsRefused", "RFC 3986 3.2.2", 400, with_host("[::g]")),
      refused("AnIpv6AddressOfTwoGapsIsRefused", "RFC 3986 3.2.2", 400, with_host("[1::2::3]")),
      refused("AnIpv6AddressOfNineGroupsIsRefused", "RFC 3986 3.2.2", 400,
              with_host("[1:2:3:4:5:6:7:8:9]")),
      refused("AnEmptyIpv6AddressIsRefused", "RFC 3986 3.2.2", 400, with_host("[]")),
      refused("TextBehindAnIpv6AddressIsRefused", "RFC 3986 3.2.2", 400, with_host("[::1]x")),
      refused("AnIpv4AddressInBracketsIsRefused", "RFC 3986 3.2.2", 400, with_host("[127.0.0.1]")),
      refused("ASpaceInHostIsRefused", "RFC 3986 3.2.2", 400, with_host("a b")),
      refused("ATabInHostIsRefused", "RFC 3986 3.2.2", 400, with_host("a\tb")),
      refused("AListOfHostsIsRefused", "RFC 9110 7.2", 400, with_host("a, b")),
      refused("ACommaInHostIsRefused", "RFC 9110 7.2, strict", 400, with_host("a,b")),
      refused("ABadEscapeInHostIsRefused", "RFC 3986 2.1", 400, with_host("a%zzb")),
      refused("APathInHostIsRefused", "RFC 9110 7.2", 400, with_host("h/plaintext")),
      refused("AQueryInHostIsRefused", "RFC 9110 7.2", 400, with_host("h?a")),
      refused("AFragmentInHostIsRefused", "RFC 9110 7.2", 400, with_host("h#a")),
      refused("AUriInHostIsRefused", "RFC 9110 7.2", 400, with_host("http://h")),
      refused("ABackslashInHostIsRefused", "RFC 3986 3.2.2", 400, with_host("h\\a")),
      refused("AnAngleBracketInHostIsRefused", "RFC 3986 3.2.2", 400, with_host("<h>")),
      refused("AnEightBitByteInHostIsRefused", "RFC 3986 3.2.2", 400, with_host("h\xc3\xa9")),
      refused("NulInHostIsRefused", "RFC 3986 3.2.2", 400, with_host("h\0a"s)),
      closing(served("Http10NeedsNoHost", "RFC 9112 3.2", "GET /plaintext HTTP/1.0\r\n\r\n")),
      closing(served("Http10MayHaveAHost", "RFC 9112 3.2",
                     "GET /plaintext HTTP/1.0\r\nHost: h\r\n\r\n")),
      refused("ABadHostOfHttp10IsRefused", "RFC 9112 3.2", 400,
              "GET /plaintext HTTP/1.0\r\nHost: a b\r\n\r\n"),
      refused("TwoHostsOfHttp10AreRefused", "RFC 9112 3.2", 400,
              "GET /plaintext HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n"),
  };
}

}  // namespace conformance
