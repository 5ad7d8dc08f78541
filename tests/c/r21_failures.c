/* R21: a handler that fails ends its actor and nothing else; how it ended is told once, after its state was freed. */
#include "fake_host.h"

static art_status fail(recorder *self, art_context *context, const art_msg *message)
{
    CHECK_EQ(art_context_self(context), self->id);
    if (message->tag == art_tag("status")) {
        return ART_USER_ERROR - 5;
    }
    if (message->tag == art_tag("text")) {
        CHECK_EQ(art_context_fail(context, 1, NULL, 0), ART_INVALID_ARGUMENT);
        CHECK_EQ(art_context_fail(context, -2000, "no more paper", ART_NUL_TERMINATED), ART_OK);
        CHECK_EQ(art_context_fail(context, -3000, "second", ART_NUL_TERMINATED), ART_OK);
    }
    if (message->tag == art_tag("stop")) {
        CHECK_EQ(art_context_stop(context, 3), ART_OK);
    }
    return ART_OK;
}

static void end_by(fake_host *host, const char *tag, recorder *actor)
{
    drops waiting = {0};
    memset(actor, 0, sizeof *actor);
    actor->handle = fail;
    recorder_spawn(actor, host);
    CHECK_EQ(post_word(host, actor->id, tag, 0), ART_OK);
    CHECK_EQ(art_post_owned(host->rt, actor->id, art_tag("late"), NULL, 0, count_drop, &waiting), ART_OK);
    host_run(host);
    CHECK_EQ(actor->count, 1);
    CHECK_EQ(actor->destroys, 1);
    CHECK_EQ(actor->notified, 1);
    CHECK_EQ(waiting.calls, 1);
    CHECK_EQ(waiting.reason, ART_DROP_CANCELLED);
    CHECK_EQ(post_word(host, actor->id, tag, 0), ART_NOT_FOUND);
}

int main(void)
{
    fake_host host;
    recorder actor, other = {0};
    host_create(&host);
    recorder_spawn(&other, &host);

    end_by(&host, "status", &actor);
    CHECK_EQ(actor.cause.kind, ART_STOP_FAILED);
    CHECK_EQ(actor.cause.reason, ART_USER_ERROR - 5);
    CHECK_EQ(actor.cause.phase, ART_PHASE_MESSAGE);
    CHECK_EQ(actor.stops, 0);
    CHECK_EQ(host.log_lines, 1);

    end_by(&host, "text", &actor);
    CHECK_EQ(actor.cause.reason, -2000);
    CHECK_EQ(strcmp(actor.text, "no more paper"), 0);
    CHECK(strstr(host.log, "no more paper") != NULL);

    end_by(&host, "stop", &actor);
    CHECK_EQ(actor.cause.kind, ART_STOP_STOPPED);
    CHECK_EQ(actor.cause.reason, 3);
    CHECK_EQ(actor.stops, 1);

    /* Failures are counted in the step's result. */
    memset(&actor, 0, sizeof actor);
    actor.handle = fail;
    recorder_spawn(&actor, &host);
    host_run(&host);
    post_word(&host, actor.id, "status", 0);
    CHECK_EQ(host_step(&host, 0).failed, 1);
    host_run(&host);

    /* By id, from outside. */
    memset(&actor, 0, sizeof actor);
    recorder_spawn(&actor, &host);
    host_run(&host);
    post_word(&host, actor.id, "never", 0);
    CHECK_EQ(art_stop(host.rt, actor.id, 9), ART_OK);
    host_run(&host);
    CHECK_EQ(actor.count, 0);
    CHECK_EQ(actor.stops, 1);
    CHECK_EQ(actor.cause.kind, ART_STOP_STOPPED);
    CHECK_EQ(actor.cause.reason, 9);
    CHECK_EQ(actor.cause.phase, ART_PHASE_READY);

    memset(&actor, 0, sizeof actor);
    recorder_spawn(&actor, &host);
    host_run(&host);
    CHECK_EQ(art_kill(host.rt, actor.id, -7, "enough", 6), ART_OK);
    CHECK_EQ(post_word(&host, actor.id, "never", 0), ART_NOT_FOUND);
    host_run(&host);
    CHECK_EQ(actor.count, 0);
    CHECK_EQ(actor.stops, 0);
    CHECK_EQ(actor.destroys, 1);
    CHECK_EQ(actor.cause.kind, ART_STOP_KILLED);
    CHECK_EQ(actor.cause.reason, -7);
    CHECK_EQ(strcmp(actor.text, "enough"), 0);

    CHECK_EQ(post_word(&host, other.id, "x", 1), ART_OK);
    host_run(&host);
    CHECK_EQ(other.count, 1);
    host_destroy(&host);
    return finish();
}
