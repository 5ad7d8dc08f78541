/*
 * What becomes of a job and of its payload: whoever submits it can learn whether it was accepted, and gets it back if not; what is handed over
 * is released once; a lost job is tried again if its payload can be had again.
 */
#include "pool_team.h"

/* What a `told` heard. */
typedef struct heard {
    int count;
    uint32_t reason, keep;
    art_job_outcome last;
    uint64_t word;
} heard;

static uint32_t hear(void *user, const art_job_outcome *outcome)
{
    heard *self = user;
    ++self->count;
    self->reason = outcome->reason;
    self->last = *outcome;
    if (outcome->len == sizeof self->word) {
        memcpy(&self->word, outcome->data, sizeof self->word);
    }
    return self->keep;
}

static art_job job_named(const char *name)
{
    art_job job = ART_JOB_INIT;
    job.tag = art_tag(name);
    return job;
}

/* A pool whose only worker has a job, and in which none may wait. */
static void full_team(team *self, fake_host *host)
{
    team_config config = team_config_of(self);
    config.settings.discard = ART_DISCARD_NEWEST;
    team_spawn(self, host, &config);
    CHECK_EQ(team_submit(self, "keep", 0, 0), ART_OK);
    host_run(host);
    CHECK_EQ(self->count, 1);
}

static void the_answer_is_called(fake_host *host)
{
    team workers = {0};
    heard answer = {0};
    drops released = {0};
    art_job job = job_named("go");
    uint64_t word = 7;
    full_team(&workers, host);
    job.key = 3;
    job.told = hear;
    job.user = &answer;
    /* Refused: what it was comes back, to be looked at or to be kept. */
    CHECK_EQ(art_pool_submit(host->rt, workers.pool, &job, &word, sizeof word), ART_OK);
    CHECK_EQ(answer.count, 0);
    host_run(host);
    CHECK(answer.count == 1 && answer.reason == ART_JOB_SHED && answer.word == 7);
    CHECK(answer.last.key == 3 && answer.last.tag == job.tag && answer.last.sender == 0);
    CHECK_EQ(art_pool_submit_owned(host->rt, workers.pool, &job, &word, sizeof word, count_drop, &released), ART_OK);
    host_run(host);
    CHECK(answer.count == 2 && answer.last.data == &word && released.calls == 1 && released.reason == ART_DROP_FULL);
    answer.keep = 1;
    CHECK_EQ(art_pool_submit_owned(host->rt, workers.pool, &job, &word, sizeof word, count_drop, &released), ART_OK);
    host_run(host);
    CHECK(answer.count == 3 && released.calls == 1);
    CHECK(answer.last.drop == count_drop && answer.last.drop_user == &released);
    /* It was not discarded besides. */
    CHECK_EQ(workers.discarded, 0);
    CHECK(team_counts(&workers).refused == 3 && team_counts(&workers).shed == 3);
    /* Accepted. */
    CHECK_EQ(art_job_done(host->rt, workers.done[0].token), ART_OK);
    host_run(host);
    CHECK_EQ(art_pool_submit_owned(host->rt, workers.pool, &job, &word, sizeof word, count_drop, &released), ART_OK);
    host_run(host);
    CHECK(answer.count == 4 && answer.reason == ART_JOB_ACCEPTED && answer.last.data == NULL && answer.last.len == 0);
    CHECK(released.calls == 2 && released.reason == ART_DROP_DELIVERED && workers.count == 2);
    team_end(&workers);
}

static void the_answer_is_a_message(fake_host *host)
{
    static recorder asker;
    team workers = {0};
    drops released = {0};
    art_job job = job_named("keep");
    uint64_t word = 9;
    team_config config = team_config_of(&workers);
    config.settings.discard = ART_DISCARD_NEWEST;
    recorder_spawn(&asker, host);
    team_spawn(&workers, host, &config);
    job.asker = asker.id;
    CHECK_EQ(art_pool_submit(host->rt, workers.pool, &job, &word, sizeof word), ART_OK);
    host_run(host);
    CHECK(asker.count == 1 && asker.last.tag == ART_TAG_JOB && asker.last.sender == workers.pool);
    CHECK(asker.last.status == (int32_t)ART_JOB_ACCEPTED && asker.last.len == 0);
    job.answer_tag = art_tag("answer");
    CHECK_EQ(art_pool_submit_owned(host->rt, workers.pool, &job, &word, sizeof word, count_drop, &released), ART_OK);
    host_run(host);
    CHECK(asker.count == 2 && asker.last.tag == art_tag("answer") && asker.last.status == (int32_t)ART_JOB_SHED);
    CHECK_EQ(last_word(&asker), 9);
    CHECK(released.calls == 1 && released.reason == ART_DROP_DELIVERED);
    /* An asker that is gone need not know. */
    CHECK_EQ(art_pool_submit_owned(host->rt, workers.pool, &job, &word, sizeof word, count_drop, &released), ART_OK);
    CHECK_EQ(art_kill(host->rt, asker.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK(released.calls == 2 && released.reason != ART_DROP_DELIVERED && asker.count == 2);
    CHECK_EQ(art_pool_submit(host->rt, workers.pool, &job, NULL, 0), ART_NOT_FOUND);
    team_end(&workers);
}

/* A refused call consumes what was handed over, and tells nobody else. */
static void a_refused_submission_is_the_callers_to_know(fake_host *host)
{
    team workers = {0};
    heard answer = {0};
    drops released = {0};
    art_job job = job_named("go");
    art_buffer *buffer = NULL;
    art_actor gone;
    full_team(&workers, host);
    job.told = hear;
    job.user = &answer;
    gone = workers.pool;
    team_end(&workers);
    workers.pool = gone;
    CHECK_EQ(art_pool_submit_owned(host->rt, gone, &job, &job, 1, count_drop, &released), ART_NOT_FOUND);
    CHECK(released.calls == 1 && released.reason == ART_DROP_NOT_FOUND && answer.count == 0);
    CHECK_EQ(art_buffer_wrap(&job, 1, count_drop, &released, &buffer), ART_OK);
    CHECK_EQ(art_pool_submit_buffer(host->rt, gone, &job, buffer), ART_NOT_FOUND);
    CHECK(released.calls == 2 && answer.count == 0);
    CHECK_EQ(art_pool_submit_buffer(host->rt, gone, &job, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_pool_submit(host->rt, gone, &job, NULL, 1), ART_NULL_POINTER);
    CHECK_EQ(art_pool_submit_owned(host->rt, gone, &job, NULL, 1, count_drop, &released), ART_NULL_POINTER);
    CHECK(released.calls == 3 && released.reason == ART_DROP_REFUSED);
    for (int which = 0; which < 7; which++) {
        art_job wrong = job_named("go");
        switch (which) {
        case 0: wrong.flags = 8; break;
        case 1: wrong.tag = 0; break;
        case 2: wrong.tag = ART_TAG_JOB; break;
        case 3: wrong.priority = 9; break;
        case 4: wrong.answer_tag = 5; break;
        case 5: wrong.asker = gone, wrong.told = hear; break;
        default: wrong.answer_tag = ART_TAG_DOWN; break;
        }
        check_equal(art_pool_submit(host->rt, gone, &wrong, NULL, 0), ART_INVALID_ARGUMENT, "submit", __FILE__, which);
    }
    job.retries = 1;
    CHECK_EQ(art_pool_submit_owned(host->rt, gone, &job, &job, 1, count_drop, &released), ART_UNSUPPORTED);
    CHECK(released.calls == 4 && released.reason == ART_DROP_REFUSED);
    char text[128];
    CHECK_EQ(art_last_message(host->rt, text, sizeof text, NULL), ART_OK);
    CHECK(strstr(text, "retries") != NULL);
}

/* Some drop functions are called when their job is on its way, or waits, and the pool ends. */
static void what_is_under_way_comes_back_when_the_pool_ends(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    heard late = {0};
    drops released[3] = {{0}, {0}, {0}};
    art_job job = job_named("keep");
    art_job asked = job_named("late");
    team_spawn(&workers, host, &config);
    asked.told = hear;
    asked.user = &late;
    CHECK_EQ(art_pool_submit_owned(host->rt, workers.pool, &job, &job, 1, count_drop, &released[0]), ART_OK);
    CHECK_EQ(art_pool_submit_owned(host->rt, workers.pool, &job, &job, 2, count_drop, &released[1]), ART_OK);
    host_run(host);
    CHECK_EQ(art_stop(host->rt, workers.pool, 0), ART_OK);
    CHECK_EQ(art_pool_submit_owned(host->rt, workers.pool, &asked, &job, 3, count_drop, &released[2]), ART_OK);
    host_run(host);
    CHECK(released[0].calls == 1 && released[0].reason == ART_DROP_DELIVERED);
    CHECK(released[1].calls == 1 && released[1].reason == ART_DROP_CANCELLED);
    CHECK(late.count == 1 && late.reason == ART_JOB_SHUTDOWN && late.last.len == 3 && released[2].calls == 1);
    CHECK_EQ(workers.discarded, 2);
    CHECK(workers.discards[0].reason == ART_JOB_SHUTDOWN && workers.discards[0].len == 2);
    CHECK_EQ(workers.discards[1].reason, ART_JOB_LOST);
    team_end(&workers);
}

static void a_worker_may_take_the_payload(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    drops released = {0};
    art_job job = job_named("take");
    art_buffer *buffer = NULL;
    uint64_t word = 3;
    team_spawn(&workers, host, &config);
    CHECK_EQ(art_pool_submit_owned(host->rt, workers.pool, &job, &word, sizeof word, count_drop, &released), ART_OK);
    host_run(host);
    CHECK(released.calls == 0 && workers.taken.data == &word && workers.taken.drop_user == &released);
    workers.taken.drop(workers.taken.data, workers.taken.len, workers.taken.drop_user, ART_DROP_DELIVERED);
    CHECK_EQ(released.calls, 1);
    CHECK_EQ(art_pool_submit(host->rt, workers.pool, &job, &word, sizeof word), ART_OK);
    host_run(host);
    CHECK(workers.taken.data != &word && memcmp(workers.taken.data, &word, sizeof word) == 0);
    workers.taken.drop(workers.taken.data, workers.taken.len, workers.taken.drop_user, ART_DROP_DELIVERED);
    CHECK_EQ(art_buffer_wrap(&word, sizeof word, count_drop, &released, &buffer), ART_OK);
    CHECK_EQ(art_pool_submit_buffer(host->rt, workers.pool, &job, buffer), ART_OK);
    host_run(host);
    CHECK(released.calls == 1 && workers.taken.data == &word);
    workers.taken.drop(workers.taken.data, workers.taken.len, workers.taken.drop_user, ART_DROP_DELIVERED);
    CHECK(released.calls == 2 && team_counts(&workers).done == 3);
    team_end(&workers);
}

/* However a job is lost, it is tried again as often as it may be, with the same payload. */
static void lost_jobs_are_tried_again(fake_host *host)
{
    static const char *ways[] = {"fail", "die", "context fail", "keep and die"};
    for (size_t way = 0; way < COUNT(ways); way++) {
        for (uint32_t retries = 0; retries < 3; retries++) {
            for (int shared = 0; shared < 2; shared++) {
                team workers = {0};
                team_config config = team_config_of(&workers);
                drops released = {0};
                art_job job = job_named(ways[way]);
                art_buffer *buffer = NULL;
                uint64_t word = 40 + way;
                team_spawn(&workers, host, &config);
                job.retries = retries;
                job.key = 6;
                if (shared != 0) {
                    CHECK_EQ(art_buffer_wrap(&word, sizeof word, count_drop, &released, &buffer), ART_OK);
                    CHECK_EQ(art_pool_submit_buffer(host->rt, workers.pool, &job, buffer), ART_OK);
                } else {
                    CHECK_EQ(art_pool_submit(host->rt, workers.pool, &job, &word, sizeof word), ART_OK);
                }
                host_run(host);
                check_equal((long long)workers.count, retries + 1, ways[way], __FILE__, __LINE__);
                for (size_t index = 0; index < workers.count; index++) {
                    CHECK_EQ(workers.done[index].word, word);
                    CHECK_EQ(art_job_done(host->rt, workers.done[index].token), ART_ALREADY_REPLIED);
                }
                CHECK(team_counts(&workers).retried == retries && team_counts(&workers).lost == 1);
                CHECK(workers.discarded == 1 && workers.discards[0].reason == ART_JOB_LOST);
                CHECK(workers.discards[0].key == 6 && workers.discards[0].tag == 0 && workers.discards[0].len == 0);
                CHECK_EQ(released.calls, shared);
                CHECK_EQ(workers.creates, way == 0 ? 1 : 2 + (int)retries);
                team_end(&workers);
            }
        }
    }
}

/* A worker that stops in the handler of a job has done it. */
static void a_worker_that_stops_has_done_its_job(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    team_spawn(&workers, host, &config);
    CHECK_EQ(team_submit(&workers, "stop", 0, 0), ART_OK);
    CHECK_EQ(team_submit(&workers, "go", 0, 0), ART_OK);
    host_run(host);
    CHECK(workers.count == 2 && workers.creates == 2 && team_counts(&workers).done == 2 && workers.discarded == 0);
    team_end(&workers);
}

/* What a worker had kept goes with it, whoever ends it; others stay. */
static void a_worker_that_is_killed_loses_what_it_had(fake_host *host)
{
    team workers = {0};
    team_config config = team_config_of(&workers);
    art_actor ids[2];
    size_t count;
    art_job job = job_named("keep");
    config.settings.size = 2;
    config.settings.in_flight = 2;
    config.pool.router = ART_ROUTER_ROUND_ROBIN;
    team_spawn(&workers, host, &config);
    job.retries = 1;
    for (uint64_t word = 0; word < 4; word++) {
        CHECK_EQ(art_pool_submit(host->rt, workers.pool, &job, &word, sizeof word), ART_OK);
    }
    host_run(host);
    CHECK_EQ(workers.count, 4);
    CHECK_EQ(art_children(host->rt, workers.pool, ids, 2, &count), ART_OK);
    CHECK_EQ(art_kill(host->rt, ids[0], 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(art_job_done(host->rt, workers.done[0].token), ART_ALREADY_REPLIED);
    CHECK_EQ(art_job_done(host->rt, workers.done[1].token), ART_OK);
    CHECK_EQ(art_job_done(host->rt, workers.done[2].token), ART_ALREADY_REPLIED);
    CHECK_EQ(art_job_done(host->rt, workers.done[3].token), ART_OK);
    host_run(host);
    CHECK(workers.count == 6 && workers.done[4].word == 0 && workers.done[5].word == 2);
    CHECK_EQ(team_counts(&workers).retried, 2);
    team_end(&workers);
}

static art_status submit_from_inside(recorder *self, art_context *context, const art_msg *message)
{
    art_job job = job_named("go");
    (void)message;
    return art_pool_submit(art_context_runtime(context), ((team *)self->user)->pool, &job, NULL, 0);
}

static void the_sender_is_the_actor_that_submits(fake_host *host)
{
    static recorder actor;
    team workers = {0};
    team_config config = team_config_of(&workers);
    team_spawn(&workers, host, &config);
    actor.handle = submit_from_inside;
    actor.user = &workers;
    recorder_spawn(&actor, host);
    CHECK_EQ(post_word(host, actor.id, "x", 0), ART_OK);
    host_run(host);
    CHECK(workers.count == 1 && workers.done[0].sender == actor.id);
    team_end(&workers);
}

/* Destroyed with jobs on their way, waiting, being done and kept. */
static void all_goes_with_the_runtime(void)
{
    fake_host host;
    team workers = {0};
    team_config config = team_config_of(&workers);
    heard answer = {0};
    drops released[4] = {{0}, {0}, {0}, {0}};
    art_job job = job_named("keep");
    host_create(&host);
    team_spawn(&workers, &host, &config);
    for (int which = 0; which < 4; which++) {
        job.told = which == 3 ? hear : NULL;
        job.user = &answer;
        CHECK_EQ(art_pool_submit_owned(host.rt, workers.pool, &job, &job, 1, count_drop, &released[which]), ART_OK);
        if (which == 2) {
            host_run(&host);
        }
    }
    host_destroy(&host);
    for (int which = 0; which < 4; which++) {
        CHECK_EQ(released[which].calls, 1);
    }
    CHECK(answer.count == 1 && answer.reason == ART_JOB_SHUTDOWN);
    CHECK_EQ(workers.discarded, 3);
    CHECK(workers.destroys == 1 && workers.argument_drops == 1 && workers.user_drops == 1);
}

int main(void)
{
    fake_host host;
    art_supervisor root = ART_SUPERVISOR_INIT;
    host_create(&host);
    root.max_restarts = 1000;
    root.period_ns = 1000;
    CHECK_EQ(art_set_supervisor(host.rt, 0, &root), ART_OK);
    the_answer_is_called(&host);
    the_answer_is_a_message(&host);
    a_refused_submission_is_the_callers_to_know(&host);
    what_is_under_way_comes_back_when_the_pool_ends(&host);
    a_worker_may_take_the_payload(&host);
    lost_jobs_are_tried_again(&host);
    a_worker_that_stops_has_done_its_job(&host);
    a_worker_that_is_killed_loses_what_it_had(&host);
    the_sender_is_the_actor_that_submits(&host);
    host_destroy(&host);
    all_goes_with_the_runtime();
    return finish();
}
