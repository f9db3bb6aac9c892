// The bounds that requests and connections are held to. Each default says where it comes from.
#pragma once

#include <cstddef>

namespace server {

struct limits {
  /// Request line and fields; trailers and chunk extensions of a body have the same again.
  /// 16 KiB: twice what Apache and Node take.
  std::size_t header_bytes_max = std::size_t{16} << 10;
  /// 100, Apache's LimitRequestFields: a browser sends about a dozen, proxies add as many.
  std::size_t header_fields_max = 100;
  /// The request target. 8 KiB: what browsers, proxies and nginx's default buffer agree on.
  std::size_t target_bytes_max = std::size_t{8} << 10;
  /// After chunked coding is undone. 8 MiB: a large JSON document.
  std::size_t body_bytes_max = std::size_t{8} << 20;
  /// Responses of one connection that are ready and not sent, and the memory that they hold, after
  /// which no further request is answered. 32: benchmarks send 16 at once; 256 KiB: more than a
  /// socket buffer takes at once.
  std::size_t pipeline_depth_max = 32;
  std::size_t pipeline_bytes_max = std::size_t{256} << 10;
  /// Rows that one query may look at. 10 million: a second of one core with a filter over numbers.
  std::size_t query_rows_max = 10'000'000;
};

}  // namespace server
