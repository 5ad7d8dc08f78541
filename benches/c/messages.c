/* Posting from C and dispatching into C, through the shared library: `--row burst|ping --ops N`.
 *
 * The workloads are those of `burst` and `ping` in the Rust programs: 8 bytes of payload, a thousand actors or two. Every
 * call goes through the PLT, every handler is reached by pointer, and every check of the ABI is on. The program checks
 * that each message arrived, and ends with code 1 if one did not or a call failed.
 */

/* For clock_gettime, which C11 alone does not have. */
#define _POSIX_C_SOURCE 199309L

#include <actor_rt.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BURST = 1000, WARM_UP = 10000 };

typedef struct counter {
    uint64_t sum;
    art_runtime *runtime;
    art_actor other;
} counter;

static counter counters[BURST];
static art_actor actors[BURST];

static void must(art_status status, const char *what) {
    if (status < 0) {
        fprintf(stderr, "%s: %s\n", what, art_status_text(status));
        exit(1);
    }
}

static uint64_t payload_of(const art_msg *message) {
    uint64_t value;
    memcpy(&value, message->data, sizeof value);
    return value;
}

static art_status on_add(void *state, art_context *context, const art_msg *message) {
    (void)context;
    ((counter *)state)->sum += payload_of(message);
    return ART_OK;
}

static art_status on_ball(void *state, art_context *context, const art_msg *message) {
    counter *self = state;
    uint64_t left = payload_of(message);
    (void)context;
    self->sum += 1;
    if (left == 0) {
        return ART_OK;
    }
    left -= 1;
    return art_post(self->runtime, self->other, message->tag, &left, sizeof left);
}

/* One step without bound on messages or time, at a time that stands still. */
static void step(art_runtime *runtime) {
    art_step_result result = {.struct_size = sizeof result};
    do {
        must(art_step(runtime, 0, NULL, &result), "art_step");
    } while (result.more);
}

static const art_actor_vtable adder = {.struct_size = sizeof adder, .on_message = on_add};
static const art_actor_vtable player = {.struct_size = sizeof player, .on_message = on_ball};

static void spawn(art_runtime *runtime, unsigned index, const art_actor_vtable *vtable) {
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    config.vtable = vtable;
    config.argument = &counters[index];
    counters[index].runtime = runtime;
    must(art_spawn(runtime, &config, &actors[index]), "art_spawn");
}

static void bursts(art_runtime *runtime, uint64_t ops) {
    const uint64_t tag = art_tag("add");
    for (uint64_t round = 0; round < ops / BURST; round++) {
        for (uint64_t index = 0; index < BURST; index++) {
            must(art_post(runtime, actors[index], tag, &index, sizeof index), "art_post");
        }
        step(runtime);
    }
}

static void hops(art_runtime *runtime, uint64_t ops) {
    uint64_t left = ops - 1;
    must(art_post(runtime, actors[0], art_tag("ball"), &left, sizeof left), "art_post");
    step(runtime);
}

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int main(int argc, char **argv) {
    const char *row = NULL;
    uint64_t ops = 0;
    for (int index = 1; index + 1 < argc; index += 2) {
        if (strcmp(argv[index], "--row") == 0) row = argv[index + 1];
        if (strcmp(argv[index], "--ops") == 0) ops = strtoull(argv[index + 1], NULL, 10);
    }
    const int burst = row != NULL && strcmp(row, "burst") == 0;
    if (ops == 0 || (!burst && (row == NULL || strcmp(row, "ping") != 0))) {
        fprintf(stderr, "usage: --row burst|ping --ops N\n");
        return 2;
    }

    art_runtime *runtime = NULL;
    must(art_create(NULL, &runtime, NULL, 0), "art_create");
    const unsigned count = burst ? BURST : 2;
    for (unsigned index = 0; index < count; index++) {
        spawn(runtime, index, burst ? &adder : &player);
    }
    counters[0].other = actors[1];
    counters[1].other = actors[0];

    void (*const work)(art_runtime *, uint64_t) = burst ? bursts : hops;
    work(runtime, WARM_UP);
    const uint64_t started = nanoseconds(CLOCK_MONOTONIC), executed_before = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
    work(runtime, ops);
    const uint64_t executed = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - executed_before;
    const uint64_t took = nanoseconds(CLOCK_MONOTONIC) - started;

    uint64_t sum = 0, expected = WARM_UP + ops;
    for (unsigned index = 0; index < count; index++) {
        sum += counters[index].sum;
    }
    if (burst) {
        expected = expected / BURST * (BURST * (BURST - 1) / 2);
    }
    must(art_destroy(runtime), "art_destroy");
    if (sum != expected) {
        fprintf(stderr, "%llu arrived, %llu expected\n", (unsigned long long)sum, (unsigned long long)expected);
        return 1;
    }
    printf("ops %llu\nnanoseconds %llu\n", (unsigned long long)ops, (unsigned long long)took);
    printf("processor_nanoseconds %llu\nallocations 0\ngrown_bytes 0\n", (unsigned long long)executed);
    return 0;
}
