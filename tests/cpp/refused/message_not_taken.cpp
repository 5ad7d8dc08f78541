// A message goes only to an actor that takes it.
// Refused: this actor does not take this message
#include <actor_rt.hpp>

struct add {
    static constexpr std::string_view tag_name = "counter.add";
};
struct subtract {
    static constexpr std::string_view tag_name = "counter.subtract";
};
struct counter : actor_rt::actor<counter, add> {
    void on(actor_rt::context&, add) {}
};

int main()
{
    actor_rt::runtime rt;
#ifdef MENDED
    rt.post(rt.spawn<counter>(), add{});
#else
    rt.post(rt.spawn<counter>(), subtract{});
#endif
}
