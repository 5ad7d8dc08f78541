/* R12: a handler can let the step end after it; a slow one is logged with its name and tag; only a running step is interrupted. */
#include "fake_host.h"

static art_status yield(recorder *self, art_context *context, const art_msg *message)
{
    fake_host *host = self->user;
    host->now += 5000;
    return message->tag == art_tag("yield") ? art_context_yield(context) : ART_OK;
}

int main(void)
{
    fake_host host;
    recorder actor = {0};
    host_init(&host);
    host.config.slow_handler_ns = 4000;
    host_start(&host);
    actor.handle = yield;
    actor.user = &host;
    actor.rt = host.rt;
    art_actor_config config = recorder_config(&actor);
    config.name = "sleeper";
    config.name_len = ART_NUL_TERMINATED;
    CHECK_EQ(art_spawn(host.rt, &config, &actor.id), ART_OK);
    CHECK_EQ(art_tag_register(host.rt, art_tag("yield"), "yield", ART_NUL_TERMINATED, ART_ANY_SIZE), ART_OK);
    host_run(&host);
    post_word(&host, actor.id, "x", 0);
    post_word(&host, actor.id, "yield", 0);
    post_word(&host, actor.id, "x", 0);
    art_step_result result = host_step(&host, 0);
    CHECK_EQ(result.handled, 2);
    CHECK_EQ(result.more, 1);
    CHECK_EQ(host.log_lines, 2);
    CHECK(strstr(host.log, "sleeper") != NULL);
    CHECK(strstr(host.log, "yield") != NULL);
    CHECK_EQ(host_step(&host, 0).handled, 1);

    /* An interrupt between two steps once cut the next one short, at its first look after 256 messages. */
    art_remote *remote = NULL;
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    art_remote_interrupt(remote);
    for (int index = 0; index < 300; index++) {
        post_word(&host, actor.id, "x", 0);
    }
    CHECK_EQ(host_step(&host, 0).handled, 300);
    art_remote_unref(remote);
    host_destroy(&host);
    return finish();
}
