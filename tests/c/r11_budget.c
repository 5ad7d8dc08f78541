/* R11: a step keeps to its budget, does at least one message, and lets local, remote and timed work each get on. */
#include "fake_host.h"

static art_status repost(recorder *self, art_context *context, const art_msg *message)
{
    fake_host *host = self->user;
    (void)context;
    host->now += 1000; /* Each message takes a microsecond. */
    return message->tag == art_tag("again") ? art_post(self->rt, self->id, message->tag, NULL, 0) : ART_OK;
}

int main(void)
{
    fake_host host;
    recorder busy = {0}, other = {0};
    art_remote *remote = NULL;
    art_budget budget = ART_BUDGET_INIT;
    art_step_result result = ART_STEP_RESULT_INIT;
    host_create(&host);
    busy.handle = repost;
    busy.user = &host;
    recorder_spawn(&busy, &host);
    recorder_spawn(&other, &host);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    host_run(&host);

    /* Messages: an actor that posts to itself for ever leaves the host its turn. */
    CHECK_EQ(art_post(host.rt, busy.id, art_tag("again"), NULL, 0), ART_OK);
    for (int index = 0; index < 10; index++) {
        result = host_step(&host, 10);
        CHECK_EQ(result.handled, 10);
        CHECK_EQ(result.more, 1);
    }
    /* Time, counted from the first look at the clock: after 1, 2, 4, 8 and 16 messages, and then after every 16. */
    budget.max_ns = 100 * 1000;
    budget.max_messages = UINT32_MAX;
    CHECK_EQ(art_step(host.rt, host.now, &budget, &result), ART_OK);
    CHECK_EQ(result.handled, 112);
    CHECK_EQ(result.more, 1);
    /* The default ends a step too. */
    CHECK_EQ(art_step(host.rt, host.now, NULL, &result), ART_OK);
    CHECK(result.handled >= 1 && result.handled <= 1024);

    /* Neither a remote post nor a timer starves behind that. */
    CHECK_EQ(art_remote_post(remote, other.id, art_tag("remote"), NULL, 0), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, other.id, art_tag("timer"), 1, NULL, 0, NULL), ART_OK);
    host_step(&host, 4);
    CHECK_EQ(other.count, 2);

    /* Refused: unknown flags, a wrong size. */
    budget.flags = 0x80;
    CHECK_EQ(art_step(host.rt, host.now, &budget, &result), ART_INVALID_ARGUMENT);
    budget.flags = 0;
    budget.struct_size = 4;
    CHECK_EQ(art_step(host.rt, host.now, &budget, &result), ART_STRUCT_SIZE);
    art_remote_unref(remote);
    host_destroy(&host);
    return finish();
}
