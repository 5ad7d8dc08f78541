/* R19: ringing a waker or waking by a remote is possible in a signal handler, if the host's wake is. */
#include "fake_host.h"

#include <signal.h>

static art_waker *waker;
static art_remote *remote;

static void on_signal(int number)
{
    (void)number;
    (void)art_waker_wake(waker);
    (void)art_remote_wake(remote);
    (void)art_remote_interrupt(remote);
}

int main(void)
{
    fake_host host;
    recorder actor = {0};
    struct sigaction action = {0};
    host_create(&host);
    recorder_spawn(&actor, &host);
    CHECK_EQ(art_waker_create(host.rt, actor.id, 0, &waker), ART_OK);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    host_run(&host);
    host.wakes = 0;
    action.sa_handler = on_signal;
    CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
    for (unsigned index = 1; index <= 100; index++) {
        CHECK_EQ(raise(SIGUSR1), 0);
        CHECK_EQ(host.wakes, index);
        host_run(&host);
        CHECK_EQ(actor.count, index);
        CHECK_EQ(actor.last.tag, ART_TAG_WAKE);
    }
    art_waker_unref(waker);
    art_remote_unref(remote);
    host_destroy(&host);
    return finish();
}
