/*
 * An actor whose child fails too often decides by its on_escalation what becomes of itself. Who has a name, and whether somebody was
 * restarted, is told as messages.
 */
#include "fake_host.h"

static int32_t answer;
static int escalations;
static art_exit last;
static int boss_creates, child_creates;


static int32_t on_escalation(void *state, art_context *context, const art_exit *exit)
{
    (void)state;
    CHECK(art_context_self(context) != 0);
    ++escalations;
    last = *exit;
    return answer;
}

static art_status create_boss(art_context *context, void *argument, void **state)
{
    (void)context;
    ++boss_creates;
    *state = argument;
    return ART_OK;
}

static art_status create_child(art_context *context, void *argument, void **state)
{
    (void)context;
    ++child_creates;
    *state = argument;
    return ART_OK;
}

static art_status on_message(void *state, art_context *context, const art_msg *message)
{
    (void)state;
    (void)context;
    return message->tag == art_tag("fail") ? ART_USER_ERROR - 7 : ART_OK;
}

static const art_actor_vtable boss_vtable = {sizeof boss_vtable, 0, create_boss, on_message, NULL, NULL};
static const art_actor_vtable child_vtable = {sizeof child_vtable, 0, create_child, on_message, NULL, NULL};
static const art_actor_hooks hooks = {sizeof hooks, 0, NULL, NULL, NULL, on_escalation, NULL, NULL};

/* A boss that allows no restart, and its child, which fails. */
static art_actor escalate(fake_host *host, int32_t wanted, const art_actor_hooks *given)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_supervisor none = ART_SUPERVISOR_INIT;
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    art_actor boss = 0, child = 0;
    static int argument;
    answer = wanted;
    escalations = boss_creates = child_creates = 0;
    none.period_ns = 1000;
    config.vtable = &boss_vtable;
    config.argument = &argument;
    config.supervision = &supervision;
    config.supervisor = &none;
    config.hooks = given;
    CHECK_EQ(art_spawn(host->rt, &config, &boss), ART_OK);
    config.vtable = &child_vtable;
    config.supervisor = NULL;
    config.hooks = NULL;
    config.parent = boss;
    CHECK_EQ(art_spawn(host->rt, &config, &child), ART_OK);
    CHECK_EQ(post_word(host, child, "fail", 0), ART_OK);
    host_run(host);
    CHECK_EQ(child_creates, 1);
    if (given != NULL) {
        CHECK_EQ(escalations, 1);
        CHECK(last.actor == child && last.kind == ART_STOP_FAILED && last.reason == ART_USER_ERROR - 7);
    }
    return boss;
}

static void a_supervisor_decides(fake_host *host)
{
    art_supervisor root = ART_SUPERVISOR_INIT;
    art_actor boss;
    root.max_restarts = 100;
    root.period_ns = 1000;
    CHECK_EQ(art_set_supervisor(host->rt, 0, &root), ART_OK);
    boss = escalate(host, ART_ESCALATION_IGNORE, &hooks);
    CHECK_EQ(boss_creates, 1);
    CHECK_EQ(art_kill(host->rt, boss, 0, NULL, 0), ART_OK); /* alive, and restarted by the root */
    host_run(host);
    CHECK_EQ(boss_creates, 2);
    boss = escalate(host, ART_ESCALATION_STOP, &hooks);
    CHECK_EQ(boss_creates, 1);
    CHECK_EQ(post_word(host, boss, "x", 0), ART_NOT_FOUND);
    boss = escalate(host, ART_ESCALATION_RESTART, &hooks);
    CHECK_EQ(boss_creates, 2);
    CHECK_EQ(post_word(host, boss, "x", 0), ART_OK);
    boss = escalate(host, ART_ESCALATION_RESTART, NULL);
    CHECK_EQ(boss_creates, 2);
    boss = escalate(host, ART_USER_ERROR, &hooks); /* it fails in it */
    CHECK_EQ(boss_creates, 2);
    boss = escalate(host, 3, &hooks); /* means nothing */
    CHECK_EQ(boss_creates, 2);
    CHECK_EQ(post_word(host, boss, "x", 0), ART_OK);
    host_run(host);
}

static void names_and_restarts_are_told(fake_host *host)
{
    static recorder watcher;
    static int argument;
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    art_actor holder = 0;
    recorder_spawn(&watcher, host);
    CHECK_EQ(art_name_monitor(host->rt, watcher.id, "store", ART_NUL_TERMINATED), ART_OK);
    CHECK_EQ(art_name_monitor(host->rt, 0, "store", ART_NUL_TERMINATED), ART_NOT_FOUND);
    CHECK_EQ(art_name_monitor(host->rt, watcher.id, NULL, 1), ART_NULL_POINTER);
    host_run(host);
    CHECK(watcher.count == 1 && watcher.last.tag == ART_TAG_NAME && watcher.last.sender == 0);
    CHECK(watcher.last.len == 5 && memcmp(watcher.bytes, "store", 5) == 0);
    config.vtable = &child_vtable;
    config.argument = &argument;
    config.supervision = &supervision;
    CHECK_EQ(art_spawn(host->rt, &config, &holder), ART_OK);
    CHECK_EQ(art_name_register(host->rt, "store", ART_NUL_TERMINATED, holder), ART_OK);
    CHECK_EQ(art_restarts_monitor(host->rt, watcher.id, holder), ART_OK);
    CHECK_EQ(art_restarts_monitor(host->rt, holder, 0), ART_NOT_FOUND);
    host_run(host);
    CHECK(watcher.count == 2 && watcher.last.tag == ART_TAG_NAME && watcher.last.sender == holder);
    for (uint64_t restarts = 1; restarts <= 2; restarts++) {
        CHECK_EQ(post_word(host, holder, "fail", 0), ART_OK);
        host_run(host);
        CHECK(watcher.last.tag == ART_TAG_RESTARTED && watcher.last.sender == holder);
        CHECK_EQ(last_word(&watcher), restarts);
    }
    CHECK_EQ(watcher.count, 4); /* the name was kept meanwhile */
    CHECK_EQ(art_child_terminate(host->rt, holder), ART_OK);
    host_run(host);
    CHECK(watcher.count == 5 && watcher.last.tag == ART_TAG_NAME && watcher.last.sender == 0);
    /* They go with the watcher. */
    CHECK_EQ(art_kill(host->rt, watcher.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(art_spawn(host->rt, &config, &holder), ART_OK);
    CHECK_EQ(art_name_register(host->rt, "store", ART_NUL_TERMINATED, holder), ART_OK);
    host_run(host);
    CHECK_EQ(watcher.count, 5);
}

static void nobody_hears_of_the_roots(fake_host *host)
{
    art_supervisor none = ART_SUPERVISOR_INIT;
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    static int argument;
    art_actor id = 0;
    none.period_ns = 1000;
    CHECK_EQ(art_set_supervisor(host->rt, 0, &none), ART_OK);
    config.vtable = &child_vtable;
    config.argument = &argument;
    config.supervision = &supervision;
    CHECK_EQ(art_spawn(host->rt, &config, &id), ART_OK);
    CHECK_EQ(host_step(host, 0).shutdown, 0);
    CHECK_EQ(post_word(host, id, "fail", 0), ART_OK);
    /* Then the program is asked to end, and that stays so. */
    CHECK_EQ(host_step(host, 0).shutdown, 1);
    CHECK_EQ(host_step(host, 0).shutdown, 1);
}

int main(void)
{
    fake_host host;
    host_create(&host);
    a_supervisor_decides(&host);
    names_and_restarts_are_told(&host);
    nobody_hears_of_the_roots(&host);
    host_destroy(&host);
    return finish();
}
