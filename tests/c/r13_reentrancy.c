/* R13: a step, a destroy, an adoption or a run of host calls inside a handler or a drop is refused and changes nothing. */
#include "fake_host.h"

static void try_all(art_runtime *rt)
{
    art_step_result result = ART_STEP_RESULT_INIT;
    result.handled = 99;
    CHECK_EQ(art_step(rt, 1, NULL, &result), ART_BUSY);
    CHECK_EQ(result.handled, 99);
    CHECK_EQ(art_destroy(rt), ART_BUSY);
    CHECK_EQ(art_adopt_thread(rt), ART_BUSY);
    CHECK_EQ(art_run_host_calls(rt, 0, NULL), ART_BUSY);
}

static art_status handle(recorder *self, art_context *context, const art_msg *message)
{
    (void)context;
    (void)message;
    try_all(self->rt);
    return ART_OK;
}

static void try_in_drop(drops *self)
{
    try_all(self->user);
    CHECK_EQ(art_post(self->user, 0, art_tag("x"), NULL, 0), ART_NOT_FOUND);
}

int main(void)
{
    fake_host host;
    recorder actor = {0};
    drops dropped = {0};
    host_create(&host);
    actor.handle = handle;
    recorder_spawn(&actor, &host);
    host_run(&host);
    post_word(&host, actor.id, "x", 1);
    post_word(&host, actor.id, "x", 2);
    art_step_result result = host_step(&host, 1);
    CHECK_EQ(result.handled, 1);
    CHECK_EQ(result.more, 1);
    CHECK_EQ(host_run(&host), 1);

    /* The drop of a post that fails outside of any step. */
    dropped.inside = try_in_drop;
    dropped.user = host.rt;
    CHECK_EQ(art_post_owned(host.rt, 0, art_tag("x"), NULL, 0, count_drop, &dropped), ART_NOT_FOUND);
    CHECK_EQ(dropped.calls, 1);
    CHECK_EQ(dropped.reason, ART_DROP_NOT_FOUND);
    host_destroy(&host);
    return finish();
}
