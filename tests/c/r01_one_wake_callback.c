/* R1: one callback; its flags say who caused it, and creating a runtime does not call it. */
#include "fake_host.h"

static void *post_from_there(void *argument)
{
    void **both = argument;
    CHECK_EQ(art_remote_post(both[0], *(art_actor *)both[1], art_tag("x"), NULL, 0), ART_OK);
    return NULL;
}

int main(void)
{
    fake_host host;
    recorder actor = {0};
    art_remote *remote = NULL;
    host_create(&host);
    CHECK_EQ(host.wakes, 0);
    recorder_spawn(&actor, &host);
    host_run(&host);
    host.wakes = 0;

    CHECK_EQ(post_word(&host, actor.id, "x", 1), ART_OK);
    CHECK_EQ(host.wakes, 1);
    CHECK_EQ(host.wake_flags, ART_WAKE_LOCAL);
    host_run(&host);

    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + 5, NULL, 0, NULL), ART_OK);
    CHECK_EQ(host.wakes, 2);
    CHECK_EQ(host.wake_flags, ART_WAKE_DEADLINE);
    host_run(&host);

    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    on_other_thread(post_from_there, (void *[]){remote, &actor.id});
    CHECK_EQ(host.wakes, 3);
    CHECK_EQ(host.wake_flags, ART_WAKE_REMOTE);
    host_run(&host);
    CHECK_EQ(actor.count, 2);
    CHECK_EQ(actor.last.flags, ART_MSG_REMOTE);
    art_remote_unref(remote);
    host_destroy(&host);
    return finish();
}
