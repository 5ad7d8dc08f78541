/* A heartbeat pings all supervised actors, and tells once which do not answer, and when they do again; it may have them made anew. */
#include "fake_host.h"

typedef struct reports {
    int calls;
    art_pulse last;
} reports;

static void hear(void *user, const art_pulse *pulse)
{
    reports *self = user;
    CHECK_EQ(pulse->struct_size, sizeof *pulse);
    ++self->calls;
    self->last = *pulse;
}

static void spawn(fake_host *host, recorder *self, bool supervised)
{
    static const art_supervision temporary = {sizeof temporary, 0, ART_RESTART_TEMPORARY, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    memset(self, 0, sizeof *self);
    art_actor_config config = recorder_config(self);
    self->rt = host->rt;
    config.supervision = supervised ? &temporary : NULL;
    CHECK_EQ(art_spawn(host->rt, &config, &self->id), ART_OK);
}

static void pass(fake_host *host, uint64_t ns)
{
    host->now += ns;
    host_run(host);
}

int main(void)
{
    fake_host host;
    static recorder actor, other, plain;
    static reports heard, restarts;
    art_heartbeat heartbeat = ART_HEARTBEAT_INIT;
    art_actor heart = 7, second = 0;
    host_create(&host);
    CHECK_EQ(art_heartbeat_start(host.rt, NULL, hear, &heard, &heart), ART_NULL_POINTER);
    CHECK_EQ(heart, 0);
    CHECK_EQ(art_heartbeat_start(host.rt, &heartbeat, hear, &heard, NULL), ART_INVALID_ARGUMENT);
    heartbeat.cycle_ns = 100;
    heartbeat.flags = 2;
    CHECK_EQ(art_heartbeat_start(host.rt, &heartbeat, hear, &heard, NULL), ART_INVALID_ARGUMENT);
    heartbeat.flags = 0;
    heartbeat.reserved = 1;
    CHECK_EQ(art_heartbeat_start(host.rt, &heartbeat, hear, &heard, NULL), ART_INVALID_ARGUMENT);
    heartbeat.reserved = 0;

    heartbeat.patience = 2;
    CHECK_EQ(art_heartbeat_start(host.rt, &heartbeat, hear, &heard, &heart), ART_OK);
    CHECK(heart != 0);
    spawn(&host, &actor, true);
    spawn(&host, &other, true);
    spawn(&host, &plain, false);
    host_run(&host);
    for (int cycle = 0; cycle < 3; cycle++) {
        pass(&host, 100);
    }
    CHECK_EQ(heard.calls, 0);
    CHECK_EQ(actor.count, 0); /* pings are no messages */
    CHECK_EQ(art_pause(host.rt, actor.id), ART_OK);
    CHECK_EQ(art_pause(host.rt, plain.id), ART_OK); /* which nobody supervises */
    pass(&host, 100); /* has been answered before */
    pass(&host, 100);
    CHECK_EQ(heard.calls, 0);
    pass(&host, 100);
    CHECK_EQ(heard.calls, 1);
    CHECK_EQ(heard.last.kind, ART_PULSE_UNRESPONSIVE);
    CHECK(heard.last.actor == actor.id && heard.last.cycles == 2 && heard.last.latency_ns == 0);
    pass(&host, 100);
    pass(&host, 30);
    CHECK_EQ(heard.calls, 1); /* once */
    CHECK_EQ(art_resume(host.rt, actor.id), ART_OK);
    host_run(&host);
    CHECK_EQ(heard.calls, 2);
    CHECK_EQ(heard.last.kind, ART_PULSE_RECOVERED);
    CHECK(heard.last.actor == actor.id && heard.last.latency_ns == 330);

    /* It ends as any actor does. */
    CHECK_EQ(art_stop(host.rt, heart, 0), ART_OK);
    CHECK_EQ(art_pause(host.rt, actor.id), ART_OK);
    for (int cycle = 0; cycle < 4; cycle++) {
        pass(&host, 100);
    }
    CHECK_EQ(heard.calls, 2);
    CHECK_EQ(actor.notified, 0);

    /* One that ends those it reports; and one that tells nobody. */
    heartbeat.flags = ART_HEARTBEAT_RESTART;
    heartbeat.patience = 0;
    CHECK_EQ(art_heartbeat_start(host.rt, &heartbeat, hear, &restarts, NULL), ART_OK);
    heartbeat.flags = 0;
    CHECK_EQ(art_heartbeat_start(host.rt, &heartbeat, NULL, NULL, &second), ART_OK);
    for (int cycle = 0; cycle < 3; cycle++) {
        pass(&host, 100);
    }
    CHECK_EQ(restarts.calls, 1);
    CHECK(actor.notified == 1 && actor.cause.kind == ART_STOP_KILLED);
    CHECK(strstr(actor.text, "heartbeat") != NULL);
    CHECK_EQ(other.notified, 0);
    host_destroy(&host);
    CHECK_EQ(other.notified, 1);
    return finish();
}
