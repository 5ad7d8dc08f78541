/* A function runs once in an actor's turn, in its place among the messages; what it was given is released once, whatever happens. */
#include "fake_host.h"

typedef struct ran {
    int count;
    void *state, *data;
    size_t len;
    art_actor self;
    art_status says;
    void (*inside)(struct ran *ran, art_context *context);
} ran;

static ran last;

static art_status run(void *state, art_context *context, void *data, size_t len)
{
    ++last.count;
    last.state = state;
    last.data = data;
    last.len = len;
    last.self = art_context_self(context);
    if (last.inside != NULL) {
        last.inside(&last, context);
    }
    return last.says;
}

static art_status exec(fake_host *host, art_actor to, drops *released)
{
    return art_exec(host->rt, to, run, released, 3, count_drop, released);
}

static void it_runs_in_its_turn(fake_host *host)
{
    static recorder actor;
    drops released = {0};
    recorder_spawn(&actor, host);
    last = (ran){0};
    CHECK_EQ(post_word(host, actor.id, "before", 0), ART_OK);
    CHECK_EQ(exec(host, actor.id, &released), ART_OK);
    CHECK_EQ(post_word(host, actor.id, "after", 0), ART_OK);
    (void)host_step(host, 1);
    CHECK(actor.count == 1 && last.count == 0 && released.calls == 0);
    (void)host_step(host, 1);
    CHECK(actor.count == 1 && last.count == 1);
    CHECK(last.state == &actor && last.data == &released && last.len == 3 && last.self == actor.id);
    CHECK(released.calls == 1 && released.reason == ART_DROP_DELIVERED);
    host_run(host);
    CHECK_EQ(actor.count, 2);
    /* Without data, and without a drop function. */
    CHECK_EQ(art_exec(host->rt, actor.id, run, NULL, 0, NULL, NULL), ART_OK);
    host_run(host);
    CHECK(last.count == 2 && last.data == NULL);
}

static void its_status_is_the_actors(fake_host *host)
{
    static recorder actor;
    drops released = {0};
    recorder_spawn(&actor, host);
    last = (ran){0};
    last.says = ART_USER_ERROR - 2;
    CHECK_EQ(exec(host, actor.id, &released), ART_OK);
    CHECK_EQ(exec(host, actor.id, &released), ART_OK);
    host_run(host);
    CHECK(actor.notified == 1 && actor.cause.kind == ART_STOP_FAILED && actor.cause.reason == ART_USER_ERROR - 2);
    CHECK(last.count == 1 && released.calls == 2 && released.reason == ART_DROP_CANCELLED);
}

static void stop_inside(ran *self, art_context *context)
{
    (void)self;
    CHECK_EQ(art_context_stop(context, 9), ART_OK);
    CHECK_EQ(art_context_reply(context, 1, NULL, 0), ART_NO_CONTEXT);
}

static void its_context_is_the_actors(fake_host *host)
{
    static recorder actor;
    recorder_spawn(&actor, host);
    last = (ran){0};
    last.inside = stop_inside;
    CHECK_EQ(art_exec(host->rt, actor.id, run, NULL, 0, NULL, NULL), ART_OK);
    host_run(host);
    CHECK(actor.notified == 1 && actor.cause.kind == ART_STOP_STOPPED && actor.cause.reason == 9);
}

static int32_t reaction;

static int32_t on_system(void *state, art_context *context, uint32_t message)
{
    (void)state;
    (void)context;
    return message == ART_SYSTEM_EXECUTE ? reaction : ART_REACTION_USUAL;
}

static void the_actor_may_decide_otherwise(fake_host *host)
{
    static const art_actor_hooks hooks = {sizeof hooks, 0, on_system, NULL, NULL, NULL, NULL, NULL};
    static recorder actor;
    drops released = {0};
    art_actor_config config = recorder_config(&actor);
    config.hooks = &hooks;
    CHECK_EQ(art_spawn(host->rt, &config, &actor.id), ART_OK);
    host_run(host);
    last = (ran){0};
    reaction = ART_REACTION_HANDLED;
    CHECK_EQ(exec(host, actor.id, &released), ART_OK);
    host_run(host);
    CHECK(last.count == 0 && released.calls == 1 && released.reason == ART_DROP_REFUSED);
    reaction = ART_REACTION_USUAL;
    CHECK_EQ(exec(host, actor.id, &released), ART_OK);
    host_run(host);
    CHECK(last.count == 1 && released.calls == 2 && released.reason == ART_DROP_DELIVERED);
    reaction = ART_USER_ERROR; /* it fails in it */
    CHECK_EQ(exec(host, actor.id, &released), ART_OK);
    host_run(host);
    CHECK(last.count == 1 && released.calls == 3 && released.reason == ART_DROP_REFUSED && actor.notified == 1);
}

static void it_runs_beside_a_rust_actor(fake_host *host)
{
    art_heartbeat heartbeat = ART_HEARTBEAT_INIT;
    art_actor other = 0;
    drops released = {0};
    heartbeat.cycle_ns = 1000000;
    CHECK_EQ(art_heartbeat_start(host->rt, &heartbeat, NULL, NULL, &other), ART_OK);
    last = (ran){0};
    last.says = ART_USER_ERROR;
    CHECK_EQ(exec(host, other, &released), ART_OK);
    host_run(host);
    CHECK(last.count == 1 && last.state == NULL && last.self == other && released.calls == 1);
    CHECK_EQ(art_stop(host->rt, other, 0), ART_OK);
    host_run(host);
    CHECK_EQ(exec(host, other, &released), ART_NOT_FOUND);
    CHECK(released.calls == 2 && released.reason == ART_DROP_NOT_FOUND);
}

static void a_refused_one_is_released(fake_host *host)
{
    static recorder actor;
    drops released = {0};
    art_actor_config config = recorder_config(&actor);
    config.capacity = 1;
    CHECK_EQ(art_spawn(host->rt, &config, &actor.id), ART_OK);
    last = (ran){0};
    CHECK_EQ(art_exec(host->rt, actor.id, NULL, &released, 1, count_drop, &released), ART_NULL_POINTER);
    CHECK(released.calls == 1 && released.reason == ART_DROP_REFUSED);
    CHECK_EQ(exec(host, 0, &released), ART_NOT_FOUND);
    CHECK_EQ(exec(host, actor.id, &released), ART_OK);
    CHECK_EQ(released.calls, 2);
    CHECK_EQ(exec(host, actor.id, &released), ART_FULL);
    CHECK(released.calls == 3 && released.reason == ART_DROP_FULL);
    /* It waits while the actor is paused, and goes with it. */
    CHECK_EQ(art_pause(host->rt, actor.id), ART_OK);
    host_run(host);
    CHECK_EQ(last.count, 0);
    CHECK_EQ(art_kill(host->rt, actor.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK(last.count == 0 && released.calls == 4 && released.reason == ART_DROP_CANCELLED);
}

/* A mailbox that drops what is too much drops this, too. */
static void a_mailbox_may_drop_it(fake_host *host)
{
    for (uint32_t overflow = ART_OVERFLOW_DROP_NEWEST; overflow <= ART_OVERFLOW_DROP_OLDEST; overflow++) {
        static recorder actors[2];
        recorder *actor = &actors[overflow - ART_OVERFLOW_DROP_NEWEST];
        drops first = {0}, second = {0};
        art_actor_config config = recorder_config(actor);
        art_mailbox mailbox = ART_MAILBOX_INIT;
        mailbox.capacity = 1;
        mailbox.overflow = overflow;
        config.mailbox = &mailbox;
        CHECK_EQ(art_spawn(host->rt, &config, &actor->id), ART_OK);
        last = (ran){0};
        CHECK_EQ(exec(host, actor->id, &first), ART_OK);
        (void)exec(host, actor->id, &second);
        const bool newest = overflow == ART_OVERFLOW_DROP_NEWEST;
        CHECK(first.calls == !newest && second.calls == newest);
        host_run(host);
        CHECK(last.count == 1 && last.data == (newest ? &first : &second));
        CHECK(first.calls == 1 && second.calls == 1);
    }
}

static void destroy_inside(ran *self, art_context *context)
{
    (void)self;
    CHECK_EQ(art_destroy(art_context_runtime(context)), ART_BUSY);
    CHECK_EQ(art_step(art_context_runtime(context), ART_NOW, NULL, NULL), ART_BUSY);
}

static void it_goes_with_the_runtime(fake_host *host)
{
    static recorder actor;
    drops released = {0};
    recorder_spawn(&actor, host);
    last = (ran){0};
    last.inside = destroy_inside;
    CHECK_EQ(exec(host, actor.id, &released), ART_OK);
    host_run(host);
    CHECK_EQ(exec(host, actor.id, &released), ART_OK);
    host_destroy(host);
    CHECK(last.count == 1 && released.calls == 2);
}

int main(void)
{
    fake_host host;
    host_create(&host);
    it_runs_in_its_turn(&host);
    its_status_is_the_actors(&host);
    its_context_is_the_actors(&host);
    the_actor_may_decide_otherwise(&host);
    it_runs_beside_a_rust_actor(&host);
    a_refused_one_is_released(&host);
    a_mailbox_may_drop_it(&host);
    it_goes_with_the_runtime(&host);
    return finish();
}
