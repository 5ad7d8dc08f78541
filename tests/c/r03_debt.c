/* R3: `more` means that a step is owed and no wake comes for it; without `more` the next event wakes exactly once. */
#include "fake_host.h"

static void with_wake_on_more(void)
{
    fake_host host;
    recorder actor = {0};
    host_init(&host);
    host.config.flags = ART_CONFIG_WAKE_ON_MORE;
    host_start(&host);
    recorder_spawn(&actor, &host);
    host_run(&host);
    post_word(&host, actor.id, "x", 1);
    post_word(&host, actor.id, "x", 2);
    host.wakes = 0;
    CHECK_EQ(host_step(&host, 1).more, 1);
    CHECK_EQ(host.wakes, 1);
    CHECK_EQ(host_step(&host, 1).more, 0);
    CHECK_EQ(host.wakes, 1);
    host_destroy(&host);
}

int main(void)
{
    fake_host host;
    recorder actor = {0};
    host_create(&host);
    recorder_spawn(&actor, &host);
    host_run(&host);
    for (uint64_t index = 0; index < 10; index++) {
        post_word(&host, actor.id, "x", index);
    }
    host.wakes = 0;
    art_step_result result = host_step(&host, 4);
    CHECK_EQ(result.more, 1);
    CHECK_EQ(result.handled, 4);
    CHECK_EQ(post_word(&host, actor.id, "x", 10), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + 1, NULL, 0, NULL), ART_OK);
    CHECK_EQ(host.wakes, 0);
    CHECK_EQ(host_step(&host, 100).more, 0);
    CHECK_EQ(actor.count, 11);
    CHECK_EQ(host.wakes, 0);
    CHECK_EQ(post_word(&host, actor.id, "x", 11), ART_OK);
    CHECK_EQ(host.wakes, 1);
    host_destroy(&host);
    with_wake_on_more();
    return finish();
}
