// So is what a timer brings.
// Refused: a timer copies its payload: the message has to be trivially copyable or to have a codec
#include <actor_rt.hpp>

struct note {
    static constexpr std::string_view tag_name = "board.note";
#ifdef MENDED
    char text[8];
#else
    std::string text;
#endif
};
struct board : actor_rt::actor<board, note> {
    void on(actor_rt::context&, const note&) {}
};

int main()
{
    actor_rt::runtime rt;
    (void)rt.after(rt.spawn<board>(), std::chrono::seconds(1), note{});
}
