/*
 * Who joins and leaves the groups of a scope, or of all of them, is told; groups and scopes are listed; and a watch of a name, a group, a scope or
 * of restarts ends when its watcher wants it to.
 */
#include "fake_host.h"

static art_group group_of(const char *scope, const char *name)
{
    art_group group = ART_GROUP_INIT;
    group.scope = scope;
    group.name = name;
    return group;
}

/* What is told of a member, as "+scope/group". */
static const char *membership(const recorder *watcher)
{
    static char text[64];
    const art_membership *told = (const art_membership *)(const void *)watcher->bytes;
    const char *names = (const char *)told + told->struct_size;
    CHECK(watcher->last.tag == ART_TAG_MEMBER && told->struct_size == sizeof *told);
    CHECK_EQ(watcher->last.len, sizeof *told + told->scope_len + told->group_len);
    snprintf(text, sizeof text, "%c%.*s/%.*s", told->joined != 0 ? '+' : '-', (int)told->scope_len, names, (int)told->group_len,
             names + told->scope_len);
    return text;
}

static void scopes_are_watched_and_listed(fake_host *host)
{
    static recorder watcher, all, member;
    art_group north = group_of("north", "workers"), guards = group_of("north", "guards"), other = group_of(NULL, "workers");
    char names[64] = "";
    size_t len = 0;
    recorder_spawn(&watcher, host);
    recorder_spawn(&all, host);
    recorder_spawn(&member, host);
    CHECK_EQ(art_scope_monitor(host->rt, watcher.id, "north", 5), ART_OK);
    CHECK_EQ(art_scope_monitor(host->rt, all.id, NULL, 0), ART_OK);
    CHECK_EQ(art_group_join(host->rt, &north, member.id), ART_OK);
    host_run(host);
    CHECK(watcher.count == 1 && watcher.last.sender == member.id && strcmp(membership(&watcher), "+north/workers") == 0);
    CHECK(all.count == 1 && strcmp(membership(&all), "+north/workers") == 0);
    CHECK_EQ(art_group_join(host->rt, &other, member.id), ART_OK);
    CHECK_EQ(art_group_join(host->rt, &guards, member.id), ART_OK);
    host_run(host);
    CHECK(watcher.count == 2 && strcmp(membership(&watcher), "+north/guards") == 0 && all.count == 3);
    CHECK_EQ(art_group_list(host->rt, "north", ART_NUL_TERMINATED, names, sizeof names, &len), ART_OK);
    CHECK(len == 15 && memcmp(names, "guards\0workers\0", 15) == 0);
    CHECK_EQ(art_group_list(host->rt, NULL, 0, names, sizeof names, &len), ART_OK);
    CHECK(len == 8 && strcmp(names, "workers") == 0);
    CHECK_EQ(art_group_list(host->rt, "south", 5, names, sizeof names, &len), ART_OK);
    CHECK_EQ(len, 0);
    CHECK_EQ(art_scope_list(host->rt, names, sizeof names, &len), ART_OK);
    CHECK(len == 7 && memcmp(names, "\0north\0", 7) == 0);
    CHECK_EQ(art_scope_list(host->rt, NULL, 0, &len), ART_OK);
    CHECK_EQ(len, 7);
    CHECK_EQ(art_scope_list(host->rt, NULL, 1, &len), ART_NULL_POINTER);
    CHECK_EQ(art_scope_list(host->rt, names, 1, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_group_list(host->rt, "\xff", 1, names, 1, &len), ART_INVALID_UTF8);
    /* A watch can be withdrawn, also when there is news on its way. */
    CHECK_EQ(art_group_leave(host->rt, &guards, member.id), ART_OK);
    CHECK_EQ(art_scope_demonitor(host->rt, watcher.id, "north", 5), ART_OK);
    CHECK_EQ(art_scope_demonitor(host->rt, watcher.id, "north", 5), ART_NOT_FOUND);
    CHECK_EQ(art_scope_demonitor(host->rt, watcher.id, NULL, 0), ART_NOT_FOUND);
    host_run(host);
    CHECK(watcher.count == 2 && all.count == 4 && strcmp(membership(&all), "-north/guards") == 0);
    CHECK_EQ(art_scope_monitor(host->rt, watcher.id, "", 0), ART_OK); /* the default one alone */
    CHECK_EQ(art_kill(host->rt, member.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK(watcher.count == 3 && strcmp(membership(&watcher), "-/workers") == 0 && all.count == 6);
    CHECK_EQ(art_scope_list(host->rt, NULL, 0, &len), ART_OK);
    CHECK_EQ(len, 0);
    CHECK_EQ(art_scope_monitor(host->rt, member.id, NULL, 0), ART_NOT_FOUND);
    CHECK_EQ(art_kill(host->rt, all.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(art_scope_demonitor(host->rt, all.id, NULL, 0), ART_NOT_FOUND);
}

static art_status create(art_context *context, void *argument, void **state)
{
    (void)context;
    *state = argument;
    return ART_OK;
}

static art_status fail(void *state, art_context *context, const art_msg *message)
{
    (void)state;
    (void)context;
    (void)message;
    return ART_USER_ERROR;
}

static const art_actor_vtable fails = {sizeof fails, 0, create, fail, NULL, NULL};

static void watches_end_when_they_are_withdrawn(fake_host *host)
{
    static recorder watcher, other;
    static int argument;
    art_group group = group_of(NULL, "workers");
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    art_pending_info before = ART_PENDING_INFO_INIT, after = ART_PENDING_INFO_INIT;
    art_actor failing = 0;
    recorder_spawn(&watcher, host);
    recorder_spawn(&other, host);
    config.vtable = &fails;
    config.argument = &argument;
    config.supervision = &supervision;
    supervision.backoff_first_ns = 1;
    CHECK_EQ(art_spawn(host->rt, &config, &failing), ART_OK);
    host_run(host);
    CHECK_EQ(art_pending(host->rt, &before), ART_OK);
    for (int round = 0; round < 3; round++) {
        CHECK_EQ(art_name_monitor(host->rt, watcher.id, "store", ART_NUL_TERMINATED), ART_OK);
        CHECK_EQ(art_name_monitor(host->rt, watcher.id, "store", ART_NUL_TERMINATED), ART_OK);
        CHECK_EQ(art_name_demonitor(host->rt, watcher.id, "store", 5), ART_OK); /* both */
        CHECK_EQ(art_name_demonitor(host->rt, watcher.id, "store", 5), ART_NOT_FOUND);
        CHECK_EQ(art_group_monitor(host->rt, watcher.id, &group), ART_OK);
        CHECK_EQ(art_group_demonitor(host->rt, watcher.id, &group), ART_OK);
        CHECK_EQ(art_group_demonitor(host->rt, watcher.id, &group), ART_NOT_FOUND);
        CHECK_EQ(art_restarts_monitor(host->rt, watcher.id, failing), ART_OK);
        CHECK_EQ(art_restarts_demonitor(host->rt, watcher.id, failing), ART_OK);
        CHECK_EQ(art_restarts_demonitor(host->rt, watcher.id, failing), ART_NOT_FOUND);
    }
    CHECK_EQ(art_name_demonitor(host->rt, watcher.id, NULL, 1), ART_NULL_POINTER);
    CHECK_EQ(art_group_demonitor(host->rt, watcher.id, NULL), ART_NULL_POINTER);
    /* Those of another watcher, and of another thing, go on. */
    CHECK_EQ(art_restarts_monitor(host->rt, other.id, failing), ART_OK);
    CHECK_EQ(art_group_monitor(host->rt, other.id, &group), ART_OK);
    CHECK_EQ(art_name_register(host->rt, "store", 5, failing), ART_OK);
    CHECK_EQ(art_group_join(host->rt, &group, failing), ART_OK);
    CHECK_EQ(post_word(host, failing, "x", 0), ART_OK);
    host_run(host);
    host->now += 1;
    host_run(host);
    CHECK(watcher.count == 0 && other.count == 2 && other.tags[0] == ART_TAG_JOINED && other.tags[1] == ART_TAG_RESTARTED);
    CHECK_EQ(art_pending(host->rt, &after), ART_OK);
    CHECK(after.timers == before.timers && after.local == 0);
    /* With what was watched the watch is over, too. */
    CHECK_EQ(art_child_terminate(host->rt, failing), ART_OK);
    host_run(host);
    CHECK_EQ(art_restarts_demonitor(host->rt, other.id, failing), ART_NOT_FOUND);
    CHECK_EQ(art_group_demonitor(host->rt, other.id, &group), ART_OK);
    CHECK_EQ(other.count, 3);
}

int main(void)
{
    fake_host host;
    static recorder watcher;
    host_create(&host);
    scopes_are_watched_and_listed(&host);
    watches_end_when_they_are_withdrawn(&host);
    /* The end of all finds some. */
    recorder_spawn(&watcher, &host);
    CHECK_EQ(art_scope_monitor(host.rt, watcher.id, NULL, 0), ART_OK);
    CHECK_EQ(art_name_monitor(host.rt, watcher.id, "x", 1), ART_OK);
    host_destroy(&host);
    CHECK_EQ(watcher.notified, 1);
    return finish();
}
