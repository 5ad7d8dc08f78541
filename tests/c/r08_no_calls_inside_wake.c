/* R8: inside wake every call is refused, but for asking the time and the next deadline. */
#include "every_call.h"
#include "fake_host.h"

static recorder actor;
static every_call_place here;
static int tried;

static bool is_allowed(const every_call *one)
{
    /* The last is no matter of the rule: it reads what the refused call before it has left. */
    return is_call(one, "art_now") || is_call(one, "art_next_deadline") || is_call(one, "art_next_timeout") ||
           is_call(one, "art_last_message");
}

static void try_everything(fake_host *host)
{
    uint64_t value = 0;
    ++tried;
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        call_answers(&every_calls[index], &here, is_allowed(&every_calls[index]) ? ART_OK : ART_BUSY);
    }
    CHECK_EQ(art_now(host->rt, &value), ART_OK);
    CHECK_EQ(value, host->now);
    CHECK_EQ(art_next_deadline(host->rt, &value), ART_OK);
    CHECK_EQ(value, 0);
    value = 7;
    CHECK_EQ(art_next_timeout(host->rt, host->now, &value), ART_OK);
    CHECK_EQ(value, 0);
}

/* There it is the thread that is told. */
static void try_from_there(fake_host *host)
{
    (void)host;
    ++tried;
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        if (!is_call(&every_calls[index], "art_adopt_thread")) {
            call_answers(&every_calls[index], &here, ART_WRONG_THREAD);
        }
    }
}

static void *post_there(void *remote)
{
    CHECK_EQ(art_remote_post(remote, actor.id, art_tag("x"), NULL, 0), ART_OK);
    return NULL;
}

static art_status note_context(recorder *self, art_context *context, const art_msg *message)
{
    (void)self;
    (void)message;
    here.context = context;
    return ART_OK;
}

int main(void)
{
    fake_host host;
    art_remote *remote = NULL;
    host_create(&host);
    actor.handle = note_context;
    recorder_spawn(&actor, &host);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    CHECK_EQ(post_word(&host, actor.id, "x", 0), ART_OK);
    host_run(&host);
    CHECK(here.context != NULL);
    here.api = art_api(ART_VERSION);
    here.rt = host.rt;
    here.actor = actor.id;
    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + 50, NULL, 0, &here.timer), ART_OK);
    host_run(&host);

    host.in_wake = try_everything;
    CHECK_EQ(post_word(&host, actor.id, "x", 1), ART_OK);
    CHECK_EQ(tried, 1);
    CHECK_EQ(host_run(&host), 1);
    host.in_wake = try_from_there;
    on_other_thread(post_there, remote);
    CHECK_EQ(tried, 2);
    CHECK_EQ(host_run(&host), 1);
    host.in_wake = NULL;
    CHECK_EQ(actor.count, 3);
    CHECK_EQ(actor.destroys, 0);
    CHECK_EQ(host_deadline(&host), host.now + 50);
    art_remote_unref(remote);
    host_destroy(&host);
    return finish();
}
