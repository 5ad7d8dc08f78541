/* R16: in a forked child the runtime is refused, and its end runs no callback there. */
#include "fake_host.h"

static fake_host host;
static recorder actor;
static drops dropped;

static int use_in_child(void *unused)
{
    (void)unused;
    CHECK_EQ(art_step(host.rt, host.now, NULL, NULL), ART_FORKED);
    CHECK_EQ(art_post(host.rt, actor.id, art_tag("x"), NULL, 0), ART_FORKED);
    CHECK_EQ(art_adopt_thread(host.rt), ART_FORKED);
    CHECK_EQ(art_destroy(host.rt), ART_FORKED);
    CHECK_EQ(actor.destroys, 0);
    CHECK_EQ(actor.stops, 0);
    CHECK_EQ(dropped.calls, 0);
    CHECK_EQ(host.wake_drops, 0);
    return finish();
}

int main(void)
{
    host_create(&host);
    recorder_spawn(&actor, &host);
    host_run(&host);
    CHECK_EQ(art_post_owned(host.rt, actor.id, art_tag("x"), &actor, 1, count_drop, &dropped), ART_OK);
    CHECK_EQ(in_child(use_in_child, NULL), 0);
    CHECK_EQ(host_run(&host), 1);
    CHECK_EQ(dropped.calls, 1);
    host_destroy(&host);
    CHECK_EQ(actor.destroys, 1);
    return finish();
}
