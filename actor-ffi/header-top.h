/*
 * actor_rt.h - actors on the event loop you already have.
 *
 * A single-threaded actor runtime that never owns the loop. The host calls art_step; the runtime
 * calls `wake` once, on whichever thread has work for it, when something happens meanwhile. Nothing
 * else: no threads, no signal handlers, no environment variables, and no output but the text of a
 * panic in Rust code, which Rust's standard library prints (see ART_CONFIG_PANIC_TO_LOG). Runtimes
 * share nothing but the counter that numbers them.
 *
 * For C99 and C++98, and later ones. docs/host-contract.md has the smallest complete host, and all
 * that a loop owes the runtime. This file is generated from actor-ffi/src by actor-ffi/header.py.
 * Do not edit it.
 *
 * CONVENTIONS
 *
 * Status    Functions that can fail return an art_status: ART_OK (0), or a negative code. Check for
 *           `< 0`. art_status_text names a code; art_last_message tells more, on the owner thread.
 *           Out parameters are written on success; handles and ids are null or 0 on failure.
 *
 * Threads   Each function has a tag. "Thread: owner" means the thread that called art_create or
 *           art_adopt_thread last; on any other the call answers ART_WRONG_THREAD and does nothing.
 *           "Thread: any" means any thread at any time.
 *
 * Callbacks "May call" lists what can run before the function returns: "told" is any function by
 *           which the host hears something, "the drop of" something is that of a payload which
 *           another call has handed over. An art_observer hears besides, of all that is sent,
 *           handled and lost. `wake` runs last, with no lock held. Inside `wake` call nothing of
 *           the library: on the owner thread art_now, art_next_deadline, art_next_timeout and
 *           art_last_message answer, and every other owner-thread function says ART_BUSY. Inside a
 *           handler, and inside a drop, everything is allowed but art_step, art_destroy,
 *           art_adopt_thread and art_run_host_calls, which answer ART_BUSY.
 *
 *           No callback may let a C++ exception or a longjmp pass through the library; the C++
 *           header catches exceptions, fails the actor and rethrows from step.
 *
 * Owner     "The codes of every owner-thread function" are ART_NULL_POINTER, ART_WRONG_THREAD,
 * codes     ART_BUSY, ART_POISONED, ART_FORKED and ART_VERSION_MISMATCH; and, in the callbacks that
 *           art_destroy calls, ART_CLOSED.
 *
 * Payloads  Given as bytes (art_post and its like), a payload is copied and stays the caller's.
 *           Given with a drop function or as a buffer (art_post_owned, art_post_buffer and their
 *           like) it is consumed whether or not the call succeeds, and the drop function runs
 *           exactly once, with a reason. Only art_try_post_owned gives it back, on ART_FULL.
 *
 * Structs   Each begins with struct_size. ART_CONFIG_INIT and its siblings, one for each struct
 *           that a caller fills, set it to sizeof and all other fields to zero, which is their
 *           default. Later versions append fields. An older library refuses a newer field that is
 *           not zero with ART_STRUCT_SIZE; it never ignores one.
 *
 * Ids       Actors, timers, monitors and reply tokens are numbers, all of one C type, so the compiler
 *           cannot tell them apart; the library does. A stale one, one of another kind and one of
 *           another runtime are answered with ART_NOT_FOUND, ART_WRONG_KIND and ART_WRONG_RUNTIME.
 *           The last is a guard among the 256 runtimes made last. Their layout is not part of the
 *           ABI.
 *
 * Text      Text is UTF-8, given as pointer and length; ART_NUL_TERMINATED as length means that it
 *           ends at its NUL. It is copied unless said otherwise. What answers ART_INVALID_UTF8 also
 *           answers ART_TOO_LARGE, to a length that no object has.
 *
 * Time      Unsigned nanoseconds of a monotonic clock that the host chooses; ART_NOW reads the
 *           configured clock, ART_NEVER is no deadline.
 *
 * Failures  A panic in a Rust actor fails that actor only, unless `on_panic` of art_config says
 *           more. The process ends for a panic while another one unwinds or under ART_PANIC_ABORT,
 *           a C++ exception that leaves a callback, stack overflow, memory exhaustion, and in a
 *           library that was built with panic = "abort", which art_build_flags tells; for nothing
 *           else.
 *
 * Not here  What Rust alone has, and what C uses in its place:
 *           services known by their type: actors with a name (art_name_register);
 *           machines with states: a struct and a switch;
 *           services::Scheduler: an actor with timers by number (art_context_timer_start,
 *           art_context_interval_start), which counts them if there may be only so many;
 *           services::Retry: sends that wait for room (art_post_parked), news of room after
 *           ART_FULL (art_on_room), and `retries` of an art_job.
 */

#ifndef ACTOR_RT_H
#define ACTOR_RT_H

#include <stddef.h>
#include <stdint.h>

/* C++98 has these only when asked. */
#ifndef UINT64_MAX
#define UINT64_MAX (~(uint64_t)0)
#endif
#ifndef SIZE_MAX
#define SIZE_MAX (~(size_t)0)
#endif

/* On Windows, define ART_STATIC when linking the static library. */
#ifndef ART_API
#if defined(_WIN32) && !defined(ART_STATIC)
#define ART_API __declspec(dllimport)
#else
#define ART_API
#endif
#endif

/* A 64-bit number from its halves, since C++98 has no such constants; a byte from a plain char. */
#ifdef __cplusplus
#define ART_U64(high, low) ((static_cast<uint64_t>(high) << 32) | (low))
#define ART_BYTE(character) static_cast<unsigned char>(character)
#else
#define ART_U64(high, low) (((uint64_t)(high) << 32) | (low))
#define ART_BYTE(character) ((unsigned char)(character))
#endif

#ifdef __cplusplus
extern "C" {
#endif
