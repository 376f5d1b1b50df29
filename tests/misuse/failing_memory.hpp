// FailingMemory: the allocation that a test chose fails, once, on the thread that chose it.
//
// The program defines malloc, calloc and realloc for all that is loaded into it, so the module, OpenSSL and SQLite in
// it are met too. Not with sanitizers, which have allocators of their own: can_fail_allocations() says so.
#pragma once

namespace kvp11::test {

bool can_fail_allocations();
/// The n-th allocation of this thread from now on, counted from 0, gives NULL.
void fail_allocation(long n);
/// Ends it; whether that allocation came.
bool allocation_has_failed();

}  // namespace kvp11::test
