/* R17: destroying ends every actor, the youngest first, drops every payload once, answers every ask, and calls wake_drop last. */
#include "fake_host.h"

static recorder old, young;
static drops waiting, timed, refused;
static art_runtime *runtime;
static unsigned order[2], ends;

static void note_end(recorder *self)
{
    if (ends < COUNT(order)) {
        order[ends] = self == &young;
    }
    ++ends;
}

static void on_stop(void *state, art_context *context, const art_stop_cause *cause)
{
    recorder *self = state;
    CHECK_EQ(cause->kind, ART_STOP_DROPPED);
    CHECK(art_context_runtime(context) == runtime);
    /* The runtime takes nothing any more, and a payload is still consumed. */
    CHECK_EQ(art_post_owned(runtime, old.id, art_tag("x"), NULL, 0, count_drop, &refused), ART_CLOSED);
    CHECK_EQ(art_destroy(runtime), ART_CLOSED);
    ++self->stops;
    note_end(self);
}

static art_status keep(void *state, art_context *context, const art_msg *message)
{
    ++((recorder *)state)->count;
    return message->flags & ART_MSG_ASK ? art_context_reply_keep(context) : ART_OK;
}

static void destroy(void *state)
{
    ++((recorder *)state)->destroys;
}

static void *post_there(void *remote)
{
    drops late = {0};
    CHECK_EQ(art_remote_post_owned(remote, old.id, art_tag("x"), NULL, 0, count_drop, &late), ART_CLOSED);
    CHECK_EQ(late.calls, 1);
    CHECK_EQ(late.reason, ART_DROP_CLOSED);
    return NULL;
}

int main(void)
{
    static const art_actor_vtable vtable = {sizeof vtable, 0, NULL, keep, on_stop, destroy};
    fake_host host;
    art_remote *remote = NULL;
    art_waker *waker = NULL;
    recorder *both[] = {&old, &young};
    host_create(&host);
    runtime = host.rt;
    for (size_t index = 0; index < COUNT(both); index++) {
        art_actor_config config = recorder_config(both[index]);
        config.vtable = &vtable;
        CHECK_EQ(art_spawn(host.rt, &config, &both[index]->id), ART_OK);
    }
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    CHECK_EQ(art_waker_create(host.rt, old.id, 0, &waker), ART_OK);
    CHECK_EQ(art_ask(host.rt, old.id, young.id, art_tag("ask"), NULL, 0, ART_NEVER, NULL), ART_OK);
    host_run(&host);
    CHECK_EQ(young.count, 1);
    CHECK_EQ(art_post_owned(host.rt, old.id, art_tag("x"), &old, 1, count_drop, &waiting), ART_OK);
    CHECK_EQ(art_remote_post_owned(remote, old.id, art_tag("x"), &old, 1, count_drop, &timed), ART_OK);
    host_destroy(&host);
    CHECK_EQ(waiting.calls, 1);
    CHECK_EQ(waiting.reason, ART_DROP_CLOSED);
    CHECK_EQ(timed.calls, 1);
    CHECK_EQ(timed.reason, ART_DROP_CLOSED);
    CHECK_EQ(refused.calls, 2);
    CHECK_EQ(refused.reason, ART_DROP_REFUSED);
    CHECK_EQ(ends, 2);
    CHECK_EQ(order[0], 1);
    CHECK_EQ(order[1], 0);
    for (size_t index = 0; index < COUNT(both); index++) {
        CHECK_EQ(both[index]->stops, 1);
        CHECK_EQ(both[index]->destroys, 1);
        CHECK_EQ(both[index]->notified, 1);
        CHECK_EQ(both[index]->cause.kind, ART_STOP_DROPPED);
    }
    int wakes = host.wakes;
    on_other_thread(post_there, remote);
    CHECK_EQ(art_waker_wake(waker), ART_CLOSED);
    CHECK_EQ(host.wakes, wakes);
    art_waker_unref(waker);
    art_remote_unref(remote);
    CHECK_EQ(art_destroy(NULL), ART_OK);
    return finish();
}
