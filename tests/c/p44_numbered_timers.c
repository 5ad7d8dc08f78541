/*
 * Timers by number: what is started takes the place of what had the number, and what was replaced or stopped never ticks, even if it was due;
 * intervals stay on their grid. on_run is called when no message waits. An actor may be ended after a time.
 */
#include "fake_host.h"

/* What the actors of this test were called with. */
static struct {
    uint64_t number;
    uint32_t ticks;
} ticked[32];
static int tick_count, run_count;
static uint64_t run_wait;
static art_status run_status;
static unsigned messages_before_run;

static art_status on_timer(void *state, art_context *context, uint64_t number, uint32_t ticks)
{
    recorder *self = state;
    CHECK_EQ(art_context_self(context), self->id);
    CHECK(tick_count < (int)COUNT(ticked));
    ticked[tick_count].number = number;
    ticked[tick_count++].ticks = ticks;
    return number == 99 ? ART_USER_ERROR - 9 : ART_OK;
}

static art_status on_run(void *state, art_context *context, uint64_t *wait_ns)
{
    (void)context;
    CHECK_EQ(*wait_ns, ART_NEVER);
    ++run_count;
    messages_before_run = ((recorder *)state)->count;
    *wait_ns = run_wait;
    return run_status;
}

static const art_actor_hooks hooks = {sizeof hooks, 0, NULL, on_timer, on_run, NULL, NULL, NULL};

/* A message's word is the number of a timer; its tag says what to do. */
static art_status handle(recorder *self, art_context *context, const art_msg *message)
{
    art_interval interval = ART_INTERVAL_INIT;
    uint64_t number = message->len == 8 ? last_word(self) : 0;
    interval.period_ns = 100;
    if (message->tag == art_tag("start")) {
        CHECK_EQ(art_context_timer_start(context, number, 100), ART_OK);
    } else if (message->tag == art_tag("interval")) {
        CHECK_EQ(art_context_interval_start(context, number, &interval), ART_OK);
    } else if (message->tag == art_tag("burst")) {
        interval.missed = ART_MISSED_BURST;
        interval.first_ns = 10;
        CHECK_EQ(art_context_interval_start(context, number, &interval), ART_OK);
    } else if (message->tag == art_tag("skip")) {
        interval.missed = ART_MISSED_SKIP;
        CHECK_EQ(art_context_interval_start(context, number, &interval), ART_OK);
    } else if (message->tag == art_tag("stop")) {
        CHECK_EQ(art_context_timer_stop(context, number), ART_OK);
        CHECK_EQ(art_context_timer_stop(context, number), ART_NOT_FOUND);
    } else if (message->tag == art_tag("odd")) {
        interval.missed = 3;
        CHECK_EQ(art_context_interval_start(context, 1, &interval), ART_INVALID_ARGUMENT);
        interval.missed = 0;
        interval.period_ns = 0;
        CHECK_EQ(art_context_interval_start(context, 1, &interval), ART_INVALID_ARGUMENT);
        interval.struct_size = 4;
        CHECK_EQ(art_context_interval_start(context, 1, &interval), ART_STRUCT_SIZE);
        CHECK_EQ(art_context_interval_start(context, 1, NULL), ART_NULL_POINTER);
        CHECK_EQ(art_context_timer_stop(context, 1), ART_NOT_FOUND);
    } else if (message->tag == art_tag("without")) {
        char text[160];
        interval.period_ns = 100;
        CHECK_EQ(art_context_timer_start(context, 1, 1), ART_UNSUPPORTED);
        CHECK_EQ(art_last_message(self->rt, text, sizeof text, NULL), ART_OK);
        CHECK(strstr(text, "on_timer") != NULL);
        CHECK_EQ(art_context_interval_start(context, 1, &interval), ART_UNSUPPORTED);
        CHECK_EQ(art_context_run(context), ART_UNSUPPORTED);
        CHECK_EQ(art_context_timer_stop(context, 1), ART_NOT_FOUND);
    } else if (message->tag == art_tag("run")) {
        CHECK_EQ(art_context_run(context), ART_OK);
    }
    return ART_OK;
}

static void spawn(fake_host *host, recorder *self, const art_actor_hooks *given)
{
    memset(self, 0, sizeof *self);
    tick_count = run_count = 0;
    run_wait = ART_NEVER;
    run_status = ART_OK;
    art_actor_config config = recorder_config(self);
    self->rt = host->rt;
    self->handle = handle;
    config.hooks = given;
    CHECK_EQ(art_spawn(host->rt, &config, &self->id), ART_OK);
}

static void say(fake_host *host, const recorder *to, const char *what, uint64_t number)
{
    CHECK_EQ(post_word(host, to->id, what, number), ART_OK);
    host_run(host);
}

static void pass(fake_host *host, uint64_t ns)
{
    host->now += ns;
    host_run(host);
}

static void what_was_replaced_or_stopped_never_ticks(fake_host *host)
{
    static recorder actor;
    spawn(host, &actor, &hooks);
    say(host, &actor, "odd", 0);
    say(host, &actor, "start", 1);
    say(host, &actor, "start", 2);
    pass(host, 60);
    say(host, &actor, "start", 1); /* anew */
    pass(host, 40);
    CHECK(tick_count == 1 && ticked[0].number == 2 && ticked[0].ticks == 1);
    pass(host, 60);
    CHECK(tick_count == 2 && ticked[1].number == 1);
    say(host, &actor, "start", 3);
    say(host, &actor, "stop", 3);
    pass(host, 1000);
    CHECK_EQ(tick_count, 2);
    /* Paused, it hears of it when it goes on. */
    say(host, &actor, "start", 4);
    CHECK_EQ(art_pause(host->rt, actor.id), ART_OK);
    pass(host, 200);
    CHECK_EQ(tick_count, 2);
    CHECK_EQ(art_resume(host->rt, actor.id), ART_OK);
    host_run(host);
    CHECK(tick_count == 3 && ticked[2].number == 4);
    CHECK_EQ(actor.count, 7); /* ticks are no messages */
    /* A status fails it as that of a handler does. */
    say(host, &actor, "interval", 99);
    pass(host, 100);
    CHECK(actor.notified == 1 && actor.cause.kind == ART_STOP_FAILED);
    CHECK_EQ(actor.cause.reason, ART_USER_ERROR - 9);
    pass(host, 500);
    CHECK_EQ(tick_count, 4);
}

static void late_ticks_of_intervals(fake_host *host)
{
    static recorder actor;
    spawn(host, &actor, &hooks);
    say(host, &actor, "interval", 1);
    pass(host, 350); /* three are due */
    CHECK(tick_count == 1 && ticked[0].ticks == 3);
    pass(host, 50); /* on the grid */
    CHECK(tick_count == 2 && ticked[1].ticks == 1);
    say(host, &actor, "stop", 1);
    say(host, &actor, "burst", 2);
    pass(host, 10);
    CHECK_EQ(tick_count, 3);
    pass(host, 300);
    CHECK(tick_count == 6 && ticked[5].number == 2 && ticked[5].ticks == 1);
    say(host, &actor, "stop", 2);
    say(host, &actor, "skip", 3);
    pass(host, 450);
    CHECK(tick_count == 7 && ticked[6].number == 3 && ticked[6].ticks == 1);
    CHECK_EQ(art_stop(host->rt, actor.id, 0), ART_OK);
    pass(host, 1000);
    CHECK(tick_count == 7 && actor.notified == 1);
}

/* Made anew by its `create`, which starts a timer. */
static int creates;

static art_status create(art_context *context, void *argument, void **state)
{
    ++creates;
    CHECK_EQ(art_context_timer_start(context, (uint64_t)creates, 100), ART_OK);
    *state = argument;
    return ART_OK;
}

static art_status fail(void *state, art_context *context, const art_msg *message)
{
    (void)state;
    (void)context;
    (void)message;
    return ART_FAILED;
}

static void timers_are_those_of_an_incarnation(fake_host *host)
{
    static recorder argument;
    static const art_actor_vtable vtable = {sizeof vtable, 0, create, fail, NULL, NULL};
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    config.vtable = &vtable;
    config.argument = &argument;
    config.supervision = &supervision;
    config.hooks = &hooks;
    tick_count = 0;
    CHECK_EQ(art_spawn(host->rt, &config, &argument.id), ART_OK);
    host_run(host);
    host->now += 50;
    CHECK_EQ(post_word(host, argument.id, "fail", 0), ART_OK);
    host_run(host);
    CHECK_EQ(creates, 2);
    pass(host, 50);
    CHECK_EQ(tick_count, 0);
    pass(host, 50);
    CHECK(tick_count == 1 && ticked[0].number == 2);
    CHECK_EQ(art_child_terminate(host->rt, argument.id), ART_OK);
    host_run(host);
}

static void it_runs_when_no_message_waits(fake_host *host)
{
    static recorder actor;
    spawn(host, &actor, &hooks);
    host_run(host);
    CHECK_EQ(run_count, 0);
    CHECK_EQ(post_word(host, actor.id, "run", 0), ART_OK);
    CHECK_EQ(post_word(host, actor.id, "other", 0), ART_OK);
    host_run(host);
    CHECK(run_count == 1 && messages_before_run == 2);
    pass(host, 1000);
    CHECK_EQ(run_count, 1); /* as it was told */
    run_wait = 0;
    say(host, &actor, "run", 0);
    CHECK_EQ(run_count, 2); /* once in a step */
    CHECK_EQ(host_deadline(host), host->now + 1);
    run_wait = 70;
    pass(host, 1);
    CHECK_EQ(run_count, 3);
    pass(host, 69);
    CHECK_EQ(run_count, 3);
    run_status = ART_USER_ERROR - 2;
    pass(host, 1);
    CHECK(run_count == 4 && actor.notified == 1 && actor.cause.reason == ART_USER_ERROR - 2);
    pass(host, 1000);
    CHECK_EQ(run_count, 4);
}

static void without_the_hook_it_is_refused(fake_host *host)
{
    static recorder plain, hooked;
    const art_actor_hooks none = ART_ACTOR_HOOKS_INIT;
    spawn(host, &plain, NULL);
    spawn(host, &hooked, &none);
    say(host, &plain, "without", 0);
    say(host, &hooked, "without", 0);
    CHECK(plain.count == 1 && hooked.count == 1);
    pass(host, 100);
    CHECK_EQ(tick_count, 0);
}

static void an_end_after_a_time(fake_host *host)
{
    static recorder one, other;
    art_timer timer = 7;
    spawn(host, &one, NULL);
    spawn(host, &other, NULL);
    host_run(host);
    CHECK_EQ(art_exit_after(host->rt, one.id, 1000000, NULL), ART_OK);
    CHECK_EQ(art_kill_after(host->rt, one.id, 999999, &timer), ART_OK);
    CHECK_EQ(art_timer_cancel(host->rt, timer), ART_OK);
    CHECK_EQ(art_kill_after(host->rt, other.id, 2000000, &timer), ART_OK);
    CHECK_EQ(art_timer_reset(host->rt, timer, host->now + 3000000), ART_OK);
    pass(host, 999999);
    CHECK_EQ(one.notified, 0);
    pass(host, 1);
    CHECK(one.notified == 1 && one.cause.kind == ART_STOP_STOPPED && one.stops == 1);
    pass(host, 1999999);
    CHECK_EQ(other.notified, 0);
    pass(host, 1);
    CHECK(other.notified == 1 && other.cause.kind == ART_STOP_KILLED && other.stops == 0);
    CHECK_EQ(strcmp(other.text, "Kill after 2ms"), 0);
    CHECK_EQ(art_timer_cancel(host->rt, timer), ART_NOT_FOUND);
    CHECK_EQ(art_kill_after(host->rt, other.id, 1, &timer), ART_NOT_FOUND);
    CHECK_EQ(timer, 0);
}

int main(void)
{
    fake_host host;
    static recorder last;
    host_create(&host);
    what_was_replaced_or_stopped_never_ticks(&host);
    late_ticks_of_intervals(&host);
    timers_are_those_of_an_incarnation(&host);
    it_runs_when_no_message_waits(&host);
    without_the_hook_it_is_refused(&host);
    an_end_after_a_time(&host);
    spawn(&host, &last, &hooks);
    run_wait = 10;
    say(&host, &last, "interval", 1);
    say(&host, &last, "run", 0);
    CHECK_EQ(art_exit_after(host.rt, last.id, 5, NULL), ART_OK);
    host_destroy(&host);
    CHECK(last.notified == 1 && run_count == 1 && tick_count == 0);
    return finish();
}
