/* How an actor begins: create runs in a later step, what is posted meanwhile waits, and the argument is consumed in every case. */
#include "fake_host.h"

static int created, destroyed, released;
static art_context *stale;

static art_status create(art_context *context, void *argument, void **state)
{
    recorder *self = argument;
    ++created;
    stale = context;
    CHECK_EQ(art_context_self(context), self->id);
    CHECK_EQ(art_context_reply(context, 0, NULL, 0), ART_NO_CONTEXT);
    *state = self;
    return self->user == NULL ? ART_OK : ART_USER_ERROR - 1;
}

static art_status on_message(void *state, art_context *context, const art_msg *message)
{
    recorder *self = state;
    (void)context;
    self->tags[self->count++] = message->tag;
    return ART_OK;
}

static void destroy(void *state)
{
    (void)state;
    ++destroyed;
}

static void release(void *argument)
{
    (void)argument;
    ++released;
}

/* A drop that turns on its own runtime, from within the refused spawn. */
static art_status destroy_in_drop;

static void release_and_destroy(void *runtime)
{
    destroy_in_drop = art_destroy(runtime);
}

static const art_actor_vtable vtable = {sizeof vtable, 0, create, on_message, NULL, destroy};

static art_actor_config config_of(recorder *self)
{
    art_actor_config config = recorder_config(self);
    config.vtable = &vtable;
    config.argument_drop = release;
    return config;
}

int main(void)
{
    fake_host host;
    recorder actor = {0}, unlucky = {0}, stopped = {0};
    char text[64];
    size_t length = 0;
    host_create(&host);
    art_actor_config config = config_of(&actor);
    CHECK_EQ(art_spawn(host.rt, &config, &actor.id), ART_OK);
    CHECK_EQ(host.wakes, 1);
    CHECK_EQ(created, 0);
    CHECK_EQ(post_word(&host, actor.id, "one", 1), ART_OK);
    CHECK_EQ(post_word(&host, actor.id, "two", 2), ART_OK);
    host_run(&host);
    CHECK_EQ(created, 1);
    CHECK_EQ(actor.count, 2);
    CHECK_EQ(actor.tags[0], art_tag("one"));
    CHECK_EQ(actor.tags[1], art_tag("two"));
    CHECK_EQ(released, 0);

    /* The context outside of a handler. */
    CHECK_EQ(art_context_self(stale), 0);
    CHECK(art_context_runtime(stale) == NULL);
    CHECK_EQ(art_context_stop(stale, 0), ART_NO_CONTEXT);

    /* A create that fails makes no state. */
    unlucky.user = &host;
    config = config_of(&unlucky);
    CHECK_EQ(art_spawn(host.rt, &config, &unlucky.id), ART_OK);
    CHECK_EQ(host_step(&host, 0).failed, 1);
    host_run(&host);
    CHECK_EQ(destroyed, 0);
    CHECK_EQ(released, 1);
    CHECK_EQ(unlucky.notified, 1);
    CHECK_EQ(unlucky.cause.kind, ART_STOP_FAILED);
    CHECK_EQ(unlucky.cause.reason, ART_USER_ERROR - 1);
    CHECK_EQ(unlucky.cause.phase, ART_PHASE_CREATE);

    /* One that is stopped before its create. */
    config = config_of(&stopped);
    CHECK_EQ(art_spawn(host.rt, &config, &stopped.id), ART_OK);
    CHECK_EQ(art_stop(host.rt, stopped.id, 0), ART_OK);
    host_run(&host);
    CHECK_EQ(created, 2);
    CHECK_EQ(released, 2);
    CHECK_EQ(stopped.notified, 1);
    CHECK_EQ(stopped.cause.kind, ART_STOP_STOPPED);
    CHECK_EQ(stopped.cause.phase, ART_PHASE_SPAWNED);

    /* Refused spawns consume the argument, and say why. */
    art_actor id = 5;
    config = config_of(&stopped);
    config.parent = stopped.id;
    CHECK_EQ(art_spawn(host.rt, &config, &id), ART_NOT_FOUND);
    CHECK_EQ(id, 0);
    CHECK_EQ(released, 3);
    config.parent = actor.id;
    config.flags = 1u << 31;
    CHECK_EQ(art_spawn(host.rt, &config, &id), ART_INVALID_ARGUMENT);
    CHECK_EQ(released, 4);
    CHECK_EQ(art_last_message(host.rt, text, sizeof text, &length), ART_OK);
    CHECK(length > 0 && strlen(text) <= length);
    CHECK_EQ(art_last_message(host.rt, text, 4, NULL), ART_OK);
    CHECK_EQ(strlen(text), 3);
    config.flags = 0;
    config.name = "\xff";
    config.name_len = 1;
    CHECK_EQ(art_spawn(host.rt, &config, &id), ART_INVALID_UTF8);
    config.name = NULL;
    config.struct_size = 8;
    CHECK_EQ(art_spawn(host.rt, &config, &id), ART_STRUCT_SIZE);
    CHECK_EQ(art_spawn(host.rt, NULL, &id), ART_NULL_POINTER);
    config = config_of(&stopped);
    config.argument = host.rt;
    config.argument_drop = release_and_destroy;
    CHECK_EQ(art_spawn(host.rt, &config, NULL), ART_NULL_POINTER);
    CHECK_EQ(destroy_in_drop, ART_BUSY);

    host_destroy(&host);
    CHECK_EQ(destroyed, 1);
    CHECK_EQ(released, 6);
    CHECK_EQ(actor.notified, 1);

    /* A configuration that is refused. */
    char error[64] = "";
    fake_host refused;
    host_init(&refused);
    refused.config.flags = 0x100;
    CHECK_EQ(art_create(&refused.config, &refused.rt, error, sizeof error), ART_INVALID_ARGUMENT);
    CHECK(error[0] != '\0');
    CHECK(refused.rt == NULL);
    CHECK_EQ(refused.wake_drops, 1);
    refused.config.flags = 0;
    CHECK_EQ(art_create(&refused.config, NULL, NULL, 0), ART_NULL_POINTER);
    CHECK_EQ(refused.wake_drops, 2);
    refused.config.abi_version = 99;
    CHECK_EQ(art_create(&refused.config, &refused.rt, NULL, 0), ART_VERSION_MISMATCH);
    CHECK_EQ(art_create(NULL, &refused.rt, NULL, 0), ART_OK);
    CHECK_EQ(art_destroy(refused.rt), ART_OK);
    return finish();
}
