/* When the queues take too much memory, that is told, with who has the most to do, and when it is over; the marks are told once each. */
#include "fake_host.h"

typedef struct told {
    fake_host *host;
    int calls;
    art_water last;
} told;

static void tell(void *user, const art_water *water)
{
    told *self = user;
    CHECK_EQ(water->struct_size, sizeof *water);
    CHECK_EQ(art_step(self->host->rt, 0, NULL, NULL), ART_BUSY);
    ++self->calls;
    self->last = *water;
}

static uint64_t bytes(fake_host *host)
{
    art_pending_info info = ART_PENDING_INFO_INIT;
    CHECK_EQ(art_pending(host->rt, &info), ART_OK);
    return info.bytes;
}

static void fill(fake_host *host, art_actor actor, uint64_t until)
{
    static const char line[256] = "a line of text";
    while (bytes(host) <= until) {
        CHECK_EQ(art_post(host->rt, actor, art_tag("line"), line, sizeof line), ART_OK);
    }
}

int main(void)
{
    fake_host host;
    static recorder busy, idle;
    told water = {&host, 0, {0, 0, 0, {0}, {0}, 0, 0}}, other = {&host, 0, {0, 0, 0, {0}, {0}, 0, 0}};
    unsigned sent = 0;
    host_create(&host);
    recorder_spawn(&busy, &host);
    recorder_spawn(&idle, &host);
    host_run(&host);
    CHECK_EQ(art_byte_budget_set(host.rt, 5, 5, tell, &water), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_byte_budget_set(host.rt, 100000, 1000000, tell, &water), ART_OK);
    CHECK_EQ(post_word(&host, idle.id, "x", 0), ART_OK);
    fill(&host, busy.id, 1000000);
    CHECK_EQ(water.calls, 0); /* in a step, never in the call */
    /* It is told before the messages that wait. */
    CHECK_EQ(host_step(&host, 1).more, 1);
    CHECK(water.calls == 1 && water.last.is_high == 1 && water.last.bytes > 1000000);
    CHECK(water.last.count == 2 && water.last.busiest[0] == busy.id && water.last.busiest[1] == idle.id);
    CHECK(water.last.waiting[0] > 1000 && water.last.waiting[1] == 1 && water.last.busiest[2] == 0);
    sent = water.last.waiting[0];
    host_run(&host);
    CHECK_EQ(busy.count, sent);
    CHECK(water.calls == 2 && water.last.is_high == 0 && water.last.count == 0);
    CHECK(water.last.bytes <= 100000 && bytes(&host) <= 100000);

    /* Another one takes its place, and hears at once that it is too much already; NULL ends it. */
    fill(&host, busy.id, 500000);
    CHECK_EQ(art_byte_budget_set(host.rt, 100000, 400000, tell, &other), ART_OK);
    host_step(&host, 1);
    CHECK(water.calls == 2 && other.calls == 1 && other.last.is_high == 1);
    CHECK_EQ(art_byte_budget_set(host.rt, 0, 0, NULL, NULL), ART_OK);
    host_run(&host);
    fill(&host, busy.id, 1500000);
    host_run(&host);
    CHECK(water.calls == 2 && other.calls == 1);
    /* News that is on its way when it ends is told to nobody. */
    CHECK_EQ(art_byte_budget_set(host.rt, 100000, 400000, tell, &other), ART_OK);
    fill(&host, busy.id, 500000);
    CHECK_EQ(art_byte_budget_set(host.rt, 0, 0, NULL, NULL), ART_OK);
    host_run(&host);
    CHECK_EQ(other.calls, 1);
    host_destroy(&host);
    return finish();
}
