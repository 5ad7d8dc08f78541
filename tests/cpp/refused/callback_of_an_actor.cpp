// The callback of an actor's ask takes the answer of the message's type.
// Refused: the callback of an ask takes (answer<Reply>) or (context&, answer<Reply>)
#include <actor_rt.hpp>

struct get {
    static constexpr std::string_view tag_name = "counter.get";
    using reply_type = int;
};
struct counter : actor_rt::actor<counter, get> {
    int on(actor_rt::context&, get) { return 1; }
};
struct asker : actor_rt::actor<asker> {
    explicit asker(actor_rt::actor_ref<counter> whom) : to(whom) {}
    void on_start(actor_rt::context& cx)
    {
#ifdef MENDED
        cx.ask(to, get{}, std::chrono::seconds(1), [](actor_rt::context&, actor_rt::answer<int>) {});
#else
        cx.ask(to, get{}, std::chrono::seconds(1), [](actor_rt::context&, actor_rt::answer<std::string>) {});
#endif
    }
    actor_rt::actor_ref<counter> to;
};

int main()
{
    actor_rt::runtime rt;
    rt.spawn<asker>(rt.spawn<counter>());
}
