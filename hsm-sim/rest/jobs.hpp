// Jobs: backups, restores and security-domain operations that go on after their request was answered. Thread-safe.
#pragma once

namespace kvp11::rest {

class Jobs {};

}  // namespace kvp11::rest
