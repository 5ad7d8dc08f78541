// An answer is no address.
// Refused: an address says nothing to who asked; a text is a std::string
#include <actor_rt.hpp>

struct get {
    static constexpr std::string_view tag_name = "counter.get";
};
struct counter : actor_rt::actor<counter, get> {
    void on(actor_rt::context& cx, get)
    {
#ifdef MENDED
        cx.reply(std::string("one"));
#else
        cx.reply("one");
#endif
    }
};

int main()
{
    actor_rt::runtime rt;
    rt.spawn<counter>();
}
