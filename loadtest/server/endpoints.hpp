// What lab-server serves beside arena-server's endpoints: work in which an arena should lose, or
// make no difference. All of it uses the request's memory, whatever --memory made that. Every
// parameter is needed, those in brackets apart, and must be in its range, else 400; a request that
// needs more memory than it may have gets the usual 503. Answers prove that the work was done; the
// same request has the same answer with every strategy.
//
//   GET /lab/grow?bytes=1..67108864[&texts=1..64]
//     Strings (1 unless told) grow in turn to that size together, by appends of 64 bytes:
//     {"bytes":N,"texts":T,"checksum":C}. See grown_text.hpp. With --memory=arena 8 MiB need a
//     --request-memory-max of 12.1 MiB for one text and 16.1 for 64; 64 MiB need 96.1 and 127.9, so
//     that its default is enough for all. The other strategies have no such limit.
//   GET /lab/churn?steps=1..1000&bytes=64..262144
//     Containers of about so many bytes are built and destroyed so many times:
//     {"steps":N,"bytes":M,"checksum":C}. See churned.hpp. An arena takes steps times all of it.
//   GET /lab/outlive?items=1..10000
//     A result of so many items is built and then kept, with the 63 before it, by the thread:
//     {"items":N,"checksum":C}, of what is kept. See results.hpp.
//   GET /lab/kept
//     What the thread that answers has kept so far, read again:
//     {"results":R,"items":N,"checksum":sum of all, modulo 2 to the 64}.
//   GET /lab/cpu?iterations=1..10000000
//     Integer work: {"iterations":N,"checksum":C}. See integer_work.hpp. No memory but the
//     answer's.
#pragma once

#include <cstddef>

#include "server/router.hpp"

namespace lab_server {

inline constexpr std::size_t grow_bytes_max = std::size_t{64} << 20;
inline constexpr std::size_t grow_texts_max = 64;
inline constexpr std::size_t churn_steps_max = 1000;
inline constexpr std::size_t churn_bytes_min = 64;
inline constexpr std::size_t churn_bytes_max = std::size_t{256} << 10;
inline constexpr std::size_t outlive_items_max = 10'000;
inline constexpr std::size_t iterations_max = 10'000'000;

/// Adds the endpoints above.
void add_endpoints(server::router& routes);

/// Has each request, routed or not, begin with so much integer work: a seeded regression, which a
/// measurement must find. 0 adds nothing.
void add_spin(server::router& routes, std::size_t iterations);

}  // namespace lab_server
