/* Every ask has exactly one outcome: answered, timed out, left without a reply, target gone, withdrawn. */
#include "fake_host.h"

#include <inttypes.h>

static art_remote *remote;
static art_reply_token kept;

static art_status answer(recorder *self, art_context *context, const art_msg *message)
{
    uint64_t word = 40;
    if ((message->flags & ART_MSG_ASK) == 0) {
        CHECK_EQ(art_context_reply(context, 0, NULL, 0), ART_NO_CONTEXT);
        CHECK_EQ(art_context_reply_keep(context), ART_NO_CONTEXT);
        return ART_OK;
    }
    CHECK_EQ(message->sender, *(art_actor *)self->user);
    if (message->tag == art_tag("reply")) {
        CHECK_EQ(art_context_reply(context, art_tag("answer"), &word, sizeof word), ART_OK);
        CHECK_EQ(art_context_reply(context, art_tag("answer"), &word, sizeof word), ART_ALREADY_REPLIED);
    } else if (message->tag == art_tag("keep")) {
        CHECK_EQ(art_context_reply_keep(context), ART_OK);
        kept = message->reply;
    }
    return message->tag == art_tag("fail") ? ART_USER_ERROR : ART_OK;
}

static void *reply_there(void *unused)
{
    uint64_t word = 50;
    (void)unused;
    CHECK_EQ(art_remote_reply(remote, kept, art_tag("late"), &word, sizeof word), ART_OK);
    return NULL;
}

static fake_host host;
static recorder asker, replier;

static art_reply_token ask(const char *name, uint64_t deadline)
{
    art_reply_token token = 0;
    CHECK_EQ(art_ask(host.rt, asker.id, replier.id, art_tag(name), NULL, 0, deadline, &token), ART_OK);
    CHECK(token != 0);
    host_run(&host);
    return token;
}

static void check_outcome(unsigned count, art_reply_token token, int32_t status)
{
    host_run(&host);
    CHECK_EQ(asker.count, count);
    CHECK_EQ(asker.last.tag, ART_TAG_REPLY);
    CHECK_EQ(asker.last.flags, ART_MSG_REPLY);
    CHECK_EQ(asker.last.reply, token);
    CHECK_EQ(asker.last.status, status);
    /* Whatever the outcome was, there is no second one. */
    CHECK_EQ(art_reply(host.rt, token, 0, NULL, 0), ART_ALREADY_REPLIED);
    CHECK_EQ(art_ask_cancel(host.rt, token), ART_ALREADY_REPLIED);
    CHECK_EQ(art_reply_drop(host.rt, token), ART_ALREADY_REPLIED);
    host_run(&host);
    CHECK_EQ(asker.count, count);
}

int main(void)
{
    drops dropped = {0};
    art_pending_info pending = ART_PENDING_INFO_INIT;
    host_create(&host);
    replier.handle = answer;
    replier.user = &asker.id;
    recorder_spawn(&asker, &host);
    recorder_spawn(&replier, &host);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    host_run(&host);
    post_word(&host, replier.id, "plain", 0);

    art_reply_token token = ask("reply", ART_NEVER);
    check_outcome(1, token, ART_REPLY_OK);
    CHECK_EQ(asker.last.detail, art_tag("answer"));
    CHECK_EQ(last_word(&asker), 40);
    CHECK_EQ(asker.last.sender, replier.id);

    check_outcome(2, ask("ignore", ART_NEVER), ART_REPLY_NO_REPLY);

    token = ask("keep", ART_NEVER);
    CHECK_EQ(asker.count, 2);
    CHECK_EQ(art_pending(host.rt, &pending), ART_OK);
    CHECK_EQ(pending.asks, 1);
    on_other_thread(reply_there, NULL);
    check_outcome(3, token, ART_REPLY_OK);
    CHECK_EQ(last_word(&asker), 50);

    token = ask("keep", host.now + 10);
    CHECK_EQ(host_deadline(&host), host.now + 10);
    host.now += 10;
    check_outcome(4, token, ART_REPLY_TIMEOUT);
    on_other_thread(reply_there, NULL);
    host_run(&host);
    CHECK_EQ(asker.count, 4);

    token = ask("keep", ART_NEVER);
    CHECK_EQ(art_ask_cancel(host.rt, token), ART_OK);
    check_outcome(5, token, ART_REPLY_CANCELLED);

    token = ask("keep", ART_NEVER);
    CHECK_EQ(art_reply_owned(host.rt, token, art_tag("own"), &dropped, 1, count_drop, &dropped), ART_OK);
    check_outcome(6, token, ART_REPLY_OK);
    CHECK_EQ(dropped.calls, 1);
    CHECK_EQ(dropped.reason, ART_DROP_DELIVERED);
    CHECK_EQ(art_reply_owned(host.rt, token, 0, &dropped, 1, count_drop, &dropped), ART_ALREADY_REPLIED);
    CHECK_EQ(dropped.calls, 2);

    check_outcome(7, ask("fail", ART_NEVER), ART_REPLY_NO_REPLY);
    check_outcome(8, ask("too late", ART_NEVER), ART_REPLY_CLOSED);

    /* An asker that has ended hears nothing, and its token is settled. */
    recorder second = {0};
    second.handle = answer;
    second.user = &asker.id;
    recorder_spawn(&second, &host);
    replier.id = second.id;
    token = ask("keep", ART_NEVER);
    CHECK_EQ(art_kill(host.rt, asker.id, 0, NULL, 0), ART_OK);
    host_run(&host);
    CHECK_EQ(art_reply(host.rt, token, 0, NULL, 0), ART_ALREADY_REPLIED);
    CHECK_EQ(art_ask(host.rt, asker.id, second.id, art_tag("x"), NULL, 0, ART_NEVER, &token), ART_NOT_FOUND);
    CHECK_EQ(token, 0);
    art_remote_unref(remote);
    host_destroy(&host);
    return finish();
}
