// That holds for classes that cannot be derived from.
// Refused: on_started is there, but not as a public void on_started(context&)
#include <actor_rt.hpp>

struct counter final : actor_rt::actor<counter> {
#ifdef MENDED
    void on_started(actor_rt::context&) {}
#else
    void on_started(actor_rt::context&, int) {}
#endif
};

int main()
{
    actor_rt::runtime rt;
    rt.spawn<counter>();
}
