/*
 * Several actors are asked at once, and the asker gets all outcomes in one message, in their order; a reply goes on to a third actor; whoever is
 * asked can see how much time is left; an actor waits for its answer, unless that would be for ever; and asks for the same wait for one
 * answer.
 */
#include "fake_host.h"

/* How an actor answers: the user of its recorder. */
typedef enum conduct { REPLIES, FORGETS, KEEPS, REPLIES_OWNED } conduct;

static drops forwarded;
static art_reply_token kept[4];
static unsigned keeps;

static art_status answer(recorder *self, art_context *context, const art_msg *message)
{
    const char *text = "the reply of many bytes";
    if ((message->flags & ART_MSG_ASK) == 0) {
        return ART_OK;
    }
    switch (*(conduct *)self->user) {
    case REPLIES: {
        art_status status = art_context_reply(context, art_tag("reply"), text, (size_t)(self->count % 8));
        CHECK(status == ART_OK || status == ART_ALREADY_REPLIED); /* it may be withdrawn by now */
        return ART_OK;
    }
    case REPLIES_OWNED:
        return art_reply_owned(self->rt, message->reply, art_tag("reply"), &forwarded, sizeof forwarded, count_drop, &forwarded);
    case KEEPS:
        if (art_context_reply_keep(context) == ART_OK) {
            kept[keeps++ % COUNT(kept)] = message->reply;
        }
        return ART_OK;
    case FORGETS:
        return ART_OK;
    }
    return ART_OK;
}

static void spawn(fake_host *host, recorder *self, conduct *how)
{
    memset(self, 0, sizeof *self);
    self->handle = answer;
    self->user = how;
    recorder_spawn(self, host);
}

static void end(fake_host *host, const recorder *self)
{
    CHECK_EQ(art_kill(host->rt, self->id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(self->notified, 1);
}

static const art_answer *answer_of(const art_answers *all, size_t index)
{
    CHECK(index < all->count && all->answer_size == sizeof(art_answer));
    return (const art_answer *)((const char *)all + all->struct_size + index * all->answer_size);
}

/* What an asker has heard, in a payload that it took. */
static art_payload heard = ART_PAYLOAD_INIT;

static art_status take_answers(recorder *self, art_context *context, const art_msg *message)
{
    (void)self;
    if (message->tag == ART_TAG_ANSWERS) {
        CHECK(message->sender == 0 && message->reply == 0 && message->flags == 0);
        CHECK_EQ(art_context_take(context, &heard), ART_OK);
    }
    return ART_OK;
}

static void drop_heard(void)
{
    heard.drop(heard.data, heard.len, heard.drop_user, ART_DROP_DELIVERED);
    heard.data = NULL;
}

static void all_are_asked_at_once(fake_host *host)
{
    conduct replies = REPLIES, forgets = FORGETS, keeping = KEEPS;
    static recorder asker, one, two, forgetful, silent, full;
    art_pending_info pending = ART_PENDING_INFO_INIT;
    art_mailbox mailbox = ART_MAILBOX_INIT;
    art_actor all[6];
    uint64_t word = 5;
    spawn(host, &asker, &replies);
    asker.handle = take_answers;
    spawn(host, &one, &replies);
    spawn(host, &two, &replies);
    spawn(host, &forgetful, &forgets);
    spawn(host, &silent, &keeping);
    spawn(host, &full, &replies);
    mailbox.capacity = 1;
    CHECK_EQ(art_set_mailbox(host->rt, full.id, &mailbox), ART_OK);
    CHECK_EQ(post_word(host, full.id, "x", 0), ART_OK);
    all[0] = one.id;
    all[1] = asker.id;
    all[2] = forgetful.id;
    all[3] = silent.id;
    all[4] = full.id;
    all[5] = two.id;
    end(host, &two);
    CHECK_EQ(art_ask_all(host->rt, asker.id, all, COUNT(all), ART_GATHER_ALL, art_tag("ask"), &word, sizeof word, host->now + 100, 77), ART_OK);
    CHECK_EQ(post_word(host, full.id, "x", 0), ART_FULL); /* its place is taken */
    host_run(host);
    CHECK(one.count == 1 && last_word(&one) == 5 && one.last.sender == asker.id && (one.last.flags & ART_MSG_ASK) != 0);
    CHECK(heard.data == NULL);
    host->now += 100;
    host_run(host);
    CHECK(heard.data != NULL);
    const art_answers *answers = heard.data;
    static const int32_t wanted[] = {ART_REPLY_OK, ART_REPLY_NO_REPLY, ART_REPLY_NO_REPLY, ART_REPLY_TIMEOUT, ART_REPLY_OK, ART_REPLY_CLOSED};
    CHECK(answers->count == 6 && answers->replies == 2 && answers->number == 77);
    for (size_t index = 0; index < COUNT(wanted); index++) {
        CHECK_EQ(answer_of(answers, index)->status, wanted[index]);
        CHECK_EQ(answer_of(answers, index)->actor, all[index]);
    }
    CHECK(answer_of(answers, 0)->tag == art_tag("reply") && answer_of(answers, 0)->len == 1);
    CHECK(memcmp(answer_of(answers, 0)->data, "t", 1) == 0 && answer_of(answers, 1)->data == NULL);
    CHECK(answer_of(answers, 4)->len == 2 && memcmp(answer_of(answers, 4)->data, "th", 2) == 0);
    drop_heard();

    /* One that is full is an outcome, too. */
    CHECK_EQ(art_pause(host->rt, full.id), ART_OK);
    CHECK_EQ(post_word(host, full.id, "x", 0), ART_OK);
    CHECK_EQ(art_ask_all(host->rt, asker.id, all + 4, 1, ART_GATHER_ALL, art_tag("ask"), NULL, 0, ART_NEVER, 78), ART_OK);
    host_run(host);
    CHECK(((art_answers *)heard.data)->number == 78 && answer_of(heard.data, 0)->status == ART_REPLY_FULL);
    drop_heard();
    /* And nobody is nobody. */
    CHECK_EQ(art_ask_all(host->rt, asker.id, NULL, 0, ART_GATHER_ALL, art_tag("ask"), NULL, 0, ART_NEVER, 79), ART_OK);
    host_run(host);
    CHECK(((art_answers *)heard.data)->count == 0 && heard.len == sizeof(art_answers));
    drop_heard();

    /* Enough is enough: the others are withdrawn. */
    all[1] = one.id;
    CHECK_EQ(art_ask_all(host->rt, asker.id, all, 4, ART_GATHER_FIRST, art_tag("ask"), NULL, 0, ART_NEVER, 80), ART_OK);
    host_run(host);
    CHECK(answer_of(heard.data, 0)->status == ART_REPLY_OK && answer_of(heard.data, 3)->status == ART_REPLY_CANCELLED);
    drop_heard();
    CHECK_EQ(art_ask_all(host->rt, asker.id, all, 4, 3, art_tag("ask"), NULL, 0, ART_NEVER, 81), ART_OK);
    host_run(host);
    CHECK(heard.data == NULL); /* two have replied, one can still */
    CHECK_EQ(art_reply_drop(host->rt, kept[(keeps - 1) % COUNT(kept)]), ART_OK);
    host_run(host);
    CHECK(((art_answers *)heard.data)->replies == 2 && answer_of(heard.data, 3)->status == ART_REPLY_NO_REPLY);
    drop_heard();
    CHECK_EQ(art_pending(host->rt, &pending), ART_OK);
    CHECK_EQ(pending.asks, 0);

    CHECK_EQ(art_ask_all(host->rt, asker.id, all, 4, 5, art_tag("ask"), NULL, 0, ART_NEVER, 0), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_ask_all(host->rt, asker.id, all, 4, 0, ART_TAG_TIMER, NULL, 0, ART_NEVER, 0), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_ask_all(host->rt, asker.id, NULL, 4, 0, art_tag("ask"), NULL, 0, ART_NEVER, 0), ART_NULL_POINTER);
    CHECK_EQ(art_ask_all(host->rt, two.id, all, 4, 0, art_tag("ask"), NULL, 0, ART_NEVER, 0), ART_NOT_FOUND);
    all[3] = kept[0];
    CHECK_EQ(art_ask_all(host->rt, asker.id, all, 4, 0, art_tag("ask"), NULL, 0, ART_NEVER, 0), ART_WRONG_KIND);
    CHECK_EQ(one.count, 5);
    /* An asker that has ended hears nothing, and nothing is left of it. */
    CHECK_EQ(art_ask_all(host->rt, asker.id, &silent.id, 1, 0, art_tag("ask"), NULL, 0, ART_NEVER, 0), ART_OK);
    host_run(host);
    end(host, &asker);
    CHECK(heard.data == NULL && art_pending(host->rt, &pending) == ART_OK && pending.asks == 0);
}

static void a_reply_goes_on(fake_host *host)
{
    conduct how = REPLIES;
    static recorder asker, asked, receiver;
    art_mailbox mailbox = ART_MAILBOX_INIT;
    art_reply_token token = 0;
    uint64_t deadline = 0;
    spawn(host, &asker, &how);
    spawn(host, &asked, &how);
    spawn(host, &receiver, &how);
    receiver.handle = NULL;
    CHECK_EQ(art_ask_forward(host->rt, asker.id, asked.id, art_tag("ask"), NULL, 0, ART_NEVER, receiver.id, art_tag("show"), &token), ART_OK);
    CHECK(token != 0);
    host_run(host);
    CHECK(receiver.count == 1 && receiver.last.tag == art_tag("show") && receiver.last.sender == asked.id);
    CHECK(receiver.last.len == 1 && receiver.last.flags == 0 && receiver.last.reply == 0);
    CHECK_EQ(asker.count, 0);
    /* Nobody hears if there is none; and it can be withdrawn. */
    how = KEEPS;
    CHECK_EQ(art_ask_forward(host->rt, asker.id, asked.id, art_tag("ask"), NULL, 0, host->now + 10, receiver.id, art_tag("show"), &token), ART_OK);
    host_run(host);
    CHECK(art_ask_deadline(host->rt, token, &deadline) == ART_OK && deadline == host->now + 10);
    CHECK_EQ(art_ask_deadline(host->rt, token, NULL), ART_NULL_POINTER);
    host->now += 10;
    host_run(host);
    CHECK_EQ(art_ask_deadline(host->rt, token, &deadline), ART_ALREADY_REPLIED);
    CHECK_EQ(art_ask_deadline(host->rt, asker.id, &deadline), ART_WRONG_KIND);
    CHECK_EQ(art_ask_forward(host->rt, asker.id, asked.id, art_tag("ask"), NULL, 0, ART_NEVER, receiver.id, art_tag("show"), &token), ART_OK);
    host_run(host);
    CHECK(art_ask_deadline(host->rt, token, &deadline) == ART_OK && deadline == ART_NEVER);
    CHECK_EQ(art_ask_cancel(host->rt, token), ART_OK);
    host_run(host);
    CHECK(receiver.count == 1 && asker.count == 0);
    /* What the receiver has no room for is lost, once. */
    how = REPLIES_OWNED;
    memset(&forwarded, 0, sizeof forwarded);
    CHECK_EQ(art_ask_forward(host->rt, asker.id, asked.id, art_tag("ask"), NULL, 0, ART_NEVER, receiver.id, art_tag("show"), NULL), ART_OK);
    host_run(host);
    CHECK(receiver.count == 2 && forwarded.calls == 1 && forwarded.reason == ART_DROP_DELIVERED);
    mailbox.capacity = 1;
    CHECK_EQ(art_set_mailbox(host->rt, receiver.id, &mailbox), ART_OK);
    CHECK_EQ(art_pause(host->rt, receiver.id), ART_OK);
    CHECK_EQ(post_word(host, receiver.id, "x", 0), ART_OK);
    CHECK_EQ(art_ask_forward(host->rt, asker.id, asked.id, art_tag("ask"), NULL, 0, ART_NEVER, receiver.id, art_tag("show"), NULL), ART_OK);
    host_run(host);
    CHECK(forwarded.calls == 2 && forwarded.reason == ART_DROP_FULL);
    end(host, &receiver);
    CHECK_EQ(art_ask_forward(host->rt, asker.id, asked.id, art_tag("ask"), NULL, 0, ART_NEVER, receiver.id, art_tag("show"), NULL), ART_OK);
    host_run(host);
    CHECK(forwarded.calls == 3 && forwarded.reason == ART_DROP_NOT_FOUND);
    CHECK_EQ(art_ask_forward(host->rt, asker.id, asked.id, art_tag("ask"), NULL, 0, ART_NEVER, token, art_tag("show"), NULL), ART_WRONG_KIND);
    CHECK_EQ(art_ask_forward(host->rt, asker.id, asked.id, art_tag("ask"), NULL, 0, ART_NEVER, asked.id, 0, NULL), ART_INVALID_ARGUMENT);
    end(host, &asker);
    end(host, &asked);
}

/* Asks the actor in `user` and waits, when it is told "wait"; notes what it hears. */
typedef struct waiter {
    recorder recorder;
    art_actor asks;
    uint64_t deadline;
    art_status asked, again;
    int times; /* how often it asks again with its answer */
    char log[32];
} waiter;

static art_status wait_for(recorder *recorded, art_context *context, const art_msg *message)
{
    waiter *self = (waiter *)recorded;
    size_t at = strlen(self->log);
    bool asks = message->tag == art_tag("wait");
    CHECK(at + 1 < sizeof self->log);
    self->log[at] = asks ? 'w' : message->tag == ART_TAG_REPLY ? 'r' : message->tag == ART_TAG_TIMER ? 't' : (message->flags & ART_MSG_ASK) != 0 ? 'a' : 'm';
    if (message->tag == ART_TAG_REPLY && self->times > 0) {
        --self->times;
        asks = true;
    }
    if (asks) {
        self->asked = art_context_ask_holding(context, self->asks, art_tag("ask"), NULL, 0, self->deadline, NULL);
        self->again = art_context_ask_holding(context, self->asks, art_tag("ask"), NULL, 0, self->deadline, NULL);
    } else if ((message->flags & ART_MSG_ASK) != 0) {
        return art_context_reply(context, 0, NULL, 0);
    }
    return ART_OK;
}

static void spawn_waiter(fake_host *host, waiter *self, art_actor asks)
{
    memset(self, 0, sizeof *self);
    self->asks = asks;
    self->deadline = ART_NEVER;
    self->recorder.handle = wait_for;
    recorder_spawn(&self->recorder, host);
}

static void an_actor_waits_for_its_answer(fake_host *host)
{
    conduct how = KEEPS;
    static recorder asked;
    static waiter one, two, three;
    char text[200] = "";
    art_located where = ART_LOCATED_INIT;
    spawn(host, &asked, &how);
    spawn_waiter(host, &one, asked.id);
    keeps = 0;
    one.times = 1;
    CHECK_EQ(post_word(host, one.recorder.id, "wait", 0), ART_OK);
    CHECK_EQ(post_word(host, one.recorder.id, "x", 0), ART_OK);
    CHECK_EQ(art_timer_at(host->rt, one.recorder.id, 0, host->now, NULL, 0, NULL), ART_OK);
    host_run(host);
    CHECK(one.asked == ART_OK && one.again == ART_WRONG_STATE && asked.count == 1 && asked.last.sender == one.recorder.id);
    CHECK(strcmp(one.log, "wt") == 0 || strcmp(one.log, "tw") == 0);
    CHECK(art_locate(host->rt, one.recorder.id, &where) == ART_OK && where.life == ART_LIFE_HELD && where.waiting == 1);
    /* With its answer it may wait again; then it goes on. */
    CHECK_EQ(art_reply(host->rt, kept[0], 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK(strcmp(one.log + 2, "r") == 0 && keeps == 2);
    CHECK_EQ(art_reply(host->rt, kept[1], 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK(strcmp(one.log + 2, "rrm") == 0);
    /* Whatever the outcome is. */
    one.deadline = host->now + 10;
    CHECK_EQ(post_word(host, one.recorder.id, "wait", 0), ART_OK);
    CHECK_EQ(post_word(host, one.recorder.id, "x", 0), ART_OK);
    host_run(host);
    CHECK(strcmp(one.log + 2, "rrmw") == 0);
    host->now += 10;
    host_run(host);
    CHECK(strcmp(one.log + 2, "rrmwrm") == 0 && one.recorder.last.tag == art_tag("x"));
    one.deadline = ART_NEVER;
    one.asks = 0;
    CHECK_EQ(post_word(host, one.recorder.id, "wait", 0), ART_OK);
    host_run(host);
    CHECK(one.asked == ART_NOT_FOUND && one.again == ART_NOT_FOUND);
    end(host, &asked);
    one.asks = asked.id;
    CHECK_EQ(post_word(host, one.recorder.id, "wait", 0), ART_OK);
    CHECK_EQ(post_word(host, one.recorder.id, "x", 0), ART_OK);
    host_run(host);
    CHECK(one.asked == ART_OK && strcmp(one.log + 2, "rrmwrmwwrm") == 0);

    /* A circle is refused, with its path. */
    spawn_waiter(host, &two, one.recorder.id);
    spawn_waiter(host, &three, two.recorder.id);
    one.asks = three.recorder.id;
    CHECK_EQ(post_word(host, three.recorder.id, "wait", 0), ART_OK);
    CHECK_EQ(post_word(host, two.recorder.id, "wait", 0), ART_OK);
    CHECK_EQ(post_word(host, one.recorder.id, "wait", 0), ART_OK);
    host_run(host);
    CHECK(three.asked == ART_OK && two.asked == ART_OK && one.asked == ART_WOULD_DEADLOCK);
    CHECK_EQ(art_last_message(host->rt, text, sizeof text, NULL), ART_OK);
    CHECK(strstr(text, " -> ") != NULL && strstr(text, "art_ask") != NULL);
    host_run(host);
    CHECK(strcmp(two.log, "wra") == 0 && strcmp(three.log, "wr") == 0); /* nobody waits any more */
    one.asks = one.recorder.id;
    CHECK_EQ(post_word(host, one.recorder.id, "wait", 0), ART_OK);
    host_run(host);
    CHECK_EQ(one.asked, ART_WOULD_DEADLOCK);
    /* One that waits can be ended. */
    how = KEEPS;
    spawn(host, &asked, &how);
    two.asks = asked.id;
    CHECK_EQ(post_word(host, two.recorder.id, "wait", 0), ART_OK);
    host_run(host);
    end(host, &two.recorder);
    end(host, &asked);
    end(host, &three.recorder);
    end(host, &one.recorder);
}

static int lookups;

static art_status look_up(recorder *self, art_context *context, const art_msg *message)
{
    uint32_t first = 7;
    size_t count = 77;
    (void)self;
    if ((message->flags & ART_MSG_ASK) != 0) {
        CHECK_EQ(art_context_coalesce(context, message->data, message->len, NULL), ART_NULL_POINTER);
        CHECK_EQ(art_context_coalesce(context, message->data, message->len, &first), ART_OK);
        lookups += (int)first;
        CHECK_EQ(art_context_coalesced_count(context, message->data, message->len, &count), ART_OK);
        CHECK(count >= 1);
    } else if (message->tag == art_tag("found")) {
        CHECK_EQ(art_context_coalesce(context, message->data, message->len, &first), ART_NO_CONTEXT);
        CHECK_EQ(art_context_coalesced_reply(context, message->data, message->len, art_tag("reply"), "yes", 3, &count), ART_OK);
        self->user = (void *)(count + 1);
    } else if (message->tag == art_tag("lost")) {
        CHECK_EQ(art_context_coalesced_drop(context, message->data, message->len, &count), ART_OK);
        self->user = (void *)(count + 1);
    } else if (message->tag == art_tag("fail")) {
        return ART_USER_ERROR;
    }
    return ART_OK;
}

static art_status same_state(art_context *context, void *argument, void **state)
{
    (void)context;
    *state = argument;
    return ART_OK;
}

static art_status pass_on(void *state, art_context *context, const art_msg *message)
{
    recorder *self = state;
    return self->handle(self, context, message);
}

static void ask_for_key(fake_host *host, recorder *asker, art_actor to, uint64_t key, uint64_t deadline)
{
    CHECK_EQ(art_ask(host->rt, asker->id, to, art_tag("ask"), &key, sizeof key, deadline, NULL), ART_OK);
}

static void the_same_is_asked_once(fake_host *host)
{
    conduct how = REPLIES;
    static recorder asker, store;
    static const art_actor_vtable vtable = {sizeof vtable, 0, same_state, pass_on, NULL, NULL};
    art_supervision supervision = ART_SUPERVISION_INIT;
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    art_pending_info pending = ART_PENDING_INFO_INIT;
    uint64_t late;
    spawn(host, &asker, &how);
    store.handle = look_up;
    config.vtable = &vtable;
    config.argument = &store;
    config.supervision = &supervision;
    CHECK_EQ(art_spawn(host->rt, &config, &store.id), ART_OK);
    for (int round = 0; round < 3; round++) {
        ask_for_key(host, &asker, store.id, 5, ART_NEVER);
    }
    ask_for_key(host, &asker, store.id, 5, host->now + 10);
    ask_for_key(host, &asker, store.id, 6, ART_NEVER);
    host_run(host);
    CHECK_EQ(lookups, 2);
    host->now += 10;
    host_run(host);
    CHECK(asker.count == 1 && asker.last.status == ART_REPLY_TIMEOUT);
    CHECK_EQ(art_pending(host->rt, &pending), ART_OK);
    late = pending.late_replies;
    CHECK_EQ(post_word(host, store.id, "found", 5), ART_OK);
    host_run(host);
    CHECK(store.user == (void *)4 && asker.count == 4 && asker.last.status == ART_REPLY_OK && asker.last.detail == art_tag("reply"));
    CHECK(asker.last.len == 3 && art_pending(host->rt, &pending) == ART_OK && pending.late_replies == late);
    CHECK_EQ(post_word(host, store.id, "found", 5), ART_OK);
    CHECK_EQ(post_word(host, store.id, "lost", 5), ART_OK);
    host_run(host);
    CHECK(store.user == (void *)1 && asker.count == 4);
    CHECK_EQ(post_word(host, store.id, "lost", 6), ART_OK);
    host_run(host);
    CHECK(store.user == (void *)2 && asker.count == 5 && asker.last.status == ART_REPLY_NO_REPLY);
    /* What one state was asked is none of the next one's. */
    ask_for_key(host, &asker, store.id, 7, ART_NEVER);
    CHECK_EQ(post_word(host, store.id, "fail", 7), ART_OK);
    ask_for_key(host, &asker, store.id, 7, ART_NEVER);
    host_run(host);
    CHECK(lookups == 4 && asker.count == 6 && asker.last.status == ART_REPLY_NO_REPLY);
    end(host, &asker);
}

int main(void)
{
    fake_host host;
    conduct how = KEEPS;
    static recorder asker, silent;
    static waiter waits;
    host_create(&host);
    all_are_asked_at_once(&host);
    a_reply_goes_on(&host);
    an_actor_waits_for_its_answer(&host);
    the_same_is_asked_once(&host);
    /* The end of all finds some that wait. */
    spawn(&host, &asker, &how);
    spawn(&host, &silent, &how);
    spawn_waiter(&host, &waits, silent.id);
    CHECK_EQ(art_ask_all(host.rt, asker.id, &silent.id, 1, 0, art_tag("ask"), NULL, 0, ART_NEVER, 0), ART_OK);
    CHECK_EQ(art_ask_forward(host.rt, asker.id, silent.id, art_tag("ask"), NULL, 0, ART_NEVER, asker.id, art_tag("x"), NULL), ART_OK);
    CHECK_EQ(post_word(&host, waits.recorder.id, "wait", 0), ART_OK);
    host_run(&host);
    host_destroy(&host);
    CHECK_EQ(asker.count, 0);
    CHECK_EQ(strcmp(waits.log, "w"), 0);
    return finish();
}
