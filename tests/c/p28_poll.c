/* The descriptor for hosts that poll: readable exactly when a step is due. */
#include "fake_host.h"

#include <poll.h>

static int readable(art_poll *bell)
{
    struct pollfd entry = {art_poll_fd(bell), POLLIN, 0};
    return poll(&entry, 1, 0);
}

int main(void)
{
    fake_host host = {0};
    recorder actor = {0};
    art_poll *bell = NULL;
    CHECK_EQ(art_poll_create(&bell), ART_OK);
    CHECK_EQ(art_config_init(&host.config, sizeof host.config), ART_OK);
    CHECK_EQ(art_poll_attach(bell, &host.config), ART_OK);
    host_start(&host);
    CHECK_EQ(readable(bell), 0);
    recorder_spawn(&actor, &host);
    host_run(&host);
    art_poll_clear(bell);
    CHECK_EQ(readable(bell), 0);
    CHECK_EQ(post_word(&host, actor.id, "x", 1), ART_OK);
    CHECK_EQ(readable(bell), 1);
    CHECK_EQ(art_poll_clear(bell), ART_OK);
    CHECK_EQ(readable(bell), 0);
    CHECK_EQ(host_run(&host), 1);
    art_poll_unref(bell);
    CHECK_EQ(art_destroy(host.rt), ART_OK);
    return finish();
}
