// Takes a transaction back at the end of the scope unless it was committed. The caller holds the connection's lock.
#pragma once

#include "store/sqlite_connection.hpp"

namespace kvp11::store {

class RollBack {
public:
    explicit RollBack(SqliteConnection& connection) : connection_(connection) {}
    RollBack(const RollBack&) = delete;
    RollBack& operator=(const RollBack&) = delete;
    ~RollBack() { connection_.roll_back(); }

private:
    SqliteConnection& connection_;
};

}  // namespace kvp11::store
