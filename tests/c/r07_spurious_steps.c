/*
 * R7: a step with nothing to do does nothing: no message, no wake, no allocation, no read of the clock, whatever waits. (That it
 * costs the same instructions, too, is measured by the benches.)
 */
#include "fake_host.h"

#if defined(__SANITIZE_ADDRESS__)
#define COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COUNTS_ALLOCATIONS 0
#endif
#endif
#if !defined(COUNTS_ALLOCATIONS) && defined(__GLIBC__)
#define COUNTS_ALLOCATIONS 1
#endif

static unsigned long allocations;

#if COUNTS_ALLOCATIONS
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

/* The program's own definitions come before those of the C library, for actor_rt as well. One thread only. */
void *malloc(size_t size)
{
    ++allocations;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    ++allocations;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    ++allocations;
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size)
{
    ++allocations;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    *out = memalign(alignment, size);
    return *out == NULL;
}
#endif

/* Whether a call of the library that has to allocate is counted: not under valgrind, which puts functions of its own in place. */
static bool are_counted(void)
{
    unsigned long before = allocations;
    art_buffer *buffer = NULL;
    CHECK_EQ(art_buffer_create("x", 1, &buffer), ART_OK);
    art_buffer_unref(buffer);
    return allocations != before;
}

static bool under_valgrind(void)
{
    const char *preload = getenv("LD_PRELOAD");
    return preload != NULL && strstr(preload, "vgpreload") != NULL;
}

static void step_for_nothing(fake_host *host, const recorder *actor, uint64_t deadline)
{
    unsigned count = actor->count;
    host->wakes = 0;
    uint64_t first = host_step(host, 0).step;
    unsigned long before = allocations;
    unsigned reads = host->clock_reads;
    for (uint64_t index = 1; index <= 1000; index++) {
        art_step_result result = host_step(host, 0);
        CHECK_EQ(result.handled, 0);
        CHECK_EQ(result.more, 0);
        CHECK_EQ(result.failed, 0);
        CHECK_EQ(result.step, first + index);
        CHECK_EQ(result.next_deadline_ns, deadline);
    }
    CHECK_EQ(art_step(host->rt, host->now, NULL, NULL), ART_OK);
    CHECK_EQ(allocations, before);
    CHECK_EQ(host->clock_reads, reads);
    CHECK_EQ(actor->count, count);
    CHECK_EQ(host->wakes, 0);
}

enum { MANY = 100 * 1000 };

static art_status ignore(void *state, art_context *context, const art_msg *message)
{
    (void)state;
    (void)context;
    (void)message;
    return ART_OK;
}

int main(void)
{
    static const art_actor_vtable vtable = {sizeof vtable, 0, NULL, ignore, NULL, NULL};
    fake_host host;
    recorder actor = {0};
    art_actor_config idle = ART_ACTOR_CONFIG_INIT;
    art_pending_info pending = ART_PENDING_INFO_INIT;
    host_create(&host);
    recorder_spawn(&actor, &host);
    host_run(&host);
#if COUNTS_ALLOCATIONS
    CHECK(are_counted() || under_valgrind());
#else
    (void)are_counted;
    (void)under_valgrind;
#endif
    step_for_nothing(&host, &actor, ART_NEVER);

    idle.vtable = &vtable;
    for (uint64_t index = 0; index < MANY; index++) {
        art_actor id = 0;
        CHECK_EQ(art_spawn(host.rt, &idle, &id), ART_OK);
        /* Deadlines all over the time to come, in no order. */
        uint64_t deadline = host.now + 1000 + index * 7919 % MANY * 1000003;
        CHECK_EQ(art_timer_at(host.rt, id, 0, deadline, NULL, 0, NULL), ART_OK);
        if (index % 100 == 0) {
            CHECK_EQ(art_ask(host.rt, actor.id, id, art_tag("x"), NULL, 0, ART_NEVER, NULL), ART_OK);
        }
    }
    host_run(&host);
    CHECK_EQ(art_pending(host.rt, &pending), ART_OK);
    CHECK_EQ(pending.timers, MANY);
    CHECK_EQ(pending.actors, MANY + 1);
    step_for_nothing(&host, &actor, host.now + 1000);
    host_destroy(&host);
    return finish();
}
