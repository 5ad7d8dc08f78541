/* Another thread sees which handler is stuck, since when and over which message; it waits for nothing, and outlives the runtime. */
#include "fake_host.h"

#include <pthread.h>
#include <sched.h>

static art_watchdog *watchdog;
static atomic_int released;

/* Does not return until somebody has seen it. */
static art_status get_stuck(recorder *self, art_context *context, const art_msg *message)
{
    (void)self;
    (void)context;
    if (message->tag == art_tag("stuck")) {
        while (atomic_load(&released) == 0) {
            sched_yield();
        }
    }
    return ART_OK;
}

typedef struct seen {
    art_busy busy, again;
    char method[64];
    size_t len;
} seen;

static art_busy look(art_watchdog *at, seen *out)
{
    art_busy busy = ART_BUSY_INIT;
    if (out == NULL) {
        CHECK_EQ(art_watchdog_busy(at, &busy, NULL, 0, NULL), ART_OK);
    } else {
        CHECK_EQ(art_watchdog_busy(at, &busy, out->method, sizeof out->method, &out->len), ART_OK);
    }
    return busy;
}

static void *watch(void *argument)
{
    seen *out = argument;
    do {
        out->busy = look(watchdog, out);
    } while (out->busy.is_busy == 0 || out->busy.tag != art_tag("stuck"));
    out->again = look(watchdog, NULL);
    art_watchdog_unref(watchdog); /* this thread's */
    atomic_store(&released, 1);
    return NULL;
}

int main(void)
{
    fake_host host;
    static recorder actor;
    static seen out;
    art_watchdog *second = NULL;
    art_busy busy = ART_BUSY_INIT;
    char text[4] = "abc";
    unsigned reads;
    pthread_t thread;
    host_create(&host);
    CHECK_EQ(art_watchdog_create(host.rt, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_watchdog_create(host.rt, &watchdog), ART_OK);
    CHECK_EQ(look(watchdog, NULL).is_busy, 0);
    actor.handle = get_stuck;
    recorder_spawn(&actor, &host);
    CHECK_EQ(post_word(&host, actor.id, "before", 0), ART_OK);
    CHECK_EQ(post_word(&host, actor.id, "stuck", 0), ART_OK);
    CHECK(art_watchdog_ref(watchdog) == watchdog);
    CHECK_EQ(pthread_create(&thread, NULL, watch, &out), 0);
    host_run(&host);
    CHECK_EQ(pthread_join(thread, NULL), 0);
    CHECK_EQ(actor.count, 2);
    CHECK_EQ(out.busy.actor, actor.id);
    CHECK_EQ(out.busy.since_ns, host.now);
    CHECK(out.busy.number != 0 && out.again.number == out.busy.number); /* it is the same message */
    CHECK(out.len > 0 && strlen(out.method) == (out.len < sizeof out.method ? out.len : sizeof out.method - 1));

    /* Between two messages nothing is shown; a look that is refused changes nothing. */
    out.busy = look(watchdog, &out);
    CHECK(out.busy.is_busy == 0 && out.busy.actor == 0 && out.len == 0 && out.method[0] == '\0');
    CHECK_EQ(art_watchdog_busy(watchdog, NULL, NULL, 0, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_watchdog_busy(watchdog, &busy, NULL, 1, NULL), ART_NULL_POINTER);
    busy.struct_size = 4;
    CHECK_EQ(art_watchdog_busy(watchdog, &busy, text, sizeof text, &out.len), ART_STRUCT_SIZE);
    CHECK(out.len == 0 && strcmp(text, "abc") == 0);

    /* As long as there is one the clock is read for each message, and then not any more. */
    CHECK_EQ(art_watchdog_create(host.rt, &second), ART_OK);
    art_watchdog_unref(watchdog);
    CHECK_EQ(post_word(&host, actor.id, "x", 0), ART_OK);
    host_run(&host);
    art_watchdog_unref(second);
    for (int index = 0; index < 2; index++) {
        CHECK_EQ(post_word(&host, actor.id, "x", 0), ART_OK);
        host_run(&host); /* the first one finds that nobody looks */
    }
    reads = host.clock_reads;
    for (int index = 0; index < 8; index++) {
        CHECK_EQ(post_word(&host, actor.id, "x", 0), ART_OK);
    }
    host_run(&host);
    CHECK_EQ(host.clock_reads, reads);

    CHECK_EQ(art_watchdog_create(host.rt, &watchdog), ART_OK);
    host_destroy(&host);
    CHECK_EQ(look(watchdog, NULL).is_busy, 0);
    art_watchdog_unref(watchdog);
    return finish();
}
