/* Ten thousand due timers and a budget of one message: each comes once, in order, and the host gets control between them. */
#include "fake_host.h"

enum { TIMERS = 10000 };

static uint64_t expected;

static art_status in_order(recorder *self, art_context *context, const art_msg *message)
{
    (void)context;
    CHECK_EQ(message->flags, ART_MSG_TIMER);
    CHECK(message->detail != 0);
    CHECK_EQ(last_word(self), expected);
    ++expected;
    return ART_OK;
}

int main(void)
{
    fake_host host;
    recorder actor = {0};
    host_create(&host);
    actor.handle = in_order;
    recorder_spawn(&actor, &host);
    host_run(&host);
    for (uint64_t index = 0; index < TIMERS; index++) {
        uint64_t rank = TIMERS - 1 - index;
        CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + rank, &rank, sizeof rank, NULL), ART_OK);
    }
    host.now += TIMERS;
    for (uint64_t index = 0; index < TIMERS; index++) {
        art_step_result result = host_step(&host, 1);
        CHECK_EQ(result.handled, 1);
        CHECK_EQ(result.more, index + 1 < TIMERS);
    }
    CHECK_EQ(actor.count, TIMERS);
    CHECK_EQ(host_deadline(&host), ART_NEVER);
    host_destroy(&host);
    return finish();
}
