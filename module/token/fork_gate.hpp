// ForkGate: no thread is inside the module while another one forks, so that the child inherits no lock
// that is held and no half-made change. The price is one store to memory of the thread's own per call.
//
// A fork waits for the calls under way, though not for ever, and calls that come meanwhile wait for
// the fork. Nothing here is ever destroyed. Thread-safe.
#pragma once

namespace kvp11::token {

class ForkGate {
public:
    /// Registers the handlers, once. Whoever else of the module watches forks must have registered before:
    /// handlers run in the reverse order, and this one is to run first.
    static void watch();
    /// How many forks lie between the process that loaded the module and this one.
    [[nodiscard]] static unsigned forks() noexcept;

    /// A call of this thread, from its beginning to its end.
    class Call {
    public:
        Call() noexcept;
        ~Call();
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;
        /// Whether the thread was inside the module already.
        [[nodiscard]] bool nested() const noexcept { return nested_; }

    private:
        bool nested_;
    };

private:
    static void before_fork() noexcept;
    static void after_fork_in_parent() noexcept;
    static void after_fork_in_child() noexcept;
};

}  // namespace kvp11::token
