/* A host call may destroy the runtime: art_run_host_calls notices, and the calls behind it are given up. */
#include "fake_host.h"

static fake_host host;
static int releases;

static uint64_t destroy(art_runtime *rt, void *user)
{
    (void)user;
    CHECK(rt == host.rt);
    host_destroy(&host);
    return 0;
}

static art_status ask_twice(recorder *self, art_context *context, const art_msg *message)
{
    (void)self;
    (void)message;
    CHECK_EQ(art_context_host_call(context, destroy, &releases, count_release, 0), ART_OK);
    CHECK_EQ(art_context_host_call(context, destroy, &releases, count_release, 0), ART_OK);
    return ART_OK;
}

int main(void)
{
    recorder actor = {0};
    uint32_t ran = 0;
    host_create(&host);
    actor.handle = ask_twice;
    recorder_spawn(&actor, &host);
    host_run(&host);
    post_word(&host, actor.id, "x", 0);
    CHECK_EQ(host_step(&host, 0).host_calls, 2);
    CHECK_EQ(art_run_host_calls(host.rt, 0, &ran), ART_CLOSED);
    CHECK_EQ(ran, 1);
    CHECK_EQ(releases, 2);
    CHECK_EQ(actor.destroys, 1);
    return finish();
}
