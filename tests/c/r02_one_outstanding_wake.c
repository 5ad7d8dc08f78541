/* R2: between a wake and the next step no further wake is made, whoever posts. */
#include "fake_host.h"

static void *post_much(void *argument)
{
    void **both = argument;
    for (int index = 0; index < 1000; index++) {
        CHECK_EQ(art_remote_post(both[0], *(art_actor *)both[1], art_tag("x"), NULL, 0), ART_OK);
    }
    return NULL;
}

int main(void)
{
    fake_host host;
    recorder actor = {0};
    art_remote *remote = NULL;
    host_create(&host);
    recorder_spawn(&actor, &host);
    host_run(&host);
    host.wakes = 0;
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    on_other_thread(post_much, (void *[]){remote, &actor.id});
    CHECK_EQ(host.wakes, 1);
    for (int index = 0; index < 1000; index++) {
        CHECK_EQ(post_word(&host, actor.id, "x", 1), ART_OK);
    }
    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + 1, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_remote_wake(remote), ART_OK);
    CHECK_EQ(host.wakes, 1);
    CHECK_EQ(host_run(&host), 2000);
    CHECK_EQ(actor.count, 2000);
    CHECK_EQ(host.wakes, 1);
    art_remote_unref(remote);
    host_destroy(&host);
    return finish();
}
