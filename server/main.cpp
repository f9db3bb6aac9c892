// arena-server: reads its settings, loads its data, serves until SIGTERM or SIGINT.
#include "server/program.hpp"

int main(int argc, char** argv) {
  return server::run(argc, argv);
}
