/* A drain lets an actor handle what was sent; one that hears of its stop takes further turns for it, within its supervisor's time. */
#include "fake_host.h"

static void draining(fake_host *host)
{
    recorder actor = {0};
    recorder_spawn(&actor, host);
    for (uint64_t word = 1; word <= 3; word++) {
        CHECK_EQ(post_word(host, actor.id, "x", word), ART_OK);
    }
    CHECK_EQ(art_drain(host->rt, actor.id), ART_OK);
    CHECK_EQ(post_word(host, actor.id, "x", 4), ART_NOT_FOUND);
    CHECK_EQ(art_drain(host->rt, actor.id), ART_OK);
    host_run(host);
    CHECK(actor.count == 3 && last_word(&actor) == 3);
    CHECK(actor.notified == 1 && actor.stops == 1 && actor.cause.kind == ART_STOP_STOPPED);
    CHECK_EQ(art_drain(host->rt, actor.id), ART_NOT_FOUND);

    /* Who is killed meanwhile has not drained. */
    memset(&actor, 0, sizeof actor);
    recorder_spawn(&actor, host);
    CHECK_EQ(post_word(host, actor.id, "x", 1), ART_OK);
    CHECK_EQ(art_drain(host->rt, actor.id), ART_OK);
    CHECK_EQ(art_kill(host->rt, actor.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK(actor.count == 0 && actor.cause.kind == ART_STOP_KILLED);
}

/* Told to stop, it waits for a timer; an order in the meantime does not come. */
static art_status goodbye(recorder *self, art_context *context, const art_msg *message)
{
    art_runtime *rt = art_context_runtime(context);
    if (message->tag == ART_TAG_STOP) {
        const art_exit *exit = message->data;
        CHECK_EQ(exit->actor, self->id);
        CHECK_EQ(exit->kind, ART_STOP_STOPPED);
        if (self->user != NULL) {
            return art_stopped(rt, self->id); /* at once */
        }
        CHECK_EQ(art_timer_at(rt, self->id, 0, art_context_now(context) + 100, NULL, 0, NULL), ART_OK);
    }
    return message->tag == ART_TAG_TIMER ? art_stopped(rt, self->id) : ART_OK;
}

static void spawn(fake_host *host, recorder *self, art_actor parent, const art_supervision *supervision)
{
    memset(self, 0, sizeof *self);
    art_actor_config config = recorder_config(self);
    self->rt = host->rt;
    self->handle = goodbye;
    config.parent = parent;
    config.flags = ART_ACTOR_HEARS_STOP;
    config.supervision = supervision;
    CHECK_EQ(art_spawn(host->rt, &config, &self->id), ART_OK);
}

static void further_turns(fake_host *host)
{
    art_supervision supervision = ART_SUPERVISION_INIT;
    recorder actor, parent = {0};
    art_located where = ART_LOCATED_INIT;
    spawn(host, &actor, 0, NULL);
    host_run(host);
    CHECK_EQ(art_stopped(host->rt, actor.id), ART_OK); /* at any other time it is nothing */
    CHECK_EQ(art_stop(host->rt, actor.id, 4), ART_OK);
    host_run(host);
    CHECK(actor.count == 1 && actor.tags[0] == ART_TAG_STOP && actor.notified == 0 && actor.stops == 0);
    CHECK_EQ(art_locate(host->rt, actor.id, &where), ART_OK);
    CHECK_EQ(where.life, ART_LIFE_HELD);
    CHECK_EQ(post_word(host, actor.id, "x", 1), ART_NOT_FOUND);
    host->now += 100;
    host_run(host);
    CHECK(actor.count == 2 && actor.tags[1] == ART_TAG_TIMER);
    CHECK(actor.notified == 1 && actor.stops == 1 && actor.destroys == 1);
    CHECK(actor.cause.kind == ART_STOP_STOPPED && actor.cause.reason == 4);

    /* In the same turn; and not if it is killed, or fails. */
    spawn(host, &actor, 0, NULL);
    actor.user = host;
    CHECK_EQ(art_stop(host->rt, actor.id, 0), ART_OK);
    host_run(host);
    CHECK(actor.count == 1 && actor.notified == 1 && actor.stops == 1);
    spawn(host, &actor, 0, NULL);
    CHECK_EQ(art_kill(host->rt, actor.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK(actor.count == 0 && actor.notified == 1 && actor.stops == 0);

    /* Its supervisor waits for so long. */
    recorder_spawn(&parent, host);
    supervision.restart = ART_RESTART_TEMPORARY;
    supervision.shutdown_ns = 99;
    spawn(host, &actor, parent.id, &supervision);
    host_run(host);
    CHECK_EQ(art_stop(host->rt, parent.id, 0), ART_OK);
    host_run(host);
    CHECK(actor.count == 1 && parent.notified == 0);
    host->now += 99;
    host_run(host);
    CHECK(actor.count == 1 && actor.notified == 1 && actor.stops == 0 && actor.cause.kind == ART_STOP_KILLED);
    CHECK(parent.notified == 1 && parent.stops == 1 && parent.cause.kind == ART_STOP_STOPPED);
}

int main(void)
{
    fake_host host;
    recorder waiting;
    host_create(&host);
    draining(&host);
    further_turns(&host);
    /* The end of the runtime waits for nobody. */
    spawn(&host, &waiting, 0, NULL);
    host_run(&host);
    CHECK_EQ(art_stop(host.rt, waiting.id, 0), ART_OK);
    host_run(&host);
    CHECK_EQ(waiting.notified, 0);
    host_destroy(&host);
    CHECK(waiting.notified == 1 && waiting.destroys == 1);
    return finish();
}
