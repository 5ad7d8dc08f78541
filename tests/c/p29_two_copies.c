/* Two copies of the library in one process: a runtime of the one that is given to the other is refused and comes to no harm. */
#include "loaded.h"

static int drops, releases, wake_drops;

static void count_drop(void *data, size_t len, void *user, uint32_t reason)
{
    (void)data;
    (void)len;
    (void)user;
    CHECK_EQ(reason, ART_DROP_REFUSED);
    ++drops;
}

/* A buffer does not know why its last reference goes. */
static void count_buffer_drop(void *data, size_t len, void *user, uint32_t reason)
{
    (void)data;
    (void)len;
    (void)user;
    (void)reason;
    ++drops;
}

static void count_release(void *user)
{
    (void)user;
    ++releases;
}

static void count_wake_drop(void *user)
{
    (void)user;
    ++wake_drops;
}

/* A runtime with one actor, and the copy that it does not belong to. */
typedef struct place {
    const art_api_table *own, *other;
    art_runtime *rt;
    art_actor actor;
    unsigned messages;
} place;

/* The context of a handler is refused too. */
static art_status handle(void *state, art_context *context, const art_msg *message)
{
    place *self = state;
    art_payload payload = ART_PAYLOAD_INIT;
    (void)message;
    ++self->messages;
    CHECK_EQ(self->other->context_self(context), 0);
    CHECK(self->other->context_runtime(context) == NULL);
    CHECK_EQ(self->other->context_now(context), 0);
    CHECK_EQ(self->other->context_fail(context, 0, "no", 2), ART_VERSION_MISMATCH);
    CHECK_EQ(self->other->context_stop(context, 0), ART_VERSION_MISMATCH);
    CHECK_EQ(self->other->context_take(context, &payload), ART_VERSION_MISMATCH);
    CHECK_EQ(self->other->context_yield(context), ART_VERSION_MISMATCH);
    CHECK_EQ(self->other->context_host_call(context, NULL, NULL, count_release, 0), ART_VERSION_MISMATCH);
    CHECK_EQ(self->own->context_self(context), self->actor);
    return ART_OK;
}

static void begin(place *self, const art_api_table *own, const art_api_table *other)
{
    static const art_actor_vtable vtable = {sizeof vtable, 0, NULL, handle, NULL, NULL};
    art_config config = ART_CONFIG_INIT;
    art_actor_config actor = ART_ACTOR_CONFIG_INIT;
    memset(self, 0, sizeof *self);
    self->own = own;
    self->other = other;
    config.wake_drop = count_wake_drop;
    actor.vtable = &vtable;
    actor.argument = self;
    CHECK_EQ(own->create(&config, &self->rt, NULL, 0), ART_OK);
    CHECK_EQ(own->spawn(self->rt, &actor, &self->actor), ART_OK);
}

/* Every function that takes a runtime. What was handed over is released nevertheless, once. */
static void *give_to_the_other(void *argument)
{
    place *self = argument;
    const art_api_table *api = self->other;
    art_runtime *rt = self->rt;
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    art_pending_info pending = ART_PENDING_INFO_INIT;
    art_step_result result = ART_STEP_RESULT_INIT;
    art_buffer *buffer = NULL;
    art_remote *remote = NULL;
    art_waker *waker = NULL;
    art_actor actor = 0;
    uint64_t value = 7, tag = art_tag("x");
    uint32_t ran = 7;
    int32_t milliseconds = 7;
    char text[8] = "as it is";
    static const art_actor_vtable vtable = {sizeof vtable, 0, NULL, handle, NULL, NULL};
    drops = releases = 0;
    config.vtable = &vtable;
    config.argument_drop = count_release;
    CHECK_EQ(api->buffer_wrap(text, 1, count_buffer_drop, NULL, &buffer), ART_OK);
    CHECK_EQ(api->destroy(rt), ART_VERSION_MISMATCH);
    CHECK_EQ(api->adopt_thread(rt), ART_VERSION_MISMATCH);
    CHECK_EQ(api->now(rt, &value), ART_VERSION_MISMATCH);
    CHECK_EQ(api->last_message(rt, text, sizeof text, NULL), ART_VERSION_MISMATCH);
    CHECK_EQ(api->step(rt, 1, NULL, &result), ART_VERSION_MISMATCH);
    CHECK_EQ(api->next_timeout(rt, 1, &value), ART_VERSION_MISMATCH);
    CHECK_EQ(api->next_deadline(rt, &value), ART_VERSION_MISMATCH);
    CHECK_EQ(api->timeout_ms(rt, 1, &milliseconds), ART_VERSION_MISMATCH);
    CHECK_EQ(api->pending(rt, &pending), ART_VERSION_MISMATCH);
    CHECK_EQ(api->tag_register(rt, tag, "x", 1, ART_ANY_SIZE), ART_VERSION_MISMATCH);
    actor = 7;
    CHECK_EQ(api->spawn(rt, &config, &actor), ART_VERSION_MISMATCH);
    CHECK_EQ(actor, 0);
    CHECK_EQ(api->stop(rt, self->actor, 0), ART_VERSION_MISMATCH);
    CHECK_EQ(api->kill(rt, self->actor, 0, NULL, 0), ART_VERSION_MISMATCH);
    CHECK_EQ(api->post(rt, self->actor, tag, NULL, 0), ART_VERSION_MISMATCH);
    CHECK_EQ(api->post(rt, self->actor, tag, text, 8), ART_VERSION_MISMATCH);
    CHECK_EQ(api->try_post(rt, self->actor, tag, text, 8), ART_VERSION_MISMATCH);
    CHECK_EQ(api->post_owned(rt, self->actor, tag, text, 1, count_drop, NULL), ART_VERSION_MISMATCH);
    CHECK_EQ(api->try_post_owned(rt, self->actor, tag, text, 1, count_drop, NULL), ART_VERSION_MISMATCH);
    CHECK_EQ(api->post_buffer(rt, self->actor, tag, buffer), ART_VERSION_MISMATCH);
    CHECK_EQ(api->timer_at(rt, self->actor, tag, 0, NULL, 0, &value), ART_VERSION_MISMATCH);
    CHECK_EQ(api->timer_reset(rt, 1, 0), ART_VERSION_MISMATCH);
    CHECK_EQ(api->timer_cancel(rt, 1), ART_VERSION_MISMATCH);
    CHECK_EQ(api->ask(rt, self->actor, self->actor, tag, NULL, 0, ART_NEVER, NULL), ART_VERSION_MISMATCH);
    CHECK_EQ(api->ask_cancel(rt, 1), ART_VERSION_MISMATCH);
    CHECK_EQ(api->reply(rt, 1, tag, NULL, 0), ART_VERSION_MISMATCH);
    CHECK_EQ(api->reply_owned(rt, 1, tag, text, 1, count_drop, NULL), ART_VERSION_MISMATCH);
    CHECK_EQ(api->reply_drop(rt, 1), ART_VERSION_MISMATCH);
    CHECK_EQ(api->run_host_calls(rt, 0, &ran), ART_VERSION_MISMATCH);
    CHECK_EQ(api->remote_create(rt, &remote), ART_VERSION_MISMATCH);
    CHECK_EQ(api->waker_create(rt, self->actor, tag, &waker), ART_VERSION_MISMATCH);
    CHECK(remote == NULL);
    CHECK(waker == NULL);
    CHECK_EQ(ran, 0);
    CHECK_EQ(memcmp(text, "as it is", sizeof text), 0);
    CHECK_EQ(drops, 4);
    CHECK_EQ(releases, 1);
    return NULL;
}

/* After all that the runtime does its work as if nothing had been. */
static void go_on(place *self)
{
    art_step_result result = ART_STEP_RESULT_INIT;
    unsigned before = self->messages;
    CHECK_EQ(self->own->post(self->rt, self->actor, art_tag("x"), NULL, 0), ART_OK);
    CHECK_EQ(self->own->step(self->rt, 1, NULL, &result), ART_OK);
    CHECK_EQ(result.more, 0);
    CHECK_EQ(self->messages, before + 1);
}

int main(int argc, char **argv)
{
    void *libraries[2];
    place one, two;
    if (argc != 3) {
        return 2;
    }
    const art_api_table *first = load_library(argv[1], &libraries[0]);
    const art_api_table *second = load_library(argv[2], &libraries[1]);
    if (first == second) {
        fprintf(stderr, "%s and %s are one library\n", argv[1], argv[2]);
        return 1;
    }
    begin(&one, first, second);
    begin(&two, second, first);
    give_to_the_other(&one);
    give_to_the_other(&two);
    go_on(&one);
    go_on(&two);
    /* On another thread it is the copy, too, that is told, and not the thread. */
    on_other_thread(give_to_the_other, &one);
    go_on(&one);
    CHECK_EQ(first->destroy(one.rt), ART_OK);
    go_on(&two);
    CHECK_EQ(second->destroy(two.rt), ART_OK);
    CHECK_EQ(wake_drops, 2);
    CHECK_EQ(dlclose(libraries[0]), 0);
    CHECK_EQ(dlclose(libraries[1]), 0);
    return finish();
}
