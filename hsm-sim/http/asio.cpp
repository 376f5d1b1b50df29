// Asio's own code, compiled here once for everybody who links this room.
#include <boost/asio/impl/src.hpp>
