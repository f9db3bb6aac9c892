// Boost.JSON, compiled with the program instead of Debian's shared library: so the optimiser sees
// through its calls, a few for every value of a document. Worth a fifth of parsing and of building.
#include <boost/json/src.hpp>
