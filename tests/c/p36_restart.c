/*
 * A supervised actor that fails is made anew by its `create`, in place: same id, same argument, what waits for it still comes; each state
 * is destroyed once, `notify` and `argument_drop` come once, when it has ended for good. Too many failures go to the host.
 */
#include "fake_host.h"

/* What outlives the states that are made of it. */
typedef struct origin {
    art_runtime *rt;
    art_actor id;
    int creates, destroys, stops, notified, released, refusing, handled;
    uint64_t seen[16];
    uint32_t phase;
    art_stop_cause cause;
} origin;

typedef struct instance {
    origin *of;
    uint64_t sum;
} instance;

static art_status create(art_context *context, void *argument, void **state)
{
    origin *of = argument;
    instance *made = NULL;
    CHECK(art_context_self(context) != 0);
    ++of->creates;
    if (of->refusing > 0) {
        --of->refusing;
        return ART_USER_ERROR - 3;
    }
    made = calloc(1, sizeof *made);
    CHECK(made != NULL);
    made->of = of;
    *state = made;
    return ART_OK;
}

static art_status on_message(void *state, art_context *context, const art_msg *message)
{
    instance *self = state;
    origin *of = self->of;
    uint64_t word = 0;
    (void)context;
    if (message->len == sizeof word) {
        memcpy(&word, message->data, sizeof word);
    }
    if (of->handled < (int)COUNT(of->seen)) {
        of->seen[of->handled] = word;
    }
    ++of->handled;
    if (message->tag == art_tag("fail")) {
        return ART_USER_ERROR - 7;
    }
    if (message->tag == art_tag("stop")) {
        return art_context_stop(context, 3);
    }
    self->sum += word;
    return ART_OK;
}

static void on_stop(void *state, art_context *context, const art_stop_cause *cause)
{
    (void)context;
    CHECK(cause->kind == ART_STOP_STOPPED || cause->kind == ART_STOP_DROPPED);
    ++((instance *)state)->of->stops;
}

static void destroy(void *state)
{
    ++((instance *)state)->of->destroys;
    free(state);
}

static void notify(void *user, art_actor actor, const art_stop_cause *cause)
{
    origin *of = user;
    CHECK_EQ(actor, of->id);
    CHECK_EQ(of->released, 0);
    ++of->notified;
    of->cause = *cause;
}

static void release(void *argument)
{
    ++((origin *)argument)->released;
}

static const art_actor_vtable vtable = {sizeof vtable, 0, create, on_message, on_stop, destroy};

static art_actor_config config_of(origin *of, const art_supervision *supervision)
{
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    memset(of, 0, sizeof *of);
    config.vtable = &vtable;
    config.argument = of;
    config.argument_drop = release;
    config.notify = notify;
    config.notify_user = of;
    config.supervision = supervision;
    config.name = "worker";
    return config;
}

static void spawn(fake_host *host, origin *of, const art_supervision *supervision)
{
    art_actor_config config = config_of(of, supervision);
    CHECK_EQ(art_spawn(host->rt, &config, &of->id), ART_OK);
}

/* More restarts than a test needs. */
static void allow(fake_host *host, uint32_t restarts)
{
    art_supervisor root = ART_SUPERVISOR_INIT;
    root.max_restarts = restarts;
    root.period_ns = 1000000000;
    CHECK_EQ(art_set_supervisor(host->rt, 0, &root), ART_OK);
}

static void it_is_made_anew_in_place(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    static origin of;
    spawn(host, &of, &supervision);
    CHECK_EQ(post_word(host, of.id, "add", 1), ART_OK); /* before it has a state */
    CHECK_EQ(post_word(host, of.id, "fail", 2), ART_OK);
    CHECK_EQ(post_word(host, of.id, "add", 3), ART_OK);
    CHECK_EQ(art_timer_at(host->rt, of.id, 0, host->now + 10, NULL, 0, NULL), ART_OK);
    host_run(host);
    CHECK_EQ(of.creates, 2);
    CHECK_EQ(of.destroys, 1);
    CHECK_EQ(of.stops, 0);
    CHECK_EQ(of.handled, 3);
    CHECK(of.seen[0] == 1 && of.seen[1] == 2 && of.seen[2] == 3);
    CHECK_EQ(of.notified, 0);
    CHECK(strstr(host->log, "worker") != NULL && strstr(host->log, "restarted") != NULL);
    host->now += 10;
    host_run(host);
    CHECK_EQ(of.handled, 3); /* the timer was the failed one's */

    /* A transient one that stops stays stopped. */
    CHECK_EQ(post_word(host, of.id, "stop", 0), ART_OK);
    host_run(host);
    CHECK(of.creates == 2 && of.destroys == 2 && of.stops == 1 && of.notified == 1 && of.released == 1);
    CHECK_EQ(of.cause.kind, ART_STOP_STOPPED);
    CHECK_EQ(of.cause.reason, 3);
    CHECK_EQ(post_word(host, of.id, "add", 0), ART_NOT_FOUND);
}

static void a_permanent_one_comes_back_whatever_happens(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    static origin of;
    supervision.restart = ART_RESTART_PERMANENT;
    spawn(host, &of, &supervision);
    host_run(host);
    CHECK_EQ(art_stop(host->rt, of.id, 9), ART_OK);
    host_run(host);
    CHECK(of.creates == 2 && of.stops == 1 && of.notified == 0);
    CHECK_EQ(art_kill(host->rt, of.id, -5, NULL, 0), ART_OK);
    host_run(host);
    CHECK(of.creates == 3 && of.destroys == 2 && of.notified == 0);
    /* Its supervisor's word is final. What reason an earlier one was stopped with is no longer told. */
    CHECK_EQ(art_child_terminate(host->rt, of.id), ART_OK);
    host_run(host);
    CHECK(of.creates == 3 && of.destroys == 3 && of.notified == 1);
    CHECK_EQ(of.cause.reason, 0);
}

static void a_create_that_fails_is_no_child_yet(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    static origin of;
    spawn(host, &of, &supervision);
    of.refusing = 1;
    host_run(host);
    CHECK(of.creates == 1 && of.destroys == 0 && of.notified == 1 && of.released == 1);
    CHECK_EQ(of.cause.kind, ART_STOP_FAILED);
    CHECK_EQ(of.cause.reason, ART_USER_ERROR - 3);
    CHECK_EQ(of.cause.phase, ART_PHASE_CREATE);

    /* In a restart it is a failure as any other. */
    spawn(host, &of, &supervision);
    host_run(host);
    of.refusing = 1;
    CHECK_EQ(post_word(host, of.id, "fail", 0), ART_OK);
    host_run(host);
    CHECK(of.creates == 3 && of.destroys == 1 && of.notified == 0);
    /* What it is made of is kept for `art_child_restart` then. */
    CHECK_EQ(art_child_terminate(host->rt, of.id), ART_OK);
    host_run(host);
    CHECK(of.notified == 1 && of.released == 0);
    CHECK_EQ(art_child_forget(host->rt, 0, of.id), ART_OK);
    CHECK_EQ(of.released, 1);
}

static void restarts_wait_longer_each_time(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    static origin of;
    supervision.backoff_first_ns = 100;
    supervision.backoff_most_ns = 350;
    supervision.backoff_reset_ns = 10000;
    spawn(host, &of, &supervision);
    host_run(host);
    static const uint64_t waits[] = {100, 200, 350};
    for (size_t index = 0; index < COUNT(waits); index++) {
        CHECK_EQ(post_word(host, of.id, "fail", 0), ART_OK);
        CHECK_EQ(post_word(host, of.id, "add", index), ART_OK);
        host_run(host);
        CHECK_EQ(of.creates, (int)index + 1);
        CHECK_EQ(host_deadline(host), host->now + waits[index]);
        host->now += waits[index];
        host_run(host);
        CHECK_EQ(of.creates, (int)index + 2);
        CHECK_EQ(of.seen[2 * index + 1], index); /* it waited */
    }
    CHECK_EQ(art_child_terminate(host->rt, of.id), ART_OK);
    host_run(host);
}

static art_exit escalated;
static char escalated_text[64];

static void on_escalation(void *user, const art_exit *exit)
{
    ++*(int *)user;
    escalated = *exit;
    CHECK(exit->text_len < sizeof escalated_text);
    memcpy(escalated_text, (const char *)exit + exit->struct_size, exit->text_len);
}

static void too_many_failures_are_the_hosts_affair(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    static origin of;
    int calls = 0;
    CHECK_EQ(art_on_escalation(host->rt, on_escalation, &calls), ART_OK);
    supervision.max_restarts = 1;
    supervision.restart_period_ns = 1000;
    spawn(host, &of, &supervision);
    CHECK_EQ(post_word(host, of.id, "fail", 0), ART_OK);
    host_run(host);
    CHECK_EQ(of.notified, 0);
    host->now += 1001; /* that one is forgotten */
    CHECK_EQ(post_word(host, of.id, "fail", 0), ART_OK);
    host_run(host);
    CHECK_EQ(of.notified, 0);
    CHECK_EQ(post_word(host, of.id, "fail", 0), ART_OK);
    host_run(host);
    CHECK(of.notified == 1 && of.released == 1 && of.creates == 3 && of.destroys == 3 && calls == 1);
    CHECK_EQ(of.cause.reason, ART_USER_ERROR - 7);
    CHECK_EQ(escalated.actor, of.id);
    CHECK_EQ(escalated.kind, ART_STOP_FAILED);
    CHECK_EQ(escalated.reason, ART_USER_ERROR - 7);
    CHECK_EQ(art_on_escalation(host->rt, NULL, NULL), ART_OK);
}

/* A step's `shutdown` was all that told of it, which no program looks at that has never heard of it. */
static void a_host_that_does_not_listen_finds_too_many_failures_in_its_log(void)
{
    for (int listened = 0; listened < 2; listened++) {
        fake_host host;
        art_supervision supervision = ART_SUPERVISION_INIT;
        static origin of;
        char id[24];
        int calls = 0;
        host_create(&host);
        if (listened) {
            CHECK_EQ(art_on_escalation(host.rt, on_escalation, &calls), ART_OK);
            CHECK_EQ(art_on_escalation(host.rt, NULL, NULL), ART_OK);
        }
        spawn(&host, &of, &supervision);
        CHECK_EQ(post_word(&host, of.id, "fail", 0), ART_OK);
        host_run(&host);
        CHECK_EQ(host.log_lines, 1); /* the restart */
        CHECK_EQ(host_step(&host, 0).shutdown, 0);
        CHECK_EQ(post_word(&host, of.id, "fail", 0), ART_OK);
        host_run(&host);
        CHECK(of.notified == 1 && calls == 0);
        CHECK_EQ(host_step(&host, 0).shutdown, 1);
        CHECK_EQ(host.log_lines, 3); /* the actor's end, and then what it means */
        CHECK_EQ(host.log_level, ART_LOG_ERROR);
        (void)snprintf(id, sizeof id, "%#llx", (unsigned long long)of.id);
        CHECK(strstr(host.log, id) != NULL && strstr(host.log, "art_set_supervisor") != NULL);
        host_destroy(&host);
    }
}

static void what_makes_no_sense_is_refused(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_supervisor supervisor = ART_SUPERVISOR_INIT;
    static origin of;
    art_actor id = 7;
    art_actor_vtable without = vtable;
    art_actor_config config = config_of(&of, &supervision);
    char text[160];
    without.create = NULL;
    config.vtable = &without;
    CHECK_EQ(art_spawn(host->rt, &config, &id), ART_INVALID_ARGUMENT);
    CHECK(id == 0 && of.released == 1);
    CHECK_EQ(art_last_message(host->rt, text, sizeof text, NULL), ART_OK);
    CHECK(strstr(text, "ART_RESTART_TEMPORARY") != NULL);

    config.vtable = &vtable;
    supervision.restart = 3;
    CHECK_EQ(art_spawn(host->rt, &config, &id), ART_INVALID_ARGUMENT);
    supervision.restart = 0;
    supervision.shutdown = 3;
    CHECK_EQ(art_spawn(host->rt, &config, &id), ART_INVALID_ARGUMENT);
    supervision.shutdown = 0;
    supervision.backoff_jitter_percent = 101;
    CHECK_EQ(art_spawn(host->rt, &config, &id), ART_INVALID_ARGUMENT);
    supervision.backoff_jitter_percent = 0;
    supervision.backoff_factor_percent = 99;
    CHECK_EQ(art_spawn(host->rt, &config, &id), ART_INVALID_ARGUMENT);
    supervision.backoff_factor_percent = 0;
    supervision.flags = 1u << 31;
    CHECK_EQ(art_spawn(host->rt, &config, &id), ART_INVALID_ARGUMENT);
    supervision.flags = 0;
    supervision.struct_size = 4;
    CHECK_EQ(art_spawn(host->rt, &config, &id), ART_STRUCT_SIZE);
    CHECK_EQ(of.released, 7);
    supervisor.strategy = 3;
    CHECK_EQ(art_set_supervisor(host->rt, 0, &supervisor), ART_INVALID_ARGUMENT);
    supervisor.strategy = 0;
    supervisor.max_restarts = 1;
    CHECK_EQ(art_set_supervisor(host->rt, 0, &supervisor), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_set_supervisor(host->rt, 0, NULL), ART_NULL_POINTER);
}

int main(void)
{
    fake_host host;
    art_supervision temporary = ART_SUPERVISION_INIT;
    art_supervision permanent = ART_SUPERVISION_INIT;
    static origin left, last, never;
    host_create(&host);
    allow(&host, 1000);
    it_is_made_anew_in_place(&host);
    a_permanent_one_comes_back_whatever_happens(&host);
    a_create_that_fails_is_no_child_yet(&host);
    restarts_wait_longer_each_time(&host);
    too_many_failures_are_the_hosts_affair(&host);
    a_host_that_does_not_listen_finds_too_many_failures_in_its_log();
    what_makes_no_sense_is_refused(&host);

    /* One that is temporary is never made again; one whose `create` has not run has nothing to destroy. */
    temporary.restart = ART_RESTART_TEMPORARY;
    permanent.restart = ART_RESTART_PERMANENT;
    spawn(&host, &left, &temporary);
    spawn(&host, &last, &permanent);
    CHECK_EQ(post_word(&host, left.id, "fail", 0), ART_OK);
    host_run(&host);
    CHECK(left.creates == 1 && left.destroys == 1 && left.notified == 1 && left.released == 1);
    spawn(&host, &never, &permanent);
    host_destroy(&host);
    CHECK(last.creates == 1 && last.destroys == 1 && last.notified == 1 && last.released == 1);
    CHECK_EQ(last.cause.kind, ART_STOP_DROPPED);
    CHECK_EQ(never.creates, 0);
    CHECK_EQ(never.destroys, 0);
    CHECK_EQ(never.notified, 1);
    CHECK_EQ(never.released, 1);
    CHECK_EQ(never.cause.phase, ART_PHASE_SPAWNED);
    return finish();
}
