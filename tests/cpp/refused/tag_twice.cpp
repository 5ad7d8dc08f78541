// Two messages of an actor have two tags.
// Refused: two messages of this actor have one tag
#include <actor_rt.hpp>

struct add {
    static constexpr std::string_view tag_name = "counter.add";
};
struct subtract {
#ifdef MENDED
    static constexpr std::string_view tag_name = "counter.subtract";
#else
    static constexpr std::string_view tag_name = "counter.add";
#endif
};
struct counter : actor_rt::actor<counter, add, subtract> {
    void on(actor_rt::context&, add) {}
    void on(actor_rt::context&, subtract) {}
};

int main()
{
    actor_rt::runtime rt;
    rt.spawn<counter>();
}
