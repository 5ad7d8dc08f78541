// A handler answers with what its message promises.
// Refused: the handler returns another type than the message's reply_type
#include <actor_rt.hpp>

struct get {
    static constexpr std::string_view tag_name = "counter.get";
    using reply_type = int;
};
struct counter : actor_rt::actor<counter, get> {
#ifdef MENDED
    int on(actor_rt::context&, get) { return 1; }
#else
    std::string on(actor_rt::context&, get) { return "one"; }
#endif
};

int main()
{
    actor_rt::runtime rt;
    rt.spawn<counter>();
}
