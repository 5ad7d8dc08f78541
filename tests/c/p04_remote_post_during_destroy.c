/* Threads that post while the runtime is destroyed: each payload is dropped exactly once, and no wake comes afterwards. */
#include "fake_host.h"

#include <pthread.h>

enum { THREADS = 4 };

static atomic_int handed_over, dropped;
static art_actor target;

static void count_atomically(void *data, size_t len, void *user, uint32_t reason)
{
    (void)data;
    (void)len;
    (void)user;
    (void)reason;
    atomic_fetch_add(&dropped, 1);
}

static void *post_until_closed(void *argument)
{
    art_status status;
    do {
        atomic_fetch_add(&handed_over, 1);
        status = art_remote_post_owned(argument, target, art_tag("x"), NULL, 0, count_atomically, NULL);
    } while (status == ART_OK);
    CHECK_EQ(status, ART_CLOSED);
    art_remote_unref(argument);
    return NULL;
}

int main(void)
{
    fake_host host;
    recorder actor = {0};
    pthread_t threads[THREADS];
    host_create(&host);
    recorder_spawn(&actor, &host);
    target = actor.id;
    for (int index = 0; index < THREADS; index++) {
        art_remote *remote = NULL;
        CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
        CHECK_EQ(pthread_create(&threads[index], NULL, post_until_closed, remote), 0);
    }
    while (actor.count < 100) {
        host_step(&host, 0);
    }
    host_destroy(&host);
    int wakes = host.wakes;
    for (int index = 0; index < THREADS; index++) {
        pthread_join(threads[index], NULL);
    }
    CHECK_EQ(host.wakes, wakes);
    CHECK_EQ(dropped, handed_over);
    return finish();
}
