/*
 * What is said to any actor has a default, which an actor may replace by its on_system: start, pause, resume, terminate, a ping. The answer
 * to a ping comes once, behind what was sent before, with how long that took.
 */
#include "fake_host.h"

/* The hooks of recorders that keep what is said to them, and answer what their test wants. */
static uint32_t said[16];
static int said_count;
static int32_t answers; /* to all but a resume */
static bool ask_to_stop;

static int32_t on_system(void *state, art_context *context, uint32_t message)
{
    recorder *self = state;
    CHECK_EQ(art_context_self(context), self->id);
    CHECK(said_count < (int)COUNT(said));
    said[said_count++] = message;
    if (ask_to_stop) {
        CHECK_EQ(art_context_stop(context, 4), ART_OK);
    }
    return message == ART_SYSTEM_RESUME ? ART_REACTION_USUAL : answers;
}

static const art_actor_hooks hooks = {sizeof hooks, 0, on_system, NULL, NULL, NULL, NULL, NULL};

static void spawn(fake_host *host, recorder *self, const art_actor_hooks *given)
{
    memset(self, 0, sizeof *self);
    said_count = 0;
    answers = ART_REACTION_USUAL;
    ask_to_stop = false;
    art_actor_config config = recorder_config(self);
    self->rt = host->rt;
    config.hooks = given;
    CHECK_EQ(art_spawn(host->rt, &config, &self->id), ART_OK);
}

static void end(fake_host *host, recorder *self)
{
    CHECK_EQ(art_kill(host->rt, self->id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK(self->notified == 1 && self->destroys == 1);
}

static art_pong last_pong(const recorder *self)
{
    art_pong pong;
    memset(&pong, 0, sizeof pong);
    CHECK_EQ(self->last.tag, ART_TAG_PONG);
    CHECK_EQ(self->last.len, sizeof pong);
    memcpy(&pong, self->bytes, sizeof pong);
    CHECK_EQ(pong.struct_size, sizeof pong);
    CHECK_EQ(pong.actor, self->last.sender);
    return pong;
}

/* Its handler takes a while by the host's clock. */
static art_status take_time(recorder *self, art_context *context, const art_msg *message)
{
    (void)context;
    if (message->tag == art_tag("slow")) {
        ((fake_host *)self->user)->now += 250;
    }
    return ART_OK;
}

static void a_ping_is_answered_behind_what_was_sent_before(fake_host *host)
{
    static recorder asker, asked;
    art_pong pong;
    spawn(host, &asker, NULL);
    spawn(host, &asked, NULL);
    host_run(host);
    asked.handle = take_time;
    asked.user = host;
    CHECK_EQ(post_word(host, asked.id, "slow", 0), ART_OK);
    CHECK_EQ(art_ping(host->rt, asker.id, asked.id), ART_OK);
    host_run(host);
    CHECK_EQ(asker.count, 1);
    pong = last_pong(&asker);
    CHECK(pong.answered == 1 && pong.actor == asked.id);
    CHECK_EQ(pong.latency_ns, 250);
    CHECK_EQ(asked.count, 1); /* the ping is no message */
    /* The answer comes ahead of what waits for the asker. */
    CHECK_EQ(art_ping(host->rt, asker.id, asked.id), ART_OK);
    CHECK_EQ(post_word(host, asker.id, "other", 0), ART_OK);
    CHECK_EQ(post_word(host, asker.id, "other", 0), ART_OK);
    host_run(host);
    CHECK(asker.count == 4 && asker.tags[1] == ART_TAG_PONG && asker.tags[3] == art_tag("other"));

    /* A paused one answers when it goes on; one that has ended never. */
    CHECK_EQ(art_pause(host->rt, asked.id), ART_OK);
    CHECK_EQ(art_ping(host->rt, asker.id, asked.id), ART_OK);
    host->now += 40;
    host_run(host);
    CHECK_EQ(asker.count, 4);
    CHECK_EQ(art_resume(host->rt, asked.id), ART_OK);
    host_run(host);
    CHECK_EQ(asker.count, 5);
    CHECK_EQ(last_pong(&asker).latency_ns, 40);
    CHECK_EQ(art_pause(host->rt, asked.id), ART_OK);
    CHECK_EQ(art_ping(host->rt, asker.id, asked.id), ART_OK);
    CHECK_EQ(art_kill(host->rt, asked.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(asker.count, 6);
    pong = last_pong(&asker);
    CHECK(pong.answered == 0 && pong.latency_ns == 0 && pong.actor == asked.id);

    /* Who is not there is not asked, and nobody told. */
    CHECK_EQ(art_ping(host->rt, asker.id, asked.id), ART_NOT_FOUND);
    CHECK_EQ(art_ping(host->rt, asked.id, asker.id), ART_NOT_FOUND);
    CHECK_EQ(art_ping(host->rt, asker.id, 0), ART_NOT_FOUND);
    host_run(host);
    CHECK_EQ(asker.count, 6);
    /* An asker that ends needs no answer. */
    CHECK_EQ(art_ping(host->rt, asker.id, asker.id), ART_OK);
    end(host, &asker);
}

typedef struct heard {
    fake_host *host;
    int calls;
    uint32_t answered;
    art_actor actor;
} heard;

static void hear(void *user, const art_pong *pong)
{
    heard *self = user;
    CHECK_EQ(art_step(self->host->rt, 0, NULL, NULL), self->host->now == 0 ? ART_CLOSED : ART_BUSY);
    ++self->calls;
    self->answered = pong->answered;
    self->actor = pong->actor;
}

static void callbacks(fake_host *host)
{
    static recorder asked;
    heard one = {host, 0, 7, 0};
    spawn(host, &asked, &hooks);
    CHECK_EQ(art_on_pong(host->rt, asked.id, NULL, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_on_pong(host->rt, asked.id, hear, &one), ART_OK);
    CHECK_EQ(one.calls, 0); /* in a step, never in the call */
    host_run(host);
    CHECK(one.calls == 1 && one.answered == 1 && one.actor == asked.id);
    CHECK(said_count == 1 && said[0] == ART_SYSTEM_PING);
    /* One that does not want to answer. */
    answers = ART_REACTION_HANDLED;
    CHECK_EQ(art_on_pong(host->rt, asked.id, hear, &one), ART_OK);
    host_run(host);
    CHECK(one.calls == 2 && one.answered == 0);
    end(host, &asked);
    CHECK_EQ(art_on_pong(host->rt, asked.id, hear, &one), ART_NOT_FOUND);
    CHECK_EQ(one.calls, 2);
}

static void defaults_and_decisions(fake_host *host)
{
    static recorder plain, deciding;
    size_t count = 7;
    spawn(host, &plain, NULL);
    spawn(host, &deciding, &hooks);
    CHECK_EQ(art_system(host->rt, plain.id, 0), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_system(host->rt, plain.id, 7), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_system_all(host->rt, 7, &count), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_system(host->rt, 0, ART_SYSTEM_START), ART_NOT_FOUND);
    CHECK_EQ(count, 7);
    host_run(host);

    /* What is said overtakes what waits: the word waits for the resume. */
    CHECK_EQ(post_word(host, plain.id, "x", 1), ART_OK);
    CHECK_EQ(art_system(host->rt, plain.id, ART_SYSTEM_PAUSE), ART_OK);
    host_run(host);
    CHECK_EQ(plain.count, 0);
    CHECK_EQ(art_system(host->rt, plain.id, ART_SYSTEM_RESUME), ART_OK);
    host_run(host);
    CHECK_EQ(plain.count, 1);

    answers = ART_REACTION_HANDLED;
    CHECK_EQ(art_system(host->rt, deciding.id, ART_SYSTEM_PAUSE), ART_OK);
    CHECK_EQ(art_system(host->rt, deciding.id, ART_SYSTEM_START), ART_OK);
    CHECK_EQ(post_word(host, deciding.id, "x", 1), ART_OK);
    host_run(host);
    CHECK_EQ(deciding.count, 1); /* it would not be paused */
    /* Only one of them is supervised. */
    CHECK_EQ(art_system_all(host->rt, ART_SYSTEM_TERMINATE, &count), ART_OK);
    CHECK_EQ(art_system_all(host->rt, ART_SYSTEM_RESUME, NULL), ART_OK);
    CHECK_EQ(count, 1);
    host_run(host);
    CHECK(plain.notified == 0 && deciding.notified == 0);
    CHECK_EQ(said_count, 4);
    CHECK(said[0] == ART_SYSTEM_PAUSE && said[1] == ART_SYSTEM_START && said[2] == ART_SYSTEM_TERMINATE);
    CHECK_EQ(said[3], ART_SYSTEM_RESUME);

    answers = ART_REACTION_USUAL;
    CHECK_EQ(art_system_all(host->rt, ART_SYSTEM_TERMINATE, &count), ART_OK);
    host_run(host);
    CHECK(deciding.notified == 1 && deciding.stops == 1 && deciding.cause.kind == ART_STOP_STOPPED);
    CHECK_EQ(art_system(host->rt, plain.id, ART_SYSTEM_TERMINATE), ART_OK);
    host_run(host);
    CHECK(plain.notified == 1 && plain.stops == 1);
}

static void a_hook_may_fail_or_stop_its_actor(fake_host *host)
{
    static recorder actor;
    spawn(host, &actor, &hooks);
    answers = ART_USER_ERROR - 9;
    CHECK_EQ(art_system(host->rt, actor.id, ART_SYSTEM_PAUSE), ART_OK);
    host_run(host);
    CHECK(actor.notified == 1 && actor.destroys == 1 && actor.stops == 0);
    CHECK(actor.cause.kind == ART_STOP_FAILED && actor.cause.reason == ART_USER_ERROR - 9);
    CHECK_EQ(actor.cause.phase, ART_PHASE_MESSAGE);

    spawn(host, &actor, &hooks);
    answers = 2; /* means nothing */
    CHECK_EQ(art_system(host->rt, actor.id, ART_SYSTEM_PAUSE), ART_OK);
    host_run(host);
    CHECK(actor.cause.kind == ART_STOP_FAILED && actor.cause.reason == ART_INVALID_ARGUMENT);

    spawn(host, &actor, &hooks);
    ask_to_stop = true;
    CHECK_EQ(art_system(host->rt, actor.id, ART_SYSTEM_START), ART_OK);
    host_run(host);
    CHECK(actor.cause.kind == ART_STOP_STOPPED && actor.cause.reason == 4 && actor.stops == 1);
}

static art_status not_yet(art_context *context, void *argument, void **state)
{
    (void)context;
    (void)argument;
    (void)state;
    return ART_USER_ERROR - 1;
}

typedef struct start {
    int calls;
    size_t count;
    art_actor late[4];
} start;

static void on_started(void *user, const art_actor *late, size_t count)
{
    start *self = user;
    ++self->calls;
    self->count = count;
    CHECK(count <= COUNT(self->late));
    memcpy(self->late, late, count * sizeof *late);
}

static art_status ignore(void *state, art_context *context, const art_msg *message)
{
    (void)state;
    (void)context;
    (void)message;
    return ART_OK;
}

static void the_start_of_all_names_who_is_late(fake_host *host)
{
    static recorder actor;
    static const art_actor_vtable failing = {sizeof failing, 0, not_yet, ignore, NULL, NULL};
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    art_actor late = 0;
    start first = {0, 7, {0}}, second = {0, 7, {0}}, third = {0, 7, {0}};
    spawn(host, &actor, &hooks);
    CHECK_EQ(art_start_all(host->rt, ART_NEVER, on_started, &first), ART_OK);
    CHECK_EQ(art_start_all(host->rt, ART_NEVER, NULL, NULL), ART_OK);
    host_run(host);
    CHECK(first.calls == 1 && first.count == 0 && said_count == 2 && said[0] == ART_SYSTEM_START);
    /* One that cannot be made does not hear it. */
    config.vtable = &failing;
    config.supervision = &supervision;
    CHECK_EQ(art_spawn(host->rt, &config, &late), ART_OK);
    CHECK_EQ(art_start_all(host->rt, host->now + 100, on_started, &second), ART_OK);
    host_run(host);
    CHECK_EQ(second.calls, 0);
    host->now += 100;
    host_run(host);
    CHECK(second.calls == 1 && second.count == 1 && second.late[0] == late);
    end(host, &actor);
    /* Nobody is left. */
    CHECK_EQ(art_start_all(host->rt, host->now + 100, on_started, &third), ART_OK);
    CHECK_EQ(third.calls, 0);
    host_run(host);
    CHECK(third.calls == 1 && third.count == 0);
}

static void what_makes_no_sense_is_refused(fake_host *host)
{
    static recorder actor;
    art_actor_hooks odd = ART_ACTOR_HOOKS_INIT;
    art_actor id = 7;
    art_actor_config config = recorder_config(&actor);
    config.hooks = &odd;
    odd.flags = 1;
    CHECK_EQ(art_spawn(host->rt, &config, &id), ART_INVALID_ARGUMENT);
    odd.flags = 0;
    odd.struct_size = 4;
    CHECK_EQ(art_spawn(host->rt, &config, &id), ART_STRUCT_SIZE);
    CHECK_EQ(id, 0);
    /* No version's struct ends inside of a pointer, of which half was called once. */
    for (uint32_t size = sizeof odd - 1; size > sizeof odd - sizeof(void *); size--) {
        odd.struct_size = size;
        CHECK_EQ(art_spawn(host->rt, &config, &id), ART_STRUCT_SIZE);
    }
}

int main(void)
{
    fake_host host;
    static recorder last;
    heard at_the_end = {&host, 0, 7, 0};
    start never = {0, 7, {0}};
    host_create(&host);
    a_ping_is_answered_behind_what_was_sent_before(&host);
    callbacks(&host);
    defaults_and_decisions(&host);
    a_hook_may_fail_or_stop_its_actor(&host);
    the_start_of_all_names_who_is_late(&host);
    what_makes_no_sense_is_refused(&host);

    /* Whoever waits when the runtime is destroyed: a ping has its answer, a start is never over. */
    spawn(&host, &last, &hooks);
    host_run(&host);
    CHECK_EQ(art_pause(host.rt, last.id), ART_OK);
    CHECK_EQ(art_on_pong(host.rt, last.id, hear, &at_the_end), ART_OK);
    CHECK_EQ(art_start_all(host.rt, ART_NEVER, on_started, &never), ART_OK);
    host.now = 0; /* from here on the runtime is closed to callbacks */
    host_destroy(&host);
    CHECK(at_the_end.calls == 1 && at_the_end.answered == 0);
    CHECK_EQ(never.calls, 0);
    CHECK_EQ(last.notified, 1);
    return finish();
}
