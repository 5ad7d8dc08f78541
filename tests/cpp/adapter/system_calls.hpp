/*
 * Counts, for each thread, the system calls by which loops wake themselves: it stands in front of the C library's functions.
 */
#ifndef ACTOR_RT_TESTS_ADAPTER_SYSTEM_CALLS_HPP
#define ACTOR_RT_TESTS_ADAPTER_SYSTEM_CALLS_HPP

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace adapter {
inline thread_local int wakes_by_system_call = 0;
}

extern "C" {
inline __attribute__((used, visibility("default"))) ssize_t write(int descriptor, const void* data, size_t size)
{
    ++adapter::wakes_by_system_call;
    return syscall(SYS_write, descriptor, data, size);
}
inline __attribute__((used, visibility("default"))) int eventfd_write(int descriptor, eventfd_t value)
{
    ++adapter::wakes_by_system_call;
    return syscall(SYS_write, descriptor, &value, sizeof(value)) == sizeof(value) ? 0 : -1;
}
inline __attribute__((used, visibility("default"))) int epoll_ctl(int set, int how, int descriptor, epoll_event* event) noexcept
{
    ++adapter::wakes_by_system_call;
    return static_cast<int>(syscall(SYS_epoll_ctl, set, how, descriptor, event));
}
}

#endif // ACTOR_RT_TESTS_ADAPTER_SYSTEM_CALLS_HPP
