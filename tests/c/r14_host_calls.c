/* R14: a host call runs when no frame of the runtime is on the stack, may step, and its result comes as a message. */
#include "fake_host.h"

static int calls, releases;
static fake_host host;

static uint64_t dialog(art_runtime *rt, void *user)
{
    CHECK(user == &releases);
    CHECK(rt == host.rt);
    ++calls;
    /* The nested loop of a modal dialog. */
    CHECK_EQ(host_run(&host), 1);
    return 42;
}

static art_status handle(recorder *self, art_context *context, const art_msg *message)
{
    if (message->tag == art_tag("open")) {
        int before = releases;
        CHECK_EQ(art_context_host_call(context, dialog, &releases, count_release, art_tag("done")), ART_OK);
        CHECK_EQ(art_context_host_call(context, NULL, &releases, count_release, 0), ART_NULL_POINTER);
        CHECK_EQ(releases, before + 1);
        CHECK_EQ(art_post(self->rt, self->id, art_tag("meanwhile"), NULL, 0), ART_OK);
        CHECK_EQ(art_context_yield(context), ART_OK);
    }
    return ART_OK;
}

int main(void)
{
    recorder actor = {0};
    uint32_t ran = 9;
    art_pending_info pending = ART_PENDING_INFO_INIT;
    host_create(&host);
    actor.handle = handle;
    recorder_spawn(&actor, &host);
    host_run(&host);
    post_word(&host, actor.id, "open", 0);
    art_step_result result = host_step(&host, 0);
    CHECK_EQ(result.host_calls, 1);
    CHECK_EQ(calls, 0);
    CHECK_EQ(art_pending(host.rt, &pending), ART_OK);
    CHECK_EQ(pending.host_calls, 1);
    CHECK_EQ(art_run_host_calls(host.rt, 0, &ran), ART_OK);
    CHECK_EQ(ran, 1);
    CHECK_EQ(calls, 1);
    CHECK_EQ(actor.last.tag, art_tag("meanwhile"));
    CHECK_EQ(host_run(&host), 1);
    CHECK_EQ(actor.last.tag, art_tag("done"));
    CHECK_EQ(actor.last.flags, ART_MSG_HOST_CALL);
    CHECK_EQ(actor.last.detail, 42);
    CHECK_EQ(actor.last.sender, 0);
    CHECK(actor.last.data == &releases);
    CHECK_EQ(actor.last.len, 0);
    CHECK_EQ(releases, 2);
    CHECK_EQ(art_run_host_calls(host.rt, 0, &ran), ART_OK);
    CHECK_EQ(ran, 0);

    /* One that nobody runs is given up with the runtime, and not run. */
    post_word(&host, actor.id, "open", 0);
    host_run(&host);
    host_destroy(&host);
    CHECK_EQ(calls, 1);
    CHECK_EQ(releases, 4);
    return finish();
}
