/* Pitfall 24: dlopen, use, dlclose, and the exit of every thread that was inside of the library; none of them crashes. */
#include "loaded.h"

#include <pthread.h>

static const char *path;

static art_status count(void *state, art_context *context, const art_msg *message)
{
    (void)context;
    (void)message;
    ++*(unsigned *)state;
    return ART_OK;
}

typedef struct poster {
    const art_api_table *api;
    art_remote *remote;
    art_actor to;
    pthread_barrier_t posted, unloaded;
} poster;

/* Posts, and outlives the library that it posted to. */
static void *post_and_outlive(void *argument)
{
    poster *self = argument;
    CHECK_EQ(self->api->remote_post(self->remote, self->to, art_tag("there"), NULL, 0), ART_OK);
    pthread_barrier_wait(&self->posted);
    pthread_barrier_wait(&self->unloaded);
    return NULL;
}

/* Does with a runtime whatever might leave something behind in the thread, unloads the library, and returns: the thread exits. */
static void *use_and_unload(void *unused)
{
    static const art_actor_vtable vtable = {sizeof vtable, 0, NULL, count, NULL, NULL};
    void *library = NULL;
    unsigned messages = 0;
    char text[64];
    pthread_t other;
    poster poster = {0};
    art_runtime *rt = NULL;
    art_step_result result = ART_STEP_RESULT_INIT;
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    (void)unused;
    poster.api = load_library(path, &library);
    config.vtable = &vtable;
    config.argument = &messages;
    CHECK_EQ(poster.api->create(NULL, &rt, NULL, 0), ART_OK);
    CHECK_EQ(poster.api->spawn(rt, &config, &poster.to), ART_OK);
    CHECK_EQ(poster.api->remote_create(rt, &poster.remote), ART_OK);
    CHECK_EQ(poster.api->timer_at(rt, poster.to, 0, 0, NULL, 0, NULL), ART_OK);
    CHECK_EQ(poster.api->post(rt, poster.to, art_tag("here"), NULL, 0), ART_OK);
    /* A refused call leaves its text. */
    CHECK_EQ(poster.api->post(rt, 0, art_tag("here"), NULL, 0), ART_NOT_FOUND);
    CHECK_EQ(poster.api->last_message(rt, text, sizeof text, NULL), ART_OK);
    pthread_barrier_init(&poster.posted, NULL, 2);
    pthread_barrier_init(&poster.unloaded, NULL, 2);
    if (pthread_create(&other, NULL, post_and_outlive, &poster) != 0) {
        exit(1);
    }
    pthread_barrier_wait(&poster.posted);
    do {
        CHECK_EQ(poster.api->step(rt, ART_NOW, NULL, &result), ART_OK);
    } while (result.more);
    CHECK_EQ(messages, 3);
    CHECK_EQ(poster.api->destroy(rt), ART_OK);
    poster.api->remote_unref(poster.remote);
    CHECK_EQ(dlclose(library), 0);
    pthread_barrier_wait(&poster.unloaded);
    pthread_join(other, NULL);
    pthread_barrier_destroy(&poster.posted);
    pthread_barrier_destroy(&poster.unloaded);
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    path = argv[1];
    for (int round = 0; round < 3; round++) {
        on_other_thread(use_and_unload, NULL);
    }
    return finish();
}
