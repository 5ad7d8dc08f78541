// A hook has its form, or another name.
// Refused: on_restart is there, but not as a public void on_restart(context&, const actor_exit&)
#include <actor_rt.hpp>

struct counter : actor_rt::actor<counter> {
#ifdef MENDED
    void on_restart(actor_rt::context&, const actor_rt::actor_exit&) {}
#else
    void on_restart(actor_rt::context&, actor_rt::actor_exit&) {}
#endif
};

int main()
{
    actor_rt::runtime rt;
    rt.spawn<counter>();
}
