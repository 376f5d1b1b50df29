// Boost.JSON, compiled once for this room instead of being linked as a shared library.
#include <boost/json/src.hpp>
