/* Posts one message and prints what the actor made of it. */
#include <actor_rt.h>
#include <stdio.h>

static int total = 0;

static art_status on_message(void *state, art_context *context, const art_msg *message)
{
    (void)state;
    (void)context;
    if (message->tag == art_tag("consumer.add") && message->len == sizeof(int)) {
        total += *(const int *)message->data;
    }
    return ART_OK;
}

int main(void)
{
    static const art_actor_vtable vtable = {sizeof(art_actor_vtable), 0, NULL, on_message, NULL, NULL};
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    art_runtime *rt = NULL;
    art_actor actor = 0;
    int amount = 42;

    config.vtable = &vtable;
    if (art_version() != ART_VERSION || art_create(NULL, &rt, NULL, 0) != ART_OK ||
        art_spawn(rt, &config, &actor) != ART_OK ||
        art_post(rt, actor, art_tag("consumer.add"), &amount, sizeof amount) != ART_OK ||
        art_step(rt, ART_NOW, NULL, NULL) != ART_OK || art_destroy(rt) != ART_OK) {
        return 1;
    }
    printf("total %d\n", total);
    return total == 42 ? 0 : 1;
}
