/*
 * R19: signals that ring and wake arrive while a step runs, while the owner posts between two steps, and while another thread
 * posts, on whatever thread the system chooses. The host sleeps on the descriptor of art_poll, which its signal handler may ring.
 * Nothing is lost: each sleep that should end does, each post arrives in order, and each ring is heard. errno stays.
 */
#include "fake_host.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

enum { POSTS = 20 * 1000, SIGNALS = 200, RAISED = 500, ERRNO = 1234 };

static art_waker *waker;
static art_remote *remote, *own;
static art_actor target;

/* Counted before the ring that tells of it. */
static atomic_uint rung, by_timer, lost_errno, refused;
static unsigned heard;
static uint64_t next_there, next_here;

static void on_signal(int number)
{
    int before = errno;
    errno = ERRNO;
    atomic_fetch_add(&rung, 1);
    if (art_waker_wake(waker) != ART_OK || art_remote_wake(remote) != ART_OK || art_remote_interrupt(remote) != ART_OK) {
        atomic_fetch_add(&refused, 1);
    }
    if (errno != ERRNO) {
        atomic_fetch_add(&lost_errno, 1);
    }
    if (number == SIGALRM) {
        atomic_fetch_add(&by_timer, 1);
    }
    errno = before;
}

/* Under valgrind a signal that comes in the middle of the call can make it fail, with nothing raised. Linux's own does not. */
static void raise_here(void)
{
    unsigned tries = 0;
    while (raise(SIGUSR1) != 0) {
        CHECK(++tries < 100);
    }
}

static art_status handle(recorder *self, art_context *context, const art_msg *message)
{
    (void)context;
    if (message->tag == art_tag("there")) {
        CHECK_EQ(last_word(self), next_there);
        ++next_there;
    } else if (message->tag == art_tag("here")) {
        CHECK_EQ(last_word(self), next_here);
        ++next_here;
        /* In the middle of a step, certainly. */
        if (next_here % (POSTS / RAISED) == 0) {
            raise_here();
        }
    } else if (message->flags & ART_MSG_WAKE) {
        heard = atomic_load(&rung);
    }
    return ART_OK;
}

static void *post_there(void *unused)
{
    (void)unused;
    for (uint64_t word = 0; word < POSTS; word++) {
        CHECK_EQ(art_remote_post(own, target, art_tag("there"), &word, sizeof word), ART_OK);
        if (word % (POSTS / RAISED) == 0) {
            raise_here();
        }
    }
    return NULL;
}

/* One signal, soon. There is no next one that could make up for it. */
static void ring_once(suseconds_t microseconds)
{
    struct itimerval once = {{0, 0}, {0, microseconds}};
    CHECK_EQ(setitimer(ITIMER_REAL, &once, NULL), 0);
}

/* Sleeps until a step is due, and makes it. A wake that is lost would let it sleep for ever; it is given up after a minute. */
static bool sleep_and_step(fake_host *host, art_poll *bell)
{
    struct pollfd entry = {art_poll_fd(bell), POLLIN, 0};
    int32_t timeout = 0;
    int ready;
    CHECK_EQ(art_timeout_ms(host->rt, ART_NOW, &timeout), ART_OK);
    do {
        ready = poll(&entry, 1, timeout < 0 ? 60 * 1000 : timeout);
    } while (ready < 0 && errno == EINTR);
    CHECK_EQ(art_poll_clear(bell), ART_OK);
    CHECK_EQ(art_step(host->rt, ART_NOW, NULL, NULL), ART_OK);
    return ready > 0 || timeout >= 0;
}

int main(void)
{
    fake_host host = {0};
    recorder actor = {0};
    art_poll *bell = NULL;
    pthread_t thread;
    struct sigaction action = {0};
    CHECK_EQ(art_poll_create(&bell), ART_OK);
    CHECK_EQ(art_config_init(&host.config, sizeof host.config), ART_OK);
    CHECK_EQ(art_poll_attach(bell, &host.config), ART_OK);
    host_start(&host);
    actor.handle = handle;
    recorder_spawn(&actor, &host);
    target = actor.id;
    CHECK_EQ(art_waker_create(host.rt, actor.id, 0, &waker), ART_OK);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    CHECK_EQ(art_remote_clone(remote, &own), ART_OK);
    action.sa_handler = on_signal;
    CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
    CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
    CHECK_EQ(pthread_create(&thread, NULL, post_there, NULL), 0);
    uint64_t posted = 0;
    bool awake = true;
    for (unsigned round = 0; awake && (round < SIGNALS || posted < POSTS); round++) {
        ring_once(50 + round % 200);
        /* Each second signal comes while the owner is busy, the others while it sleeps or is about to. */
        while (round % 2 == 0 && by_timer == round) {
            for (int count = 0; count < 10 && posted < POSTS; count++, posted++) {
                CHECK_EQ(post_word(&host, target, "here", posted), ART_OK);
            }
            CHECK_EQ(art_step(host.rt, ART_NOW, NULL, NULL), ART_OK);
        }
        while (awake && (by_timer == round || heard != rung)) {
            awake = sleep_and_step(&host, bell);
        }
    }
    while (awake && (next_there < POSTS || next_here < POSTS || heard != rung)) {
        awake = sleep_and_step(&host, bell);
    }
    CHECK(awake);
    CHECK_EQ(pthread_join(thread, NULL), 0);
    CHECK_EQ(heard, rung);
    CHECK_EQ(next_there, POSTS);
    CHECK_EQ(next_here, POSTS);
    CHECK(by_timer >= SIGNALS);
    CHECK(rung - by_timer == 2 * RAISED);
    CHECK_EQ(lost_errno, 0);
    CHECK_EQ(refused, 0);
    art_waker_unref(waker);
    art_remote_unref(own);
    art_remote_unref(remote);
    CHECK_EQ(art_destroy(host.rt), ART_OK);
    art_poll_unref(bell);
    return finish();
}
