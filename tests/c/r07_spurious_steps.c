/* R7: a step with nothing to do does nothing. */
#include "fake_host.h"

int main(void)
{
    fake_host host;
    recorder actor = {0};
    host_create(&host);
    recorder_spawn(&actor, &host);
    host_run(&host);
    host.wakes = 0;
    uint64_t first = host_step(&host, 0).step;
    for (uint64_t index = 1; index <= 1000; index++) {
        art_step_result result = host_step(&host, 0);
        CHECK_EQ(result.handled, 0);
        CHECK_EQ(result.more, 0);
        CHECK_EQ(result.failed, 0);
        CHECK_EQ(result.step, first + index);
        CHECK_EQ(result.next_deadline_ns, ART_NEVER);
    }
    CHECK_EQ(art_step(host.rt, host.now, NULL, NULL), ART_OK);
    CHECK_EQ(actor.count, 0);
    CHECK_EQ(host.wakes, 0);
    host_destroy(&host);
    return finish();
}
