/* R6: as long as anything is ready the next deadline is 0, so a host that lost a wake recovers. */
#include "fake_host.h"

int main(void)
{
    fake_host host;
    recorder actor = {0};
    art_remote *remote = NULL;
    uint64_t wait = 1;
    int32_t ms = 7;
    host_create(&host);
    recorder_spawn(&actor, &host);
    host_run(&host);
    CHECK_EQ(host_deadline(&host), ART_NEVER);
    CHECK_EQ(art_timeout_ms(host.rt, host.now, &ms), ART_OK);
    CHECK_EQ(ms, -1);
    post_word(&host, actor.id, "x", 1);
    post_word(&host, actor.id, "x", 2);
    CHECK_EQ(host_deadline(&host), 0);
    CHECK_EQ(host_step(&host, 1).next_deadline_ns, 0);
    CHECK_EQ(host_deadline(&host), 0);
    host_run(&host);

    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    CHECK_EQ(art_remote_post(remote, actor.id, art_tag("x"), NULL, 0), ART_OK);
    CHECK_EQ(host_deadline(&host), 0);
    CHECK_EQ(art_next_timeout(host.rt, host.now, &wait), ART_OK);
    CHECK_EQ(wait, 0);
    host_run(&host);

    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + 1000001, NULL, 0, NULL), ART_OK);
    CHECK_EQ(host_deadline(&host), host.now + 1000001);
    CHECK_EQ(art_next_timeout(host.rt, host.now, &wait), ART_OK);
    CHECK_EQ(wait, 1000001);
    CHECK_EQ(art_timeout_ms(host.rt, host.now, &ms), ART_OK);
    CHECK_EQ(ms, 2);
    CHECK_EQ(art_next_timeout(host.rt, host.now + 2000000, &wait), ART_OK);
    CHECK_EQ(wait, 0);
    art_remote_unref(remote);
    host_destroy(&host);
    return finish();
}
