// Boost.JSON, compiled once for all rooms instead of being linked as a shared library.
#include <boost/json/src.hpp>
