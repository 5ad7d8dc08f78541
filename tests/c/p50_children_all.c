/*
 * An actor can be put under another supervisor; all children of one can be ended, at once or when they have handled what was sent to them; and
 * what a supervisor knows of a child can be asked.
 */
#include "fake_host.h"

static art_status create(art_context *context, void *argument, void **state)
{
    (void)context;
    *state = argument;
    return ART_OK;
}

static art_status on_message(void *state, art_context *context, const art_msg *message)
{
    (void)context;
    ++*(int *)state;
    return message->tag == art_tag("fail") ? ART_USER_ERROR : ART_OK;
}

static const art_actor_vtable vtable = {sizeof vtable, 0, create, on_message, NULL, NULL};

static art_actor spawn(fake_host *host, art_actor parent, const art_supervision *supervision, int *handled, const char *name)
{
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    art_supervisor any = ART_SUPERVISOR_INIT;
    art_actor id = 0;
    any.max_restarts = 100;
    any.period_ns = 1000;
    config.vtable = &vtable;
    config.argument = handled;
    config.parent = parent;
    config.supervision = supervision;
    config.supervisor = &any;
    config.name = name;
    CHECK_EQ(art_spawn(host->rt, &config, &id), ART_OK);
    host_run(host);
    return id;
}

static art_actor supervisor_of(fake_host *host, art_actor actor)
{
    art_actor id = 77;
    CHECK_EQ(art_supervisor_of(host->rt, actor, &id), ART_OK);
    return id;
}

static size_t children_of(fake_host *host, art_actor actor)
{
    size_t count = 77;
    CHECK_EQ(art_children(host->rt, actor, NULL, 0, &count), ART_OK);
    return count;
}

static void count_done(void *user)
{
    ++*(int *)user;
}

static void an_actor_gets_another_supervisor(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    int handled = 0;
    art_actor old = spawn(host, 0, &supervision, &handled, NULL);
    art_actor new = spawn(host, 0, &supervision, &handled, NULL);
    art_actor child = spawn(host, old, &supervision, &handled, NULL);
    art_actor plain = spawn(host, 0, NULL, &handled, NULL);
    CHECK_EQ(art_adopt(host->rt, new, child), ART_OK);
    CHECK(supervisor_of(host, child) == new && children_of(host, old) == 0 && children_of(host, new) == 1);
    CHECK_EQ(art_adopt(host->rt, child, new), ART_WRONG_KIND);
    CHECK_EQ(art_adopt(host->rt, new, plain), ART_OK);
    CHECK_EQ(children_of(host, new), 2);
    /* The one it had means nothing to it any more. */
    CHECK_EQ(art_child_terminate(host->rt, old), ART_OK);
    host_run(host);
    CHECK_EQ(art_child_forget(host->rt, 0, old), ART_OK);
    CHECK_EQ(post_word(host, child, "fail", 0), ART_OK);
    CHECK_EQ(post_word(host, plain, "fail", 0), ART_OK);
    host_run(host);
    CHECK(post_word(host, child, "x", 0) == ART_OK && post_word(host, plain, "x", 0) == ART_NOT_FOUND);
    CHECK_EQ(art_adopt(host->rt, 0, child), ART_OK);
    CHECK_EQ(supervisor_of(host, child), 0);
    CHECK_EQ(art_adopt(host->rt, old, child), ART_NOT_FOUND);
    CHECK_EQ(art_adopt(host->rt, new, 0), ART_NOT_FOUND);
    CHECK_EQ(art_drain(host->rt, new), ART_OK);
    CHECK_EQ(art_adopt(host->rt, new, child), ART_NOT_FOUND);
    host_run(host);
    CHECK_EQ(post_word(host, child, "x", 0), ART_OK);
    CHECK_EQ(art_stop(host->rt, child, 0), ART_OK);
    host_run(host);
}

static void all_children_of_one_end(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    int handled = 0, done = 0, ignored = 0;
    supervision.restart = ART_RESTART_PERMANENT;
    art_actor boss = spawn(host, 0, &supervision, &ignored, NULL);
    for (int round = 0; round < 2; round++) {
        handled = 0;
        for (int count = 0; count < 3; count++) {
            art_actor child = spawn(host, boss, &supervision, &handled, NULL);
            CHECK_EQ(post_word(host, child, "x", 0), ART_OK);
        }
        if (round == 0) {
            CHECK_EQ(art_stop_children(host->rt, boss, count_done, &done), ART_OK);
        } else {
            CHECK_EQ(art_drain_children(host->rt, boss, count_done, &done), ART_OK);
        }
        CHECK_EQ(done, round);
        host_run(host);
        CHECK(done == round + 1 && children_of(host, boss) == 0);
        CHECK(round == 0 ? handled < 3 : handled == 3); /* the youngest is stopped before its message */
    }
    /* If there are none, that is soon done; nobody need be told. */
    CHECK_EQ(art_drain_children(host->rt, boss, count_done, &done), ART_OK);
    CHECK_EQ(art_stop_children(host->rt, boss, NULL, NULL), ART_OK);
    host_run(host);
    CHECK_EQ(done, 3);
    CHECK_EQ(post_word(host, boss, "x", 0), ART_OK);
    CHECK_EQ(art_stop_children(host->rt, 0, count_done, &done), ART_OK);
    host_run(host);
    CHECK(done == 4 && post_word(host, boss, "x", 0) == ART_NOT_FOUND);
    CHECK_EQ(art_stop_children(host->rt, boss, count_done, &done), ART_NOT_FOUND);
    CHECK_EQ(art_drain_children(host->rt, boss, count_done, &done), ART_NOT_FOUND);
    CHECK_EQ(done, 4);
}

static void a_child_is_described(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_child_info info = ART_CHILD_INFO_INIT;
    int handled = 0;
    char name[8] = "";
    size_t len = 0;
    supervision.flags = ART_SUPERVISION_SIGNIFICANT | ART_SUPERVISION_KEEP;
    supervision.backoff_first_ns = 10;
    art_actor boss = spawn(host, 0, &supervision, &handled, NULL);
    art_actor child = spawn(host, boss, &supervision, &handled, "a worker");
    CHECK_EQ(art_child_describe(host->rt, 0, boss, &info, NULL, 0, &len), ART_OK);
    CHECK(info.flags == (ART_CHILD_IS_SIGNIFICANT | ART_CHILD_IS_SUPERVISOR) && len == 0);
    CHECK_EQ(art_child_describe(host->rt, boss, child, &info, name, sizeof name, &len), ART_OK);
    CHECK(info.actor == child && info.status == ART_CHILD_STATUS_RUNNING && info.restarts == 0);
    CHECK(info.restart == ART_RESTART_TRANSIENT && info.flags == ART_CHILD_IS_SIGNIFICANT);
    CHECK(len == 8 && strcmp(name, "a worke") == 0);
    CHECK_EQ(post_word(host, child, "fail", 0), ART_OK);
    host_run(host);
    CHECK_EQ(art_child_describe(host->rt, boss, child, &info, NULL, 0, NULL), ART_OK);
    CHECK(info.status == ART_CHILD_STATUS_WAITING && info.restarts == 1);
    CHECK_EQ(art_child_terminate(host->rt, child), ART_OK);
    host_run(host);
    CHECK_EQ(art_child_describe(host->rt, boss, child, &info, name, sizeof name, NULL), ART_OK);
    CHECK(info.status == ART_CHILD_STATUS_ENDED && info.actor == child && info.restarts == 0);
    CHECK_EQ(art_child_describe(host->rt, 0, child, &info, NULL, 0, NULL), ART_NOT_FOUND); /* another one's */
    CHECK_EQ(art_child_describe(host->rt, child, boss, &info, NULL, 0, NULL), ART_NOT_FOUND);
    CHECK_EQ(art_child_describe(host->rt, boss, child, NULL, NULL, 0, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_child_describe(host->rt, boss, child, &info, NULL, 1, NULL), ART_NULL_POINTER);
    info.struct_size = 4;
    CHECK_EQ(art_child_describe(host->rt, boss, child, &info, NULL, 0, NULL), ART_STRUCT_SIZE);
}

int main(void)
{
    fake_host host;
    int done = 0, handled = 0;
    host_create(&host);
    an_actor_gets_another_supervisor(&host);
    all_children_of_one_end(&host);
    a_child_is_described(&host);
    /* The end of all finds some that are about to end: nobody is told of that any more. */
    spawn(&host, 0, NULL, &handled, NULL);
    CHECK_EQ(art_stop_children(host.rt, 0, count_done, &done), ART_OK);
    host_destroy(&host);
    CHECK_EQ(done, 0);
    return finish();
}
