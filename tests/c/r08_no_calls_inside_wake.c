/* R8: inside wake every call is refused, but for asking the time and the next deadline. */
#include "fake_host.h"

static recorder actor;
static int tried;

static void try_everything(fake_host *host)
{
    uint64_t value = 0;
    int32_t ms = 0;
    drops dropped = {0};
    art_step_result result = ART_STEP_RESULT_INIT;
    art_remote *remote = NULL;
    ++tried;
    CHECK_EQ(art_step(host->rt, host->now, NULL, &result), ART_BUSY);
    CHECK_EQ(art_post(host->rt, actor.id, art_tag("x"), NULL, 0), ART_BUSY);
    CHECK_EQ(art_post_owned(host->rt, actor.id, art_tag("x"), NULL, 0, count_drop, &dropped), ART_BUSY);
    CHECK_EQ(dropped.calls, 1);
    CHECK_EQ(dropped.reason, ART_DROP_REFUSED);
    CHECK_EQ(art_destroy(host->rt), ART_BUSY);
    CHECK_EQ(art_run_host_calls(host->rt, 0, NULL), ART_BUSY);
    CHECK_EQ(art_adopt_thread(host->rt), ART_BUSY);
    CHECK_EQ(art_remote_create(host->rt, &remote), ART_BUSY);
    CHECK_EQ(art_timeout_ms(host->rt, host->now, &ms), ART_BUSY);
    CHECK_EQ(art_now(host->rt, &value), ART_OK);
    CHECK_EQ(value, host->now);
    CHECK_EQ(art_next_deadline(host->rt, &value), ART_OK);
    CHECK_EQ(value, 0);
    CHECK_EQ(art_next_timeout(host->rt, host->now, &value), ART_OK);
}

static void try_from_there(fake_host *host)
{
    uint64_t value = 0;
    ++tried;
    CHECK_EQ(art_step(host->rt, host->now, NULL, NULL), ART_WRONG_THREAD);
    CHECK_EQ(art_now(host->rt, &value), ART_WRONG_THREAD);
}

static void *post_there(void *remote)
{
    CHECK_EQ(art_remote_post(remote, actor.id, art_tag("x"), NULL, 0), ART_OK);
    return NULL;
}

int main(void)
{
    fake_host host;
    art_remote *remote = NULL;
    host_create(&host);
    recorder_spawn(&actor, &host);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    host_run(&host);
    host.in_wake = try_everything;
    CHECK_EQ(post_word(&host, actor.id, "x", 1), ART_OK);
    CHECK_EQ(tried, 1);
    CHECK_EQ(host_run(&host), 1);
    host.in_wake = try_from_there;
    on_other_thread(post_there, remote);
    CHECK_EQ(tried, 2);
    CHECK_EQ(host_run(&host), 1);
    host.in_wake = NULL;
    art_remote_unref(remote);
    host_destroy(&host);
    return finish();
}
