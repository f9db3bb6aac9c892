// Whether the connection goes on: Connection, the version, and what has no say in it.
#include <string>
#include <string_view>
#include <utility>

#include "tests/conformance/cases.hpp"

namespace conformance {

namespace {

// GET /plaintext of HTTP/1.0 with this field line.
std::string old_with_field(std::string_view field) {
  return "GET /plaintext HTTP/1.0\r\n" + std::string(field) + "\r\n\r\n";
}

http_case kept_1_0(std::string name, std::string_view field) {
  return requiring("Connection: keep-alive",
                   served(std::move(name), "RFC 9112 9.3", old_with_field(field)));
}

http_case closed_1_0(std::string name, std::string_view field) {
  return closing(served(std::move(name), "RFC 9112 9.3", old_with_field(field)));
}

http_case kept(std::string name, std::string section, std::string_view field) {
  return served(std::move(name), std::move(section), with_field(field));
}

http_case closed(std::string name, std::string section, std::string_view field) {
  return closing(kept(std::move(name), std::move(section), field));
}

}  // namespace

cases connection_cases() {
  return {
      kept("Http11StaysByDefault", "RFC 9112 9.3", "X-A: a"),
      kept("KeepAliveStays", "RFC 9112 9.3", "Connection: keep-alive"),
      closed("CloseIsHonoured", "RFC 9112 9.6", "Connection: close"),
      closed("CloseMayBeOfAnyCase", "RFC 9110 7.6.1", "Connection: Close"),
      closed("CloseMayBeInCapitals", "RFC 9110 7.6.1", "CONNECTION: CLOSE"),
      closed("CloseMayStandFirstInAList", "RFC 9110 7.6.1", "Connection: close, X-A"),
      closed("CloseMayStandLastInAList", "RFC 9110 7.6.1", "Connection: X-A ,\tclose"),
      closed("CloseMayStandInAListOfEmptyElements", "RFC 9110 5.6.1", "Connection: ,, close,"),
      closed("CloseMayStandInASecondField", "RFC 9110 5.3", "Connection: X-A\r\nConnection: close"),
      closed("CloseWinsOverKeepAlive", "RFC 9112 9.3", "Connection: close, keep-alive"),
      closed("CloseBehindKeepAliveWinsToo", "RFC 9112 9.3", "Connection: keep-alive, close"),
      closed("CloseInAnotherFieldWinsToo", "RFC 9112 9.3",
             "Connection: keep-alive\r\nConnection: close"),
      kept("AWordThatBeginsWithCloseIsAnother", "RFC 9110 7.6.1", "Connection: closed"),
      kept("AWordThatEndsInCloseIsAnother", "RFC 9110 7.6.1", "Connection: do-not-close"),
      kept("AnEmptyConnectionHasNoEffect", "RFC 9110 5.6.1", "Connection:"),
      kept("AnUnknownOptionHasNoEffect", "RFC 9110 7.6.1", "Connection: X-A"),
      kept("ProxyConnectionHasNoEffect", "RFC 9112 9.3", "Proxy-Connection: close"),
      kept("CloseInAnotherFieldHasNoEffect", "RFC 9110 7.6.1", "X-Connection: close"),
      kept("AnUpgradeToHttp2IsIgnored", "RFC 9110 7.8",
           "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk"),
      kept("AnUpgradeToWebSocketIsIgnored", "RFC 9110 7.8",
           "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"),
      kept("AnUpgradeWithoutTheOptionIsIgnored", "RFC 9110 7.8", "Upgrade: h2c"),
      closed_1_0("Http10ClosesByDefault", "X-A: a"),
      kept_1_0("Http10StaysWithKeepAlive", "Connection: keep-alive"),
      kept_1_0("KeepAliveOfHttp10MayBeOfAnyCase", "Connection: Keep-Alive"),
      kept_1_0("KeepAliveOfHttp10MayStandInAList", "Connection: X-A, keep-alive"),
      closed_1_0("CloseOfHttp10IsHonoured", "Connection: close"),
      closed_1_0("CloseOfHttp10WinsOverKeepAlive", "Connection: keep-alive, close"),
      closed_1_0("ProxyConnectionOfHttp10HasNoEffect", "Proxy-Connection: keep-alive"),
      closed_1_0("TheKeepAliveFieldOfHttp10HasNoEffect", "Keep-Alive: timeout=5"),
      closing(echoed("CloseIsHonouredBehindABody", "RFC 9112 9.6",
                     echo("Connection: close\r\nContent-Length: 3", "[1]"))),
      closing(
          echoed("CloseIsHonouredBehindAChunkedBody", "RFC 9112 9.6",
                 echo("Connection: close\r\nTransfer-Encoding: chunked", "3\r\n[1]\r\n0\r\n\r\n"))),
      refused("CloseIsHonouredByErrors", "RFC 9112 9.6", 404,
              "GET /nope HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
  };
}

}  // namespace conformance
