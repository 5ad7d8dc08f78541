/* Two copies of the library in one process: a runtime of the one that is given to the other is refused and comes to no harm. */
#include "every_call.h"
#include "loaded.h"

static int wake_drops;

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
    every_call_place there = {0};
    (void)message;
    ++self->messages;
    there.api = self->other;
    there.context = context;
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        if (every_calls[index].of_context) {
            call_answers(&every_calls[index], &there, ART_VERSION_MISMATCH);
        }
    }
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
    every_call_place there = {0};
    there.api = self->other;
    there.rt = self->rt;
    there.actor = self->actor;
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        if (!every_calls[index].of_context) {
            call_answers(&every_calls[index], &there, ART_VERSION_MISMATCH);
        }
    }
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
