// The least that one writes in C++ without a library: std::function in a std::deque, and for other threads a mutex beside it.
#include "plain.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace {
struct local {
    std::deque<std::function<void()>> waiting;

    void post(std::function<void()> work) { waiting.push_back(std::move(work)); }
    template <class Condition>
    void run_while(Condition condition)
    {
        while (condition()) {
            const auto work = std::move(waiting.front());
            waiting.pop_front();
            work();
        }
    }
};

/// The same with a lock, for other threads.
struct locked {
    std::mutex mutex;
    std::condition_variable filled;
    std::deque<std::function<void()>> waiting;

    void post(std::function<void()> work)
    {
        bool first = false;
        {
            const std::lock_guard<std::mutex> lock(mutex);
            first = waiting.empty();
            waiting.push_back(std::move(work));
        }
        if (first) {
            filled.notify_one();
        }
    }
    template <class Condition>
    void run_while(Condition condition)
    {
        std::deque<std::function<void()>> taken;
        while (condition()) {
            {
                std::unique_lock<std::mutex> lock(mutex);
                filled.wait(lock, [&] { return !waiting.empty(); });
                taken.swap(waiting);
            }
            for (const auto& work : taken) {
                work();
            }
            taken.clear();
        }
    }
};

/// These loops are their own queues.
template <class Loop>
struct door {
    Loop& to;
    explicit door(Loop& loop) : to(loop) {}
    void post(std::function<void()> work) { to.post(std::move(work)); }
};
using alone = bench::plain::rows<local, door<local>>;
using shared = bench::plain::rows<locked, door<locked>>;
} // namespace

int main(int count, char** words)
{
    return bench::run(count, words, {"GCC", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__}, {{"burst", alone::burst}, {"ping", alone::ping}, {"producers_1", shared::produce<1>},
                                     {"producers_4", shared::produce<4>}, {"wake", shared::wake}});
}
