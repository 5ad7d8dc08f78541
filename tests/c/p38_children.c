/* A supervisor's children are listed, counted, ended, started anew and forgotten by id; strategies and significant children; the whole tree. */
#include "fake_host.h"

typedef struct child {
    art_actor id;
    int creates, destroys, notified, released;
    art_stop_cause cause;
} child;

static child *order[32];
static size_t made;

static art_status create(art_context *context, void *argument, void **state)
{
    child *self = argument;
    self->id = art_context_self(context);
    ++self->creates;
    if (made < COUNT(order)) {
        order[made] = self;
    }
    ++made;
    *state = self;
    return ART_OK;
}

static art_status on_message(void *state, art_context *context, const art_msg *message)
{
    (void)state;
    (void)context;
    return message->tag == art_tag("fail") ? ART_FAILED : ART_OK;
}

/* Does not end when it is told to. */
static art_status stubborn(void *state, art_context *context, const art_msg *message)
{
    (void)state;
    (void)context;
    CHECK(message->tag == ART_TAG_STOP || message->tag == art_tag("x"));
    return ART_OK;
}

static void destroy(void *state)
{
    ++((child *)state)->destroys;
}

static void notify(void *user, art_actor actor, const art_stop_cause *cause)
{
    child *self = user;
    CHECK_EQ(actor, self->id);
    ++self->notified;
    self->cause = *cause;
}

static void release(void *argument)
{
    ++((child *)argument)->released;
}

static const art_actor_vtable vtable = {sizeof vtable, 0, create, on_message, NULL, destroy};
static const art_actor_vtable stubborn_vtable = {sizeof vtable, 0, create, stubborn, NULL, destroy};

static art_actor_config config_of(child *self, art_actor parent, const art_supervision *supervision)
{
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    memset(self, 0, sizeof *self);
    config.vtable = &vtable;
    config.argument = self;
    config.argument_drop = release;
    config.notify = notify;
    config.notify_user = self;
    config.parent = parent;
    config.supervision = supervision;
    return config;
}

static void spawn(fake_host *host, child *self, art_actor parent, const art_supervision *supervision)
{
    art_actor_config config = config_of(self, parent, supervision);
    CHECK_EQ(art_spawn(host->rt, &config, &self->id), ART_OK);
}

static size_t count(fake_host *host, art_actor supervisor, art_actor *ids, size_t capacity)
{
    size_t there = 99;
    CHECK_EQ(art_children(host->rt, supervisor, ids, capacity, &there), ART_OK);
    return there;
}

static void administration(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_child_counts counts = ART_CHILD_COUNTS_INIT;
    static recorder parent = {0};
    static child one, two;
    art_actor ids[3] = {7, 7, 7}, again = 7;
    size_t there = 0;
    recorder_spawn(&parent, host);
    spawn(host, &one, parent.id, &supervision);
    spawn(host, &two, parent.id, &supervision);
    host_run(host);
    CHECK_EQ(count(host, parent.id, ids, 1), 2);
    CHECK(ids[0] == one.id && ids[1] == 7);
    CHECK_EQ(count(host, parent.id, ids, 3), 2);
    CHECK(ids[0] == one.id && ids[1] == two.id && ids[2] == 7);
    CHECK_EQ(count(host, parent.id, NULL, 0), 2);
    CHECK_EQ(art_children(host->rt, parent.id, NULL, 1, &there), ART_NULL_POINTER);
    CHECK_EQ(art_children(host->rt, parent.id, ids, 3, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_count_children(host->rt, parent.id, &counts), ART_OK);
    CHECK(counts.entries == 2 && counts.active == 2 && counts.supervisors == 0);
    CHECK_EQ(art_supervisor_of(host->rt, one.id, ids), ART_OK);
    CHECK_EQ(ids[0], parent.id);
    CHECK_EQ(art_supervisor_of(host->rt, parent.id, ids), ART_OK);
    CHECK_EQ(ids[0], 0);
    CHECK_EQ(art_child_terminate(host->rt, parent.id), ART_WRONG_KIND); /* nobody's child */

    CHECK_EQ(art_child_restart(host->rt, parent.id, one.id, &again), ART_NOT_FOUND); /* it lives */
    CHECK_EQ(again, 0);
    art_actor first = one.id;
    CHECK_EQ(art_child_terminate(host->rt, one.id), ART_OK);
    host_run(host);
    CHECK(one.notified == 1 && one.destroys == 1 && one.released == 0);
    CHECK_EQ(art_count_children(host->rt, parent.id, &counts), ART_OK);
    CHECK(counts.entries == 2 && counts.active == 1);
    CHECK_EQ(art_child_restart(host->rt, parent.id, first, &again), ART_OK);
    CHECK(again != 0 && again != first);
    CHECK_EQ(one.creates, 1); /* in the next step */
    CHECK_EQ(post_word(host, again, "x", 0), ART_OK);
    host_run(host);
    CHECK(one.creates == 2 && one.id == again);
    CHECK_EQ(count(host, parent.id, ids, 3), 2);
    CHECK(ids[0] == two.id && ids[1] == again);
    CHECK_EQ(art_child_forget(host->rt, parent.id, again), ART_NOT_FOUND);
    CHECK_EQ(art_child_terminate(host->rt, again), ART_OK);
    host_run(host);
    CHECK(one.notified == 2 && one.released == 0);
    CHECK_EQ(art_child_forget(host->rt, parent.id, again), ART_OK);
    CHECK_EQ(one.released, 1);
    CHECK_EQ(count(host, parent.id, NULL, 0), 1);
    CHECK_EQ(art_kill(host->rt, parent.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK(two.notified == 1 && two.destroys == 1 && two.released == 1 && two.cause.kind == ART_STOP_KILLED);
    CHECK_EQ(art_children(host->rt, parent.id, NULL, 0, &there), ART_NOT_FOUND);
    CHECK_EQ(art_count_children(host->rt, parent.id, &counts), ART_NOT_FOUND);
}

/* What a supervisor hears. */
static struct {
    uint32_t event;
    art_actor actor;
    uint32_t kind;
} heard[16];
static size_t hearings;

static art_status hear(recorder *self, art_context *context, const art_msg *message)
{
    const art_exit *exit = message->data;
    (void)self;
    (void)context;
    if (message->tag == ART_TAG_CHILD && hearings < COUNT(heard)) {
        CHECK_EQ(message->sender, exit->actor);
        heard[hearings].event = exit->event;
        heard[hearings].actor = exit->actor;
        heard[hearings++].kind = exit->kind;
    }
    return ART_OK;
}

static void strategies_and_events(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_supervisor all = ART_SUPERVISOR_INIT;
    static recorder parent = {0};
    art_actor_config config = recorder_config(&parent);
    static child children[3];
    all.strategy = ART_STRATEGY_ONE_FOR_ALL;
    all.max_restarts = 10;
    all.period_ns = 1000;
    parent.rt = host->rt;
    parent.handle = hear;
    config.flags = ART_ACTOR_HEARS_CHILDREN;
    config.supervisor = &all;
    CHECK_EQ(art_spawn(host->rt, &config, &parent.id), ART_OK);
    host_run(host);
    hearings = made = 0;
    for (size_t index = 0; index < 3; index++) {
        spawn(host, &children[index], parent.id, &supervision);
    }
    host_run(host);
    CHECK_EQ(hearings, 3);
    CHECK(heard[0].event == ART_CHILD_STARTED && heard[0].actor == children[0].id);
    hearings = made = 0;
    CHECK_EQ(post_word(host, children[1].id, "fail", 0), ART_OK);
    host_run(host);
    CHECK_EQ(made, 3);
    CHECK(order[0] == &children[0] && order[1] == &children[1] && order[2] == &children[2]);
    CHECK_EQ(hearings, 3);
    CHECK(heard[1].event == ART_CHILD_RESTARTED && heard[1].actor == children[1].id && heard[1].kind == ART_STOP_FAILED);

    /* From now on it alone, and those after it. */
    all.strategy = ART_STRATEGY_REST_FOR_ONE;
    CHECK_EQ(art_set_supervisor(host->rt, parent.id, &all), ART_OK);
    hearings = made = 0;
    CHECK_EQ(post_word(host, children[1].id, "fail", 0), ART_OK);
    host_run(host);
    CHECK_EQ(made, 2);
    CHECK(order[0] == &children[1] && order[1] == &children[2]);
    hearings = 0;
    CHECK_EQ(art_stop(host->rt, children[0].id, 0), ART_OK);
    host_run(host);
    CHECK(hearings == 1 && heard[0].event == ART_CHILD_ENDED && heard[0].actor == children[0].id);
    CHECK_EQ(heard[0].kind, ART_STOP_STOPPED);

    /* More failures than it allows are its own, and it is nobody's to restart. */
    all.max_restarts = 0;
    CHECK_EQ(art_set_supervisor(host->rt, parent.id, &all), ART_OK);
    CHECK_EQ(post_word(host, children[2].id, "fail", 0), ART_OK);
    host_run(host);
    CHECK(parent.notified == 1 && parent.cause.kind == ART_STOP_FAILED);
    CHECK(children[1].notified == 1 && children[2].notified == 1 && children[1].released == 1);
}

static void significant(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_supervisor settings = ART_SUPERVISOR_INIT;
    static recorder parent = {0};
    static child one, two, plain;
    settings.auto_shutdown = ART_AUTO_SHUTDOWN_ALL;
    recorder_spawn(&parent, host);
    CHECK_EQ(art_set_supervisor(host->rt, parent.id, &settings), ART_OK);
    spawn(host, &plain, parent.id, &supervision);
    supervision.flags = ART_SUPERVISION_SIGNIFICANT;
    spawn(host, &one, parent.id, &supervision);
    spawn(host, &two, parent.id, &supervision);
    host_run(host);
    CHECK_EQ(art_stop(host->rt, one.id, 0), ART_OK);
    host_run(host);
    CHECK_EQ(parent.notified, 0);
    CHECK_EQ(art_stop(host->rt, two.id, 0), ART_OK);
    host_run(host);
    CHECK(parent.notified == 1 && plain.notified == 1 && parent.cause.kind == ART_STOP_STOPPED);
}

typedef struct killed {
    int calls;
    size_t count;
    art_actor first;
} killed;

static void terminated(void *user, const art_actor *ids, size_t number)
{
    killed *self = user;
    ++self->calls;
    self->count = number;
    self->first = number > 0 ? ids[0] : 0;
}

static void the_whole_tree(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    static recorder outside = {0};
    static child gentle, hard, quick, late;
    killed done = {0, 0, 0}, also = {0, 0, 0};
    recorder_spawn(&outside, host);
    spawn(host, &gentle, 0, &supervision);
    supervision.shutdown = ART_SHUTDOWN_INFINITE;
    art_actor_config config = config_of(&hard, 0, &supervision);
    config.vtable = &stubborn_vtable;
    config.flags = ART_ACTOR_HEARS_STOP;
    CHECK_EQ(art_spawn(host->rt, &config, &hard.id), ART_OK);
    supervision.shutdown = ART_SHUTDOWN_STOP;
    supervision.shutdown_ns = 50;
    config = config_of(&quick, 0, &supervision);
    config.vtable = &stubborn_vtable;
    config.flags = ART_ACTOR_HEARS_STOP;
    CHECK_EQ(art_spawn(host->rt, &config, &quick.id), ART_OK);
    host_run(host);
    CHECK_EQ(count(host, 0, NULL, 0), 3);
    CHECK_EQ(art_terminate(host->rt, host->now + 1000, terminated, &done), ART_OK);
    CHECK_EQ(art_terminate(host->rt, ART_NEVER, terminated, &also), ART_OK);
    host_run(host);
    CHECK(quick.notified == 0 && hard.notified == 0 && gentle.notified == 0);
    config = config_of(&late, 0, &supervision);
    CHECK_EQ(art_spawn(host->rt, &config, &late.id), ART_NOT_FOUND);
    CHECK_EQ(late.released, 1);
    host->now += 50;
    host_run(host);
    CHECK(quick.notified == 1 && quick.cause.kind == ART_STOP_KILLED);
    CHECK(hard.notified == 0 && gentle.notified == 0);
    host->now += 950;
    host_run(host);
    CHECK(hard.notified == 1 && hard.cause.kind == ART_STOP_KILLED);
    CHECK(gentle.notified == 1);
    CHECK(done.calls == 1 && also.calls == 1 && done.count >= 2 && done.first == quick.id);
    CHECK_EQ(outside.notified, 0);
    /* It was not the end of the runtime. */
    spawn(host, &late, 0, &supervision);
    host_run(host);
    CHECK_EQ(late.creates, 1);
}

int main(void)
{
    fake_host host;
    host_create(&host);
    administration(&host);
    strategies_and_events(&host);
    significant(&host);
    the_whole_tree(&host);
    host_destroy(&host);
    return finish();
}
