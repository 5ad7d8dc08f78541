/* R18: remotes and wakers are counted, and outlive their runtime: afterwards every call is refused and every payload dropped. */
#include "fake_host.h"

int main(void)
{
    fake_host host;
    recorder actor = {0};
    drops dropped = {0};
    art_remote *remote = NULL, *clone = NULL, *third = NULL;
    art_waker *waker = NULL;
    art_buffer *buffer = NULL;
    host_create(&host);
    recorder_spawn(&actor, &host);
    host_run(&host);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    CHECK_EQ(art_remote_clone(remote, &clone), ART_OK);
    CHECK(art_remote_ref(remote) == remote);
    art_remote_unref(remote);
    CHECK_EQ(art_waker_create(host.rt, actor.id, art_tag("ring"), &waker), ART_OK);
    CHECK(art_waker_ref(waker) == waker);
    art_waker_unref(waker);
    CHECK_EQ(art_remote_post(clone, actor.id, art_tag("x"), NULL, 0), ART_OK);
    CHECK_EQ(host_run(&host), 1);

    /* Coalesced, however often it is rung. */
    for (int index = 0; index < 10; index++) {
        CHECK_EQ(art_waker_wake(waker), ART_OK);
    }
    host_run(&host);
    CHECK_EQ(actor.count, 2);
    CHECK_EQ(actor.last.tag, art_tag("ring"));
    CHECK_EQ(actor.last.flags, ART_MSG_WAKE);
    CHECK_EQ(art_waker_wake(waker), ART_OK);
    host_run(&host);
    CHECK_EQ(actor.count, 3);
    art_waker_unref(waker);
    host_run(&host);
    CHECK_EQ(actor.count, 4);
    CHECK_EQ(actor.last.flags, ART_MSG_WAKE | ART_MSG_LAST);
    CHECK_EQ(art_waker_create(host.rt, actor.id, 0, &waker), ART_OK);

    /* An id of another kind or runtime is known by itself. */
    CHECK_EQ(art_remote_post(remote, 0, art_tag("x"), NULL, 0), ART_NOT_FOUND);
    CHECK_EQ(art_remote_reply(remote, actor.id, 0, NULL, 0), ART_WRONG_KIND);
    CHECK_EQ(art_remote_post(remote, actor.id, 0, NULL, 0), ART_INVALID_ARGUMENT);

    host_destroy(&host);
    CHECK_EQ(art_remote_post(remote, actor.id, art_tag("x"), NULL, 0), ART_CLOSED);
    CHECK_EQ(art_remote_post_owned(remote, actor.id, art_tag("x"), NULL, 0, count_drop, &dropped), ART_CLOSED);
    CHECK_EQ(dropped.calls, 1);
    CHECK_EQ(dropped.reason, ART_DROP_CLOSED);
    CHECK_EQ(art_buffer_wrap(&host, sizeof host, count_drop, &dropped, &buffer), ART_OK);
    CHECK_EQ(art_remote_post_buffer(remote, actor.id, art_tag("x"), buffer), ART_CLOSED);
    CHECK_EQ(dropped.calls, 2);
    CHECK_EQ(art_remote_wake(clone), ART_CLOSED);
    CHECK_EQ(art_remote_interrupt(clone), ART_CLOSED);
    CHECK_EQ(art_remote_clone(clone, &third), ART_CLOSED);
    CHECK(third == NULL);
    CHECK_EQ(art_waker_wake(waker), ART_CLOSED);
    art_waker_unref(waker);
    art_remote_unref(clone);
    art_remote_unref(remote);
    art_remote_unref(NULL);
    return finish();
}
