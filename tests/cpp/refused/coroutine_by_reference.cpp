// A coroutine takes its message by value.
// Refused: a coroutine takes its async_context and its message by value
// Standard: c++20
#include <actor_rt/coroutine.hpp>

struct get {
    static constexpr std::string_view tag_name = "counter.get";
    using reply_type = int;
};
struct counter : actor_rt::actor<counter, get> {
#ifdef MENDED
    actor_rt::task<int> on(actor_rt::async_context, get) { co_return 1; }
#else
    actor_rt::task<int> on(actor_rt::async_context, const get&) { co_return 1; }
#endif
};

int main()
{
    actor_rt::runtime rt;
    rt.spawn<counter>();
}
