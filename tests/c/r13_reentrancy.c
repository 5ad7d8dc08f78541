/* R13: a step, a destroy, an adoption or a run of host calls inside a handler or a drop is refused and changes nothing. */
#include "every_call.h"
#include "fake_host.h"

static every_call_place here;

static bool is_refused(const every_call *one)
{
    return is_call(one, "art_step") || is_call(one, "art_destroy") || is_call(one, "art_adopt_thread") ||
           is_call(one, "art_run_host_calls");
}

/* Whether the call got as far as its arguments. */
static bool is_let_in(art_status answer)
{
    switch (answer) {
    case ART_NULL_POINTER:
    case ART_WRONG_THREAD:
    case ART_BUSY:
    case ART_CLOSED:
    case ART_POISONED:
    case ART_FORKED:
    case ART_VERSION_MISMATCH:
    case EVERY_CALL_NOTHING:
        return false;
    default:
        return true;
    }
}

static void call_all(void)
{
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        const every_call *one = &every_calls[index];
        if (is_refused(one)) {
            call_answers(one, &here, ART_BUSY);
        } else if (!one->of_context || here.context != NULL) {
            check_true(is_let_in(make_call(one, &here)), one->name, __FILE__, __LINE__);
        }
    }
}

/* Every other call is let in there, those of the context only in its own handler. */
static art_status handle(recorder *self, art_context *context, const art_msg *message)
{
    (void)self;
    if (message->flags & ART_MSG_ASK) {
        here.context = context;
        call_all();
        here.context = NULL;
    } else {
        call_all();
    }
    return ART_OK;
}

static void try_in_drop(drops *self)
{
    every_call_place late = here;
    late.context = self->user;
    call_all();
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        if (every_calls[index].of_context) {
            call_answers(&every_calls[index], &late, ART_NO_CONTEXT);
        }
    }
}

static void try_in_release(void *user)
{
    drops *self = user;
    ++self->calls;
    try_in_drop(self);
}

static art_status note_context(recorder *self, art_context *context, const art_msg *message)
{
    (void)message;
    self->user = context;
    return ART_OK;
}

int main(void)
{
    fake_host host;
    recorder actor = {0};
    drops dropped = {0};
    host_create(&host);
    here.api = art_api(ART_VERSION);
    here.rt = host.rt;
    actor.handle = handle;
    recorder_spawn(&actor, &host);
    host_run(&host);
    post_word(&host, actor.id, "x", 1);
    post_word(&host, actor.id, "x", 2);
    art_step_result result = host_step(&host, 1);
    CHECK_EQ(result.handled, 1);
    CHECK_EQ(result.more, 1);
    host_run(&host);
    CHECK_EQ(actor.count, 2);

    /* The drop of a post that fails outside of any step, and of one whose message was handled. */
    actor.handle = note_context;
    post_word(&host, actor.id, "x", 3);
    host_run(&host);
    dropped.inside = try_in_drop;
    dropped.user = actor.user;
    CHECK(dropped.user != NULL);
    CHECK_EQ(art_post_owned(host.rt, 0, art_tag("x"), NULL, 0, count_drop, &dropped), ART_NOT_FOUND);
    CHECK_EQ(dropped.calls, 1);
    CHECK_EQ(dropped.reason, ART_DROP_NOT_FOUND);
    CHECK_EQ(art_post_owned(host.rt, actor.id, art_tag("x"), NULL, 0, count_drop, &dropped), ART_OK);
    host_run(&host);
    CHECK_EQ(dropped.calls, 2);
    CHECK_EQ(dropped.reason, ART_DROP_DELIVERED);
    CHECK_EQ(actor.count, 4);

    /* The release of what a context's call brings after its handler has returned: it could destroy the runtime, whose text the
     * refusal was then noted in. */
    drops released = {0};
    released.user = actor.user;
    CHECK_EQ(art_context_host_call(actor.user, every_call_host_call, &released, try_in_release, 0), ART_NO_CONTEXT);
    CHECK_EQ(released.calls, 1);
    char text[128] = "";
    CHECK_EQ(art_last_message(host.rt, text, sizeof text, NULL), ART_OK);
    CHECK(strstr(text, "outside of its handler") != NULL);

    /* With all that a handler can do by its context; it ends the actor that does it. */
    actor.handle = handle;
    CHECK_EQ(art_ask(host.rt, actor.id, actor.id, art_tag("ask"), &dropped, 1, ART_NEVER, NULL), ART_OK);
    host_run(&host);
    CHECK_EQ(actor.count, 5);
    CHECK_EQ(actor.notified, 1);
    host_destroy(&host);
    return finish();
}
