/* NULL for a remote, a waker, a watchdog, a buffer or a poll is refused, and does no harm where nothing can be answered. */
#include "fake_host.h"

static drops dropped;

/* Each payload that was handed over has been released before the call returned. */
static void refused(art_status status, int line)
{
    check_equal(status, ART_NULL_POINTER, "status", __FILE__, line);
    check_equal(dropped.calls, 1, "drops", __FILE__, line);
    check_equal(dropped.reason, ART_DROP_REFUSED, "reason", __FILE__, line);
    dropped.calls = 0;
}
#define REFUSED(call) refused(call, __LINE__)

int main(void)
{
    const uint64_t tag = art_tag("x");
    size_t len = 7;
    art_remote *remote = (art_remote *)&len;
    art_buffer *buffer = NULL;
    art_config config = ART_CONFIG_INIT;
    art_busy busy = ART_BUSY_INIT;

    CHECK_EQ(art_remote_clone(NULL, &remote), ART_NULL_POINTER);
    CHECK(remote == NULL);
    CHECK_EQ(art_remote_clone(NULL, NULL), ART_NULL_POINTER);
    CHECK(art_remote_ref(NULL) == NULL);
    art_remote_unref(NULL);
    CHECK_EQ(art_remote_post(NULL, 1, tag, NULL, 0), ART_NULL_POINTER);
    REFUSED(art_remote_post_owned(NULL, 1, tag, &len, 1, count_drop, &dropped));
    CHECK_EQ(art_remote_reply(NULL, 1, tag, NULL, 0), ART_NULL_POINTER);
    REFUSED(art_remote_reply_owned(NULL, 1, tag, &len, 1, count_drop, &dropped));
    CHECK_EQ(art_remote_wake(NULL), ART_NULL_POINTER);
    CHECK_EQ(art_remote_interrupt(NULL), ART_NULL_POINTER);
    CHECK_EQ(art_remote_post_buffer(NULL, 1, tag, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_buffer_wrap(&len, 1, count_drop, &dropped, &buffer), ART_OK);
    CHECK_EQ(art_remote_post_buffer(NULL, 1, tag, buffer), ART_NULL_POINTER);
    CHECK_EQ(dropped.calls, 1);
    dropped.calls = 0;

    CHECK_EQ(art_waker_wake(NULL), ART_NULL_POINTER);
    CHECK(art_waker_ref(NULL) == NULL);
    art_waker_unref(NULL);

    CHECK_EQ(art_watchdog_busy(NULL, &busy, NULL, 0, &len), ART_NULL_POINTER);
    CHECK(busy.number == 0 && len == 7);
    CHECK(art_watchdog_ref(NULL) == NULL);
    art_watchdog_unref(NULL);

    CHECK_EQ(art_buffer_create("x", 1, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_buffer_create(NULL, 1, &buffer), ART_NULL_POINTER);
    REFUSED(art_buffer_wrap(&len, 1, count_drop, &dropped, NULL));
    REFUSED(art_buffer_wrap(NULL, 1, count_drop, &dropped, &buffer));
    CHECK(art_buffer_data(NULL, &len) == NULL);
    CHECK_EQ(len, 0);
    CHECK(art_buffer_ref(NULL) == NULL);
    art_buffer_unref(NULL);

    CHECK_EQ(art_poll_create(NULL), ART_NULL_POINTER);
    CHECK_EQ(art_poll_attach(NULL, &config), ART_NULL_POINTER);
    CHECK(config.wake == NULL);
    CHECK_EQ(art_poll_fd(NULL), -1);
    CHECK_EQ(art_poll_clear(NULL), ART_NULL_POINTER);
    art_poll_unref(NULL);

    CHECK_EQ(art_config_init(NULL, sizeof config), ART_NULL_POINTER);
    CHECK_EQ(art_create(NULL, NULL, NULL, 0), ART_NULL_POINTER);
    CHECK_EQ(art_tag_from_name(NULL, 1, &(uint64_t){0}), ART_NULL_POINTER);
    CHECK_EQ(art_tag_from_name("x", 1, NULL), ART_NULL_POINTER);
    return finish();
}
