/* A mailbox of an actor's own: bound, overflow, rate, priorities, times to live; a pause keeps what comes; whoever waits for room is told. */
#include "fake_host.h"

static uint64_t words[32];

static art_status keep_word(recorder *self, art_context *context, const art_msg *message)
{
    (void)context;
    if (message->len == sizeof words[0] && self->count <= COUNT(words)) {
        memcpy(&words[self->count - 1], message->data, sizeof words[0]);
    }
    return ART_OK;
}

static void spawn(fake_host *host, recorder *self, const art_mailbox *mailbox)
{
    memset(self, 0, sizeof *self);
    memset(words, 0, sizeof words);
    art_actor_config config = recorder_config(self);
    self->rt = host->rt;
    self->handle = keep_word;
    config.mailbox = mailbox;
    CHECK_EQ(art_spawn(host->rt, &config, &self->id), ART_OK);
}

/* So that another one can be recorded in its place. */
static void end(fake_host *host, const recorder *self)
{
    CHECK_EQ(art_stop(host->rt, self->id, 0), ART_OK);
    host_run(host);
    CHECK_EQ(self->notified, 1);
}

static art_status post(fake_host *host, const recorder *to, uint32_t priority, uint64_t ttl, uint64_t word)
{
    art_sending sending = ART_SENDING_INIT;
    sending.priority = priority;
    sending.time_to_live_ns = ttl;
    return art_post_with(host->rt, to->id, &sending, art_tag("x"), &word, sizeof word);
}

static uint64_t lost(fake_host *host, uint32_t reason)
{
    art_dead_letter_counts counts = ART_DEAD_LETTER_COUNTS_INIT;
    CHECK_EQ(art_dead_letters(host->rt, &counts), ART_OK);
    return reason == ART_DROP_FULL ? counts.full : reason == ART_DROP_EXPIRED ? counts.expired : counts.cancelled;
}

static void overflows(fake_host *host)
{
    art_mailbox mailbox = ART_MAILBOX_INIT;
    static recorder actor;
    uint64_t before = lost(host, ART_DROP_FULL);
    mailbox.capacity = 2;
    spawn(host, &actor, &mailbox);
    CHECK(post_word(host, actor.id, "x", 1) == ART_OK && post_word(host, actor.id, "x", 2) == ART_OK);
    CHECK_EQ(post_word(host, actor.id, "x", 3), ART_FULL);
    CHECK_EQ(post(host, &actor, ART_PRIORITY_HIGH, 0, 4), ART_FULL);
    host_run(host);
    CHECK(actor.count == 2 && words[0] == 1 && words[1] == 2);
    CHECK_EQ(lost(host, ART_DROP_FULL), before + 2);

    end(host, &actor);
    mailbox.overflow = ART_OVERFLOW_DROP_OLDEST;
    spawn(host, &actor, &mailbox);
    for (uint64_t word = 1; word <= 4; word++) {
        CHECK_EQ(post_word(host, actor.id, "x", word), ART_OK);
    }
    host_run(host);
    CHECK(actor.count == 2 && words[0] == 3 && words[1] == 4);

    end(host, &actor);
    mailbox.overflow = ART_OVERFLOW_DROP_NEWEST;
    spawn(host, &actor, &mailbox);
    for (uint64_t word = 1; word <= 4; word++) {
        CHECK_EQ(post_word(host, actor.id, "x", word), ART_OK);
    }
    host_run(host);
    CHECK(actor.count == 2 && words[0] == 1 && words[1] == 2);
    CHECK_EQ(lost(host, ART_DROP_FULL), before + 6);

    mailbox.overflow = ART_OVERFLOW_FAIL;
    CHECK_EQ(art_set_mailbox(host->rt, actor.id, &mailbox), ART_OK);
    CHECK(post_word(host, actor.id, "x", 1) == ART_OK && post_word(host, actor.id, "x", 2) == ART_OK);
    CHECK_EQ(post_word(host, actor.id, "x", 3), ART_FULL);
    host_run(host);
    CHECK(actor.notified == 1 && actor.cause.kind == ART_STOP_FAILED);
    CHECK_EQ(art_set_mailbox(host->rt, actor.id, &mailbox), ART_NOT_FOUND);
}

static void what_has_no_room_goes_elsewhere(fake_host *host)
{
    art_mailbox mailbox = ART_MAILBOX_INIT;
    static recorder first, second;
    uint64_t before = lost(host, ART_DROP_FULL);
    drops waiting = {0};
    spawn(host, &second, NULL);
    mailbox.capacity = 1;
    CHECK_EQ(art_set_mailbox(host->rt, second.id, &mailbox), ART_OK);
    mailbox.overflow = ART_OVERFLOW_REDIRECT;
    CHECK_EQ(art_set_mailbox(host->rt, second.id, &mailbox), ART_INVALID_ARGUMENT);
    mailbox.redirect_to = second.id;
    spawn(host, &first, &mailbox);
    CHECK_EQ(post_word(host, first.id, "x", 1), ART_OK);
    CHECK_EQ(post_word(host, first.id, "x", 2), ART_OK);
    CHECK_EQ(post_word(host, first.id, "x", 3), ART_FULL); /* neither has room */
    CHECK_EQ(art_post_owned(host->rt, first.id, art_tag("x"), &waiting, 1, count_drop, &waiting), ART_FULL);
    CHECK(waiting.calls == 1 && waiting.reason == ART_DROP_FULL);
    host_run(host);
    CHECK(first.count == 1 && last_word(&first) == 1);
    CHECK(second.count == 1 && last_word(&second) == 2);
    CHECK_EQ(lost(host, ART_DROP_FULL), before + 2);
    /* To one that is gone it is as if there were no room. */
    end(host, &second);
    CHECK(post_word(host, first.id, "x", 4) == ART_OK && post_word(host, first.id, "x", 5) == ART_FULL);
    mailbox.overflow = ART_OVERFLOW_REJECT;
    CHECK_EQ(art_set_mailbox(host->rt, first.id, &mailbox), ART_INVALID_ARGUMENT);
    end(host, &first);
}

static void rates(fake_host *host)
{
    art_mailbox mailbox = ART_MAILBOX_INIT;
    static recorder actor;
    mailbox.rate_messages = 2;
    mailbox.rate_ns = 1000;
    spawn(host, &actor, &mailbox);
    CHECK(post_word(host, actor.id, "x", 1) == ART_OK && post_word(host, actor.id, "x", 2) == ART_OK);
    CHECK_EQ(post_word(host, actor.id, "x", 3), ART_FULL);
    host->now += 500;
    host_run(host);
    CHECK(post_word(host, actor.id, "x", 4) == ART_OK && post_word(host, actor.id, "x", 5) == ART_FULL);
    host_run(host);
    CHECK_EQ(actor.count, 3);
}

static void priorities_and_times_to_live(fake_host *host)
{
    art_mailbox mailbox = ART_MAILBOX_INIT;
    static recorder actor;
    uint64_t before = lost(host, ART_DROP_EXPIRED);
    spawn(host, &actor, &mailbox);
    host_run(host);
    CHECK_EQ(post(host, &actor, ART_PRIORITY_LOW, 0, 3), ART_OK);
    CHECK_EQ(post_word(host, actor.id, "x", 2), ART_OK);
    CHECK_EQ(post(host, &actor, ART_PRIORITY_HIGH, 10, 1), ART_OK);
    CHECK_EQ(post(host, &actor, ART_PRIORITY_NORMAL, 9, 9), ART_OK);
    CHECK_EQ(post(host, &actor, 3, 0, 9), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_post_with(host->rt, actor.id, NULL, art_tag("x"), NULL, 0), ART_NULL_POINTER);
    host->now += 10;
    host_run(host);
    CHECK(actor.count == 3 && words[0] == 1 && words[1] == 2 && words[2] == 3);
    CHECK_EQ(actor.last.flags, 0);
    CHECK_EQ(actor.last.reply, 0);
    CHECK_EQ(lost(host, ART_DROP_EXPIRED), before + 1);
}

static void pauses(fake_host *host)
{
    static recorder actor;
    art_located where = ART_LOCATED_INIT;
    spawn(host, &actor, NULL);
    CHECK_EQ(art_resume(host->rt, actor.id), ART_WRONG_STATE);
    CHECK_EQ(art_pause(host->rt, actor.id), ART_OK);
    CHECK_EQ(art_pause(host->rt, actor.id), ART_WRONG_STATE);
    CHECK(post_word(host, actor.id, "x", 1) == ART_OK && post_word(host, actor.id, "x", 2) == ART_OK);
    host_run(host);
    CHECK_EQ(actor.count, 0);
    CHECK_EQ(art_locate(host->rt, actor.id, &where), ART_OK);
    CHECK(where.life == ART_LIFE_PAUSED && where.waiting == 2 && where.queued == 0);
    CHECK_EQ(art_resume(host->rt, actor.id), ART_OK);
    host_run(host);
    CHECK(actor.count == 2 && words[0] == 1 && words[1] == 2);
    CHECK_EQ(art_pause(host->rt, 0), ART_NOT_FOUND);
}

static void room(fake_host *host)
{
    art_mailbox mailbox = ART_MAILBOX_INIT;
    static recorder slow, waiter;
    mailbox.capacity = 3;
    spawn(host, &slow, &mailbox);
    spawn(host, &waiter, NULL);
    CHECK_EQ(art_pause(host->rt, slow.id), ART_OK);
    for (uint64_t word = 1; word <= 3; word++) {
        CHECK_EQ(post_word(host, slow.id, "x", word), ART_OK);
    }
    CHECK_EQ(art_on_room(host->rt, waiter.id, slow.id, 1), ART_OK);
    host_run(host);
    CHECK_EQ(waiter.count, 0);
    CHECK_EQ(art_resume(host->rt, slow.id), ART_OK);
    host_run(host);
    CHECK_EQ(waiter.count, 1);
    CHECK(waiter.last.tag == ART_TAG_ROOM && waiter.last.sender == slow.id && waiter.last.status == ART_OK);
    CHECK_EQ(art_on_room(host->rt, waiter.id, slow.id, 1), ART_OK); /* there is */
    host_run(host);
    CHECK_EQ(waiter.count, 2);

    /* One that ends leaves nobody waiting. */
    CHECK_EQ(art_pause(host->rt, slow.id), ART_OK);
    CHECK_EQ(post_word(host, slow.id, "x", 1), ART_OK);
    CHECK_EQ(art_on_room(host->rt, waiter.id, slow.id, 0), ART_OK);
    CHECK_EQ(art_kill(host->rt, slow.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK(waiter.count == 3 && waiter.last.tag == ART_TAG_ROOM && waiter.last.status == ART_NOT_FOUND);
    CHECK_EQ(art_on_room(host->rt, waiter.id, slow.id, 0), ART_NOT_FOUND);
    host_run(host);
    CHECK_EQ(waiter.count, 3);
}

int main(void)
{
    fake_host host;
    static recorder actor = {0}, slow, waiter, paused;
    static drops in_mailbox, behind_pause;
    art_mailbox mailbox = ART_MAILBOX_INIT;
    art_actor_config config;
    host_create(&host);
    overflows(&host);
    what_has_no_room_goes_elsewhere(&host);
    rates(&host);
    priorities_and_times_to_live(&host);
    pauses(&host);
    room(&host);

    config = recorder_config(&actor);
    config.mailbox = &mailbox;
    config.capacity = 1;
    CHECK_EQ(art_spawn(host.rt, &config, &actor.id), ART_INVALID_ARGUMENT);
    config.capacity = 0;
    mailbox.overflow = 4;
    CHECK_EQ(art_spawn(host.rt, &config, &actor.id), ART_INVALID_ARGUMENT);
    mailbox.overflow = 0;
    mailbox.rate_ns = 5;
    CHECK_EQ(art_spawn(host.rt, &config, &actor.id), ART_INVALID_ARGUMENT);

    /* The end of all finds one that waits. */
    mailbox.rate_ns = 0;
    spawn(&host, &slow, &mailbox);
    spawn(&host, &waiter, NULL);
    CHECK_EQ(art_pause(host.rt, slow.id), ART_OK);
    CHECK_EQ(post(&host, &slow, ART_PRIORITY_LOW, 5, 1), ART_OK);
    CHECK_EQ(art_on_room(host.rt, waiter.id, slow.id, 0), ART_OK);
    /* What waits in a mailbox, and behind a pause, goes as what is queued does. */
    spawn(&host, &paused, NULL);
    CHECK_EQ(art_pause(host.rt, paused.id), ART_OK);
    CHECK_EQ(art_post_owned(host.rt, slow.id, art_tag("x"), NULL, 0, count_drop, &in_mailbox), ART_OK);
    CHECK_EQ(art_post_owned(host.rt, paused.id, art_tag("x"), NULL, 0, count_drop, &behind_pause), ART_OK);
    host_run(&host);
    CHECK_EQ(in_mailbox.calls + behind_pause.calls, 0);
    host_destroy(&host);
    CHECK(slow.notified == 1 && waiter.notified == 1 && waiter.count == 0 && paused.count == 0);
    CHECK(in_mailbox.calls == 1 && in_mailbox.reason == ART_DROP_CLOSED);
    CHECK(behind_pause.calls == 1 && behind_pause.reason == ART_DROP_CLOSED);
    return finish();
}
