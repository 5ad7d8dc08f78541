/*
 * The Rust actors of tests/panics as C sees them. The library exports these functions and all of actor_rt.h.
 *
 *   tag                    what the actor does with the message
 *   panics.count           counts it
 *   panics.panic           panics
 *   panics.fragile_panic   panics with a payload whose destructor panics in turn
 *   panics.defer, .lazy    queues work without an actor, which panics
 *   panics.timer           arms a timer without an actor, 1 ns from now, which panics
 *   panics.host_call       asks for a host call, which panics
 *   panics.twice           panics, and a destructor panics while that unwinds
 *   panics.overflow        uses up the stack
 *   panics.memory          asks for more memory than there is
 *
 * The last three end the process.
 */
#ifndef PANICS_H
#define PANICS_H

#include "actor_rt.h"

typedef struct panics_record {
    uint64_t counted; /* messages handled */
    uint64_t dropped; /* payloads dropped */
    uint64_t ended;   /* how often the actor's end was told */
    uint64_t failed;  /* how often as a failure */
    char text[120];   /* the last cause */
} panics_record;

/* Spawns an actor that tells the record, which must outlive the runtime. */
art_status panics_spawn(art_runtime *rt, panics_record *record, art_actor *out);
/* Sends it a typed call that counts itself and drops its payload, whose destructor counts itself and panics. */
art_status panics_post_fragile(art_runtime *rt, art_actor to, panics_record *record);
/* An art_drop_fn that counts itself in the record `user` and panics. */
void panics_drop(void *data, size_t len, void *user, uint32_t reason);
/* An art_clock_fn that panics. */
uint64_t panics_clock(void *user);

#endif
