/* R10: time comes from the host: never backwards, the same for all handlers of a step; equal deadlines keep their order. */
#include "fake_host.h"

static uint64_t seen[4];

static art_status note_time(recorder *self, art_context *context, const art_msg *message)
{
    fake_host *host = self->user;
    (void)message;
    seen[(self->count - 1) % COUNT(seen)] = art_context_now(context);
    host->now += 50; /* The clock goes on, the step's time does not. */
    return ART_OK;
}

int main(void)
{
    fake_host host;
    recorder actor = {0};
    uint64_t now = 0;
    host_create(&host);
    CHECK_EQ(art_now(host.rt, &now), ART_OK);
    CHECK_EQ(now, 1000);
    actor.handle = note_time;
    actor.user = &host;
    recorder_spawn(&actor, &host);
    host_run(&host);
    post_word(&host, actor.id, "x", 1);
    post_word(&host, actor.id, "x", 2);
    host.now = 2000;
    CHECK_EQ(host_run(&host), 2);
    CHECK_EQ(seen[0], 2000);
    CHECK_EQ(seen[1], 2000);

    /* A smaller time is taken as the last. */
    actor.handle = NULL;
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("t"), 2500, NULL, 0, NULL), ART_OK);
    host.now = 10;
    CHECK_EQ(host_run(&host), 0);
    host.now = 2499;
    CHECK_EQ(host_run(&host), 0);
    host.now = 2500;
    CHECK_EQ(host_run(&host), 1);

    /* Deadlines in their order, equal ones as they were armed, past ones at once. */
    actor.count = 0;
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("c"), 4000, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("b"), 3000, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("d"), 4000, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("a"), 5, NULL, 0, NULL), ART_OK);
    host.now = 2600;
    CHECK_EQ(host_run(&host), 1);
    host.now = 5000;
    CHECK_EQ(host_run(&host), 3);
    CHECK_EQ(actor.tags[0], art_tag("a"));
    CHECK_EQ(actor.tags[1], art_tag("b"));
    CHECK_EQ(actor.tags[2], art_tag("c"));
    CHECK_EQ(actor.tags[3], art_tag("d"));

    /* ART_NOW asks the configured clock. */
    host.now = 6000;
    host.clock_reads = 0;
    CHECK_EQ(art_step(host.rt, ART_NOW, NULL, NULL), ART_OK);
    CHECK(host.clock_reads > 0);
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("e"), 6001, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_next_timeout(host.rt, ART_NOW, &now), ART_OK);
    CHECK_EQ(now, 1);
    host_destroy(&host);
    return finish();
}
