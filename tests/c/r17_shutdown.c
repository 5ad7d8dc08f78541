/*
 * R17: destroying ends every actor, the youngest first, each by on_stop, destroy, notify; drops every payload once; refuses
 * whatever is called from then on; and calls wake_drop once and last. That it waits for a wake under way is
 * r17_wake_under_way.c.
 */
#include "every_call.h"
#include "fake_host.h"

/* What the host hears, in the order in which it hears it. */
typedef enum event { STOP = 1, DESTROY, NOTIFY, DROP, WAKE_DROP, ANSWER } event;

static struct {
    event what;
    const void *who;
} heard[64];
static size_t events;

static void hear(event what, const void *who)
{
    if (events < COUNT(heard)) {
        heard[events].what = what;
        heard[events].who = who;
    }
    ++events;
}

/* Where it stands in the order, from 1; 0 if it was not heard, and if it was heard twice. */
static size_t place_of(event what, const void *who)
{
    size_t place = 0, times = 0;
    for (size_t index = 0; index < events && index < COUNT(heard); index++) {
        if (heard[index].what == what && heard[index].who == who) {
            place = index + 1;
            ++times;
        }
    }
    return times == 1 ? place : 0;
}

static recorder old, young;
static drops waiting, remote_waiting, in_reply, refused;
static art_runtime *runtime;
static art_context *last_context;
static art_reply_token kept;

/* Every function is refused from within, and consumes what it is given; a last handler still has its context. */
static void call_all(bool in_handler)
{
    every_call_place here = {0};
    here.api = art_api(ART_VERSION);
    here.rt = runtime;
    here.context = last_context;
    here.actor = old.id;
    here.token = kept;
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        const every_call *one = &every_calls[index];
        bool is_text = is_call(one, "art_last_message");
        if (!one->of_context) {
            call_answers(one, &here, is_text ? ART_OK : ART_CLOSED);
        } else if (!in_handler) {
            call_answers(one, &here, ART_NO_CONTEXT);
        }
    }
}

static void on_stop(void *state, art_context *context, const art_stop_cause *cause)
{
    CHECK_EQ(cause->kind, ART_STOP_DROPPED);
    CHECK(art_context_runtime(context) == runtime);
    CHECK_EQ(art_context_self(context), ((recorder *)state)->id);
    CHECK_EQ(art_context_yield(context), ART_OK);
    CHECK(context == last_context);
    call_all(true);
    /* The payload of such a call is refused like that of any other. */
    CHECK_EQ(art_post_owned(runtime, old.id, art_tag("x"), NULL, 0, count_drop, &refused), ART_CLOSED);
    hear(STOP, state);
}

static void destroy(void *state)
{
    call_all(false);
    hear(DESTROY, state);
}

static void notify(void *user, art_actor actor, const art_stop_cause *cause)
{
    recorder *self = user;
    CHECK_EQ(actor, self->id);
    CHECK_EQ(cause->kind, ART_STOP_DROPPED);
    call_all(false);
    hear(NOTIFY, self);
}

static void hear_drop(void *data, size_t len, void *user, uint32_t reason)
{
    count_drop(data, len, user, reason);
    call_all(false);
    hear(DROP, user);
}

static art_status keep(void *state, art_context *context, const art_msg *message)
{
    ++((recorder *)state)->count;
    last_context = context;
    if (message->flags & ART_MSG_REPLY) {
        hear(ANSWER, state);
    }
    if (message->flags & ART_MSG_ASK) {
        kept = message->reply;
        return art_context_reply_keep(context);
    }
    return ART_OK;
}

static void hear_wake_drop(void *user)
{
    ++((fake_host *)user)->wake_drops;
    call_all(false);
    hear(WAKE_DROP, user);
}

static art_remote *remote;

static void *post_there(void *unused)
{
    drops late = {0};
    (void)unused;
    CHECK_EQ(art_remote_post_owned(remote, old.id, art_tag("x"), NULL, 0, count_drop, &late), ART_CLOSED);
    CHECK_EQ(late.calls, 1);
    CHECK_EQ(late.reason, ART_DROP_CLOSED);
    CHECK_EQ(art_remote_reply_owned(remote, kept, art_tag("x"), NULL, 0, count_drop, &late), ART_CLOSED);
    CHECK_EQ(late.calls, 2);
    CHECK_EQ(late.reason, ART_DROP_CLOSED);
    return NULL;
}

/* Each end is complete before the next begins. */
static void check_the_ends(void)
{
    CHECK(place_of(STOP, &young) > 0);
    CHECK(place_of(STOP, &young) < place_of(DESTROY, &young));
    CHECK(place_of(DESTROY, &young) < place_of(NOTIFY, &young));
    CHECK(place_of(NOTIFY, &young) < place_of(STOP, &old));
    CHECK(place_of(STOP, &old) < place_of(DESTROY, &old));
    CHECK(place_of(DESTROY, &old) < place_of(NOTIFY, &old));
}

static void check_the_drops(void)
{
    drops *dropped[] = {&waiting, &remote_waiting, &in_reply};
    for (size_t index = 0; index < COUNT(dropped); index++) {
        CHECK_EQ(dropped[index]->calls, 1);
        CHECK_EQ(dropped[index]->reason, ART_DROP_CLOSED);
        CHECK(place_of(DROP, dropped[index]) > 0);
    }
    CHECK_EQ(refused.calls, 2);
    CHECK_EQ(refused.reason, ART_DROP_CLOSED);
}

int main(void)
{
    static const art_actor_vtable vtable = {sizeof vtable, 0, NULL, keep, on_stop, destroy};
    fake_host host;
    art_waker *waker = NULL;
    recorder *both[] = {&old, &young};
    host_init(&host);
    host.config.wake_drop = hear_wake_drop;
    host_start(&host);
    runtime = host.rt;
    for (size_t index = 0; index < COUNT(both); index++) {
        art_actor_config config = recorder_config(both[index]);
        config.vtable = &vtable;
        config.notify = notify;
        CHECK_EQ(art_spawn(host.rt, &config, &both[index]->id), ART_OK);
    }
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    CHECK_EQ(art_waker_create(host.rt, old.id, 0, &waker), ART_OK);

    /* One ask has its answer under way, one is kept by its receiver, one has not come that far. */
    CHECK_EQ(art_ask(host.rt, old.id, young.id, art_tag("ask"), NULL, 0, ART_NEVER, NULL), ART_OK);
    host_run(&host);
    art_reply_token answered = kept;
    CHECK_EQ(art_ask(host.rt, old.id, young.id, art_tag("ask"), NULL, 0, ART_NEVER, NULL), ART_OK);
    host_run(&host);
    CHECK(answered != 0 && kept != answered);
    CHECK_EQ(art_reply_owned(host.rt, answered, art_tag("x"), &old, 1, hear_drop, &in_reply), ART_OK);
    CHECK_EQ(art_ask(host.rt, old.id, young.id, art_tag("ask"), NULL, 0, ART_NEVER, NULL), ART_OK);
    /* A message of every way in. */
    CHECK_EQ(art_post_owned(host.rt, old.id, art_tag("x"), &old, 1, hear_drop, &waiting), ART_OK);
    CHECK_EQ(art_remote_post_owned(remote, old.id, art_tag("x"), &old, 1, hear_drop, &remote_waiting), ART_OK);
    CHECK_EQ(art_waker_wake(waker), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, old.id, 0, host.now, NULL, 0, NULL), ART_OK);
    unsigned messages = old.count + young.count;
    int wakes = host.wakes;
    events = 0;
    host_destroy(&host);

    check_the_ends();
    check_the_drops();
    CHECK_EQ(place_of(WAKE_DROP, &host), events);
    /* Nobody handles a message any more: an asker that ends with the runtime hears no outcome. */
    CHECK_EQ(old.count + young.count, messages);
    CHECK_EQ(place_of(ANSWER, &old), 0);
    CHECK_EQ(events, 2 * 3 + 3 + 1);

    /* And nothing follows. */
    on_other_thread(post_there, NULL);
    CHECK_EQ(art_waker_wake(waker), ART_CLOSED);
    art_waker_unref(waker);
    art_remote_unref(remote);
    CHECK_EQ(events, 2 * 3 + 3 + 1);
    CHECK_EQ(host.wakes, wakes);
    CHECK_EQ(art_destroy(NULL), ART_OK);
    return finish();
}
