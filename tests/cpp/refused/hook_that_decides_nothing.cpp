// A hook that decides returns what it decides.
// Refused: on_escalation is there, but not as a public escalation on_escalation(context&, const actor_exit&)
#include <actor_rt.hpp>

struct counter : actor_rt::actor<counter> {
#ifdef MENDED
    actor_rt::escalation on_escalation(actor_rt::context&, const actor_rt::actor_exit&) { return actor_rt::escalation::stop; }
#else
    void on_escalation(actor_rt::context&, const actor_rt::actor_exit&) {}
#endif
};

int main()
{
    actor_rt::runtime rt;
    rt.spawn<counter>();
}
