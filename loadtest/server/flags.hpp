// lab-server's own flags, taken out of its arguments before arena-server's command line is read.
// Used by main alone, once.
#pragma once

#include <cstddef>
#include <vector>

namespace lab_server {

struct flags {
  bool age_heap = false;            ///< --age-heap
  std::size_t spin_iterations = 0;  ///< --spin N, from 0 to iterations_max
  bool help = false;                ///< --help or -h; it stays among the arguments
};

inline constexpr const char* flags_help =
    "lab-server: arena-server for the load lab, with the endpoints /lab/grow, /lab/churn,\n"
    "/lab/outlive, /lab/kept and /lab/cpu (see loadtest/server/endpoints.hpp) and these flags:\n"
    "  --age-heap                  age each serving thread's heap before the first request: see\n"
    "                              loadtest/heap_aging/heap_aging.hpp for how; 39 MiB a thread "
    "stay\n"
    "  --spin N                    burn N rounds of integer work before each request, about 2 ns\n"
    "                              each: a regression made on purpose; 0 to 10000000\n"
    "All of arena-server's flags work as well:\n\n";

/// Takes the flags above out of `arguments`, of which the first is the program's name; the others
/// stay as they are. Throws std::invalid_argument, which says what to do, for a value that is
/// missing or none.
flags take_flags(std::vector<const char*>& arguments);

}  // namespace lab_server
