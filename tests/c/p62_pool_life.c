/* What is said of a pool at any time: its limits, its size, its end; and what it tells of itself. */
#include "pool_team.h"

static void one_kept(team *self, fake_host *host, team_config *config)
{
    team_spawn(self, host, config);
    CHECK_EQ(team_submit(self, "keep", 0, 0), ART_OK);
    host_run(host);
    CHECK_EQ(self->count, 1);
}

static void of_too_many_one_goes(fake_host *host)
{
    for (uint32_t discard = ART_DISCARD_NEWEST; discard <= ART_DISCARD_OLDEST; discard++) {
        team workers = {0};
        team_config config = team_config_of(&workers);
        art_job kept = ART_JOB_INIT;
        config.settings.discard = discard;
        config.settings.limit = 2;
        one_kept(&workers, host, &config);
        for (uint64_t word = 1; word <= 4; word++) {
            CHECK_EQ(team_submit(&workers, "go", 0, word), ART_OK);
        }
        /* This one waits nevertheless, and counts. */
        kept.flags = ART_JOB_KEEP;
        kept.tag = art_tag("go");
        CHECK_EQ(art_pool_submit(host->rt, workers.pool, &kept, &(uint64_t){9}, sizeof(uint64_t)), ART_OK);
        host_run(host);
        const bool newest = discard == ART_DISCARD_NEWEST;
        CHECK_EQ(workers.discarded, newest ? 2 : 3);
        CHECK(workers.discards[0].reason == ART_JOB_SHED && workers.discards[0].word == (newest ? 3 : 1));
        CHECK(workers.discards[1].reason == ART_JOB_SHED && workers.discards[1].word == (newest ? 4 : 2));
        CHECK_EQ(team_counts(&workers).shed, newest ? 2 : 3);
        CHECK_EQ(art_job_done(host->rt, workers.done[0].token), ART_OK);
        host_run(host);
        CHECK_EQ(workers.done[workers.count - 1].word, 9);
        team_end(&workers);
    }
}

static uint64_t limit_now(void *user, const art_pool_counts *now)
{
    CHECK_EQ(now->struct_size, sizeof *now);
    CHECK(now->running == 1 && now->size == 1);
    return *(uint64_t *)user;
}

static void the_limit_is_asked_for(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    uint64_t limit = 1;
    config.settings.discard = ART_DISCARD_NEWEST;
    config.settings.limit_now = limit_now;
    config.settings.limit_user = &limit;
    config.settings.limit_every_ns = 100;
    one_kept(&workers, host, &config);
    CHECK_EQ(team_submit(&workers, "go", 0, 1), ART_OK);
    CHECK_EQ(team_submit(&workers, "go", 0, 2), ART_OK);
    host_run(host);
    CHECK_EQ(workers.discarded, 1);
    limit = 2;
    CHECK_EQ(team_submit(&workers, "go", 0, 3), ART_OK);
    host_run(host);
    CHECK_EQ(workers.discarded, 2);
    host->now += 100;
    CHECK_EQ(team_submit(&workers, "go", 0, 4), ART_OK);
    host_run(host);
    CHECK(workers.discarded == 2 && team_counts(&workers).queued == 2);
    team_end(&workers);
    CHECK_EQ(workers.discarded, 5);
}

static void no_more_come_than_the_rate_lets_through(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    config.pool.rate_jobs = 2;
    config.pool.rate_ns = 100;
    team_spawn(&workers, host, &config);
    for (uint64_t word = 0; word < 3; word++) {
        CHECK_EQ(team_submit(&workers, "go", 0, word), ART_OK);
    }
    host_run(host);
    CHECK(workers.count == 2 && workers.discarded == 1 && workers.discards[0].reason == ART_JOB_RATE_LIMITED);
    host->now += 50;
    CHECK_EQ(team_submit(&workers, "go", 0, 3), ART_OK);
    CHECK_EQ(team_submit(&workers, "go", 0, 4), ART_OK);
    host_run(host);
    CHECK(workers.count == 3 && workers.discarded == 2 && team_counts(&workers).rate_limited == 2);
    team_end(&workers);
}

static void the_size_changes(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    one_kept(&workers, host, &config);
    CHECK_EQ(art_pool_set_size(host->rt, workers.pool, 3), ART_OK);
    CHECK_EQ(team_submit(&workers, "keep", 0, 1), ART_OK);
    CHECK_EQ(team_submit(&workers, "keep", 0, 2), ART_OK);
    host_run(host);
    CHECK(workers.count == 3 && workers.creates == 3 && team_counts(&workers).active == 3);
    CHECK(workers.done[1].slot == 1 && workers.done[2].slot == 2);
    /* The busy ones do what they have begun. */
    CHECK_EQ(art_pool_set_size(host->rt, workers.pool, 1), ART_OK);
    host_run(host);
    CHECK(team_counts(&workers).size == 1 && workers.destroys == 0);
    CHECK_EQ(art_job_done(host->rt, workers.done[2].token), ART_OK);
    host_run(host);
    CHECK(workers.destroys == 1 && workers.discarded == 0);
    CHECK_EQ(art_job_done(host->rt, workers.done[1].token), ART_OK);
    host_run(host);
    CHECK_EQ(workers.destroys, 2);
    /* 0 leaves it; as a setting, too. */
    CHECK_EQ(art_pool_set_size(host->rt, workers.pool, 0), ART_OK);
    config.settings.discard = ART_DISCARD_NEWEST;
    CHECK_EQ(art_pool_set_settings(host->rt, workers.pool, &config.settings), ART_OK);
    CHECK_EQ(team_submit(&workers, "go", 0, 7), ART_OK);
    host_run(host);
    CHECK(team_counts(&workers).size == 1 && team_counts(&workers).shed == 1);
    config.settings.size = 2;
    CHECK_EQ(art_pool_set_settings(host->rt, workers.pool, &config.settings), ART_OK);
    host_run(host);
    CHECK_EQ(team_counts(&workers).size, 2);
    config.settings.discard = 9;
    CHECK_EQ(art_pool_set_settings(host->rt, workers.pool, &config.settings), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_pool_set_settings(host->rt, workers.pool, NULL), ART_NULL_POINTER);
    team_end(&workers);
}

typedef struct controller {
    uint64_t size, asked, queued;
} controller;

static uint64_t size_now(void *user, const art_pool_counts *now)
{
    controller *self = user;
    CHECK_EQ(now->struct_size, sizeof *now);
    self->queued = now->queued;
    ++self->asked;
    return self->size;
}

static void a_controller_is_asked_for_the_size(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    controller asked = {0, 0, 0};
    config.pool.size_now = size_now;
    config.pool.size_user = &asked;
    config.pool.size_every_ns = 100;
    one_kept(&workers, host, &config);
    CHECK_EQ(team_submit(&workers, "keep", 0, 1), ART_OK);
    host_run(host);
    CHECK(asked.asked == 0 && host_deadline(host) == host->now + 100);
    /* 0 leaves it. */
    host->now += 100;
    host_run(host);
    CHECK(asked.asked == 1 && asked.queued == 1 && team_counts(&workers).size == 1);
    asked.size = 3;
    host->now += 100;
    host_run(host);
    CHECK(asked.asked == 2 && team_counts(&workers).size == 3 && workers.count == 2);
    asked.size = 2;
    host->now += 100;
    host_run(host);
    CHECK(asked.asked == 3 && team_counts(&workers).size == 2);
    /* It is done with the pool when that drains. */
    CHECK_EQ(art_pool_drain(host->rt, workers.pool), ART_OK);
    host->now += 100;
    host_run(host);
    CHECK_EQ(asked.asked, 3);
    team_end(&workers);
}

static void silence_is_told(fake_host *host)
{
    for (uint32_t flags = 0; flags <= ART_POOL_KILL_SILENT; flags++) {
        team workers = {0};
        team_config config = team_config_of(&workers);
        size_t count = 0;
        art_actor worker = 0;
        config.settings.silence_ns = 100;
        config.settings.flags = flags;
        one_kept(&workers, host, &config);
        CHECK_EQ(art_children(host->rt, workers.pool, &worker, 1, &count), ART_OK);
        CHECK_EQ(host_deadline(host), host->now + 100);
        host->now += 90;
        host_run(host);
        CHECK_EQ(art_job_alive(host->rt, workers.done[0].token), ART_OK);
        host->now += 90;
        host_run(host);
        CHECK_EQ(workers.told, 1);
        host->now += 10;
        host_run(host);
        CHECK_EQ(workers.told, 2);
        CHECK(workers.events[1].kind == ART_POOL_SILENT && workers.events[1].worker == worker);
        CHECK(workers.events[1].slot == 0 && workers.events[1].silence_ns == 100);
        CHECK(workers.creates == 1 + (int)flags && workers.discarded == flags);
        CHECK_EQ(art_job_done(host->rt, workers.done[0].token), flags == 0 ? ART_OK : ART_ALREADY_REPLIED);
        host_run(host);
        team_end(&workers);
    }
}

static void a_pool_that_drains_ends_with_its_last_job(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    art_pool_counts counts = ART_POOL_COUNTS_INIT;
    one_kept(&workers, host, &config);
    CHECK_EQ(team_submit(&workers, "go", 0, 1), ART_OK);
    CHECK_EQ(art_pool_drain(host->rt, workers.pool), ART_OK);
    CHECK_EQ(team_submit(&workers, "go", 0, 2), ART_OK);
    host_run(host);
    CHECK(workers.told == 2 && workers.events[1].kind == ART_POOL_DRAINING);
    CHECK(workers.discarded == 1 && workers.discards[0].reason == ART_JOB_SHUTDOWN && workers.discards[0].word == 2);
    CHECK_EQ(art_job_done(host->rt, workers.done[0].token), ART_OK);
    host_run(host);
    CHECK(workers.count == 2 && workers.done[1].word == 1);
    CHECK_EQ(art_pool_stats(host->rt, workers.pool, &counts), ART_NOT_FOUND);
    team_end(&workers);
    CHECK_EQ(workers.discarded, 1);
}

static art_status ask_inside(recorder *self, art_context *context, const art_msg *message)
{
    art_pool_counts counts = ART_POOL_COUNTS_INIT;
    art_runtime *rt = art_context_runtime(context);
    if (message->tag == art_tag("ask")) {
        CHECK_EQ(art_pool_stats(rt, ((team *)self->user)->pool, &counts), ART_BUSY);
        CHECK_EQ(art_pool_report(rt, self->id, ((team *)self->user)->pool), ART_OK);
    }
    return ART_OK;
}

static void an_actor_asks_for_a_report(fake_host *host)
{
    static recorder asker;
    team workers = {0};
    team_config config = team_config_of(&workers);
    art_pool_counts counts = ART_POOL_COUNTS_INIT;
    one_kept(&workers, host, &config);
    asker.handle = ask_inside;
    asker.user = &workers;
    recorder_spawn(&asker, host);
    CHECK_EQ(team_submit(&workers, "go", 0, 1), ART_OK);
    CHECK_EQ(post_word(host, asker.id, "ask", 0), ART_OK);
    host_run(host);
    CHECK(asker.count == 2 && asker.last.tag == ART_TAG_POOL && asker.last.sender == workers.pool);
    CHECK_EQ(asker.last.len, sizeof counts);
    memcpy(&counts, asker.bytes, sizeof counts);
    CHECK(counts.struct_size == sizeof counts && counts.running == 1 && counts.queued == 1 && counts.size == 1);
    counts.struct_size = 4;
    CHECK_EQ(art_pool_stats(host->rt, workers.pool, &counts), ART_STRUCT_SIZE);
    CHECK_EQ(art_pool_stats(host->rt, workers.pool, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_pool_report(host->rt, 0, workers.pool), ART_NOT_FOUND);
    CHECK_EQ(art_pool_report(host->rt, workers.pool, workers.pool), ART_UNSUPPORTED);
    team_end(&workers);
}

/* Jobs that come before the start wait for it. */
static void a_pool_takes_jobs_from_the_beginning(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    art_pool_counts counts = ART_POOL_COUNTS_INIT;
    workers.host = host;
    team_now = &workers;
    config.pool.worker = &config.worker;
    config.worker.argument_drop = team_argument_drop;
    config.pool.user_drop = team_user_drop;
    CHECK_EQ(art_pool_spawn(host->rt, &config.pool, &workers.pool), ART_OK);
    CHECK_EQ(team_submit(&workers, "go", 0, 5), ART_OK);
    CHECK_EQ(art_pool_stats(host->rt, workers.pool, &counts), ART_WRONG_STATE);
    host_run(host);
    CHECK(workers.count == 1 && workers.done[0].word == 5);
    team_end(&workers);
}

/* The pool is made anew as it was, and takes up nothing that the one before had. */
static void a_pool_is_restarted(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    config.settings.size = 2;
    one_kept(&workers, host, &config);
    CHECK_EQ(team_submit(&workers, "keep", 0, 1), ART_OK);
    CHECK_EQ(team_submit(&workers, "keep", 0, 2), ART_OK);
    host_run(host);
    CHECK_EQ(art_kill(host->rt, workers.pool, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK(workers.told == 3 && workers.events[1].kind == ART_POOL_STOPPED && workers.events[2].kind == ART_POOL_STARTED);
    CHECK(workers.creates == 4 && workers.destroys == 2 && workers.discarded == 3);
    CHECK(workers.argument_drops == 0 && workers.user_drops == 0);
    CHECK_EQ(team_submit(&workers, "go", 0, 3), ART_OK);
    host_run(host);
    CHECK(workers.count == 3 && workers.done[2].word == 3 && team_counts(&workers).done == 1);
    team_end(&workers);
}

static void too_many_restarts_fail_the_pool(fake_host *host)
{
    static recorder watcher;
    team workers = {0};
    team_config config = team_config_of(&workers);
    art_supervision once = ART_SUPERVISION_INIT;
    once.restart = ART_RESTART_TEMPORARY;
    config.pool.supervision = &once;
    config.pool.max_restarts = 2;
    config.pool.restart_period_ns = 1000;
    team_spawn(&workers, host, &config);
    recorder_spawn(&watcher, host);
    CHECK_EQ(art_monitor(host->rt, watcher.id, workers.pool, NULL), ART_OK);
    for (int death = 0; death < 3; death++) {
        CHECK_EQ(watcher.count, 0);
        CHECK_EQ(team_submit(&workers, "die", 0, 0), ART_OK);
        host_run(host);
    }
    CHECK(watcher.count == 1 && watcher.last.tag == ART_TAG_DOWN && workers.creates == 3);
    team_end(&workers);
}

static art_status refuse_to_begin(art_context *context, void *argument, void **state)
{
    (void)context;
    (void)state;
    ++((team *)argument)->creates;
    return ART_USER_ERROR - 4;
}

/* A pool without workers is none. */
static void a_pool_whose_workers_cannot_be_made_fails(fake_host *host)
{
    static const art_actor_vtable vtable = {sizeof vtable, 0, refuse_to_begin, team_message, NULL, team_destroy};
    team workers = {0};
    team_config config = team_config_of(&workers);
    art_supervision once = ART_SUPERVISION_INIT;
    once.restart = ART_RESTART_TEMPORARY;
    config.pool.supervision = &once;
    config.worker.vtable = &vtable;
    config.worker.argument_drop = team_argument_drop;
    config.pool.user_drop = team_user_drop;
    config.pool.worker = &config.worker;
    workers.host = host;
    CHECK_EQ(art_pool_spawn(host->rt, &config.pool, &workers.pool), ART_OK);
    CHECK_EQ(team_submit(&workers, "go", 0, 5), ART_OK);
    host_run(host);
    CHECK(workers.creates == 1 && workers.destroys == 0 && workers.told == 0);
    CHECK(workers.argument_drops == 1 && workers.user_drops == 1);
    CHECK_EQ(team_submit(&workers, "go", 0, 5), ART_NOT_FOUND);
}

/* Its functions may call the library, but not pull the runtime from under it. */
static uint32_t call_in(void *user, const art_job_outcome *outcome)
{
    team *self = user;
    CHECK_EQ(outcome->reason, ART_JOB_SHED);
    ++self->discarded;
    CHECK_EQ(art_destroy(self->host->rt), ART_BUSY);
    CHECK_EQ(art_step(self->host->rt, ART_NOW, NULL, NULL), ART_BUSY);
    CHECK_EQ(art_pool_set_size(self->host->rt, self->pool, 2), ART_OK);
    CHECK_EQ(self->discarded < 2 ? team_submit(self, "go", 0, 8) : ART_OK, ART_OK);
    return 0;
}

static void its_functions_may_call_in(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    config.pool.discarded = call_in;
    config.settings.discard = ART_DISCARD_NEWEST;
    one_kept(&workers, host, &config);
    CHECK_EQ(team_submit(&workers, "keep", 0, 1), ART_OK);
    host_run(host);
    CHECK(workers.discarded == 1 && workers.count == 2 && workers.done[1].word == 8 && workers.creates == 2);
    CHECK_EQ(art_job_done(host->rt, workers.done[0].token), ART_OK);
    host_run(host);
    team_end(&workers);
}

int main(void)
{
    fake_host host;
    art_supervisor root = ART_SUPERVISOR_INIT;
    host_create(&host);
    root.max_restarts = 1000;
    root.period_ns = 1000;
    CHECK_EQ(art_set_supervisor(host.rt, 0, &root), ART_OK);
    of_too_many_one_goes(&host);
    the_limit_is_asked_for(&host);
    no_more_come_than_the_rate_lets_through(&host);
    the_size_changes(&host);
    a_controller_is_asked_for_the_size(&host);
    silence_is_told(&host);
    a_pool_that_drains_ends_with_its_last_job(&host);
    an_actor_asks_for_a_report(&host);
    a_pool_takes_jobs_from_the_beginning(&host);
    a_pool_is_restarted(&host);
    too_many_restarts_fail_the_pool(&host);
    a_pool_whose_workers_cannot_be_made_fails(&host);
    its_functions_may_call_in(&host);
    host_destroy(&host);
    return finish();
}
