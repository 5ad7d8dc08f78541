// So does one that answers by `reply_to`.
// Refused: this is not what the message is to be answered with
#include <actor_rt.hpp>

struct get {
    static constexpr std::string_view tag_name = "counter.get";
    using reply_type = int;
};
struct counter : actor_rt::actor<counter, get> {
    void on(actor_rt::context& cx, get)
    {
#ifdef MENDED
        cx.reply_to<get>(1);
#else
        cx.reply_to<get>("one");
#endif
    }
};

int main()
{
    actor_rt::runtime rt;
    rt.spawn<counter>();
}
