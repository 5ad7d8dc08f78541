// What is asked is copied.
// Refused: an ask copies its payload: the message has to be trivially copyable or to have a codec
#include <actor_rt.hpp>

struct get {
    static constexpr std::string_view tag_name = "counter.get";
    using reply_type = int;
#ifdef MENDED
    int of;
#else
    std::string of;
#endif
};
struct counter : actor_rt::actor<counter, get> {
    int on(actor_rt::context&, const get&) { return 1; }
};

int main()
{
    actor_rt::runtime rt;
    rt.ask(rt.spawn<counter>(), get{}, std::chrono::seconds(1), [](actor_rt::answer<int>) {});
}
