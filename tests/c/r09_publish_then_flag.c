/* R9: what a thread posts is never lost, and neither is its wake: the host steps only when woken, and still gets everything in
 * order. */
#include "fake_host.h"

#include <pthread.h>
#include <semaphore.h>

enum { THREADS = 4, EACH = 5000 };

static sem_t woken;
static recorder actor;
static uint64_t next_of[THREADS];

static void signal_host(fake_host *host)
{
    (void)host;
    sem_post(&woken);
}

static art_status in_order(recorder *self, art_context *context, const art_msg *message)
{
    (void)context;
    (void)message;
    uint64_t word = last_word(self);
    CHECK_EQ(word % EACH, next_of[word / EACH]);
    ++next_of[word / EACH];
    return ART_OK;
}

static void *post_all(void *argument)
{
    void **parts = argument;
    for (uint64_t index = 0; index < EACH; index++) {
        uint64_t word = (uint64_t)(size_t)parts[1] * EACH + index;
        CHECK_EQ(art_remote_post(parts[0], actor.id, art_tag("word"), &word, sizeof word), ART_OK);
    }
    art_remote_unref(parts[0]);
    return NULL;
}

int main(void)
{
    fake_host host;
    pthread_t threads[THREADS];
    void *parts[THREADS][2];
    sem_init(&woken, 0, 0);
    host_init(&host);
    host.in_wake = signal_host;
    host_start(&host);
    actor.handle = in_order;
    recorder_spawn(&actor, &host);
    host_run(&host);
    for (size_t index = 0; index < THREADS; index++) {
        art_remote *remote = NULL;
        CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
        parts[index][0] = remote;
        parts[index][1] = (void *)index;
        CHECK_EQ(pthread_create(&threads[index], NULL, post_all, parts[index]), 0);
    }
    while (actor.count < THREADS * EACH) {
        sem_wait(&woken);
        host_run(&host);
    }
    for (size_t index = 0; index < THREADS; index++) {
        pthread_join(threads[index], NULL);
    }
    CHECK_EQ(actor.count, THREADS * EACH);
    host_destroy(&host);
    return finish();
}
