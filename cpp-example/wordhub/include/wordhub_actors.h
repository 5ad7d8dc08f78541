/*
 * wordhub_actors.h - the Rust actors of wordhub, as C and C++ see them: one function that makes the first actor, and the
 * messages that it and its sessions take and send. libwordhub_actors exports this function and the whole C ABI of actor_rt.h.
 *
 * Every payload is a struct of 64-bit numbers in the machine's byte order, or bytes. rust/src/wire.rs says the same in Rust.
 *
 *   tag                 from -> to          payload
 *   wordhub.open        server -> hub       uint64_t connection; uint64_t idle_ns
 *   wordhub.opened      hub -> server       uint64_t connection; art_actor session
 *   wordhub.bytes       server -> session   what was read from the peer
 *   wordhub.end         server -> session   nothing: the peer has sent everything
 *   wordhub.credit      session -> server   uint64_t connection; uint64_t bytes that were worked off
 *   wordhub.closed      session -> server   uint64_t connection; uint64_t reason (WORDHUB_...)
 *   wordhub.progress    hub -> console      struct wordhub_progress
 *   wordhub.summary     hub -> console      text, from the worker thread
 *   wordhub.failure     hub -> console      text: which actor failed, and why
 *   wordhub.report      console -> hub      an ask. The answer: struct wordhub_progress; uint64_t words; then for each word
 *                                           uint64_t number; uint64_t length; the word
 *
 * A session owes the server a credit for every byte of wordhub.bytes, so the server bounds what waits by not reading on while too
 * much is uncredited.
 */
#ifndef WORDHUB_ACTORS_H
#define WORDHUB_ACTORS_H

#include "actor_rt.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Why a session ended: everything was counted. */
#define WORDHUB_FINISHED 0
/** The peer was silent for too long. What it had sent was counted. */
#define WORDHUB_IDLE 1
/** The session failed. */
#define WORDHUB_FAILED 2

/** How the hub is made. */
typedef struct wordhub_config {
    /** The actor that owns the sockets. */
    art_actor server;
    /** The actor that shows what happens. */
    art_actor console;
    /** Time between two messages about the progress, in ns; not 0. */
    uint64_t tick_ns;
    /** Number of counting actors, 1 to 64. */
    uint32_t shards;
    /** Number of parsing actors, 1 to 64. */
    uint32_t parsers;
} wordhub_config;

/** What the hub has seen so far. */
typedef struct wordhub_progress {
    /** Bytes of all lines that were worked off, newlines and poison lines included. */
    uint64_t bytes;
    /** Lines that were counted. */
    uint64_t lines;
    /** Lines on which a parser failed. */
    uint64_t poison;
    /** Sessions that live. */
    uint64_t sessions;
    /** Parsers that failed and were replaced. */
    uint64_t restarts;
    /** Summaries from the worker thread. */
    uint64_t summaries;
    /** How often the runtime has woken its host. */
    uint64_t wakes;
} wordhub_progress;

/**
 * Makes the hub, which makes everything else, and writes its id to `*out`, 0 on failure. It lives until the runtime ends. `config` is
 * read and not kept.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NULL_POINTER, ART_INVALID_ARGUMENT, and the codes of every owner-thread function.
 */
ART_API art_status wordhub_spawn(struct art_runtime *rt, const wordhub_config *config, art_actor *out);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* WORDHUB_ACTORS_H */
