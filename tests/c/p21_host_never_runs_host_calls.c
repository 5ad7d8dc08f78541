/* Pitfall 21: a host that never runs host calls loses nothing else by it, and what came with them is released once, at the end. */
#include "fake_host.h"

#define CALLS 100

static int runs, releases;

static uint64_t never(art_runtime *rt, void *user)
{
    (void)rt;
    (void)user;
    ++runs;
    return 0;
}

static art_status ask_for_a_call(recorder *self, art_context *context, const art_msg *message)
{
    if (message->tag == art_tag("call")) {
        CHECK_EQ(art_context_host_call(context, never, &releases, count_release, 0), ART_OK);
        /* What is posted after it is not held up by it. */
        return art_post(self->rt, self->id, art_tag("after"), NULL, 0);
    }
    return ART_OK;
}

int main(void)
{
    fake_host host;
    recorder actor = {0}, ending = {0}, other = {0};
    art_pending_info pending = ART_PENDING_INFO_INIT;
    art_step_result result = ART_STEP_RESULT_INIT;
    host_create(&host);
    actor.handle = ending.handle = ask_for_a_call;
    recorder_spawn(&actor, &host);
    recorder_spawn(&ending, &host);
    recorder_spawn(&other, &host);
    host_run(&host);
    for (unsigned index = 1; index <= CALLS; index++) {
        CHECK_EQ(art_post(host.rt, actor.id, art_tag("call"), NULL, 0), ART_OK);
        CHECK_EQ(post_word(&host, other.id, "x", index), ART_OK);
        result = host_step(&host, 0);
        /* It is told each time; they are no work of a step's, so the host may sleep. */
        CHECK_EQ(result.host_calls, index);
        CHECK_EQ(result.more, 0);
        CHECK_EQ(result.next_deadline_ns, ART_NEVER);
        CHECK_EQ(other.count, index);
        CHECK_EQ(actor.count, 2 * index);
    }
    /* Timers and wakes work on. */
    CHECK_EQ(art_timer_at(host.rt, other.id, art_tag("timer"), host.now + 10, NULL, 0, NULL), ART_OK);
    host.now += 10;
    CHECK_EQ(host_run(&host), 1);
    int wakes = atomic_load(&host.wakes);
    CHECK_EQ(post_word(&host, other.id, "x", 0), ART_OK);
    CHECK_EQ(atomic_load(&host.wakes), wakes + 1);
    host_run(&host);

    /* An actor that ends while its call waits. */
    CHECK_EQ(art_post(host.rt, ending.id, art_tag("call"), NULL, 0), ART_OK);
    host_run(&host);
    CHECK_EQ(art_kill(host.rt, ending.id, 0, NULL, 0), ART_OK);
    host_run(&host);
    CHECK_EQ(ending.notified, 1);

    CHECK_EQ(art_pending(host.rt, &pending), ART_OK);
    CHECK(pending.host_calls >= CALLS);
    CHECK_EQ(runs, 0);
    host_destroy(&host);
    CHECK_EQ(runs, 0);
    CHECK_EQ(releases, CALLS + 1);
    CHECK_EQ(actor.destroys, 1);
    return finish();
}
