/* R15: owner functions on another thread are refused and touch nothing; a thread can adopt the runtime. */
#include "fake_host.h"

static recorder actor;

static void *use_from_there(void *argument)
{
    fake_host *host = argument;
    drops dropped = {0};
    uint64_t value = 5;
    art_actor id = 5;
    art_actor_config config = recorder_config(&actor);
    CHECK_EQ(art_step(host->rt, 1, NULL, NULL), ART_WRONG_THREAD);
    CHECK_EQ(art_post(host->rt, actor.id, art_tag("x"), NULL, 0), ART_WRONG_THREAD);
    CHECK_EQ(art_post_owned(host->rt, actor.id, art_tag("x"), NULL, 0, count_drop, &dropped), ART_WRONG_THREAD);
    CHECK_EQ(dropped.calls, 1);
    CHECK_EQ(art_next_deadline(host->rt, &value), ART_WRONG_THREAD);
    CHECK_EQ(art_now(host->rt, &value), ART_WRONG_THREAD);
    CHECK_EQ(value, 5);
    CHECK_EQ(art_spawn(host->rt, &config, &id), ART_WRONG_THREAD);
    CHECK_EQ(art_kill(host->rt, actor.id, -1, NULL, 0), ART_WRONG_THREAD);
    CHECK_EQ(art_last_message(host->rt, NULL, 0, NULL), ART_WRONG_THREAD);
    CHECK_EQ(art_destroy(host->rt), ART_WRONG_THREAD);
    return NULL;
}

static void *adopt(void *argument)
{
    fake_host *host = argument;
    CHECK_EQ(art_adopt_thread(host->rt), ART_OK);
    CHECK_EQ(post_word(host, actor.id, "x", 7), ART_OK);
    CHECK_EQ(host_run(host), 1);
    return NULL;
}

int main(void)
{
    fake_host host;
    host_create(&host);
    recorder_spawn(&actor, &host);
    host_run(&host);
    on_other_thread(use_from_there, &host);
    CHECK_EQ(host_run(&host), 0);
    CHECK_EQ(actor.destroys, 0);

    on_other_thread(adopt, &host);
    CHECK_EQ(actor.count, 1);
    CHECK_EQ(post_word(&host, actor.id, "x", 8), ART_WRONG_THREAD);
    CHECK_EQ(art_adopt_thread(host.rt), ART_OK);
    CHECK_EQ(post_word(&host, actor.id, "x", 8), ART_OK);
    CHECK_EQ(host_run(&host), 1);
    host_destroy(&host);
    return finish();
}
