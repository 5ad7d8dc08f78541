/*
 * Where p67_may_call.c makes its calls: runtimes in which as much as possible can be called back, with actors in several states. What is
 * called back is noted, and held against what the header says.
 */
#ifndef MAY_CALL_SCENE_H
#define MAY_CALL_SCENE_H

#include "every_call.h"
#include "may_call.h"

struct scene;

/* A call that is made in a way of its own. */
typedef struct any_call {
    const char *name;
    art_status (*call)(struct scene *self);
    bool with_now;
} any_call;

typedef struct scene {
    const char *name;
    art_runtime *rt;
    every_call_place at;
    uint64_t now;
    art_actor subject, other;
    art_remote *remote;
    art_waker *waker;
    art_watchdog *watchdog;
    const every_call *inside; /* is called by the first actor's handler, then NULL */
    const any_call *inside_too; /* as is this one */
    void (*in_wake)(struct scene *);
} scene;

static unsigned ran;       /* the kinds that ran in the call that is being looked at */
static bool wake_was_last; /* nothing ran behind `wake` */

static void hear(unsigned kind)
{
    wake_was_last = wake_was_last && (ran & EVERY_CALL_WAKE) == 0;
    ran |= kind;
}

/* ---- what a call is held against ---- */

/* What ran in some scene, for each function of the header. */
static unsigned seen[320];

static void begin_call(void)
{
    ran = 0;
    wake_was_last = true;
}

static void judge(const char *name, const char *where, bool in_step, bool with_now, art_status status)
{
    const may_call *said = may_call_of(name);
    if (said == NULL) {
        check_true(false, name, where, 0);
        return;
    }
    unsigned allowed = said->always | (in_step ? 0 : said->outside) | (status < 0 ? said->failing : 0) |
                       (with_now ? said->with_now : 0);
    if ((ran & ~allowed) != 0) {
        fprintf(stderr, "%s, %s, answered %d and called:", name, where, (int)status);
        may_call_print(ran & ~allowed);
        fprintf(stderr, "\n");
        check_true(false, name, "May call", 0);
    }
    if (!wake_was_last) {
        fprintf(stderr, "%s, %s: wake was not the last that it called\n", name, where);
        check_true(false, name, "wake runs last", 0);
    }
    for (size_t index = 0; index < may_call_count(); index++) {
        if (may_call_at(index) == said) {
            seen[index] |= ran;
        }
    }
}

/* ---- what is called back ---- */

static void wake(void *user, uint32_t flags)
{
    scene *self = user;
    (void)flags;
    if (self->in_wake != NULL) {
        void (*work)(scene *) = self->in_wake;
        self->in_wake = NULL;
        work(self);
    }
    every_call_ran(EVERY_CALL_WAKE);
}

static void wake_drop(void *user)
{
    (void)user;
    every_call_ran(EVERY_CALL_WAKE_DROP);
}

static uint64_t read_clock(void *user)
{
    every_call_ran(EVERY_CALL_CLOCK);
    /* It runs on, so that handlers are slow, which is logged. */
    return ((scene *)user)->now += 10;
}

static void take_log(void *user, uint32_t level, const char *text, size_t len)
{
    (void)user;
    (void)level;
    (void)text;
    (void)len;
    every_call_ran(EVERY_CALL_LOG);
}

static void payload_drop(void *data, size_t len, void *user, uint32_t reason)
{
    (void)data;
    (void)len;
    (void)user;
    (void)reason;
    every_call_ran(EVERY_CALL_DROPS);
}

/* Of what waits in a scene. */
static void other_drop(void *data, size_t len, void *user, uint32_t reason)
{
    (void)data;
    (void)len;
    (void)user;
    (void)reason;
    every_call_ran(EVERY_CALL_OTHER_DROPS);
}

static void argument_drop(void *argument)
{
    (void)argument;
    every_call_ran(EVERY_CALL_ARGUMENT_DROP);
}

static void user_drop(void *user)
{
    (void)user;
    every_call_ran(EVERY_CALL_USER_DROP);
}

static uint64_t host_call(art_runtime *rt, void *user)
{
    (void)rt;
    (void)user;
    every_call_ran(EVERY_CALL_HOST_CALLS);
    return 0;
}

static void notify(void *user, art_actor actor, const art_stop_cause *cause)
{
    (void)user;
    (void)actor;
    (void)cause;
    every_call_ran(EVERY_CALL_NOTIFY);
}

static void answered(void *user, const art_msg *answer)
{
    (void)user;
    (void)answer;
    every_call_ran(EVERY_CALL_TOLD);
}

static void told_of_end(void *user, const art_exit *exit)
{
    (void)user;
    (void)exit;
    every_call_ran(EVERY_CALL_TOLD);
}

/* ---- the actors ---- */

static art_status create(art_context *context, void *argument, void **state)
{
    (void)context;
    every_call_ran(EVERY_CALL_HANDLERS);
    *state = argument;
    return ART_OK;
}

static art_status on_message(void *state, art_context *context, const art_msg *message)
{
    scene *self = state;
    every_call_ran(EVERY_CALL_HANDLERS);
    if (self->inside_too != NULL) {
        const any_call *one = self->inside_too;
        self->inside_too = NULL;
        self->at.context = context;
        begin_call();
        judge(one->name, "in a handler", true, false, one->call(self));
    } else if (message->tag == art_tag("keep")) {
        self->at.token = message->reply;
        CHECK_EQ(art_context_reply_keep(context), ART_OK);
    } else if (message->tag == art_tag("call the host")) {
        CHECK_EQ(art_context_host_call(context, host_call, self, user_drop, 0), ART_OK);
    } else if (self->inside != NULL) {
        const every_call *one = self->inside;
        unsigned before = ran;
        bool was_last = wake_was_last;
        self->inside = NULL;
        self->at.context = context;
        begin_call();
        art_status status = make_call(one, &self->at);
        judge(one->name, self->name, true, false, status);
        ran = before;
        wake_was_last = was_last;
    }
    return ART_OK;
}

static void on_stop(void *state, art_context *context, const art_stop_cause *cause)
{
    (void)state;
    (void)context;
    (void)cause;
    every_call_ran(EVERY_CALL_ON_STOP);
}

static void destroy(void *state)
{
    (void)state;
    every_call_ran(EVERY_CALL_DESTROYS);
}

static int32_t on_system(void *state, art_context *context, uint32_t message)
{
    (void)state;
    (void)context;
    (void)message;
    every_call_ran(EVERY_CALL_HANDLERS);
    return 0;
}

static const art_actor_vtable vtable = {sizeof vtable, 0, create, on_message, on_stop, destroy};

/* ---- the scenes ---- */

static void run(scene *self)
{
    art_step_result result = ART_STEP_RESULT_INIT;
    do {
        CHECK_EQ(art_step(self->rt, self->now, NULL, &result), ART_OK);
    } while (result.more);
}

/* A runtime whose every callback is heard, and nothing in it. */
static void make_runtime(scene *self)
{
    art_config config = ART_CONFIG_INIT;
    art_observer observer = ART_OBSERVER_INIT;
    self->now = 1000;
    config.start_ns = self->now;
    config.wake = wake;
    config.wake_drop = wake_drop;
    config.wake_user = self;
    config.clock = read_clock;
    config.clock_user = self;
    config.log = take_log;
    config.log_user = self;
    config.slow_handler_ns = 1;
    CHECK_EQ(art_create(&config, &self->rt, NULL, 0), ART_OK);
    observer.user = self;
    observer.user_drop = user_drop;
    CHECK_EQ(art_set_observer(self->rt, &observer), ART_OK);
    self->at.api = art_api(ART_VERSION);
    self->at.rt = self->rt;
    CHECK_EQ(art_remote_create(self->rt, &self->remote), ART_OK);
    CHECK_EQ(art_watchdog_create(self->rt, &self->watchdog), ART_OK);
}

/* Two actors, of which the first has a timer, an open ask of the other's, and a value of a port. The runtime is at rest. */
static void make_actors(scene *self)
{
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_actor_hooks hooks = ART_ACTOR_HOOKS_INIT;
    art_subscription subscription = ART_SUBSCRIPTION_INIT;
    make_runtime(self);
    supervision.restart = ART_RESTART_PERMANENT;
    hooks.on_system = on_system;
    config.vtable = &vtable;
    config.argument = self;
    config.argument_drop = argument_drop;
    config.notify = notify;
    config.notify_user = self;
    config.supervision = &supervision;
    config.hooks = &hooks;
    CHECK_EQ(art_spawn(self->rt, &config, &self->subject), ART_OK);
    config.supervision = NULL;
    config.hooks = NULL;
    CHECK_EQ(art_spawn(self->rt, &config, &self->other), ART_OK);
    self->at.actor = self->subject;
    CHECK_EQ(art_on_exit(self->rt, self->other, told_of_end, self, NULL), ART_OK);
    CHECK_EQ(art_ask(self->rt, self->other, self->subject, art_tag("keep"), "x", 1, ART_NEVER, NULL), ART_OK);
    CHECK_EQ(art_timer_at(self->rt, self->subject, 0, self->now + 1000000, "x", 1, &self->at.timer), ART_OK);
    CHECK_EQ(art_port_create(self->rt, &self->at.port), ART_OK);
    subscription.tag = art_tag("value");
    subscription.capacity = 1;
    CHECK_EQ(art_port_subscribe(self->rt, self->at.port, self->subject, &subscription), ART_OK);
    CHECK_EQ(art_waker_create(self->rt, self->subject, 0, &self->waker), ART_OK);
    run(self);
    CHECK(self->at.token != 0);
}

/* The first actor's mailbox is full, a buffer waits with the port, and the open ask is the host's. */
static void make_crowd(scene *self, uint32_t overflow)
{
    art_mailbox mailbox = ART_MAILBOX_INIT;
    art_buffer *buffer = NULL;
    make_actors(self);
    CHECK_EQ(art_ask_then(self->rt, self->subject, art_tag("keep"), NULL, 0, ART_NEVER, answered, self, NULL), ART_OK);
    run(self);
    mailbox.capacity = 1;
    mailbox.overflow = overflow;
    mailbox.redirect_to = overflow == ART_OVERFLOW_REDIRECT ? self->other : 0;
    CHECK_EQ(art_set_mailbox(self->rt, self->subject, &mailbox), ART_OK);
    CHECK_EQ(art_pause(self->rt, self->subject), ART_OK);
    CHECK_EQ(art_group_join(self->rt, every_call_group(), self->subject), ART_OK);
    CHECK_EQ(art_post_owned(self->rt, self->subject, art_tag("x"), self, 1, other_drop, self), ART_OK);
    CHECK_EQ(art_buffer_wrap(self, 1, other_drop, self, &buffer), ART_OK);
    CHECK_EQ(art_port_publish_buffer(self->rt, self->at.port, buffer, NULL), ART_OK);
    run(self);
}

static void make_full(scene *self)
{
    make_crowd(self, ART_OVERFLOW_REJECT);
}

static void make_oldest_dropped(scene *self)
{
    make_crowd(self, ART_OVERFLOW_DROP_OLDEST);
}

static void make_newest_dropped(scene *self)
{
    make_crowd(self, ART_OVERFLOW_DROP_NEWEST);
}

static void make_failing(scene *self)
{
    make_crowd(self, ART_OVERFLOW_FAIL);
}

static void make_redirecting(scene *self)
{
    make_crowd(self, ART_OVERFLOW_REDIRECT);
}

/* The first actor has ended, and its supervisor keeps its entry. */
static void make_ended(scene *self)
{
    make_actors(self);
    CHECK_EQ(art_child_terminate(self->rt, self->subject), ART_OK);
    run(self);
}

/* A host call waits. */
static void make_host_call(scene *self)
{
    make_actors(self);
    CHECK_EQ(art_post(self->rt, self->subject, art_tag("call the host"), NULL, 0), ART_OK);
    run(self);
}

static void end_scene(scene *self)
{
    if (self->rt != NULL) {
        CHECK_EQ(art_destroy(self->rt), ART_OK);
    }
    art_remote_unref(self->remote);
    art_waker_unref(self->waker);
    art_watchdog_unref(self->watchdog);
}

typedef struct setting {
    const char *name;
    void (*make)(scene *self);
} setting;

static const setting settings[] = {
    {"in an empty runtime", make_runtime},
    {"on a living actor", make_actors},
    {"on an actor whose mailbox is full", make_full},
    {"on an actor whose mailbox drops the oldest", make_oldest_dropped},
    {"on an actor whose mailbox drops the newest", make_newest_dropped},
    {"on an actor that fails when its mailbox is full", make_failing},
    {"on an actor whose mailbox redirects", make_redirecting},
    {"on an actor that has ended", make_ended},
    {"while a host call waits", make_host_call},
};

#endif
