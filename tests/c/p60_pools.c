/* A pool hands each job to one of its workers, as its router says, and the next one when that is done with the one before. */
#include "pool_team.h"

/* The slots of the jobs, as a text. */
static const char *slots(const team *self)
{
    static char text[65];
    for (size_t index = 0; index < self->count; index++) {
        text[index] = (char)('0' + self->done[index].slot);
    }
    text[self->count] = '\0';
    return text;
}

static void each_job_is_done_once(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    art_pool_counts counts;
    config.settings.size = 3;
    team_spawn(&workers, host, &config);
    CHECK_EQ(workers.creates, 3);
    for (uint64_t word = 0; word < 7; word++) {
        CHECK_EQ(team_submit(&workers, "go", 0, word), ART_OK);
    }
    host_run(host);
    CHECK_EQ(workers.count, 7);
    uint64_t sum = 0;
    for (size_t index = 0; index < workers.count; index++) {
        sum += workers.done[index].word;
        CHECK_EQ(workers.done[index].sender, 0);
    }
    CHECK_EQ(sum, 21);
    counts = team_counts(&workers);
    CHECK(counts.size == 3 && counts.done == 7 && counts.accepted == 7 && counts.running == 0 && counts.available == 3);
    team_end(&workers);
    CHECK_EQ(art_pool_stats(host->rt, workers.pool, &counts), ART_NOT_FOUND);
    CHECK_EQ(team_submit(&workers, "go", 0, 1), ART_NOT_FOUND);
    CHECK_EQ(workers.discarded, 0);
}

static void a_kept_job_keeps_its_worker(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    art_job_token first;
    team_spawn(&workers, host, &config);
    for (uint64_t word = 1; word <= 3; word++) {
        CHECK_EQ(team_submit(&workers, "keep", 0, word), ART_OK);
    }
    host_run(host);
    CHECK_EQ(workers.count, 1);
    CHECK(team_counts(&workers).queued == 2 && team_counts(&workers).running == 1);
    first = workers.done[0].token;
    CHECK_EQ(art_job_alive(host->rt, first), ART_OK);
    CHECK_EQ(art_job_done(host->rt, first), ART_OK);
    CHECK_EQ(art_job_done(host->rt, first), ART_ALREADY_REPLIED);
    CHECK_EQ(art_job_failed(host->rt, first), ART_ALREADY_REPLIED);
    CHECK_EQ(art_job_alive(host->rt, first), ART_ALREADY_REPLIED);
    host_run(host);
    CHECK(workers.count == 2 && workers.done[1].word == 2);
    /* A token of the same place is another one. */
    CHECK(workers.done[1].token != first);
    CHECK_EQ(art_job_done(host->rt, first), ART_ALREADY_REPLIED);
    /* More at once, by a setting: those who wait begin. */
    config.settings.in_flight = 2;
    CHECK_EQ(art_pool_set_settings(host->rt, workers.pool, &config.settings), ART_OK);
    host_run(host);
    CHECK_EQ(workers.count, 3);
    CHECK_EQ(art_job_done(host->rt, workers.done[2].token), ART_OK);
    CHECK_EQ(art_job_failed(host->rt, workers.done[1].token), ART_OK);
    host_run(host);
    CHECK(team_counts(&workers).done == 2 && team_counts(&workers).lost == 1);
    CHECK(workers.discarded == 1 && workers.discards[0].reason == ART_JOB_LOST && workers.discards[0].len == 0);
    /* Other numbers are no jobs. */
    CHECK_EQ(art_job_done(host->rt, 0), ART_NOT_FOUND);
    CHECK_EQ(art_job_done(host->rt, workers.pool), ART_WRONG_KIND);
    CHECK_EQ(art_stop(host->rt, first, 0), ART_WRONG_KIND);
    team_end(&workers);
}

static uint64_t by_key(void *user, uint64_t key, uint64_t size)
{
    CHECK_EQ(((team *)user)->host->now, 1000);
    CHECK_EQ(size, 3);
    return key;
}

static void routers_choose_workers(fake_host *host)
{
    static const struct {
        uint32_t router;
        const char *keys, *wanted;
    } cases[] = {
        {ART_ROUTER_FIRST_IDLE, "0000", "012"}, {ART_ROUTER_ROUND_ROBIN, "00000", "012"}, {ART_ROUTER_CUSTOM, "2152", "21"},
    };
    for (size_t index = 0; index < COUNT(cases); index++) {
        team workers = {0};
        team_config config = team_config_of(&workers);
        config.settings.size = 3;
        config.pool.router = cases[index].router;
        config.pool.choose = cases[index].router == ART_ROUTER_CUSTOM ? by_key : NULL;
        team_spawn(&workers, host, &config);
        for (const char *key = cases[index].keys; *key != '\0'; key++) {
            CHECK_EQ(team_submit(&workers, "keep", (uint64_t)(*key - '0'), 0), ART_OK);
        }
        host_run(host);
        check_true(strcmp(slots(&workers), cases[index].wanted) == 0, slots(&workers), __FILE__, __LINE__);
        team_end(&workers);
    }
}

static void a_key_has_its_worker(fake_host *host)
{
    for (uint32_t router = ART_ROUTER_KEY_PERSISTENT; router <= ART_ROUTER_STICKY; router++) {
        team workers = {0};
        team_config config = team_config_of(&workers);
        uint64_t of_key[3] = {9, 9, 9};
        config.settings.size = 4;
        config.settings.in_flight = 9;
        config.pool.router = router;
        team_spawn(&workers, host, &config);
        for (uint64_t turn = 0; turn < 12; turn++) {
            CHECK_EQ(team_submit(&workers, "keep", turn % 3, turn % 3), ART_OK);
        }
        host_run(host);
        CHECK_EQ(workers.count, 12);
        for (size_t index = 0; index < workers.count; index++) {
            uint64_t *slot = &of_key[workers.done[index].word];
            CHECK(*slot == 9 || *slot == workers.done[index].slot);
            *slot = workers.done[index].slot;
        }
        /* Whoever is free gets a key that nobody has. */
        CHECK(router != ART_ROUTER_STICKY || (of_key[0] != of_key[1] && of_key[1] != of_key[2]));
        team_end(&workers);
    }
}

/* The urgent ones first, and no rule for those that are too old. */
static void jobs_wait_by_priority_and_not_for_ever(fake_host *host)
{
    static const uint32_t priorities[] = {ART_JOB_BEST_EFFORT, ART_JOB_NORMAL, ART_JOB_IMPORTANT, ART_JOB_HIGH, ART_JOB_HIGHEST};
    team workers = {0};
    team_config config = team_config_of(&workers);
    art_job job = ART_JOB_INIT;
    drops released = {0};
    team_spawn(&workers, host, &config);
    CHECK_EQ(team_submit(&workers, "keep", 0, 0), ART_OK);
    for (uint64_t index = 0; index < COUNT(priorities); index++) {
        job.tag = art_tag("go");
        job.priority = priorities[index];
        CHECK_EQ(art_pool_submit(host->rt, workers.pool, &job, &index, sizeof index), ART_OK);
    }
    job.key = 5;
    job.time_to_live_ns = 10;
    CHECK_EQ(art_pool_submit_owned(host->rt, workers.pool, &job, &job, 3, count_drop, &released), ART_OK);
    host_run(host);
    host->now += 11;
    CHECK_EQ(art_job_done(host->rt, workers.done[0].token), ART_OK);
    host_run(host);
    CHECK_EQ(workers.count, 6);
    for (size_t index = 1; index < workers.count; index++) {
        CHECK_EQ(workers.done[index].word, 5 - index);
    }
    CHECK_EQ(workers.discarded, 1);
    CHECK(workers.discards[0].reason == ART_JOB_EXPIRED && workers.discards[0].key == 5 && workers.discards[0].len == 3);
    CHECK_EQ(workers.discards[0].tag, art_tag("go"));
    CHECK(released.calls == 1 && released.reason == ART_DROP_EXPIRED);
    host->now = 1000;
    team_end(&workers);
}

/* Workers are actors: others may write to them, and they are told apart from their jobs. */
static void workers_are_supervised_children(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    art_actor ids[2], supervisor = 0;
    size_t count = 0;
    config.settings.size = 2;
    config.worker.name = "worker";
    config.pool.name = "pool";
    team_spawn(&workers, host, &config);
    CHECK_EQ(art_children(host->rt, workers.pool, ids, 2, &count), ART_OK);
    CHECK_EQ(count, 2);
    CHECK_EQ(art_supervisor_of(host->rt, ids[0], &supervisor), ART_OK);
    CHECK_EQ(supervisor, workers.pool);
    CHECK_EQ(post_word(host, ids[1], "hello", 8), ART_OK);
    CHECK_EQ(post_word(host, workers.pool, "hello", 8), ART_UNSUPPORTED);
    host_run(host);
    CHECK(workers.count == 1 && workers.done[0].slot == 1 && workers.done[0].word == 8);
    char text[4096];
    CHECK_EQ(art_snapshot_json(host->rt, text, sizeof text, NULL), ART_OK);
    CHECK(strstr(text, "\"worker/1\"") != NULL && strstr(text, "\"pool\"") != NULL);
    team_end(&workers);
}

static uint64_t one_more(void *user, const art_pool_counts *now)
{
    (void)user;
    return now->size + 1;
}

static void a_mistaken_configuration_is_refused(fake_host *host)
{
    static const art_actor_vtable no_create = {sizeof no_create, 0, NULL, team_message, NULL, NULL};
    for (int which = 0; which < 15; which++) {
        team workers = {0};
        team_config config = team_config_of(&workers);
        art_status wanted = ART_INVALID_ARGUMENT;
        config.pool.worker = &config.worker;
        config.pool.settings = &config.settings;
        config.worker.argument_drop = team_argument_drop;
        config.pool.user_drop = team_user_drop;
        switch (which) {
        case 0: config.pool.flags = 1; break;
        case 1: config.pool.router = 9; break;
        case 2: config.pool.router = ART_ROUTER_CUSTOM; break;
        case 3: config.pool.choose = by_key; break;
        case 4: config.pool.rate_jobs = 1; break;
        case 5: config.pool.max_restarts = 1; break;
        case 6: config.worker.vtable = &no_create; break;
        case 7: config.worker.parent = 1; break;
        case 8: config.settings.limit = 1; break;
        case 9: config.settings.discard = 7; break;
        case 10: config.settings.flags = ART_POOL_KILL_SILENT; break;
        case 11: config.pool.size_now = NULL, config.pool.size_every_ns = 1; break;
        case 12: config.pool.size_now = one_more; break;
        case 13: config.pool.parent = 5, wanted = ART_WRONG_KIND; break;
        default: config.settings.struct_size = 4, wanted = ART_STRUCT_SIZE; break;
        }
        workers.pool = 77;
        check_equal(art_pool_spawn(host->rt, &config.pool, &workers.pool), wanted, "art_pool_spawn", __FILE__, which);
        CHECK_EQ(workers.pool, 0);
        CHECK(workers.argument_drops == 1 && workers.user_drops == 1 && workers.told == 0);
    }
    art_pool_config nobody = ART_POOL_CONFIG_INIT;
    int drops = 0;
    art_actor pool = 77;
    nobody.user = &drops;
    nobody.user_drop = count_release;
    CHECK_EQ(art_pool_spawn(host->rt, &nobody, &pool), ART_NULL_POINTER);
    CHECK(pool == 0 && drops == 1);
    CHECK_EQ(art_pool_spawn(host->rt, &nobody, NULL), ART_NULL_POINTER);
    CHECK_EQ(drops, 2);
    CHECK_EQ(art_pool_spawn(host->rt, NULL, &pool), ART_NULL_POINTER);
}

static void what_is_no_pool_is_none(fake_host *host)
{
    static recorder actor;
    art_pool_counts counts = ART_POOL_COUNTS_INIT;
    art_pool_settings settings = ART_POOL_SETTINGS_INIT;
    art_job job = ART_JOB_INIT;
    job.tag = 1;
    recorder_spawn(&actor, host);
    CHECK_EQ(art_pool_stats(host->rt, actor.id, &counts), ART_WRONG_KIND);
    CHECK_EQ(art_pool_report(host->rt, actor.id, actor.id), ART_WRONG_KIND);
    CHECK_EQ(art_pool_set_size(host->rt, actor.id, 1), ART_WRONG_KIND);
    CHECK_EQ(art_pool_set_settings(host->rt, actor.id, &settings), ART_WRONG_KIND);
    CHECK_EQ(art_pool_drain(host->rt, actor.id), ART_WRONG_KIND);
    CHECK_EQ(art_pool_submit(host->rt, actor.id, &job, NULL, 0), ART_WRONG_KIND);
    CHECK_EQ(art_pool_submit(host->rt, 0, &job, NULL, 0), ART_NOT_FOUND);
    CHECK_EQ(art_pool_submit(host->rt, actor.id, NULL, NULL, 0), ART_NULL_POINTER);
}

int main(void)
{
    fake_host host;
    art_supervisor root = ART_SUPERVISOR_INIT;
    host_create(&host);
    root.max_restarts = 1000;
    root.period_ns = 1000;
    CHECK_EQ(art_set_supervisor(host.rt, 0, &root), ART_OK);
    each_job_is_done_once(&host);
    a_kept_job_keeps_its_worker(&host);
    routers_choose_workers(&host);
    a_key_has_its_worker(&host);
    jobs_wait_by_priority_and_not_for_ever(&host);
    workers_are_supervised_children(&host);
    a_mistaken_configuration_is_refused(&host);
    what_is_no_pool_is_none(&host);
    host_destroy(&host);
    return finish();
}
