/* A pool whose workers write down what they get, for the tests of pools. */
#ifndef POOL_TEAM_H
#define POOL_TEAM_H

#include "fake_host.h"

/* One message that a worker had. */
typedef struct team_entry {
    uint64_t slot, word;
    art_actor sender;
    art_job_token token;
} team_entry;

/* What became of jobs, as the pool tells it. */
typedef struct team_outcome {
    uint32_t reason;
    uint64_t key, tag;
    size_t len;
    uint64_t word; /* of the payload */
} team_outcome;

typedef struct team {
    fake_host *host;
    art_actor pool;
    team_entry done[64];
    size_t count;
    team_outcome discards[64];
    size_t discarded;
    art_pool_event events[16];
    size_t told;
    int creates, destroys, argument_drops, user_drops;
    art_payload taken; /* by the job called "take" */
} team;

/* The configurations that team_spawn uses; the test may change them before. */
typedef struct team_config {
    art_actor_config worker;
    art_pool_settings settings;
    art_pool_config pool;
} team_config;

static inline art_status team_create(art_context *context, void *argument, void **state)
{
    team *self = argument;
    uint64_t slot = 77;
    CHECK_EQ(art_context_slot(context, &slot), ART_OK);
    uint64_t *own = malloc(sizeof *own);
    *own = slot;
    *state = own;
    ++self->creates;
    return ART_OK;
}

/* The team that the test is about. Handlers have no other way to it: their state is their number. */
static team *team_now;

static inline art_status team_message(void *state, art_context *context, const art_msg *message)
{
    team *self = team_now;
    team_entry *entry = &self->done[self->count++];
    art_runtime *rt = art_context_runtime(context);
    CHECK(self->count <= COUNT(self->done));
    uint64_t slot = 77;
    CHECK_EQ(art_context_slot(context, &slot), ART_OK);
    CHECK_EQ(slot, *(uint64_t *)state);
    *entry = (team_entry){slot, 0, message->sender, message->detail};
    if (message->len == sizeof entry->word) {
        memcpy(&entry->word, message->data, sizeof entry->word);
    }
    if ((message->flags & ART_MSG_JOB) == 0) {
        CHECK_EQ(message->detail, 0);
        CHECK_EQ(art_context_job_keep(context), ART_NO_CONTEXT);
        return ART_OK;
    }
    CHECK(message->detail != 0);
    if (message->tag == art_tag("keep")) {
        CHECK_EQ(art_context_job_keep(context), ART_OK);
    } else if (message->tag == art_tag("fail")) {
        CHECK_EQ(art_job_failed(rt, message->detail), ART_OK);
        CHECK_EQ(art_job_done(rt, message->detail), ART_ALREADY_REPLIED);
        CHECK_EQ(art_context_job_keep(context), ART_ALREADY_REPLIED);
    } else if (message->tag == art_tag("die")) {
        return ART_USER_ERROR;
    } else if (message->tag == art_tag("keep and die")) {
        CHECK_EQ(art_context_job_keep(context), ART_OK);
        return ART_USER_ERROR;
    } else if (message->tag == art_tag("context fail")) {
        CHECK_EQ(art_context_fail(context, 0, NULL, 0), ART_OK);
    } else if (message->tag == art_tag("stop")) {
        CHECK_EQ(art_context_stop(context, 0), ART_OK);
    } else if (message->tag == art_tag("take")) {
        art_payload again = ART_PAYLOAD_INIT;
        self->taken.struct_size = sizeof self->taken;
        CHECK_EQ(art_context_take(context, &self->taken), ART_OK);
        CHECK_EQ(art_context_take(context, &again), ART_NO_CONTEXT);
    }
    return ART_OK;
}

static inline void team_destroy(void *state)
{
    free(state);
    ++team_now->destroys;
}

static inline uint32_t team_discarded(void *user, const art_job_outcome *outcome)
{
    team *self = user;
    team_outcome *kept = &self->discards[self->discarded++];
    CHECK(self->discarded <= COUNT(self->discards));
    CHECK_EQ(outcome->struct_size, sizeof *outcome);
    *kept = (team_outcome){outcome->reason, outcome->key, outcome->tag, outcome->len, 0};
    if (outcome->len == sizeof kept->word) {
        memcpy(&kept->word, outcome->data, sizeof kept->word);
    }
    return 0;
}

static inline void team_event(void *user, const art_pool_event *event)
{
    team *self = user;
    CHECK(self->told < COUNT(self->events));
    self->events[self->told++] = *event;
}

static inline team_config team_config_of(team *self)
{
    static const art_actor_vtable vtable = {sizeof vtable, 0, team_create, team_message, NULL, team_destroy};
    team_config config = {ART_ACTOR_CONFIG_INIT, ART_POOL_SETTINGS_INIT, ART_POOL_CONFIG_INIT};
    config.worker.vtable = &vtable;
    config.worker.argument = self;
    config.worker.argument_drop = NULL;
    config.pool.discarded = team_discarded;
    config.pool.event = team_event;
    config.pool.user = self;
    return config;
}

static inline void team_argument_drop(void *argument)
{
    ++((team *)argument)->argument_drops;
}

static inline void team_user_drop(void *user)
{
    ++((team *)user)->user_drops;
}

/* Spawns the pool, and runs its start. */
static inline void team_spawn(team *self, fake_host *host, team_config *config)
{
    self->host = host;
    team_now = self;
    config->worker.argument_drop = team_argument_drop;
    config->pool.user_drop = team_user_drop;
    config->pool.worker = &config->worker;
    config->pool.settings = &config->settings;
    CHECK_EQ(art_pool_spawn(host->rt, &config->pool, &self->pool), ART_OK);
    CHECK(self->pool != 0);
    host_run(host);
    CHECK_EQ(self->told, 1);
    CHECK_EQ(self->events[0].kind, ART_POOL_STARTED);
}

/* Ends it, after which all that it was given is gone. */
static inline void team_end(team *self)
{
    team_now = self;
    if (art_stop(self->host->rt, self->pool, 0) == ART_OK) {
        host_run(self->host);
    }
    CHECK_EQ(self->events[self->told - 1].kind, ART_POOL_STOPPED);
    CHECK_EQ(self->destroys, self->creates);
    CHECK_EQ(self->argument_drops, 1);
    CHECK_EQ(self->user_drops, 1);
}

/* Submits a word. */
static inline art_status team_submit(team *self, const char *name, uint64_t key, uint64_t word)
{
    art_job job = ART_JOB_INIT;
    job.key = key;
    job.tag = art_tag(name);
    return art_pool_submit(self->host->rt, self->pool, &job, &word, sizeof word);
}

static inline art_pool_counts team_counts(team *self)
{
    art_pool_counts counts = ART_POOL_COUNTS_INIT;
    CHECK_EQ(art_pool_stats(self->host->rt, self->pool, &counts), ART_OK);
    uint64_t discarded = counts.expired + counts.shed + counts.shutdown + counts.rate_limited + counts.lost;
    CHECK_EQ(counts.accepted + counts.refused, counts.done + counts.queued + counts.running + discarded);
    return counts;
}

#endif
