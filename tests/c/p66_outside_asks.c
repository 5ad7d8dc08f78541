/*
 * The host asks without being an actor, and so do other threads: each ask has one outcome, whatever becomes of the runtime; a thread that waits
 * gets it as a value, and gives up for good.
 */
#include "fake_host.h"

#include <pthread.h>

#define DAY (24 * 3600 * (uint64_t)1000000000)

/* What was told, by which thread. */
typedef struct heard {
    unsigned count;
    int32_t status;
    uint64_t detail, word;
    art_actor sender;
    size_t len;
    bool elsewhere; /* than the thread of main */
} heard;

static _Thread_local bool is_main;

static void told(void *user, const art_msg *answer)
{
    heard *self = user;
    CHECK(answer->struct_size == sizeof *answer && answer->tag == ART_TAG_REPLY && answer->flags == ART_MSG_REPLY);
    CHECK(answer->reply == 0 && (answer->data == NULL) == (answer->len == 0));
    ++self->count;
    self->status = answer->status;
    self->detail = answer->detail;
    self->sender = answer->sender;
    self->len = answer->len;
    self->elsewhere = !is_main;
    if (answer->len == sizeof self->word) {
        memcpy(&self->word, answer->data, sizeof self->word);
    }
}

/* Answers a word with the next one, keeps "keep", forgets "forget". */
static art_status answers(recorder *self, art_context *context, const art_msg *message)
{
    if (message->tag == art_tag("keep")) {
        CHECK_EQ(art_context_reply_keep(context), ART_OK);
    } else if (message->tag != art_tag("forget")) {
        const uint64_t next = last_word(self) + 1;
        CHECK_EQ(art_context_reply(context, art_tag("next"), &next, sizeof next), ART_OK);
    }
    return ART_OK;
}

static void spawn(fake_host *host, recorder *self)
{
    memset(self, 0, sizeof *self);
    self->handle = answers;
    recorder_spawn(self, host);
    host_run(host);
}

static art_status ask(fake_host *host, art_actor to, const char *name, uint64_t word, uint64_t deadline, heard *by, art_reply_token *token)
{
    return art_ask_then(host->rt, to, art_tag(name), &word, sizeof word, deadline, told, by, token);
}

static void the_host_asks(fake_host *host)
{
    recorder actor;
    heard by = {0};
    art_reply_token token = 0;
    spawn(host, &actor);
    CHECK_EQ(ask(host, actor.id, "count", 41, ART_NEVER, &by, &token), ART_OK);
    CHECK(token != 0 && by.count == 0);
    host_run(host);
    CHECK(by.count == 1 && by.status == ART_REPLY_OK && by.word == 42 && by.detail == art_tag("next") && by.sender == actor.id);
    CHECK_EQ(art_ask_cancel(host->rt, token), ART_ALREADY_REPLIED);
    CHECK_EQ(ask(host, actor.id, "forget", 0, ART_NEVER, &by, NULL), ART_OK);
    host_run(host);
    CHECK(by.count == 2 && by.status == ART_REPLY_NO_REPLY && by.len == 0);
    CHECK_EQ(ask(host, actor.id, "keep", 0, host->now + 10, &by, NULL), ART_OK);
    host_run(host);
    CHECK(by.count == 2 && host_deadline(host) == host->now + 10);
    host->now += 10;
    host_run(host);
    CHECK(by.count == 3 && by.status == ART_REPLY_TIMEOUT);
    CHECK_EQ(ask(host, actor.id, "keep", 0, ART_NEVER, &by, &token), ART_OK);
    CHECK_EQ(art_ask_cancel(host->rt, token), ART_OK);
    CHECK(by.count == 4 && by.status == ART_REPLY_CANCELLED);
    CHECK_EQ(art_kill(host->rt, actor.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(ask(host, actor.id, "count", 0, ART_NEVER, &by, &token), ART_OK);
    CHECK(by.count == 5 && by.status == ART_REPLY_CLOSED && token != 0);
    /* Nothing is asked by mistake. */
    token = 77;
    CHECK_EQ(art_ask_then(host->rt, actor.id, art_tag("x"), NULL, 0, ART_NEVER, NULL, NULL, &token), ART_NULL_POINTER);
    CHECK_EQ(token, 0);
    CHECK_EQ(art_ask_then(host->rt, actor.id, 0, NULL, 0, ART_NEVER, told, &by, NULL), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_ask_then(host->rt, actor.id, art_tag("x"), NULL, 5, ART_NEVER, told, &by, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_ask_then(NULL, actor.id, art_tag("x"), NULL, 0, ART_NEVER, told, &by, NULL), ART_NULL_POINTER);
    CHECK_EQ(by.count, 5);
}

/* What another thread does. */
typedef struct errand {
    art_remote *remote;
    art_actor to;
    heard by;
    art_waited waited;
    art_status status;
    const char *name;
    uint64_t timeout;
    atomic_bool done;
} errand;

static void *asks(void *argument)
{
    errand *self = argument;
    const uint64_t word = 6;
    CHECK_EQ(art_remote_ask(self->remote, self->to, art_tag("count"), &word, sizeof word, ART_NEVER, told, &self->by), ART_OK);
    CHECK_EQ(art_remote_ask(self->remote, self->to, art_tag("x"), &word, sizeof word, ART_NEVER, NULL, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_remote_ask(self->remote, 0, art_tag("x"), &word, sizeof word, ART_NEVER, told, NULL), ART_NOT_FOUND);
    CHECK_EQ(art_remote_ask(self->remote, self->to, ART_TAG_REPLY, NULL, 0, ART_NEVER, told, NULL), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_remote_ask(NULL, self->to, art_tag("x"), NULL, 0, ART_NEVER, told, NULL), ART_NULL_POINTER);
    return NULL;
}

static void *waits(void *argument)
{
    errand *self = argument;
    const uint64_t word = 7;
    self->waited.struct_size = sizeof self->waited;
    self->status = art_remote_ask_wait(self->remote, self->to, art_tag(self->name), &word, sizeof word, self->timeout, &self->waited);
    atomic_store(&self->done, true);
    return NULL;
}

static void another_thread_asks(fake_host *host)
{
    recorder actor;
    errand self = {0};
    spawn(host, &actor);
    CHECK_EQ(art_remote_create(host->rt, &self.remote), ART_OK);
    self.to = actor.id;
    on_other_thread(asks, &self);
    CHECK_EQ(self.by.count, 0);
    host_run(host);
    CHECK(self.by.count == 1 && self.by.status == ART_REPLY_OK && self.by.word == 7 && !self.by.elsewhere);
    art_remote_unref(self.remote);
    CHECK_EQ(art_kill(host->rt, actor.id, 0, NULL, 0), ART_OK);
    host_run(host);
}

static void another_thread_waits(fake_host *host)
{
    recorder actor;
    errand self = {0};
    pthread_t thread;
    spawn(host, &actor);
    CHECK_EQ(art_remote_create(host->rt, &self.remote), ART_OK);
    self.to = actor.id;
    self.name = "count";
    self.timeout = DAY;
    CHECK_EQ(pthread_create(&thread, NULL, waits, &self), 0);
    while (!atomic_load(&self.done)) {
        host_run(host);
    }
    CHECK_EQ(pthread_join(thread, NULL), 0);
    CHECK(self.status == ART_OK && self.waited.outcome == ART_REPLY_OK && self.waited.tag == art_tag("next") && self.waited.sender == actor.id);
    size_t len = 0;
    const uint64_t *word = art_buffer_data(self.waited.answer, &len);
    CHECK(len == sizeof *word && self.waited.len == len && *word == 8);
    art_buffer_unref(self.waited.answer);
    /* Nobody steps: it gives up, and what it wanted is not done later. */
    const unsigned before = actor.count;
    self.timeout = 1000000;
    on_other_thread(waits, &self);
    CHECK(self.status == ART_OK && self.waited.outcome == ART_REPLY_TIMEOUT && self.waited.answer == NULL);
    host_run(host);
    CHECK_EQ(actor.count, before);
    /* The owner would wait for itself. */
    waits(&self);
    CHECK_EQ(self.status, ART_WOULD_DEADLOCK);
    self.waited.struct_size = 2;
    CHECK_EQ(art_remote_ask_wait(self.remote, self.to, art_tag("x"), NULL, 0, 1, &self.waited), ART_STRUCT_SIZE);
    CHECK_EQ(art_remote_ask_wait(self.remote, self.to, art_tag("x"), NULL, 0, 1, NULL), ART_NULL_POINTER);
    art_remote_unref(self.remote);
    CHECK_EQ(art_kill(host->rt, actor.id, 0, NULL, 0), ART_OK);
    host_run(host);
}

static void the_end_of_the_runtime_is_told(void)
{
    fake_host host;
    recorder actor;
    heard open = {0}, queued = {0}, late = {0};
    art_remote *remote;
    art_waited waited = ART_WAITED_INIT;
    host_create(&host);
    spawn(&host, &actor);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    CHECK_EQ(ask(&host, actor.id, "keep", 0, ART_NEVER, &open, NULL), ART_OK);
    host_run(&host);
    CHECK_EQ(art_remote_ask(remote, actor.id, art_tag("count"), NULL, 0, ART_NEVER, told, &queued), ART_OK);
    host_destroy(&host);
    CHECK(open.count == 1 && open.status != ART_REPLY_OK);
    CHECK(queued.count == 1 && queued.status == ART_REPLY_CLOSED);
    CHECK_EQ(art_remote_ask(remote, actor.id, art_tag("count"), NULL, 0, ART_NEVER, told, &late), ART_CLOSED);
    CHECK_EQ(art_remote_ask_wait(remote, actor.id, art_tag("count"), NULL, 0, DAY, &waited), ART_CLOSED);
    CHECK_EQ(late.count, 0);
    art_remote_unref(remote);
}

int main(void)
{
    fake_host host;
    is_main = true;
    host_create(&host);
    the_host_asks(&host);
    another_thread_asks(&host);
    another_thread_waits(&host);
    host_destroy(&host);
    the_end_of_the_runtime_is_told();
    return 0;
}
