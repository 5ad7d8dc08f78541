/* R4: posts and timers of a handler, and posts of other threads meanwhile, call no wake; they appear in the result. */
#include "fake_host.h"

static void *post_once(void *argument)
{
    recorder *self = argument;
    CHECK_EQ(art_remote_post(self->user, self->id, art_tag("remote"), NULL, 0), ART_OK);
    return NULL;
}

static art_status handle(recorder *self, art_context *context, const art_msg *message)
{
    if (message->tag == art_tag("start")) {
        CHECK_EQ(art_post(art_context_runtime(context), self->id, art_tag("local"), NULL, 0), ART_OK);
        CHECK_EQ(art_timer_at(self->rt, self->id, 0, art_context_now(context) + 7, NULL, 0, NULL), ART_OK);
        on_other_thread(post_once, self);
    }
    return ART_OK;
}

int main(void)
{
    fake_host host;
    recorder actor = {0};
    art_remote *remote = NULL;
    host_create(&host);
    actor.handle = handle;
    recorder_spawn(&actor, &host);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    actor.user = remote;
    host_run(&host);
    post_word(&host, actor.id, "start", 0);
    host.wakes = 0;
    art_step_result result = host_step(&host, 0);
    CHECK_EQ(result.handled, 2);
    CHECK_EQ(result.more, 1);
    CHECK_EQ(result.next_deadline_ns, 0);
    result = host_step(&host, 0);
    CHECK_EQ(result.handled, 1);
    CHECK_EQ(result.more, 0);
    CHECK_EQ(result.next_deadline_ns, host.now + 7);
    CHECK_EQ(host.wakes, 0);
    art_remote_unref(remote);
    host_destroy(&host);
    return finish();
}
