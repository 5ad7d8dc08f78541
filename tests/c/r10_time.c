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

/* The largest time that is not ART_NOW is a time like any other, and ART_NEVER as a deadline does not come even then. */
static void the_end_of_time(void)
{
    const uint64_t last = UINT64_MAX - 1;
    fake_host host;
    recorder actor = {0};
    art_timer never = 0, late = 0;
    uint64_t timeout = 0;
    int32_t milliseconds = 0;
    host_create(&host);
    recorder_spawn(&actor, &host);
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("never"), ART_NEVER, NULL, 0, &never), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("last"), last, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("before"), last - 1, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("last too"), last, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("cancelled"), last, NULL, 0, &late), ART_OK);
    CHECK_EQ(host_run(&host), 0);
    CHECK_EQ(host_deadline(&host), last - 1);
    CHECK_EQ(art_next_timeout(host.rt, host.now, &timeout), ART_OK);
    CHECK_EQ(timeout, last - 1 - host.now);
    CHECK_EQ(art_timeout_ms(host.rt, host.now, &milliseconds), ART_OK);
    CHECK_EQ(milliseconds, INT32_MAX);
    CHECK_EQ(art_timer_cancel(host.rt, late), ART_OK);

    host.now = last - 2;
    CHECK_EQ(host_run(&host), 0);
    host.now = last - 1;
    CHECK_EQ(host_run(&host), 1);
    CHECK_EQ(host_deadline(&host), last);
    host.now = last;
    CHECK_EQ(host_run(&host), 2);
    CHECK_EQ(actor.tags[0], art_tag("before"));
    CHECK_EQ(actor.tags[1], art_tag("last"));
    CHECK_EQ(actor.tags[2], art_tag("last too"));
    CHECK_EQ(host_deadline(&host), ART_NEVER);
    CHECK_EQ(art_next_timeout(host.rt, host.now, &timeout), ART_OK);
    CHECK_EQ(timeout, ART_NEVER);
    CHECK_EQ(art_timeout_ms(host.rt, host.now, &milliseconds), ART_OK);
    CHECK_EQ(milliseconds, -1);

    /* Everything goes on there: a message, a timer that is due, the clock, a time that is too small. */
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("due"), last, NULL, 0, NULL), ART_OK);
    CHECK_EQ(post_word(&host, actor.id, "x", 1), ART_OK);
    CHECK_EQ(host_run(&host), 2);
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("by the clock"), last, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_step(host.rt, ART_NOW, NULL, NULL), ART_OK);
    CHECK_EQ(actor.count, 6);
    host.now = 5;
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("by the last time"), last, NULL, 0, NULL), ART_OK);
    CHECK_EQ(host_run(&host), 1);
    CHECK_EQ(art_timer_reset(host.rt, never, last), ART_OK);
    CHECK_EQ(host_run(&host), 1);
    CHECK_EQ(actor.count, 8);
    host_destroy(&host);
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
    the_end_of_time();
    return finish();
}
