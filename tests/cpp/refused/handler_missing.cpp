// An actor handles what it lists.
// Refused: the actor lists this message but has no public on(context&, const Message&)
#include <actor_rt.hpp>

struct add {
    static constexpr std::string_view tag_name = "counter.add";
};
struct counter : actor_rt::actor<counter, add> {
#ifdef MENDED
public:
#else
private:
#endif
    void on(actor_rt::context&, add) {}
};

int main()
{
    actor_rt::runtime rt;
    rt.spawn<counter>();
}
