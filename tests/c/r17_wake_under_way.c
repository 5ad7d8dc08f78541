/*
 * R17: while another thread is in the middle of wake, art_destroy neither calls wake_drop nor returns. The wake is let go by a
 * callback of the destruction itself, so it is certain that the destruction was under way when the wake was.
 */
#include "fake_host.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

static sem_t inside, leave;
static atomic_int clock_of_events, left_wake, dropped_wake, returned;
static art_remote *remote;
static recorder actor;

static int tick(void)
{
    return atomic_fetch_add(&clock_of_events, 1) + 1;
}

static void wait_in_wake(fake_host *host)
{
    (void)host;
    CHECK_EQ(sem_post(&inside), 0);
    CHECK_EQ(sem_wait(&leave), 0);
    /* Time enough for a destruction that does not wait. */
    for (int turn = 0; turn < 1000; turn++) {
        sched_yield();
    }
    atomic_store(&left_wake, tick());
}

static void note_wake_drop(void *user)
{
    ++((fake_host *)user)->wake_drops;
    atomic_store(&dropped_wake, tick());
}

static void *post_there(void *unused)
{
    (void)unused;
    CHECK_EQ(art_remote_post(remote, actor.id, art_tag("x"), NULL, 0), ART_OK);
    return NULL;
}

/* The payload of the remote post that waits in the runtime: dropped early in its destruction, on the owner thread. */
static void let_go(drops *self)
{
    (void)self;
    CHECK_EQ(atomic_load(&left_wake), 0);
    CHECK_EQ(atomic_load(&dropped_wake), 0);
    CHECK_EQ(sem_post(&leave), 0);
}

int main(void)
{
    fake_host host;
    drops waiting = {0};
    pthread_t thread;
    CHECK_EQ(sem_init(&inside, 0, 0), 0);
    CHECK_EQ(sem_init(&leave, 0, 0), 0);
    host_init(&host);
    host.config.wake_drop = note_wake_drop;
    host_start(&host);
    recorder_spawn(&actor, &host);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    host_run(&host);
    host.in_wake = wait_in_wake;
    CHECK_EQ(pthread_create(&thread, NULL, post_there, NULL), 0);
    CHECK_EQ(sem_wait(&inside), 0);
    /* The thread is inside wake; no second wake comes for this one. */
    waiting.inside = let_go;
    CHECK_EQ(art_remote_post_owned(remote, actor.id, art_tag("x"), NULL, 0, count_drop, &waiting), ART_OK);
    host_destroy(&host);
    atomic_store(&returned, tick());
    CHECK_EQ(pthread_join(thread, NULL), 0);
    CHECK_EQ(waiting.calls, 1);
    CHECK_EQ(left_wake, 1);
    CHECK_EQ(dropped_wake, 2);
    CHECK_EQ(returned, 3);
    art_remote_unref(remote);
    return finish();
}
