// The callback of the host's ask takes the answer.
// Refused: the callback of the host's ask takes (answer<Reply>)
#include <actor_rt.hpp>

struct get {
    static constexpr std::string_view tag_name = "counter.get";
    using reply_type = int;
};
struct counter : actor_rt::actor<counter, get> {
    int on(actor_rt::context&, get) { return 1; }
};

int main()
{
    actor_rt::runtime rt;
#ifdef MENDED
    rt.ask(rt.spawn<counter>(), get{}, std::chrono::seconds(1), [](actor_rt::answer<int>) {});
#else
    rt.ask(rt.spawn<counter>(), get{}, std::chrono::seconds(1), [](int) {});
#endif
}
