/*
 * An actor hears that it is ready, and whose place it takes. A start may take several turns, within its time; until it is over messages wait,
 * and an end is that of a start which failed. The last state of a child goes to its supervisor if it takes it, and is destroyed if not.
 */
#include "fake_host.h"

/* What outlives the states that are made of it. */
typedef struct origin {
    art_runtime *rt;
    art_actor id, oracle;
    int creates, destroys, stops, notified, released;
    bool starting, fails_when_started;
    art_status in_create; /* that art_started answers there, if it is called */
    bool ready_in_create;
    char log[64]; /* what happened, a letter each */
    art_exit exit; /* that on_restart got */
    art_stop_cause cause;
} origin;

static void note(origin *of, char what)
{
    size_t at = strlen(of->log);
    CHECK(at + 1 < sizeof of->log);
    of->log[at] = what;
}

static art_status create(art_context *context, void *argument, void **state)
{
    origin *of = argument;
    ++of->creates;
    note(of, 'c');
    *state = calloc(1, sizeof(origin *));
    CHECK(*state != NULL);
    memcpy(*state, &of, sizeof of);
    if (of->starting) {
        CHECK_EQ(art_context_starting(context), ART_OK);
        if (of->oracle != 0) {
            CHECK_EQ(art_ask(of->rt, art_context_self(context), of->oracle, art_tag("x"), NULL, 0, ART_NEVER, NULL), ART_OK);
        }
    }
    if (of->ready_in_create) {
        of->in_create = art_started(of->rt, art_context_self(context));
    }
    return ART_OK;
}

static art_status on_message(void *state, art_context *context, const art_msg *message)
{
    origin *of = *(origin **)state;
    CHECK_EQ(art_context_starting(context), ART_WRONG_STATE);
    if (message->tag == ART_TAG_REPLY) {
        note(of, 'r');
        CHECK_EQ(message->status, ART_REPLY_OK);
        return art_started(of->rt, art_context_self(context));
    }
    if (message->tag == ART_TAG_TIMER) {
        note(of, 't');
        return ART_OK;
    }
    note(of, 'm');
    if (message->tag == art_tag("fail")) {
        return ART_USER_ERROR - 7;
    }
    if (message->tag == art_tag("stop")) {
        return art_context_stop(context, 3);
    }
    return ART_OK;
}

static void on_stop(void *state, art_context *context, const art_stop_cause *cause)
{
    (void)context;
    (void)cause;
    ++(*(origin **)state)->stops;
}

static void destroy(void *state)
{
    ++(*(origin **)state)->destroys;
    free(state);
}

static art_status on_started(void *state, art_context *context)
{
    origin *of = *(origin **)state;
    CHECK(art_context_self(context) == of->id);
    note(of, 's');
    return of->fails_when_started ? ART_USER_ERROR - 8 : ART_OK;
}

static art_status on_restart(void *state, art_context *context, const art_exit *exit)
{
    origin *of = *(origin **)state;
    (void)context;
    note(of, 'R');
    of->exit = *exit;
    return ART_OK;
}

static void notify(void *user, art_actor actor, const art_stop_cause *cause)
{
    (void)actor;
    ++((origin *)user)->notified;
    ((origin *)user)->cause = *cause;
}

static void release(void *argument)
{
    ++((origin *)argument)->released;
}

static const art_actor_vtable vtable = {sizeof vtable, 0, create, on_message, on_stop, destroy};
static const art_actor_hooks hooks = {sizeof hooks, 0, NULL, NULL, NULL, NULL, on_started, on_restart};

static art_actor_config config_of(fake_host *host, origin *of, const art_supervision *supervision)
{
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    of->rt = host->rt;
    config.vtable = &vtable;
    config.argument = of;
    config.argument_drop = release;
    config.notify = notify;
    config.notify_user = of;
    config.supervision = supervision;
    config.hooks = &hooks;
    return config;
}

static void spawn(fake_host *host, origin *of, const art_supervision *supervision)
{
    art_actor_config config = config_of(host, of, supervision);
    CHECK_EQ(art_spawn(host->rt, &config, &of->id), ART_OK);
}

static void it_hears_that_it_is_ready_and_whose_place_it_takes(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    static origin of;
    spawn(host, &of, &supervision);
    CHECK_EQ(post_word(host, of.id, "x", 0), ART_OK);
    CHECK_EQ(post_word(host, of.id, "fail", 0), ART_OK);
    CHECK_EQ(post_word(host, of.id, "x", 0), ART_OK);
    host_run(host);
    CHECK(strcmp(of.log, "csmmcRsm") == 0);
    CHECK(of.exit.actor == of.id && of.exit.kind == ART_STOP_FAILED && of.exit.reason == ART_USER_ERROR - 7);
    CHECK_EQ(of.exit.phase, ART_PHASE_MESSAGE);
    /* One that fails in it has failed as in a message. */
    of.fails_when_started = true;
    CHECK_EQ(art_child_terminate(host->rt, of.id), ART_OK);
    host_run(host);
    CHECK(of.notified == 1 && of.stops == 1);
    memset(of.log, 0, sizeof of.log);
    supervision.restart = ART_RESTART_TEMPORARY;
    spawn(host, &of, &supervision);
    host_run(host);
    CHECK(strcmp(of.log, "cs") == 0 && of.notified == 2 && of.cause.reason == ART_USER_ERROR - 8);
    CHECK_EQ(of.creates, of.destroys);
}

static art_status answer(recorder *self, art_context *context, const art_msg *message)
{
    (void)self;
    return (message->flags & ART_MSG_ASK) != 0 ? art_context_reply(context, 0, NULL, 0) : ART_OK;
}

static uint32_t life_of(fake_host *host, art_actor actor)
{
    art_located where = ART_LOCATED_INIT;
    CHECK_EQ(art_locate(host->rt, actor, &where), ART_OK);
    return where.life;
}

static void a_start_takes_several_turns(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    static recorder oracle, boss;
    static origin of;
    art_actor_config config = recorder_config(&boss);
    oracle.handle = answer;
    recorder_spawn(&oracle, host);
    config.flags = ART_ACTOR_HEARS_CHILDREN;
    config.supervision = &supervision;
    supervision.restart = ART_RESTART_TEMPORARY;
    CHECK_EQ(art_spawn(host->rt, &config, &boss.id), ART_OK);
    host_run(host);
    supervision.restart = ART_RESTART_TRANSIENT;
    of.starting = true;
    of.oracle = oracle.id;
    config = config_of(host, &of, &supervision);
    config.parent = boss.id;
    CHECK_EQ(art_pause(host->rt, oracle.id), ART_OK);
    CHECK_EQ(art_spawn(host->rt, &config, &of.id), ART_OK);
    CHECK_EQ(art_started(host->rt, of.id), ART_WRONG_STATE); /* it has no state yet */
    CHECK_EQ(post_word(host, of.id, "x", 0), ART_OK);
    host_run(host);
    /* It has turns; others wait, and nobody takes it for ready. */
    CHECK_EQ(art_timer_at(host->rt, of.id, 0, host->now, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_system(host->rt, of.id, ART_SYSTEM_PAUSE), ART_OK);
    host_run(host);
    CHECK(strcmp(of.log, "ct") == 0 && boss.count == 0);
    CHECK_EQ(life_of(host, of.id), ART_LIFE_PREPARING);
    CHECK_EQ(art_pause(host->rt, of.id), ART_WRONG_STATE);
    CHECK_EQ(art_resume(host->rt, oracle.id), ART_OK);
    host_run(host);
    CHECK(strcmp(of.log, "ctrs") == 0); /* and then it heard that it is to pause */
    CHECK_EQ(life_of(host, of.id), ART_LIFE_PAUSED);
    CHECK(boss.count == 1 && boss.last.tag == ART_TAG_CHILD && boss.last.sender == of.id);
    CHECK_EQ(((art_exit *)boss.bytes)->event, ART_CHILD_STARTED);
    CHECK_EQ(art_started(host->rt, of.id), ART_WRONG_STATE);
    CHECK_EQ(art_resume(host->rt, of.id), ART_OK);
    host_run(host);
    CHECK(strcmp(of.log, "ctrsm") == 0);
    /* Each state has such a start. */
    CHECK_EQ(post_word(host, of.id, "fail", 0), ART_OK);
    CHECK_EQ(post_word(host, of.id, "x", 0), ART_OK);
    host_run(host);
    CHECK(strcmp(of.log, "ctrsmmcrRsm") == 0);
    CHECK(of.creates == 2 && of.destroys == 1 && of.stops == 0);
    CHECK_EQ(art_kill(host->rt, boss.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK(of.destroys == 2 && of.notified == 1 && of.released == 1 && of.stops == 0);
}

static void who_started_it_may_say_so(fake_host *host)
{
    static origin of, plain;
    art_actor_config config;
    of.starting = true;
    spawn(host, &of, NULL);
    host_run(host);
    CHECK_EQ(post_word(host, of.id, "x", 0), ART_OK);
    host_run(host);
    CHECK(strcmp(of.log, "c") == 0);
    CHECK_EQ(art_started(host->rt, of.id), ART_OK);
    CHECK_EQ(art_started(host->rt, of.id), ART_WRONG_STATE);
    host_run(host);
    CHECK(strcmp(of.log, "csm") == 0);
    /* Said in its create, it is ready with that. */
    of.ready_in_create = true;
    CHECK_EQ(art_stop(host->rt, of.id, 0), ART_OK);
    host_run(host);
    spawn(host, &of, NULL);
    CHECK_EQ(post_word(host, of.id, "x", 0), ART_OK);
    host_run(host);
    CHECK(of.in_create == ART_OK && strcmp(of.log, "csmcsm") == 0 && of.stops == 1);
    CHECK_EQ(art_stop(host->rt, of.id, 0), ART_OK);
    host_run(host);
    CHECK_EQ(of.stops, 2);
    /* One that nobody supervises has no hooks. */
    plain.starting = true;
    config = config_of(host, &plain, NULL);
    config.hooks = NULL;
    CHECK_EQ(art_spawn(host->rt, &config, &plain.id), ART_OK);
    CHECK_EQ(post_word(host, plain.id, "x", 0), ART_OK);
    host_run(host);
    CHECK(strcmp(plain.log, "c") == 0 && art_started(host->rt, plain.id) == ART_OK);
    host_run(host);
    CHECK_EQ(strcmp(plain.log, "cm"), 0);
    CHECK_EQ(art_stop(host->rt, plain.id, 0), ART_OK);
    host_run(host);
    CHECK(plain.notified == 1 && plain.stops == 1 && plain.destroys == 1);
    CHECK_EQ(art_started(host->rt, plain.id), ART_NOT_FOUND);
}

static void a_start_that_ends_has_failed(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    static origin of;
    supervision.start_timeout_ns = 100;
    of.starting = true;
    /* In the first nobody restarts it. */
    spawn(host, &of, &supervision);
    host_run(host);
    CHECK_EQ(host_deadline(host), host->now + 100);
    host->now += 100;
    host_run(host);
    CHECK(of.notified == 1 && of.destroys == 1 && of.stops == 0 && of.released == 1);
    CHECK(of.cause.kind == ART_STOP_KILLED && of.cause.phase == ART_PHASE_CREATE);
    spawn(host, &of, &supervision);
    host_run(host);
    CHECK_EQ(art_stop(host->rt, of.id, 5), ART_OK);
    host_run(host);
    CHECK(of.notified == 2 && of.destroys == 2 && of.stops == 0);
    CHECK(of.cause.kind == ART_STOP_STOPPED && of.cause.phase == ART_PHASE_CREATE && of.cause.reason == 5);
    /* Later it is a failure as any other. */
    spawn(host, &of, &supervision);
    host_run(host);
    CHECK_EQ(art_started(host->rt, of.id), ART_OK);
    CHECK_EQ(post_word(host, of.id, "fail", 0), ART_OK);
    host_run(host);
    CHECK_EQ(of.creates, 4);
    host->now += 100;
    host_run(host);
    CHECK(of.creates == 5 && of.destroys == 4 && of.notified == 2);
    of.starting = false;
    host->now += 100;
    host_run(host);
    CHECK(of.creates == 6 && of.destroys == 5);
    host->now += 1000;
    host_run(host);
    CHECK_EQ(of.creates, 6); /* ready at once */
    CHECK_EQ(art_child_terminate(host->rt, of.id), ART_OK);
    host_run(host);
    CHECK(of.destroys == 6 && of.stops == 1 && of.notified == 3);
    CHECK_EQ(art_child_forget(host->rt, 0, of.id), ART_OK);
}

static void *taken;
static bool takes;
static int ends_heard;

static art_status take_last_state(recorder *self, art_context *context, const art_msg *message)
{
    void *again = self;
    if (message->tag == ART_TAG_CHILD && ((const art_exit *)message->data)->event == ART_CHILD_ENDED) {
        ++ends_heard;
        if (takes) {
            CHECK_EQ(art_context_take_state(context, &taken), ART_OK);
        }
        CHECK_EQ(art_context_take_state(context, NULL), ART_NULL_POINTER);
        return ART_OK;
    }
    CHECK_EQ(art_context_take_state(context, &again), ART_NOT_FOUND);
    CHECK(again == NULL);
    return ART_OK;
}

static void the_last_state_goes_to_the_supervisor(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    static recorder boss;
    static origin of;
    art_actor_config config = recorder_config(&boss);
    boss.handle = take_last_state;
    config.flags = ART_ACTOR_HEARS_CHILDREN;
    CHECK_EQ(art_spawn(host->rt, &config, &boss.id), ART_OK);
    config = config_of(host, &of, &supervision);
    config.parent = boss.id;
    supervision.flags = ART_SUPERVISION_RETURN_STATE;
    takes = true;
    CHECK_EQ(art_spawn(host->rt, &config, &of.id), ART_OK);
    CHECK_EQ(post_word(host, of.id, "fail", 0), ART_OK); /* a restart returns nothing */
    CHECK_EQ(post_word(host, of.id, "stop", 0), ART_OK);
    host_run(host);
    CHECK(of.creates == 2 && of.destroys == 1 && of.stops == 1 && of.notified == 1 && of.released == 1);
    CHECK(ends_heard == 1 && taken != NULL && *(origin **)taken == &of);
    destroy(taken);
    /* Not taken, it is destroyed behind the handler. */
    takes = false;
    CHECK_EQ(art_spawn(host->rt, &config, &of.id), ART_OK);
    CHECK_EQ(post_word(host, of.id, "stop", 0), ART_OK);
    host_run(host);
    CHECK(ends_heard == 2 && of.creates == 3 && of.destroys == 3);
    CHECK_EQ(of.released, 2);
    /* Nor if nobody is there to take it. */
    config.parent = 0;
    CHECK_EQ(art_spawn(host->rt, &config, &of.id), ART_OK);
    CHECK_EQ(post_word(host, of.id, "stop", 0), ART_OK);
    host_run(host);
    CHECK(of.creates == 4 && of.destroys == 4 && of.notified == 3);
}

int main(void)
{
    fake_host host;
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_supervisor root = ART_SUPERVISOR_INIT;
    static origin last;
    host_create(&host);
    root.max_restarts = 1000;
    root.period_ns = 1000000000;
    CHECK_EQ(art_set_supervisor(host.rt, 0, &root), ART_OK);
    it_hears_that_it_is_ready_and_whose_place_it_takes(&host);
    a_start_takes_several_turns(&host);
    who_started_it_may_say_so(&host);
    a_start_that_ends_has_failed(&host);
    the_last_state_goes_to_the_supervisor(&host);
    /* The end of all finds one whose start is not over. */
    last.starting = true;
    spawn(&host, &last, &supervision);
    host_run(&host);
    host_destroy(&host);
    CHECK(last.creates == 1 && last.destroys == 1 && last.notified == 1 && last.released == 1 && last.stops == 0);
    return finish();
}
