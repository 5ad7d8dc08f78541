/* Pitfall 23: made and filled on one thread, which ends; adopted and run on another. (R15 has what the wrong thread is told.) */
#include "fake_host.h"

static fake_host host;
static recorder actor, late;
static art_remote *remote;
static drops dropped;

/* Everything that can be left for the next owner: messages, a timer, something from a remote, an actor yet to be made. */
static void *make(void *unused)
{
    (void)unused;
    host_create(&host);
    recorder_spawn(&actor, &host);
    host_run(&host);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    CHECK_EQ(art_post_owned(host.rt, actor.id, art_tag("owned"), NULL, 0, count_drop, &dropped), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("timer"), host.now + 100, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_remote_post(remote, actor.id, art_tag("remote"), NULL, 0), ART_OK);
    recorder_spawn(&late, &host);
    CHECK_EQ(post_word(&host, late.id, "late", 5), ART_OK);
    return NULL;
}

static art_status adopt_in_a_handler(recorder *self, art_context *context, const art_msg *message)
{
    (void)context;
    (void)message;
    CHECK_EQ(art_adopt_thread(self->rt), ART_BUSY);
    return ART_OK;
}

int main(void)
{
    int wakes;
    on_other_thread(make, NULL);
    CHECK_EQ(art_adopt_thread(host.rt), ART_OK);
    host_run(&host);
    CHECK_EQ(actor.count, 2);
    CHECK_EQ(late.count, 1);
    CHECK_EQ(dropped.calls, 1);
    CHECK_EQ(host_deadline(&host), host.now + 100);
    host.now += 100;
    CHECK_EQ(host_run(&host), 1);
    /* To adopt again what is one's own changes nothing. */
    CHECK_EQ(art_adopt_thread(host.rt), ART_OK);

    /* The new owner's posts are local ones, and its old remote leads here. */
    wakes = atomic_load(&host.wakes);
    actor.handle = adopt_in_a_handler;
    CHECK_EQ(post_word(&host, actor.id, "x", 1), ART_OK);
    CHECK_EQ(atomic_load(&host.wakes), wakes + 1);
    CHECK_EQ(atomic_load(&host.wake_flags), ART_WAKE_LOCAL);
    CHECK_EQ(art_remote_post(remote, actor.id, art_tag("remote"), NULL, 0), ART_OK);
    CHECK_EQ(atomic_load(&host.wakes), wakes + 1);
    host_run(&host);
    CHECK_EQ(actor.count, 5);
    art_remote_unref(remote);
    host_destroy(&host);
    CHECK_EQ(actor.destroys, 1);
    CHECK_EQ(late.destroys, 1);
    return finish();
}
