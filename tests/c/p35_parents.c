/* An actor with a parent ends before it does: the youngest first, and without its hook if the parent is killed. */
#include "fake_host.h"

static recorder *order[8];
static unsigned ended;

static art_status on_message(void *state, art_context *context, const art_msg *message)
{
    recorder *self = state;
    (void)context;
    (void)message;
    ++self->count;
    return ART_OK;
}

static void on_stop(void *state, art_context *context, const art_stop_cause *cause)
{
    recorder *self = state;
    (void)context;
    (void)cause;
    ++self->stops;
}

static void destroy(void *state)
{
    order[ended++] = state;
}

static const art_actor_vtable vtable = {sizeof vtable, 0, NULL, on_message, on_stop, destroy};

static void spawn(fake_host *host, recorder *self, art_actor parent)
{
    art_actor_config config = recorder_config(self);
    config.vtable = &vtable;
    config.argument = self;
    config.parent = parent;
    CHECK_EQ(art_spawn(host->rt, &config, &self->id), ART_OK);
}

static void tree(fake_host *host, recorder actors[4])
{
    spawn(host, &actors[0], 0);
    spawn(host, &actors[1], actors[0].id);
    spawn(host, &actors[2], actors[1].id);
    spawn(host, &actors[3], actors[0].id);
    host_run(host);
    ended = 0;
}

int main(void)
{
    fake_host host;
    recorder stopped[4] = {{0}}, killed[4] = {{0}}, alone[4] = {{0}};
    recorder late = {0};
    art_actor_config config;
    unsigned i;
    host_create(&host);

    tree(&host, stopped);
    CHECK_EQ(art_stop(host.rt, stopped[0].id, 0), ART_OK);
    host_run(&host);
    CHECK_EQ(ended, 4);
    CHECK(order[0] == &stopped[3] && order[1] == &stopped[2] && order[2] == &stopped[1] && order[3] == &stopped[0]);
    for (i = 0; i < 4; ++i) {
        CHECK_EQ(stopped[i].stops, 1);
        CHECK_EQ(stopped[i].notified, 1);
        CHECK_EQ(stopped[i].cause.kind, ART_STOP_STOPPED);
    }

    /* From the return of art_kill no handler below it starts. */
    tree(&host, killed);
    CHECK_EQ(post_word(&host, killed[2].id, "word", 1), ART_OK);
    CHECK_EQ(art_kill(host.rt, killed[0].id, 0, NULL, 0), ART_OK);
    CHECK_EQ(post_word(&host, killed[2].id, "word", 2), ART_NOT_FOUND);
    host_run(&host);
    CHECK_EQ(ended, 4);
    for (i = 0; i < 4; ++i) {
        CHECK_EQ(killed[i].stops, 0);
        CHECK_EQ(killed[i].count, 0);
        CHECK_EQ(killed[i].notified, 1);
        CHECK_EQ(killed[i].cause.kind, ART_STOP_KILLED);
    }

    /* A child that ends by itself takes nobody along, and nobody restarts it. */
    tree(&host, alone);
    CHECK_EQ(art_stop(host.rt, alone[1].id, 0), ART_OK);
    host_run(&host);
    CHECK_EQ(ended, 2);
    CHECK(order[0] == &alone[2] && order[1] == &alone[1]);

    /* One that is ending takes no more children: the spawn is refused, and its argument consumed. */
    config = recorder_config(&late);
    config.vtable = &vtable;
    config.parent = alone[0].id;
    CHECK_EQ(art_kill(host.rt, alone[0].id, 0, NULL, 0), ART_OK);
    CHECK_EQ(art_spawn(host.rt, &config, &late.id), ART_NOT_FOUND);
    CHECK_EQ(late.id, 0);
    host_run(&host);
    CHECK_EQ(art_kill(host.rt, alone[3].id, 0, NULL, 0), ART_NOT_FOUND);
    host_destroy(&host);
    return 0;
}
