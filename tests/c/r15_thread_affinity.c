/* R15: every owner function on another thread is refused and touches nothing; a thread can adopt the runtime. */
#include "every_call.h"
#include "fake_host.h"

static recorder actor;
static art_reply_token token;

static art_status keep(recorder *self, art_context *context, const art_msg *message)
{
    self->user = context;
    if (message->flags & ART_MSG_ASK) {
        token = message->reply;
        return art_context_reply_keep(context);
    }
    return ART_OK;
}

static void *call_all(void *argument)
{
    every_call_place *there = argument;
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        /* Adoption is what another thread is for. */
        if (!is_call(&every_calls[index], "art_adopt_thread")) {
            call_answers(&every_calls[index], there, ART_WRONG_THREAD);
        }
    }
    return NULL;
}

/* What the owner can see of a runtime. */
typedef struct view {
    art_pending_info pending;
    uint64_t deadline;
    char text[64]; /* of the last refused call */
} view;

static view look(fake_host *host)
{
    view seen;
    memset(&seen, 0, sizeof seen);
    seen.pending.struct_size = sizeof seen.pending;
    CHECK_EQ(art_pending(host->rt, &seen.pending), ART_OK);
    seen.deadline = host_deadline(host);
    CHECK_EQ(art_last_message(host->rt, seen.text, sizeof seen.text, NULL), ART_OK);
    return seen;
}

static void *adopt(void *argument)
{
    fake_host *host = argument;
    CHECK_EQ(art_adopt_thread(host->rt), ART_OK);
    CHECK_EQ(post_word(host, actor.id, "x", 7), ART_OK);
    CHECK_EQ(host_run(host), 1);
    return NULL;
}

int main(void)
{
    fake_host host;
    every_call_place there = {0};
    host_create(&host);
    actor.handle = keep;
    recorder_spawn(&actor, &host);
    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + 50, NULL, 0, &there.timer), ART_OK);
    CHECK_EQ(art_ask(host.rt, actor.id, actor.id, art_tag("ask"), NULL, 0, ART_NEVER, NULL), ART_OK);
    host_run(&host);
    CHECK_EQ(post_word(&host, 0, "x", 0), ART_NOT_FOUND);

    /* An actor, a timer and an ask that are there, so that a call which is made would show. */
    there.api = art_api(ART_VERSION);
    there.rt = host.rt;
    there.context = actor.user;
    there.actor = actor.id;
    there.token = token;
    CHECK(there.context != NULL && there.token != 0);
    int wakes = host.wakes;
    view before = look(&host);
    CHECK_EQ(before.pending.asks, 1);
    CHECK_EQ(before.deadline, host.now + 50);
    on_other_thread(call_all, &there);
    view after = look(&host);
    CHECK_EQ(memcmp(&before, &after, sizeof before), 0);
    CHECK_EQ(host.wakes, wakes);
    CHECK_EQ(host_run(&host), 0);
    CHECK_EQ(actor.count, 1);
    CHECK_EQ(actor.destroys, 0);

    on_other_thread(adopt, &host);
    CHECK_EQ(actor.count, 2);
    call_all(&there);
    CHECK_EQ(art_adopt_thread(host.rt), ART_OK);
    CHECK_EQ(post_word(&host, actor.id, "x", 8), ART_OK);
    CHECK_EQ(host_run(&host), 1);
    host_destroy(&host);
    return finish();
}
