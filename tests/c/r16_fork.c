/*
 * R16: in a forked child the runtime is refused from the first step, adoption, host call or destruction on, and its end runs no callback
 * there. Before that nobody asks for the process number: other calls are answered as in the parent, whose runtime they do not
 * touch.
 */
#include "every_call.h"
#include "fake_host.h"

static fake_host host;
static recorder actor;
static drops dropped;
static every_call_place here;

static void call_all_in_child(void)
{
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        /* The text of the refusal can be read. */
        bool is_text = is_call(&every_calls[index], "art_last_message");
        call_answers(&every_calls[index], &here, is_text ? ART_OK : ART_FORKED);
    }
    CHECK_EQ(actor.destroys, 0);
    CHECK_EQ(actor.stops, 0);
    CHECK_EQ(dropped.calls, 0);
    CHECK_EQ(host.wake_drops, 0);
}

/* Each of the calls that ask for the process number shuts the door for all others. */
static int step_first(void *unused)
{
    (void)unused;
    CHECK_EQ(art_step(host.rt, host.now, NULL, NULL), ART_FORKED);
    call_all_in_child();
    return finish();
}

static int adopt_first(void *unused)
{
    (void)unused;
    CHECK_EQ(art_adopt_thread(host.rt), ART_FORKED);
    call_all_in_child();
    return finish();
}

static int host_calls_first(void *unused)
{
    (void)unused;
    CHECK_EQ(art_run_host_calls(host.rt, 0, NULL), ART_FORKED);
    call_all_in_child();
    return finish();
}

static int destroy_first(void *unused)
{
    (void)unused;
    CHECK_EQ(art_destroy(host.rt), ART_FORKED);
    CHECK_EQ(actor.destroys, 0);
    CHECK_EQ(dropped.calls, 0);
    CHECK_EQ(host.wake_drops, 0);
    return finish();
}

/* What the child does to its copy ends with it, and is never run. */
static int call_before_any_step(void *unused)
{
    art_timer timer = 0;
    art_actor id = 0;
    art_remote *remote = NULL;
    art_actor_config config = recorder_config(&actor);
    uint64_t now = 0;
    (void)unused;
    int wakes = host.wakes;
    CHECK_EQ(post_word(&host, actor.id, "x", 2), ART_OK);
    /* The host's wake runs in the child; a descriptor that it writes to is the parent's as well. */
    CHECK_EQ(host.wakes, wakes + 1);
    CHECK_EQ(art_post_owned(host.rt, actor.id, art_tag("x"), &actor, 1, count_drop, &dropped), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + 7, NULL, 0, &timer), ART_OK);
    CHECK_EQ(art_timer_reset(host.rt, here.timer, host.now + 8), ART_OK);
    CHECK_EQ(art_timer_cancel(host.rt, timer), ART_OK);
    CHECK_EQ(art_ask(host.rt, actor.id, actor.id, art_tag("x"), NULL, 0, ART_NEVER, NULL), ART_OK);
    CHECK_EQ(art_spawn(host.rt, &config, &id), ART_OK);
    CHECK_EQ(art_kill(host.rt, actor.id, -1, NULL, 0), ART_OK);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    CHECK_EQ(art_remote_post(remote, id, art_tag("x"), NULL, 0), ART_OK);
    CHECK_EQ(art_now(host.rt, &now), ART_OK);
    CHECK_EQ(host_deadline(&host), 0);
    CHECK_EQ(art_run_host_calls(host.rt, 0, NULL), ART_FORKED);
    CHECK_EQ(host.wakes, wakes + 1);
    art_remote_unref(remote);
    unsigned count = actor.count;
    CHECK_EQ(art_step(host.rt, host.now, NULL, NULL), ART_FORKED);
    call_all_in_child();
    CHECK_EQ(actor.count, count);
    return finish();
}

static art_status note_context(recorder *self, art_context *context, const art_msg *message)
{
    (void)self;
    (void)message;
    here.context = context;
    return ART_OK;
}

int main(void)
{
    host_create(&host);
    actor.handle = note_context;
    recorder_spawn(&actor, &host);
    CHECK_EQ(post_word(&host, actor.id, "x", 1), ART_OK);
    host_run(&host);
    CHECK(here.context != NULL);
    here.api = art_api(ART_VERSION);
    here.rt = host.rt;
    here.actor = actor.id;
    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + 50, NULL, 0, &here.timer), ART_OK);
    host_run(&host);
    int wakes = host.wakes;
    CHECK_EQ(in_child(call_before_any_step, NULL), 0);
    CHECK_EQ(host_run(&host), 0);
    CHECK_EQ(host.wakes, wakes);
    CHECK_EQ(host_deadline(&host), host.now + 50);

    host.now += 50;
    CHECK_EQ(art_post_owned(host.rt, actor.id, art_tag("x"), &actor, 1, count_drop, &dropped), ART_OK);
    CHECK_EQ(in_child(step_first, NULL), 0);
    CHECK_EQ(in_child(adopt_first, NULL), 0);
    CHECK_EQ(in_child(host_calls_first, NULL), 0);
    CHECK_EQ(in_child(destroy_first, NULL), 0);
    CHECK_EQ(host_run(&host), 2);
    CHECK_EQ(dropped.calls, 1);
    host_destroy(&host);
    CHECK_EQ(actor.destroys, 1);
    return finish();
}
