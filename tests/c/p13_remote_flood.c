/*
 * Pitfall 13: neither a flood from other threads nor an actor that posts to itself for ever starves the other, and the host has
 * control after every budget. art_remote_interrupt gives it back early, from a handler and from another thread.
 */
#include "fake_host.h"

#include <pthread.h>
#include <sched.h>

/* Most messages of a step that was interrupted. */
#define SOON 32
#define FLOOD 20000
/* How much of the flood may wait: so much that the inbox is never found empty, and memory stays bounded. */
#define WAVE 2000

static atomic_uint sent, arrived;

typedef struct flood {
    art_remote *remote;
    art_actor to;
} flood;

static void *pour(void *argument)
{
    flood *self = argument;
    for (unsigned index = 0; index < FLOOD; index++) {
        while (index - atomic_load(&arrived) >= WAVE) {
            sched_yield();
        }
        CHECK_EQ(art_remote_post(self->remote, self->to, art_tag("flood"), &index, sizeof index), ART_OK);
        atomic_store(&sent, index + 1);
    }
    return NULL;
}

/* Takes the flood, whose messages come in order. */
static art_status take(recorder *self, art_context *context, const art_msg *message)
{
    unsigned index;
    (void)self;
    (void)context;
    memcpy(&index, message->data, sizeof index);
    CHECK_EQ(index, atomic_load(&arrived));
    CHECK_EQ(message->flags, ART_MSG_REMOTE);
    atomic_store(&arrived, index + 1);
    return ART_OK;
}

static art_status repost(recorder *self, art_context *context, const art_msg *message)
{
    (void)context;
    return art_post(self->rt, self->id, message->tag, NULL, 0);
}

static void both_get_on(void)
{
    fake_host host;
    recorder local = {0}, remote = {0};
    flood flood = {0};
    pthread_t thread;
    unsigned steps = 0, local_before;
    host_create(&host);
    local.handle = repost;
    remote.handle = take;
    recorder_spawn(&local, &host);
    recorder_spawn(&remote, &host);
    host_run(&host);
    flood.to = remote.id;
    CHECK_EQ(art_remote_create(host.rt, &flood.remote), ART_OK);
    CHECK_EQ(art_post(host.rt, local.id, art_tag("again"), NULL, 0), ART_OK);
    if (pthread_create(&thread, NULL, pour, &flood) != 0) {
        exit(1);
    }
    while (atomic_load(&arrived) < FLOOD) {
        unsigned there = atomic_load(&sent), taken = atomic_load(&arrived);
        local_before = local.count;
        /* Enough for what was there when the step began, in front of one turn of the local actor. */
        art_step_result result = host_step(&host, there - taken + 2);
        ++steps;
        CHECK(result.handled <= there - taken + 2);
        CHECK_EQ(result.more, 1);
        CHECK(local.count > local_before || atomic_load(&arrived) >= there);
        CHECK(atomic_load(&arrived) >= there);
        if (there == taken) {
            sched_yield();
        }
    }
    CHECK(local.count >= steps / 2);
    pthread_join(thread, NULL);
    CHECK_EQ(remote.count, FLOOD);

    /* With a small budget, too, the backlog melts while the local actor goes on. */
    local_before = local.count;
    atomic_store(&arrived, 0);
    for (unsigned index = 0; index < 100; index++) {
        CHECK_EQ(art_remote_post(flood.remote, flood.to, art_tag("flood"), &index, sizeof index), ART_OK);
    }
    for (steps = 0; steps < 30; steps++) {
        CHECK_EQ(host_step(&host, 4).handled, 4);
    }
    CHECK_EQ(atomic_load(&arrived), 100);
    CHECK(local.count >= local_before + 20);
    art_remote_unref(flood.remote);
    host_destroy(&host);
}

/* What an endless actor does at its `at`th message; `last` is the one before the interrupt was seen to be there. */
typedef struct endless {
    art_remote *remote;
    unsigned at, last;
    pthread_t thread;
    atomic_bool interrupted;
} endless;

static void *interrupt_from_there(void *argument)
{
    endless *self = argument;
    CHECK_EQ(art_remote_interrupt(self->remote), ART_OK);
    atomic_store(&self->interrupted, true);
    return NULL;
}

static art_status interrupt_here(recorder *self, art_context *context, const art_msg *message)
{
    endless *endless = self->user;
    if (self->count == endless->at) {
        CHECK_EQ(art_remote_interrupt(endless->remote), ART_OK);
        endless->last = self->count;
    }
    return repost(self, context, message);
}

/* Starts the other thread, and goes on until it has interrupted and a little longer. */
static art_status interrupt_there(recorder *self, art_context *context, const art_msg *message)
{
    endless *endless = self->user;
    if (self->count == endless->at && pthread_create(&endless->thread, NULL, interrupt_from_there, endless) != 0) {
        exit(1);
    }
    if (!atomic_load(&endless->interrupted)) {
        endless->last = self->count;
    }
    return repost(self, context, message);
}

static void an_interrupt_ends_a_long_step(bool there)
{
    fake_host host;
    recorder actor = {0};
    endless endless = {0};
    art_budget budget = ART_BUDGET_INIT;
    art_step_result result = ART_STEP_RESULT_INIT;
    host_create(&host);
    actor.handle = there ? interrupt_there : interrupt_here;
    actor.user = &endless;
    recorder_spawn(&actor, &host);
    host_run(&host);
    CHECK_EQ(art_remote_create(host.rt, &endless.remote), ART_OK);

    endless.at = 5;
    CHECK_EQ(art_post(host.rt, actor.id, art_tag("again"), NULL, 0), ART_OK);
    /* Without end by itself: no bound to the messages, and the host's clock stands. */
    budget.max_messages = UINT32_MAX;
    budget.max_ns = UINT64_MAX - 1;
    CHECK_EQ(art_step(host.rt, host.now, &budget, &result), ART_OK);
    CHECK_EQ(result.more, 1);
    CHECK(result.handled >= 5);
    if (there) {
        pthread_join(endless.thread, NULL);
    }
    CHECK(result.handled <= endless.last + 1 + SOON);

    /* The request is used up, and one that comes while no step runs is for nobody. */
    actor.handle = repost;
    if (!there) {
        CHECK_EQ(host_step(&host, 1000).handled, 1000);
    }
    art_remote_unref(endless.remote);
    host_destroy(&host);
}

int main(void)
{
    both_get_on();
    an_interrupt_ends_a_long_step(false);
    an_interrupt_ends_a_long_step(true);
    return finish();
}
