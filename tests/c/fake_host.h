/*
 * A host without an event loop, for the contract tests: its clock stands until a test moves it, its wake only counts, and its
 * actors record what they get.
 */
#ifndef FAKE_HOST_H
#define FAKE_HOST_H

#include "actor_rt.h"
#include "check.h"

#include <stdatomic.h>

typedef struct fake_host {
    art_runtime *rt;
    art_config config;
    uint64_t now;
    atomic_int wakes;
    atomic_uint wake_flags;  /* of the last wake */
    int wake_drops;
    void (*in_wake)(struct fake_host *); /* runs inside wake, if set */
    unsigned clock_reads;
    unsigned log_lines;
    uint32_t log_level; /* of the last line */
    char log[512];      /* the last line */
} fake_host;

/* Fills the configuration; the test may change it before host_start. */
void host_init(fake_host *host);
void host_start(fake_host *host);
/* host_init and host_start. */
void host_create(fake_host *host);
void host_destroy(fake_host *host);
/* One step at the host's time; `max` messages, 0 for the default. Checks ART_OK. */
art_step_result host_step(fake_host *host, uint32_t max);
/* Steps until nothing is ready. Returns the messages handled. */
uint64_t host_run(fake_host *host);
/* The next deadline. */
uint64_t host_deadline(fake_host *host);

/* How often a drop function ran, and with which reason last. */
typedef struct drops {
    int calls;
    uint32_t reason;
    void (*inside)(struct drops *); /* runs inside the drop, if set */
    void *user;
} drops;
void count_drop(void *data, size_t len, void *user, uint32_t reason);
/* As art_release_fn: counts in *(int *)user. */
void count_release(void *user);

/* An actor that records its messages. */
typedef struct recorder {
    art_runtime *rt;
    art_actor id;
    unsigned count;
    art_msg last;              /* its data points to `bytes` */
    unsigned char bytes[4096]; /* of the last message */
    uint64_t tags[64];         /* of the first messages */
    unsigned stops, destroys, notified;
    art_stop_cause cause; /* that notify got; its text is in `text` */
    char text[128];
    art_status (*handle)(struct recorder *self, art_context *context, const art_msg *message); /* may be NULL */
    void *user;
} recorder;
/* Spawns it; it tells its own end in `cause`. */
void recorder_spawn(recorder *self, fake_host *host);
/* The configuration that recorder_spawn uses, for tests that change it. */
art_actor_config recorder_config(recorder *self);

/* Posts a word with the tag of `name`. */
art_status post_word(fake_host *host, art_actor to, const char *name, uint64_t word);
/* The word in the recorder's last message. */
uint64_t last_word(const recorder *self);

#endif
