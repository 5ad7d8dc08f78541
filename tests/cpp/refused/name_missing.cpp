// A message has a name.
// Refused: not a message: give the type a `static constexpr std::string_view tag_name`
#include <actor_rt.hpp>

struct add {
#ifdef MENDED
    static constexpr std::string_view tag_name = "counter.add";
#endif
};
struct counter : actor_rt::actor<counter, add> {
    void on(actor_rt::context&, add) {}
};

int main()
{
    actor_rt::runtime rt;
    rt.post(rt.spawn<counter>(), add{});
}
