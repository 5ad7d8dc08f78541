/* A name has one actor, and is free when that begins to end; a group is told member by member, and who watches it hears of changes. */
#include "fake_host.h"

static art_actor lookup(fake_host *host, const char *name)
{
    art_actor id = 7;
    art_status status = art_name_lookup(host->rt, name, ART_NUL_TERMINATED, &id);
    CHECK((status == ART_OK) == (id != 0));
    CHECK(status == ART_OK || status == ART_NOT_FOUND);
    return id;
}

static void names(fake_host *host)
{
    static recorder one = {0}, two = {0};
    art_actor id = 7;
    char all[16], text[128];
    size_t len = 0;
    recorder_spawn(&one, host);
    recorder_spawn(&two, host);
    CHECK_EQ(art_name_register(host->rt, "database", ART_NUL_TERMINATED, one.id), ART_OK);
    CHECK_EQ(art_name_register(host->rt, "database", 8, one.id), ART_OK); /* it has it */
    CHECK_EQ(art_name_register(host->rt, "database", 8, two.id), ART_ALREADY_EXISTS);
    CHECK_EQ(art_last_message(host->rt, text, sizeof text, NULL), ART_OK);
    CHECK(strstr(text, "database") != NULL);
    CHECK_EQ(art_name_register(host->rt, "\xff", 1, two.id), ART_INVALID_UTF8);
    CHECK_EQ(art_name_register(host->rt, NULL, 1, two.id), ART_NULL_POINTER);
    CHECK_EQ(art_name_register(host->rt, "cache and more", 5, two.id), ART_OK);
    CHECK_EQ(lookup(host, "database"), one.id);
    CHECK_EQ(lookup(host, "cache"), two.id);
    CHECK_EQ(lookup(host, "data"), 0);

    memset(all, 'x', sizeof all);
    CHECK_EQ(art_name_list(host->rt, all, sizeof all, &len), ART_OK);
    CHECK_EQ(len, 15);
    CHECK_EQ(memcmp(all, "cache\0database", 15), 0);
    memset(all, 'x', sizeof all);
    CHECK_EQ(art_name_list(host->rt, all, 14, &len), ART_OK); /* whole names only */
    CHECK_EQ(len, 15);
    CHECK_EQ(memcmp(all, "cache\0x", 7), 0);
    CHECK_EQ(art_name_list(host->rt, NULL, 0, &len), ART_OK);
    CHECK_EQ(art_name_list(host->rt, NULL, 1, &len), ART_NULL_POINTER);

    CHECK_EQ(art_name_unregister(host->rt, "cache", ART_NUL_TERMINATED, &id), ART_OK);
    CHECK_EQ(id, two.id);
    CHECK_EQ(art_name_unregister(host->rt, "cache", ART_NUL_TERMINATED, &id), ART_NOT_FOUND);
    CHECK_EQ(id, 0);
    CHECK_EQ(art_kill(host->rt, one.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(lookup(host, "database"), 0);
    CHECK_EQ(art_name_register(host->rt, "database", ART_NUL_TERMINATED, one.id), ART_NOT_FOUND);
}

static void groups(fake_host *host)
{
    art_group workers = ART_GROUP_INIT, others = ART_GROUP_INIT;
    static recorder members[3] = {{0}}, watcher = {0};
    art_actor ids[4] = {7, 7, 7, 7};
    size_t count = 99;
    const uint64_t word = 5;
    workers.name = "workers";
    others.name = "workers and more";
    others.name_len = 7;
    others.scope = "elsewhere";
    recorder_spawn(&watcher, host);
    CHECK_EQ(art_group_monitor(host->rt, watcher.id, &workers), ART_OK);
    CHECK_EQ(art_group_monitor(host->rt, 0, &workers), ART_NOT_FOUND);
    for (size_t index = 0; index < 3; index++) {
        recorder_spawn(&members[index], host);
        CHECK_EQ(art_group_join(host->rt, &workers, members[index].id), ART_OK);
    }
    CHECK_EQ(art_group_join(host->rt, &workers, members[0].id), ART_ALREADY_EXISTS);
    CHECK_EQ(art_group_members(host->rt, &workers, ids, 2, &count), ART_OK);
    CHECK(count == 3 && ids[0] == members[0].id && ids[1] == members[1].id && ids[2] == 7);
    CHECK_EQ(art_group_members(host->rt, &others, NULL, 0, &count), ART_OK);
    CHECK_EQ(count, 0);
    CHECK_EQ(art_group_join(host->rt, &others, members[1].id), ART_OK);
    CHECK_EQ(art_group_post(host->rt, &others, art_tag("x"), &word, sizeof word, &count), ART_OK);
    CHECK_EQ(count, 1);
    CHECK_EQ(art_group_post(host->rt, &workers, ART_TAG_DOWN, NULL, 0, NULL), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_group_post(host->rt, &workers, art_tag("x"), &word, sizeof word, &count), ART_OK);
    CHECK_EQ(count, 3);
    host_run(host);
    CHECK(members[0].count == 1 && members[1].count == 2 && members[2].count == 1);
    CHECK_EQ(last_word(&members[2]), 5);
    CHECK_EQ(watcher.count, 3);
    CHECK(watcher.tags[0] == ART_TAG_JOINED && watcher.last.sender == members[2].id);
    CHECK(watcher.last.len == 7 && memcmp(watcher.bytes, "workers", 7) == 0);

    CHECK_EQ(art_group_leave(host->rt, &workers, members[0].id), ART_OK);
    CHECK_EQ(art_group_leave(host->rt, &workers, members[0].id), ART_NOT_FOUND);
    CHECK_EQ(art_stop(host->rt, members[1].id, 0), ART_OK);
    host_run(host);
    CHECK_EQ(art_group_members(host->rt, &workers, ids, 4, &count), ART_OK);
    CHECK(count == 1 && ids[0] == members[2].id);
    CHECK_EQ(watcher.count, 5);
    CHECK(watcher.tags[4] == ART_TAG_LEFT && watcher.last.sender == members[1].id);
    /* It ends with the watcher. */
    CHECK_EQ(art_kill(host->rt, watcher.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(art_group_join(host->rt, &workers, members[0].id), ART_OK);
    host_run(host);
    CHECK_EQ(watcher.count, 5);

    workers.reserved = 1;
    CHECK_EQ(art_group_join(host->rt, &workers, members[0].id), ART_INVALID_ARGUMENT);
    workers.reserved = 0;
    workers.name = NULL;
    CHECK_EQ(art_group_join(host->rt, &workers, members[0].id), ART_NULL_POINTER);
    CHECK_EQ(art_group_join(host->rt, NULL, members[0].id), ART_NULL_POINTER);
}

static art_status create(art_context *context, void *argument, void **state)
{
    (void)context;
    *state = argument;
    return ART_OK;
}

/* A watch is the actor's, and not its incarnation's: what happens while it is killed and comes back it hears afterwards. */
static void a_watcher_that_comes_back(fake_host *host)
{
    static recorder watcher = {0}, holder = {0};
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_actor_config config = recorder_config(&watcher);
    art_actor_vtable vtable = *config.vtable;
    unsigned before = 0;
    supervision.restart = ART_RESTART_PERMANENT;
    watcher.rt = host->rt;
    vtable.create = create;
    config.vtable = &vtable;
    config.supervision = &supervision;
    CHECK_EQ(art_spawn(host->rt, &config, &watcher.id), ART_OK);
    recorder_spawn(&holder, host);
    CHECK_EQ(art_name_monitor(host->rt, watcher.id, "held", ART_NUL_TERMINATED), ART_OK);
    host_run(host);
    before = watcher.count;
    CHECK_EQ(art_name_register(host->rt, "held", ART_NUL_TERMINATED, holder.id), ART_OK);
    CHECK_EQ(art_kill(host->rt, watcher.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(watcher.destroys, 1);
    CHECK_EQ(watcher.count, before + 1);
    CHECK_EQ(watcher.last.sender, holder.id);
    CHECK_EQ(art_name_unregister(host->rt, "held", ART_NUL_TERMINATED, NULL), ART_OK);
    host_run(host);
    CHECK_EQ(watcher.count, before + 2);
    CHECK_EQ(art_kill(host->rt, holder.id, 0, NULL, 0), ART_OK);
    CHECK_EQ(art_child_terminate(host->rt, watcher.id), ART_OK);
    host_run(host);
}

/* A watch of restarts goes with whom it watches, and leaves nothing with its watcher. */
static void watches_of_many(fake_host *host)
{
    static recorder watcher = {0}, target = {0};
    char text[4096];
    size_t len = 0;
    recorder_spawn(&watcher, host);
    for (int times = 0; times < 10; times++) {
        recorder_spawn(&target, host);
        CHECK_EQ(art_restarts_monitor(host->rt, watcher.id, target.id), ART_OK);
        CHECK_EQ(art_kill(host->rt, target.id, 0, NULL, 0), ART_OK);
        host_run(host);
    }
    CHECK_EQ(art_snapshot_json(host->rt, text, sizeof text, &len), ART_OK);
    CHECK(strstr(text, "\"monitors\":0") != NULL);
    CHECK_EQ(art_kill(host->rt, watcher.id, 0, NULL, 0), ART_OK);
    host_run(host);
}

int main(void)
{
    fake_host host;
    static recorder watcher = {0};
    art_group group = ART_GROUP_INIT;
    host_create(&host);
    watches_of_many(&host);
    a_watcher_that_comes_back(&host);
    names(&host);
    groups(&host);
    /* A watch may be there at the end. */
    recorder_spawn(&watcher, &host);
    group.name = "last";
    CHECK_EQ(art_group_monitor(host.rt, watcher.id, &group), ART_OK);
    CHECK_EQ(art_group_join(host.rt, &group, watcher.id), ART_OK);
    host_destroy(&host);
    CHECK_EQ(watcher.destroys, 1);
    return finish();
}
