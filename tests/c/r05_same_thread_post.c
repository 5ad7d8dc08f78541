/* R5: a post of the owner thread outside of a step wakes once; so does an earlier deadline, and a later one does not. */
#include "fake_host.h"

int main(void)
{
    fake_host host;
    recorder actor = {0};
    art_timer timer = 0;
    host_create(&host);
    recorder_spawn(&actor, &host);
    host_run(&host);
    host.wakes = 0;
    CHECK_EQ(post_word(&host, actor.id, "x", 1), ART_OK);
    CHECK_EQ(host.wakes, 1);
    host_run(&host);

    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + 100, NULL, 0, &timer), ART_OK);
    CHECK_EQ(host.wakes, 2);
    host_run(&host);
    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + 200, NULL, 0, NULL), ART_OK);
    CHECK_EQ(host.wakes, 2);
    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + 50, NULL, 0, NULL), ART_OK);
    CHECK_EQ(host.wakes, 3);
    CHECK_EQ(host.wake_flags, ART_WAKE_DEADLINE);
    host_run(&host);
    CHECK_EQ(art_timer_reset(host.rt, timer, host.now + 300), ART_OK);
    CHECK_EQ(art_timer_cancel(host.rt, timer), ART_OK);
    CHECK_EQ(host.wakes, 3);
    CHECK_EQ(art_timer_cancel(host.rt, timer), ART_NOT_FOUND);
    host_destroy(&host);
    return finish();
}
