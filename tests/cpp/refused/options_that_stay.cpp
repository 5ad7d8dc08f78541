// Options belong to one actor, also where they may be left out.
// Refused: the options are used up: std::move(how)
#include <actor_rt.hpp>

struct worker : actor_rt::actor<worker> {};

int main()
{
    actor_rt::runtime rt;
    actor_rt::actor_options how;
#ifdef MENDED
    rt.spawn_supervised<worker>(actor_rt::supervision(), std::move(how));
#else
    rt.spawn_supervised<worker>(actor_rt::supervision(), how);
#endif
}
