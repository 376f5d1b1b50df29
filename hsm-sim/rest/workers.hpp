// Workers: threads for what takes longer than a connection's thread may wait, at a lower priority than those, so that
// no key generation delays a signature. Thread-safe.
#pragma once

#include <functional>
#include <memory>

namespace kvp11::rest {

class Workers {
public:
    /// 0: one per core.
    explicit Workers(unsigned threads = 0);
    /// Waits for work that has begun; drops what has not.
    ~Workers();
    void post(std::function<void()> work);

private:
    struct Pool;
    std::unique_ptr<Pool> pool_;
};

}  // namespace kvp11::rest
