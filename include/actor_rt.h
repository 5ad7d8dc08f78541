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

/* ----------------------------------------------------------------------------------------------
 * Versions
 * ---------------------------------------------------------------------------------------------- */

/**
 * Major version of the library this header belongs to. Crates, header, wheel and packages share one
 * version.
 */
#define ART_VERSION_MAJOR 0
/** Minor version of the library this header belongs to. */
#define ART_VERSION_MINOR 1
/** Patch version of the library this header belongs to. */
#define ART_VERSION_PATCH 0
/** The version as one comparable number: major * 1000000 + minor * 1000 + patch. */
#define ART_VERSION 1000
/**
 * Generation of the ABI, the number in `libactor_rt.so.1`. Within one generation functions,
 * constants and trailing struct fields are only added.
 */
#define ART_ABI_VERSION 1

/**
 * Returns the version of the loaded library in the form of `ART_VERSION`. Compare it with
 * `ART_VERSION` to learn whether the library is older than the header you compiled against.
 *
 * Thread: any. May call: nothing. Since 0.1.
 */
ART_API uint32_t art_version(void);

/**
 * A panic in Rust code ends the process, whatever the configuration says: the library was built
 * with `panic = "abort"`. `art_create` says so through `log`.
 */
#define ART_BUILD_PANIC_ABORT 1

/**
 * Returns how the loaded library was built, ART_BUILD_... bits; 0 is the usual way. Later versions
 * may have more of them.
 *
 * Thread: any. May call: nothing. Since 0.1.
 */
ART_API uint32_t art_build_flags(void);

/* ----------------------------------------------------------------------------------------------
 * Status codes
 * ---------------------------------------------------------------------------------------------- */

/**
 * What a call returns: `ART_OK`, or one of the negative codes below. New codes may appear in later
 * versions. A handler of yours may return codes of its own at or below `ART_USER_ERROR`; they
 * travel unchanged.
 */
typedef int32_t art_status;

/** Success. */
#define ART_OK 0
/** An argument is out of its range; unknown flag bits count as that. */
#define ART_INVALID_ARGUMENT (-1)
/** A pointer that must not be NULL is NULL. */
#define ART_NULL_POINTER (-2)
/**
 * `struct_size` is smaller than the first released form of the struct or is the size of none, or
 * the struct is larger than this library knows and asks for something it does not have.
 */
#define ART_STRUCT_SIZE (-3)
/** A text is not UTF-8. */
#define ART_INVALID_UTF8 (-4)
/**
 * The function belongs to the owner thread of the runtime and was called on another one. Nothing
 * was touched.
 */
#define ART_WRONG_THREAD (-5)
/**
 * The call is not possible from where it was made: `art_step` inside a handler, any call inside
 * `wake`, `art_destroy` inside a handler. Harmless: nothing was changed.
 */
#define ART_BUSY (-6)
/**
 * The id names something that is no longer there: an actor that has ended, a timer that has fired.
 */
#define ART_NOT_FOUND (-7)
/** The id names something of another kind, such as a timer where an actor is wanted. */
#define ART_WRONG_KIND (-8)
/** The id was given out by another runtime of this process. */
#define ART_WRONG_RUNTIME (-9)
/** The runtime behind a remote or a waker has been destroyed, or is just being destroyed. */
#define ART_CLOSED (-10)
/** The receiver's mailbox is at its capacity. */
#define ART_FULL (-11)
/**
 * The context is not in its handler, or there is no message to reply to or to take a payload from.
 */
#define ART_NO_CONTEXT (-12)
/** The ask has had its one outcome, or the job is over. */
#define ART_ALREADY_REPLIED (-13)
/**
 * A panic was caught in Rust code that belongs to no actor. The runtime stays usable. As an exit
 * reason: a Rust actor panicked.
 */
#define ART_PANICKED (-14)
/**
 * A panic was caught inside the runtime itself. Only `art_destroy` and `art_last_message` still
 * work.
 */
#define ART_POISONED (-15)
/**
 * The process is a fork of the one that created the runtime. `art_destroy` runs no callback here,
 * and frees nothing.
 */
#define ART_FORKED (-16)
/**
 * The library is too old for the caller, or the pointer comes from another copy of the library in
 * this process.
 */
#define ART_VERSION_MISMATCH (-17)
/** The platform or this version has no such thing. */
#define ART_UNSUPPORTED (-18)
/** Memory could not be had. Reserved: so far that ends the process. */
#define ART_NO_MEMORY (-19)
/** The name or the tag is taken by something else. */
#define ART_ALREADY_EXISTS (-20)
/** The payload, or a text, is longer than an object can be. */
#define ART_TOO_LARGE (-21)
/** The operating system refused; `errno` says more. */
#define ART_SYSTEM (-22)
/** An actor failed without giving a code of its own. */
#define ART_FAILED (-23)
/** The actor is not in the state that the call needs: one that is paused already, or was never. */
#define ART_WRONG_STATE (-24)
/** Actors would wait for each other for ever: `art_last_message` says which. */
#define ART_WOULD_DEADLOCK (-25)
/** Codes of your own handlers lie at or below this number; the library uses none of them. */
#define ART_USER_ERROR (-1000)

/**
 * Returns one line of English for a status code, of the form `ART_BUSY: what it means`. Never NULL;
 * the text is static and NUL-terminated.
 *
 * Thread: any. May call: nothing. Since 0.1.
 */
ART_API const char *art_status_text(art_status status);

/* ----------------------------------------------------------------------------------------------
 * Handles
 * ---------------------------------------------------------------------------------------------- */

/**
 * A runtime: actors, their messages and timers, and nothing else. It belongs to one thread, its
 * *owner*, and does nothing by itself: it runs inside `art_step`.
 */
typedef struct art_runtime art_runtime;

/**
 * What a handler gets: its link to the runtime. Valid until the handler returns; later and
 * elsewhere every use answers ART_NO_CONTEXT, as long as the runtime lives.
 */
typedef struct art_context art_context;

/**
 * Names an actor. A plain number: copy it, store it, send it to other threads. It owns nothing and
 * never dangles: an id whose actor has ended answers ART_NOT_FOUND, for ever. 0 names nobody.
 */
typedef uint64_t art_actor;

/** Names a timer. A stale id answers ART_NOT_FOUND. 0 names none. */
typedef uint64_t art_timer;

/** Names a monitor. One that has told answers ART_NOT_FOUND. 0 names none. */
typedef uint64_t art_monitor_id;

/**
 * Names one open ask, to its asker and to whoever has to answer it. A token whose ask is settled
 * answers ART_ALREADY_REPLIED or, much later, ART_NOT_FOUND. 0 names none.
 */
typedef uint64_t art_reply_token;

/**
 * Names one job that a worker has begun. A token whose job is over answers ART_ALREADY_REPLIED. 0
 * names none.
 */
typedef uint64_t art_job_token;

/** Names a port. One that was destroyed answers ART_NOT_FOUND. 0 names none. */
typedef uint64_t art_port;

/**
 * A door into a runtime for any thread, with a reference count. It outlives the runtime: after
 * `art_destroy` every call answers ART_CLOSED. Messages posted through one remote keep their order;
 * several threads may share a remote, and a thread that posts much is faster with one of its own
 * (`art_remote_clone`). What is posted becomes visible to the runtime in its next step.
 */
typedef struct art_remote art_remote;

/**
 * A doorbell of one actor, with a reference count, made once and rung from any thread. However
 * often it is rung before the actor's next turn, the actor gets one message. It outlives actor and
 * runtime.
 */
typedef struct art_waker art_waker;

/**
 * Shows what a runtime is busy with, with a reference count. Any thread may look; it outlives the
 * runtime.
 */
typedef struct art_watchdog art_watchdog;

/** Immutable bytes with a reference count. Any thread may hold a reference. */
typedef struct art_buffer art_buffer;

/**
 * A file descriptor that is readable when a step is due, with a reference count.
 *
 *     art_poll_create(&poll);
 *     art_poll_attach(poll, &config);             // sets wake, wake_user, wake_drop
 *     art_create(&config, &rt, NULL, 0);
 *     for (;;) {
 *         art_timeout_ms(rt, ART_NOW, &timeout);  // 0 while a step is owed
 *         poll(fds, count, timeout);              // fds holds art_poll_fd(poll) with POLLIN
 *         art_poll_clear(poll);                   // before the step
 *         art_step(rt, ART_NOW, NULL, NULL);
 *     }
 */
typedef struct art_poll art_poll;

/* ----------------------------------------------------------------------------------------------
 * Callbacks
 * ---------------------------------------------------------------------------------------------- */

/**
 * "Arrange that `art_step` is called soon, on the owner thread." Called on any thread, at most once
 * between two steps, never inside a step, and without a lock held. `flags` (ART_WAKE_...) is a
 * hint; the meaning is always the same. What may be called inside it stands under "Callbacks" at
 * the top of this file.
 */
typedef void (*art_wake_fn)(void *user, uint32_t flags);

/** Frees `user`. Called exactly once. */
typedef void (*art_release_fn)(void *user);

/**
 * Frees a payload that was handed over. Called exactly once, with the reason (ART_DROP_...). On the
 * owner thread, or, if the call that handed it over failed, on the calling thread before that call
 * returns. From inside it, posting is allowed; `art_step` and `art_destroy` answer ART_BUSY.
 */
typedef void (*art_drop_fn)(void *data, size_t len, void *user, uint32_t reason);

/** Returns monotonic nanoseconds. Called on the owner thread; must not call the library. */
typedef uint64_t (*art_clock_fn)(void *user);

/**
 * Takes a text that is nobody's return value: a slow handler, the failure of an actor that
 * `art_spawn` made, a child of the root that failed too often while nobody listens
 * (`art_on_escalation`). `text` is UTF-8, ends without NUL or newline, and is borrowed for the
 * call; `level` is ART_LOG_... Called on the owner thread; must not call the library.
 */
typedef void (*art_log_fn)(void *user, uint32_t level, const char *text, size_t len);

/* Wake flags. */
/** The owner thread queued something outside of a step. */
#define ART_WAKE_LOCAL 1
/** Another thread queued something or rang. */
#define ART_WAKE_REMOTE 2
/** The earliest deadline is now earlier than the one last reported. */
#define ART_WAKE_DEADLINE 4

/* Reasons of a drop. */
/** The handler has seen the message and returned. */
#define ART_DROP_DELIVERED 0
/** The receiver ended before it came to the message, or what was asked for was withdrawn. */
#define ART_DROP_CANCELLED 1
/** The runtime was destroyed, or had been. */
#define ART_DROP_CLOSED 2
/** There was no such receiver when the message was posted. */
#define ART_DROP_NOT_FOUND 3
/** The receiver's mailbox was full. */
#define ART_DROP_FULL 4
/** The call that handed it over was refused for another reason; its status says why. */
#define ART_DROP_REFUSED 5
/** Its turn came when its time to live was over. */
#define ART_DROP_EXPIRED 6

/* Log levels. */
/** Something failed. */
#define ART_LOG_ERROR 1
/** Something will fail, or is slow. */
#define ART_LOG_WARNING 2
/** Worth knowing. */
#define ART_LOG_INFO 3

/* ----------------------------------------------------------------------------------------------
 * Tags
 * ---------------------------------------------------------------------------------------------- */

/* Tags of the runtime: the top bit is set. */
/**
 * The answer to an ask: `status` holds the outcome, `reply` the token of the ask, `detail` the tag
 * of the reply.
 */
#define ART_TAG_REPLY ART_U64(0x80000000u, 0x00000001u)
/** A timer that was armed with tag 0 has come due; `detail` holds its id. */
#define ART_TAG_TIMER ART_U64(0x80000000u, 0x00000002u)
/** A waker that was made with tag 0 was rung. */
#define ART_TAG_WAKE ART_U64(0x80000000u, 0x00000003u)
/**
 * To an actor with ART_ACTOR_HEARS_STOP: it is to stop, its children have; `art_stopped` when it is
 * done. The payload is an art_exit.
 */
#define ART_TAG_STOP ART_U64(0x80000000u, 0x00000004u)
/** An actor that this one monitors has ended: the sender. The payload is an art_exit. */
#define ART_TAG_DOWN ART_U64(0x80000000u, 0x00000005u)
/** A host call that was made with tag 0 has returned; `detail` holds its result. */
#define ART_TAG_HOST_CALL ART_U64(0x80000000u, 0x00000006u)
/**
 * An actor that this one is linked to has ended, the sender, and this one traps that. The payload
 * is an art_exit.
 */
#define ART_TAG_EXIT ART_U64(0x80000000u, 0x00000007u)
/**
 * To an actor with ART_ACTOR_HEARS_CHILDREN: a child has started, was restarted or has ended for
 * good. The payload is an art_exit.
 */
#define ART_TAG_CHILD ART_U64(0x80000000u, 0x00000008u)
/**
 * There is room with the actor that `art_on_room` named: the sender; or it is gone, then `status`
 * is ART_NOT_FOUND.
 */
#define ART_TAG_ROOM ART_U64(0x80000000u, 0x00000009u)
/**
 * An actor, the sender, has joined a group that this one monitors. The payload is the group's name.
 */
#define ART_TAG_JOINED ART_U64(0x80000000u, 0x0000000au)
/**
 * An actor, the sender, has left a group that this one monitors. The payload is the group's name.
 */
#define ART_TAG_LEFT ART_U64(0x80000000u, 0x0000000bu)
/**
 * The answer of an actor, the sender, that `art_ping` asked on behalf of this one. The payload is
 * an art_pong.
 */
#define ART_TAG_PONG ART_U64(0x80000000u, 0x0000000cu)
/**
 * A name that this actor monitors has another holder: the sender, 0 for nobody. The payload is the
 * name.
 */
#define ART_TAG_NAME ART_U64(0x80000000u, 0x0000000du)
/**
 * An actor, the sender, whose restarts this one monitors was restarted. The payload is a uint64_t:
 * how often by now.
 */
#define ART_TAG_RESTARTED ART_U64(0x80000000u, 0x0000000eu)
/**
 * Whether a pool, the sender, has accepted a job, which this actor wanted to know: `status` is
 * ART_JOB_ACCEPTED, or says why not; then the payload is that of the job, which comes back. Jobs
 * may name another tag for it.
 */
#define ART_TAG_JOB ART_U64(0x80000000u, 0x0000000fu)
/**
 * What a pool, the sender, has to do, which this actor asked for. The payload is an
 * art_pool_counts.
 */
#define ART_TAG_POOL ART_U64(0x80000000u, 0x00000010u)
/** What became of a question to several actors: `art_ask_all`. The payload is an art_answers. */
#define ART_TAG_ANSWERS ART_U64(0x80000000u, 0x00000020u)
/**
 * What became of a post that could wait for room: `art_post_parked`. Its receiver is the sender,
 * the payload is an art_sent.
 */
#define ART_TAG_SENT ART_U64(0x80000000u, 0x00000021u)
/**
 * An actor, the sender, has joined a group or left it, in a scope that this one monitors. The
 * payload is an art_membership.
 */
#define ART_TAG_MEMBER ART_U64(0x80000000u, 0x00000022u)

/**
 * Writes the tag of a name into `*out`: the same number as the inline `art_tag`, for languages that
 * cannot call that. `name` is borrowed for the call and must be UTF-8; a `name_len` of
 * `ART_NUL_TERMINATED` means up to the NUL.
 *
 * Thread: any. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_INVALID_UTF8. Since 0.1.
 *
 * Requires: `name` must be readable for `name_len` bytes (or up to a NUL), `out` writable.
 */
ART_API art_status art_tag_from_name(const char *name, size_t name_len, uint64_t *out);

/**
 * Tells the runtime the name of a tag, and how long its payload is, for diagnostics: traces show
 * the name, and a debug build refuses a post whose payload has another length. `payload_size` is in
 * bytes, `ART_ANY_SIZE` if it varies. Registering the same again does nothing. `name` is copied; a
 * `name_len` of `ART_NUL_TERMINATED` means up to the NUL.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_INVALID_ARGUMENT if `tag` is not the tag of `name`, ART_ALREADY_EXISTS if
 * another name has this tag or the size differs, ART_INVALID_UTF8, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `name` readable as said.
 */
ART_API art_status art_tag_register(
    struct art_runtime *rt, uint64_t tag, const char *name, size_t name_len, size_t payload_size);

/* ----------------------------------------------------------------------------------------------
 * Messages
 * ---------------------------------------------------------------------------------------------- */

/**
 * One message, as a handler sees it. Everything in it is borrowed until the handler returns;
 * `art_context_take` keeps the payload longer. Later versions append fields: `struct_size` tells
 * how many bytes there are.
 */
typedef struct art_msg {
    /** Size of this struct in bytes, set by the library. */
    uint32_t struct_size;
    /** ART_MSG_... bits. */
    uint32_t flags;
    /** What the message is: `art_tag("name")`, or one of ART_TAG_... */
    uint64_t tag;
    /**
     * The payload, aligned to 8 bytes if it was copied; NULL if and only if `len` is 0 and it was
     * copied.
     */
    const void *data;
    /** Length of the payload in bytes. */
    size_t len;
    /**
     * The actor whose handler posted this, 0 if it came from the host or another thread. Of the
     * runtime's own messages: see ART_TAG_...
     */
    art_actor sender;
    /**
     * If this is an ask: the token to answer with. If it is the answer to one: the token that
     * `art_ask` gave. Else 0.
     */
    art_reply_token reply;
    /**
     * Of an answer (ART_MSG_REPLY): its outcome, ART_REPLY_OK or one of its siblings. Of
     * ART_TAG_ROOM: a status. Of ART_TAG_JOB: ART_JOB_... Else 0.
     */
    int32_t status;
    /** Zero. */
    uint32_t reserved;
    /**
     * Of an answer: the tag the replier chose. Of a timer: its id. Of a host call: its result. Of a
     * job: its token. Of a value from a port: how many were lost before it. Else 0.
     */
    uint64_t detail;
} art_msg;

/* Message flags. */
/** Somebody waits for an answer: `reply` holds the token. */
#define ART_MSG_ASK 1
/** This is the answer to an ask of this actor. */
#define ART_MSG_REPLY 2
/** A timer has come due. */
#define ART_MSG_TIMER 4
/** A waker was rung. */
#define ART_MSG_WAKE 8
/** The last reference to that waker is gone; this is its last message. */
#define ART_MSG_LAST 16
/** A host call has returned. */
#define ART_MSG_HOST_CALL 32
/** The message came from another thread. */
#define ART_MSG_REMOTE 64
/** A pool gives this worker a job: `detail` holds its token. */
#define ART_MSG_JOB 128

/* Sizes. */
/** As a text's length: the text ends at its NUL. */
#define ART_NUL_TERMINATED SIZE_MAX
/** As a payload size of `art_tag_register`: it varies. */
#define ART_ANY_SIZE SIZE_MAX

/**
 * A payload that its holder owns: call `drop(data, len, drop_user, reason)` exactly once, or hand
 * it on with `art_post_owned` or one of its siblings.
 */
typedef struct art_payload {
    /** Set it to `sizeof(art_payload)` before the call that fills the struct. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** The bytes. */
    void *data;
    /** Their number. */
    size_t len;
    /** What frees them; NULL if nothing needs to be done. */
    art_drop_fn drop;
    /** Argument of `drop`. */
    void *drop_user;
} art_payload;
/** An art_payload with all defaults. */
#define ART_PAYLOAD_INIT \
    {sizeof(art_payload), 0, NULL, 0, NULL, NULL}

/* ----------------------------------------------------------------------------------------------
 * The configuration of a runtime
 * ---------------------------------------------------------------------------------------------- */

/**
 * How a runtime is made. All zero, with `struct_size` set, is a good configuration for a loop that
 * only polls; most hosts set `wake`. The struct is read during `art_create` and not kept.
 */
typedef struct art_config {
    /** `sizeof(art_config)`. */
    uint32_t struct_size;
    /**
     * `ART_ABI_VERSION` of the caller's header, or 0. Another generation is refused with
     * ART_VERSION_MISMATCH.
     */
    uint32_t abi_version;
    /** ART_CONFIG_... bits. */
    uint32_t flags;
    /**
     * Number of this runtime in the ids it gives out, 1 to 255, for ids that must repeat from run
     * to run; 0 lets the library choose. Two runtimes of one number mix up each other's ids.
     */
    uint32_t instance;
    /** Budget of a step that names none: messages, 0 for 1024. */
    uint32_t default_max_messages;
    /** What a panic of a Rust actor leads to: ART_PANIC_... */
    uint32_t on_panic;
    /** The time before the first step, in ns of the host's clock; ART_NOW reads the clock. */
    uint64_t start_ns;
    /** Budget of a step that names none: ns, 0 for 2000000 (2 ms). */
    uint64_t default_max_ns;
    /**
     * A handler that runs longer than this many ns is logged with its actor's name and the tag; 0
     * for never.
     */
    uint64_t slow_handler_ns;
    /** Called when a step should be arranged. NULL for a host that steps regularly anyway. */
    art_wake_fn wake;
    /** Argument of `wake`. The runtime keeps it until it has called `wake_drop`. */
    void *wake_user;
    /**
     * Called once with `wake_user` on the owner thread, by `art_destroy`, when no call of `wake` is
     * under way any more and none will follow: the last callback of all. Also when `art_create`
     * fails, but for a wrong `struct_size`. May be NULL.
     */
    art_release_fn wake_drop;
    /**
     * The clock that ART_NOW, `art_now` and the time budget read; NULL is the monotonic clock of
     * the system.
     */
    art_clock_fn clock;
    /** Argument of `clock`; must stay valid until `art_destroy` has returned. */
    void *clock_user;
    /** Takes what the runtime has to say; NULL for silence. */
    art_log_fn log;
    /** Argument of `log`; must stay valid until `art_destroy` has returned. */
    void *log_user;
    /** Reserved for an allocator: NULL. */
    const void *allocator;
    /**
     * Most messages that may wait for an actor whose own configuration says nothing of it; 0 for no
     * bound.
     */
    uint32_t default_capacity;
    /** Zero. */
    uint32_t reserved;
} art_config;
/** An art_config with all defaults. */
#define ART_CONFIG_INIT \
    {sizeof(art_config), 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
    0, 0}

/* Configuration flags. */
/**
 * Let a step that ends with `more` call `wake` as its very last act, for hosts that want one code
 * path only.
 */
#define ART_CONFIG_WAKE_ON_MORE 1
/**
 * In a shared library that holds its own copy of Rust's standard library: forward the text of
 * panics caught in `art_step` to `log` instead of printing it. Without it Rust prints each panic to
 * standard error, with a backtrace if the environment asks for one.
 */
#define ART_CONFIG_PANIC_TO_LOG 2

/* What a panic of a Rust actor leads to. */
/** The actor fails, and everything else goes on. */
#define ART_PANIC_FAIL_ACTOR 0
/**
 * The actor fails, and the program is asked to end: `shutdown` of art_step_result is 1 from then
 * on.
 */
#define ART_PANIC_SHUTDOWN 1
/** The process ends at once, for programs that want a core dump of the moment. */
#define ART_PANIC_ABORT 2

/**
 * Sets `size` bytes of `*config` to zero and `struct_size` to `size`. Pass `sizeof(art_config)`.
 * Initialising with `ART_CONFIG_INIT` does the same.
 *
 * Thread: any. May call: nothing. Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE. Since 0.1.
 *
 * Requires: `config` must be NULL or writable for `size` bytes.
 */
ART_API art_status art_config_init(struct art_config *config, size_t size);

/* ----------------------------------------------------------------------------------------------
 * The runtime as C sees it
 * ---------------------------------------------------------------------------------------------- */

/**
 * Makes a runtime, owned by the calling thread, and writes it to `*out`. `config` may be NULL for
 * all defaults. On failure `*out` is NULL, `config->wake_drop` has been called (unless
 * `struct_size` was wrong), and if `error` is not NULL a NUL-terminated text, cut to `error_size`
 * bytes, says why. Never calls `wake`.
 *
 * Thread: any. May call: clock for a `start_ns` of ART_NOW; wake_drop on failure; log, if a panic
 * ends the process (`art_build_flags`).
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_VERSION_MISMATCH.
 * Since 0.1.
 *
 * Requires: `config` must be NULL or point to an `art_config` with its `struct_size`; `out` must be
 * NULL or writable; `error` must be NULL or writable for `error_size` bytes.
 */
ART_API art_status art_create(
    const struct art_config *config, struct art_runtime **out, char *error, size_t error_size);

/**
 * Destroys a runtime. Ends every actor (`on_stop`, then `destroy`, children before parents, the
 * youngest first), gives every open ask its outcome, drops every queued payload with
 * ART_DROP_CLOSED, closes remotes and wakers, waits for a call of `wake` that another thread is in
 * the middle of, and calls `wake_drop` last of all. When it returns no callback is under way and
 * none will follow. NULL is fine and does nothing. Allowed inside a host call.
 *
 * `wake` must therefore not wait for anything the owner thread holds. In a forked child nothing is
 * run and nothing freed: the memory goes with the process.
 *
 * Thread: owner. May call: on_stop, destroy, notify, told, the drop of all that waits,
 * argument_drop, user_drop, log; wake_drop last of all.
 * Returns ART_OK, ART_BUSY inside a handler or inside `wake`, ART_CLOSED in a callback of the
 * destruction itself, ART_UNSUPPORTED if another language is the host (actor_rt/python.h),
 * ART_WRONG_THREAD, ART_FORKED, ART_VERSION_MISMATCH; the runtime is gone exactly if this is ART_OK
 * or ART_FORKED. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime, and is not used again after ART_OK or
 * ART_FORKED.
 */
ART_API art_status art_destroy(struct art_runtime *rt);

/**
 * Makes the calling thread the owner, for hosts that create on one thread and run on another. The
 * two threads must agree about the moment: no other call may be under way, and the host must order
 * the owner's last call before this one (a mutex, a join).
 *
 * Thread: any, see above. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_BUSY inside a step, ART_UNSUPPORTED if another language is
 * the host, ART_POISONED, ART_CLOSED during destruction, ART_FORKED, ART_VERSION_MISMATCH. Since
 * 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime which no other thread is using.
 */
ART_API art_status art_adopt_thread(struct art_runtime *rt);

/**
 * Writes the time of the runtime's clock (that of the configuration, or the system's monotonic one)
 * to `*out_ns`, in ns. Inside a handler the time of the running step is `art_context_now`.
 *
 * Thread: owner; allowed inside `wake`. May call: clock.
 * Returns ART_OK and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out_ns` must be NULL or writable.
 */
ART_API art_status art_now(struct art_runtime *rt, uint64_t *out_ns);

/**
 * Copies the text of the owner thread's last failed call into `buffer`, NUL-terminated and cut to
 * `size` bytes, and writes its full length without the NUL to `*out_len` (which may be NULL, as may
 * `buffer` if `size` is 0). The text goes with that call's status; a later failure replaces it, a
 * success leaves it. Calls refused with ART_WRONG_THREAD or for a NULL runtime leave no text.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_WRONG_THREAD, ART_VERSION_MISMATCH. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `buffer` writable for `size` bytes; `out_len`
 * NULL or writable.
 */
ART_API art_status art_last_message(
    struct art_runtime *rt, char *buffer, size_t size, size_t *out_len);

/* ----------------------------------------------------------------------------------------------
 * The step and what a host needs to know between two of them
 * ---------------------------------------------------------------------------------------------- */

/** As a time: read the configured clock. */
#define ART_NOW UINT64_MAX
/** As a time or a timeout: never. */
#define ART_NEVER UINT64_MAX
/**
 * Budget flag: one idle message may run, before anything else. Pass it when the host itself has
 * nothing to do.
 */
#define ART_STEP_IDLE 1

/**
 * How much one step may do. A step runs at least one message if any is ready, and then as many as
 * both limits allow.
 */
typedef struct art_budget {
    /** `sizeof(art_budget)`. */
    uint32_t struct_size;
    /** ART_STEP_... bits. */
    uint32_t flags;
    /** Most messages; 0 takes the configured default, UINT32_MAX is no limit. */
    uint32_t max_messages;
    /** Zero. */
    uint32_t reserved;
    /**
     * Longest time in ns, counted from the end of the first message; 0 takes the configured
     * default, UINT64_MAX is no limit. The clock is read after 1, 2, 4, 8 and 16 messages, then
     * after every 16. A handler is never interrupted.
     */
    uint64_t max_ns;
} art_budget;
/** An art_budget with all defaults. */
#define ART_BUDGET_INIT \
    {sizeof(art_budget), 0, 0, 0, 0}

/** What a step did and what it leaves to the host. */
typedef struct art_step_result {
    /** `sizeof(art_step_result)`, set by the caller. */
    uint32_t struct_size;
    /**
     * 1: more is ready, the host owes a step, and `wake` will not be called for it. 0: the next
     * event will call `wake` exactly once.
     */
    uint32_t more;
    /** 1: idle messages wait for a step with ART_STEP_IDLE. */
    uint32_t idle;
    /**
     * Host calls that wait for `art_run_host_calls`. Re-arm the timer, and arrange the next step if
     * `more`, before that.
     */
    uint32_t host_calls;
    /** Messages handled in this step. */
    uint64_t handled;
    /** Actors that failed in this step. */
    uint64_t failed;
    /**
     * The earliest deadline in ns of the host's clock, 0 if something is ready, ART_NEVER if there
     * is none.
     */
    uint64_t next_deadline_ns;
    /** Number of this step, from 1. */
    uint64_t step;
    /**
     * 1: somebody has asked the program to end: an actor panicked under ART_PANIC_SHUTDOWN, a child
     * of the root failed too often and nobody hears of that (`art_on_escalation`), the tree has
     * been ended (`art_terminate`), or Rust code did. It stays 1; whether the host ends is its own
     * affair.
     */
    uint32_t shutdown;
    /** Zero. */
    uint32_t reserved;
} art_step_result;
/** An art_step_result with all defaults. */
#define ART_STEP_RESULT_INIT \
    {sizeof(art_step_result), 0, 0, 0, 0, 0, 0, 0, 0, 0}

/** How much waits in a runtime. All zero down to `asks` means that it is at rest. */
typedef struct art_pending_info {
    /** `sizeof(art_pending_info)`, set by the caller. */
    uint32_t struct_size;
    /** Host calls not yet run. */
    uint32_t host_calls;
    /** Messages queued by the owner thread, stops and kills included. */
    uint64_t local;
    /** 1 if something came from another thread that no step has taken yet. */
    uint64_t remote;
    /** Idle messages. */
    uint64_t idle;
    /** Armed timers, those of open asks included. */
    uint64_t timers;
    /** Asks without an outcome. */
    uint64_t asks;
    /** Living actors. */
    uint64_t actors;
    /**
     * Messages that no handler saw: their receiver had ended, its mailbox was full (not for
     * `art_try_post`), or the runtime was closed. Since the start, as everything below.
     */
    uint64_t dead_letters;
    /**
     * Answers that came too late: the ask had had its outcome, by its deadline, its withdrawal or
     * another answer, or the asker had been restarted.
     */
    uint64_t late_replies;
    /** Panics of Rust destructors, and of notifiers and answers outside of any handler. */
    uint64_t drop_panics;
    /** Steps whose time was smaller than an earlier one's. */
    uint64_t clamped_times;
    /** What the queues take now, in bytes: see `art_byte_budget_set`. */
    uint64_t bytes;
} art_pending_info;
/** An art_pending_info with all defaults. */
#define ART_PENDING_INFO_INIT \
    {sizeof(art_pending_info), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/**
 * Runs what is due: due timers, what other threads have posted, then messages in the order in which
 * they were posted. Never blocks and always returns. `now_ns` is the host's monotonic time, the
 * same for all handlers of the step; a value smaller than the last is taken as the last. ART_NOW
 * reads the clock. `budget` may be NULL for the defaults, `result` may be NULL. A step with nothing
 * to do is cheap and harmless.
 *
 * Inside a handler the call does nothing but answer ART_BUSY; do not re-arm anything on it, the
 * outer step reports.
 *
 * Thread: owner. May call: handlers, on_stop, destroy, notify, told, the drop of what is handled or
 * lost, argument_drop, user_drop, clock, log; wake at its very end with ART_CONFIG_WAKE_ON_MORE.
 * Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT; ART_PANICKED if Rust code panicked and no
 * actor failed by it, with `*result` filled and the runtime usable; ART_UNSUPPORTED if another
 * language is the host (actor_rt/python.h); and the codes of every owner-thread function. Since
 * 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `budget` and `result` NULL or valid structs with
 * their `struct_size`.
 */
ART_API art_status art_step(
    struct art_runtime *rt, uint64_t now_ns, const struct art_budget *budget, struct art_step_result
    *result);

/**
 * Writes the time from `now_ns` to the next thing to do to `*out_ns`: 0 if something is ready,
 * ART_NEVER if nothing is. O(1).
 *
 * Thread: owner; allowed inside `wake` with a `now_ns` other than ART_NOW. May call: clock with
 * ART_NOW.
 * Returns ART_OK and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out_ns` NULL or writable.
 */
ART_API art_status art_next_timeout(struct art_runtime *rt, uint64_t now_ns, uint64_t *out_ns);

/**
 * Writes the earliest deadline in ns of the host's clock to `*out_ns`: 0 if something is ready,
 * ART_NEVER if there is none. O(1).
 *
 * Thread: owner; allowed inside `wake`. May call: nothing.
 * Returns ART_OK and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out_ns` NULL or writable.
 */
ART_API art_status art_next_deadline(struct art_runtime *rt, uint64_t *out_ns);

/**
 * `art_next_timeout` in the form that `poll` and `epoll_wait` take: milliseconds, rounded up, at
 * most INT32_MAX, and -1 if nothing is ever due.
 *
 * Thread: owner. May call: clock with ART_NOW.
 * Returns ART_OK and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out_ms` NULL or writable.
 */
ART_API art_status art_timeout_ms(struct art_runtime *rt, uint64_t now_ns, int32_t *out_ms);

/**
 * Fills `*out` with what waits in the runtime.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_STRUCT_SIZE and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
 */
ART_API art_status art_pending(struct art_runtime *rt, struct art_pending_info *out);

/* ----------------------------------------------------------------------------------------------
 * Actors written in C
 * ---------------------------------------------------------------------------------------------- */

/** Why an actor ended. */
typedef struct art_stop_cause {
    /** Size of this struct in bytes, set by the library. */
    uint32_t struct_size;
    /** ART_STOP_STOPPED or one of its siblings. New ones may appear. */
    uint32_t kind;
    /** Exit reason: the status it failed with, or that was given to `art_stop` or `art_kill`. */
    art_status reason;
    /** What it was doing when it ended: ART_PHASE_... */
    uint32_t phase;
    /** The text that goes with the reason, UTF-8 without NUL, borrowed; NULL if there is none. */
    const char *text;
    /** Its length. */
    size_t text_len;
} art_stop_cause;

/* Kinds of end. */
/** It was stopped, or stopped itself. */
#define ART_STOP_STOPPED 0
/** Its handler returned an error, called `art_context_fail`, or panicked. */
#define ART_STOP_FAILED 1
/** It was killed. */
#define ART_STOP_KILLED 2
/** Its owner or its runtime went away. */
#define ART_STOP_DROPPED 3
/** Reserved: the connection to it was lost. */
#define ART_STOP_LOST 4
/** There was no such actor when it was looked for: it had ended before. In art_exit only. */
#define ART_STOP_NO_ACTOR 5

/* Phases of an actor. */
/** Spawned; `create` has not run yet. */
#define ART_PHASE_SPAWNED 0
/** In `create`, or not ready yet: see `art_context_starting`. */
#define ART_PHASE_CREATE 1
/** Created, between two messages. */
#define ART_PHASE_READY 2
/** In `on_message`, or in one of its hooks. */
#define ART_PHASE_MESSAGE 3
/** Told to stop: in the turns that ART_ACTOR_HEARS_STOP gives it. */
#define ART_PHASE_STOP 4

/**
 * Makes the state of an actor: the first thing that runs of it, inside a step. Write the state to
 * `*state`. A negative status means that there is none; the actor fails and `destroy` is not
 * called. With ART_OK the actor is ready, unless `art_context_starting` was called.
 */
typedef art_status (*art_create_fn)(struct art_context *context, void *argument, void **state);

/**
 * Handles one message. A negative status fails the actor, as does `art_context_fail`. Posting,
 * asking, arming timers, spawning and ending actors are all allowed; they take effect after the
 * handler has returned.
 */
typedef art_status (*art_message_fn)(void *state, struct art_context *context, const struct art_msg *message);

/**
 * Says goodbye: the last thing that runs of an actor which was stopped. Not called for one that
 * failed or was killed. `cause` is borrowed.
 */
typedef void (*art_stop_fn)(void *state, struct art_context *context, const struct art_stop_cause *cause);

/**
 * Hears that an actor has ended, after its `destroy`. Called exactly once, on the owner thread.
 * `cause` is borrowed.
 */
typedef void (*art_notify_fn)(void *user, art_actor actor, const struct art_stop_cause *cause);

/**
 * What an actor does. One constant for all actors of a kind; it must stay where it is until the
 * last of them has ended.
 */
typedef struct art_actor_vtable {
    /** `sizeof(art_actor_vtable)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t flags;
    /** Makes the state; NULL takes `argument` itself as the state. */
    art_create_fn create;
    /** Handles a message; must not be NULL. */
    art_message_fn on_message;
    /** Called when the actor is stopped; may be NULL. */
    art_stop_fn on_stop;
    /**
     * Frees the state. Called exactly once for each state made, however the actor ends, unless
     * `art_context_take_state` took it; may be NULL.
     */
    art_release_fn destroy;
} art_actor_vtable;
/** An art_actor_vtable with all defaults. */
#define ART_ACTOR_VTABLE_INIT \
    {sizeof(art_actor_vtable), 0, NULL, NULL, NULL, NULL}

/** How one actor is made. The struct is read during `art_spawn` and not kept. */
typedef struct art_actor_config {
    /** `sizeof(art_actor_config)`. */
    uint32_t struct_size;
    /** ART_ACTOR_... bits. */
    uint32_t flags;
    /**
     * Most messages that may wait for it; 0 for the runtime's `default_capacity`, ART_UNBOUNDED for
     * no bound. Stops, kills and answers do not count. Zero with a `mailbox`.
     */
    uint32_t capacity;
    /** Zero. */
    uint32_t reserved;
    /**
     * Its supervisor, 0 for none: an actor that is alive and not about to end. This actor ends
     * before it does: it is stopped, and killed if that takes more than five seconds; if the
     * supervisor is killed, so is this one. It is not restarted unless `supervision` says so.
     */
    art_actor parent;
    /** What it does; must not be NULL, and is not copied. */
    const struct art_actor_vtable *vtable;
    /** Argument of `create`, or the state itself if there is no `create`. Handed over. */
    void *argument;
    /**
     * With a `create`: called once with `argument` when the actor has ended for good and cannot be
     * started anew, or if `art_spawn` fails. Without one: only if `art_spawn` fails, as `destroy`
     * frees the state. May be NULL.
     */
    art_release_fn argument_drop;
    /** Name for logs and traces, UTF-8, copied; may be NULL. */
    const char *name;
    /** Its length; 0 or ART_NUL_TERMINATED for up to the NUL. */
    size_t name_len;
    /** Reserved for reading messages of another encoding: NULL. */
    const void *decoder;
    /** Hears of its end; may be NULL. */
    art_notify_fn notify;
    /** Argument of `notify`; must stay valid until `notify` was called. */
    void *notify_user;
    /** How it keeps its messages; NULL for in their order, within `capacity`. */
    const struct art_mailbox *mailbox;
    /**
     * Makes it a supervised actor, of its `parent` or, without one, of the runtime's root, and says
     * how it is restarted and ended. NULL for an actor that is not restarted.
     */
    const struct art_supervision *supervision;
    /**
     * How it supervises children of its own; NULL for one for one, with one restart in 5 seconds.
     */
    const struct art_supervisor *supervisor;
    /**
     * What it decides and is told besides its messages; NULL for nothing. Such an actor is
     * supervised, by the root if it has no parent.
     */
    const struct art_actor_hooks *hooks;
} art_actor_config;
/** An art_actor_config with all defaults. */
#define ART_ACTOR_CONFIG_INIT \
    {sizeof(art_actor_config), 0, 0, 0, 0, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, \
    NULL, NULL, NULL}

/** As a capacity: no bound. */
#define ART_UNBOUNDED UINT32_MAX

/* Flags of an actor. */
/**
 * Told to stop, it gets a message with the tag ART_TAG_STOP when its children have ended, and
 * further turns until `art_stopped` is called: its timers, the answers to its asks and the
 * runtime's messages still come, others do not. Its supervisor waits as its `supervision` says,
 * `art_stop` for as long as it takes. Not if it fails or is killed. Such an actor is supervised, by
 * the root if it has no parent.
 */
#define ART_ACTOR_HEARS_STOP 1
/**
 * It gets messages with the tag ART_TAG_CHILD about its children, ahead of all that wait. Such an
 * actor is supervised likewise.
 */
#define ART_ACTOR_HEARS_CHILDREN 2

/**
 * Spawns an actor and writes its id to `*out`. `create` runs in a later step; what is posted
 * meanwhile waits for it in order. The actor lives until it stops, fails, is killed or its runtime
 * is destroyed.
 *
 * `argument` is consumed whether or not the call succeeds, see `argument_drop`. `*out` is 0 on
 * failure.
 *
 * Thread: owner. May call: wake outside of a step; argument_drop on failure.
 * Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_INVALID_UTF8, ART_NOT_FOUND if there
 * is no such parent or it is ending, ART_WRONG_KIND and ART_WRONG_RUNTIME for it, ART_UNSUPPORTED
 * for a decoder, ART_CLOSED during destruction, and the codes of every owner-thread function. Since
 * 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `config` NULL or valid with its `struct_size`,
 * and what it points to as described; `out` NULL or writable.
 */
ART_API art_status art_spawn(
    struct art_runtime *rt, const struct art_actor_config *config, art_actor *out);

/**
 * Stops an actor: overtakes what waits in its mailbox, ends its children, runs `on_stop`, then
 * `destroy`. Messages that still wait for it are dropped with ART_DROP_CANCELLED. `reason` is the
 * exit reason; 0 is the usual one.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_stop(struct art_runtime *rt, art_actor actor, art_status reason);

/**
 * As `art_stop`, with a text that goes with the reason to the actor's supervisor and to those who
 * monitor it. It is copied; a `text_len` of ART_NUL_TERMINATED means up to the NUL.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns as `art_stop`; ART_INVALID_UTF8, ART_NULL_POINTER. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `text` readable as said.
 */
ART_API art_status art_stop_because(
    struct art_runtime *rt, art_actor actor, art_status reason, const char *text, size_t text_len);

/**
 * Stops an actor when it has handled all that was sent to it before. From now on nothing more can
 * be sent to it: posts answer ART_NOT_FOUND; answers to its own asks and its timers still come. A
 * stop or a kill meanwhile comes first.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns as `art_stop`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_drain(struct art_runtime *rt, art_actor actor);

/**
 * Kills an actor and its children: from the moment this returns no handler of them starts,
 * `on_stop` included. A handler that is running (the caller's own) runs to its end. `destroy` and
 * the drops of its messages still run. To its supervisor that is a failure: one that is restarted
 * after such comes back; `art_child_terminate` ends one for good. `text` is copied and may be NULL;
 * a `text_len` of ART_NUL_TERMINATED means up to the NUL.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_INVALID_UTF8, and the codes
 * of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `text` readable as said.
 */
ART_API art_status art_kill(
    struct art_runtime *rt, art_actor actor, art_status reason, const char *text, size_t text_len);

/* ----------------------------------------------------------------------------------------------
 * Posting from the owner thread
 * ---------------------------------------------------------------------------------------------- */

/**
 * Queues a message for an actor; it is handled in a later step, or later in this one. `len` bytes
 * at `data` are copied; `data` may be NULL if `len` is 0. Never blocks. Messages from one sender to
 * one receiver keep their order. Inside a handler the sender is the handler's actor.
 *
 * Thread: owner. May call: wake outside of a step; the drop of a message that gives way.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_FULL, ART_TOO_LARGE,
 * ART_INVALID_ARGUMENT for a tag of the runtime's, ART_UNSUPPORTED for a Rust actor that takes no
 * such messages, ART_CLOSED during destruction, and the codes of every owner-thread function. Since
 * 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `data` readable for `len` bytes.
 */
ART_API art_status art_post(
    struct art_runtime *rt, art_actor to, uint64_t tag, const void *data, size_t len);

/**
 * As `art_post`, but hands the payload over instead of copying it: **it is consumed whether or not
 * the call succeeds**, and `drop(data, len, drop_user, reason)` runs exactly once: after the
 * handler (unless it took the payload), or when the message cannot be delivered; before this call
 * returns if the call fails. `drop` may be NULL.
 *
 * Thread: owner. May call: wake outside of a step; drop on failure, or if it is lost in a full
 * mailbox; the drop of a message that gives way.
 * Returns as `art_post`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `data` must stay readable for `len` bytes until
 * `drop` runs.
 */
ART_API art_status art_post_owned(
    struct art_runtime *rt, art_actor to, uint64_t tag, void *data, size_t len, art_drop_fn drop,
    void *drop_user);

/**
 * As `art_post_owned` with a shared buffer: consumes one reference. For one payload to many
 * receivers.
 *
 * Thread: owner. May call: wake outside of a step; the buffer's drop on failure, or if it is lost
 * in a full mailbox; the drop of a message that gives way.
 * Returns as `art_post`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `buffer` must be NULL or a buffer of which the
 * caller holds a reference.
 */
ART_API art_status art_post_buffer(
    struct art_runtime *rt, art_actor to, uint64_t tag, struct art_buffer *buffer);

/**
 * As `art_post`, for callers who expect a full mailbox: ART_FULL is not counted as a lost message.
 *
 * Thread: owner. May call: wake outside of a step; the drop of a message that gives way. Returns as
 * `art_post`. Since 0.1.
 *
 * Requires: As for `art_post`.
 */
ART_API art_status art_try_post(
    struct art_runtime *rt, art_actor to, uint64_t tag, const void *data, size_t len);

/**
 * As `art_post_owned`, with the one exception to its rule: on ART_FULL, and only then, the payload
 * stays the caller's and `drop` is not called, so that the post can be tried again.
 *
 * Thread: owner. May call: wake outside of a step; drop on failures other than ART_FULL, or if it
 * is lost in a full mailbox; the drop of a message that gives way.
 * Returns as `art_post`. Since 0.1.
 *
 * Requires: As for `art_post_owned`.
 */
ART_API art_status art_try_post_owned(
    struct art_runtime *rt, art_actor to, uint64_t tag, void *data, size_t len, art_drop_fn drop,
    void *drop_user);

/* ----------------------------------------------------------------------------------------------
 * Timers
 * ---------------------------------------------------------------------------------------------- */

/**
 * Arms a timer: at `deadline_ns` of the host's clock the actor gets a message with `tag` (0 for
 * ART_TAG_TIMER), a copy of `len` bytes at `data`, the flag ART_MSG_TIMER, and the timer's id in
 * `detail`. A deadline that has passed is due in the next step. Timers come due in the order of
 * their deadlines, those with equal deadlines in the order in which they were armed. The timer ends
 * with its actor. `out` may be NULL; it gets 0 on failure.
 *
 * Thread: owner. May call: wake, outside of a step and if this is now the earliest deadline.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_TOO_LARGE,
 * ART_INVALID_ARGUMENT for a tag of the runtime's, ART_UNSUPPORTED for a Rust actor that takes no
 * such messages, ART_CLOSED during destruction, and the codes of every owner-thread function. Since
 * 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `data` readable for `len` bytes; `out` NULL or
 * writable.
 */
ART_API art_status art_timer_at(
    struct art_runtime *rt, art_actor to, uint64_t tag, uint64_t deadline_ns, const void *data,
    size_t len, art_timer *out);

/**
 * Gives an armed timer another deadline; its payload and its id stay.
 *
 * Thread: owner. May call: wake, as `art_timer_at`.
 * Returns ART_OK, ART_NOT_FOUND if it is due already, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the
 * codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_timer_reset(struct art_runtime *rt, art_timer timer, uint64_t deadline_ns);

/**
 * Takes back an armed timer. After ART_OK its message does not come.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NOT_FOUND if it is due already, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the
 * codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_timer_cancel(struct art_runtime *rt, art_timer timer);

/**
 * Stops an actor after `after_ns`: as `art_stop_because` with the text "Exit after ...ms". `*out`
 * gets the timer, which `art_timer_cancel` takes back and `art_timer_reset` moves, 0 on failure; it
 * may be NULL.
 *
 * Thread: owner. May call: wake, as `art_timer_at`.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or writable.
 */
ART_API art_status art_exit_after(
    struct art_runtime *rt, art_actor actor, uint64_t after_ns, art_timer *out);

/**
 * Kills an actor after `after_ns`: as `art_kill` with the text "Kill after ...ms"; else as
 * `art_exit_after`.
 *
 * Thread: owner. May call: wake, as `art_timer_at`.
 * Returns as `art_exit_after`. Since 0.1.
 *
 * Requires: As for `art_exit_after`.
 */
ART_API art_status art_kill_after(
    struct art_runtime *rt, art_actor actor, uint64_t after_ns, art_timer *out);

/* ----------------------------------------------------------------------------------------------
 * Asking and replying
 * ---------------------------------------------------------------------------------------------- */

/* Outcomes of an ask. */
/** There is a reply; the payload is it. */
#define ART_REPLY_OK 0
/** The deadline passed first. */
#define ART_REPLY_TIMEOUT 1
/** The receiver took the message and gave no reply: the token was dropped, or its holder ended. */
#define ART_REPLY_NO_REPLY 2
/** The receiver or the runtime was gone when it was asked. */
#define ART_REPLY_CLOSED 3
/** The asker withdrew. */
#define ART_REPLY_CANCELLED 4
/** Reserved: the connection to the receiver was lost. */
#define ART_REPLY_LOST 5
/**
 * The receiver's mailbox was full: it was not asked. Of `art_ask_all` only; `art_ask` itself
 * answers ART_FULL.
 */
#define ART_REPLY_FULL 6

/**
 * Asks the actor `to` on behalf of the actor `from`. `to` gets an ordinary message with the flag
 * ART_MSG_ASK and the token in `reply`. `from` gets exactly one message with the tag ART_TAG_REPLY,
 * the same token in `reply`, the outcome in `status`, and the reply's own tag in `detail`; none
 * comes if `from` ends first, as it does when the runtime is destroyed. `deadline_ns` is in the
 * host's clock, ART_NEVER for none. `len` bytes at `data` are copied. `*out_token` gets the token,
 * 0 on failure; it may be NULL.
 *
 * An unknown or ended receiver is an outcome (ART_REPLY_CLOSED) and not an error, so that there is
 * one place to handle it.
 *
 * Thread: owner. May call: wake outside of a step; the drop of a message that gives way.
 * Returns ART_OK, ART_NOT_FOUND for `from`, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_FULL,
 * ART_TOO_LARGE, ART_INVALID_ARGUMENT for a tag of the runtime's, ART_UNSUPPORTED for a Rust actor
 * on either side that takes no such messages, ART_CLOSED during destruction, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `data` readable for `len` bytes; `out_token`
 * NULL or writable.
 */
ART_API art_status art_ask(
    struct art_runtime *rt, art_actor from, art_actor to, uint64_t tag, const void *data, size_t
    len, uint64_t deadline_ns, art_reply_token *out_token);

/**
 * Asks the actor `to` on behalf of the actor `from`, and has the reply posted to the actor
 * `receiver`, as an ordinary message with the tag `forward_tag`: the reply's bytes are its payload,
 * the one who replied is its sender. If there is no reply nobody hears, and if the receiver has no
 * room for it, it is lost as any post is. `from`, who hears nothing of it, can withdraw it
 * (`art_ask_cancel`), and does so by its end.
 *
 * Thread: owner. May call: wake outside of a step; the drop of a message that gives way.
 * Returns as `art_ask`; ART_INVALID_ARGUMENT also for a `forward_tag` of the runtime's,
 * ART_WRONG_KIND and ART_WRONG_RUNTIME also for `receiver`. Since 0.1.
 *
 * Requires: As for `art_ask`.
 */
ART_API art_status art_ask_forward(
    struct art_runtime *rt, art_actor from, art_actor to, uint64_t tag, const void *data, size_t
    len, uint64_t deadline_ns, art_actor receiver, uint64_t forward_tag, art_reply_token
    *out_token);

/**
 * Writes until when an ask may be answered to `*out_deadline_ns`, in the host's clock: ART_NEVER if
 * it has no deadline. For whoever has to answer it, to give up in time, or to ask others within
 * what is left.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_ALREADY_REPLIED if it has had its outcome: nobody waits any
 * more; ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread
 * function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out_deadline_ns` NULL or writable.
 */
ART_API art_status art_ask_deadline(
    struct art_runtime *rt, art_reply_token token, uint64_t *out_deadline_ns);

/**
 * Withdraws an ask. Its asker gets the outcome ART_REPLY_CANCELLED, and a late reply is dropped.
 *
 * Thread: owner. May call: wake outside of a step; told, if the host has asked.
 * Returns ART_OK, ART_ALREADY_REPLIED, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the
 * codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_ask_cancel(struct art_runtime *rt, art_reply_token token);

/**
 * Answers an ask with a tag (0 is allowed here) and a copy of `len` bytes at `data`.
 *
 * Thread: owner. May call: wake outside of a step; told, if the host has asked.
 * Returns ART_OK, ART_ALREADY_REPLIED if it has had its outcome, ART_NOT_FOUND, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, ART_TOO_LARGE, ART_CLOSED during destruction, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `data` readable for `len` bytes.
 */
ART_API art_status art_reply(
    struct art_runtime *rt, art_reply_token token, uint64_t tag, const void *data, size_t len);

/**
 * As `art_reply`, but hands the payload over by the rule of `art_post_owned`.
 *
 * Thread: owner. May call: wake outside of a step; drop on failure, or if the host has asked; told,
 * if the host has asked.
 * Returns as `art_reply`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `data` must stay readable for `len` bytes until
 * `drop` runs.
 */
ART_API art_status art_reply_owned(
    struct art_runtime *rt, art_reply_token token, uint64_t tag, void *data, size_t len, art_drop_fn
    drop, void *drop_user);

/**
 * Gives up a token without an answer: the asker gets the outcome ART_REPLY_NO_REPLY.
 *
 * Thread: owner. May call: wake outside of a step; told, if the host has asked.
 * Returns as `art_reply`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_reply_drop(struct art_runtime *rt, art_reply_token token);

/* ----------------------------------------------------------------------------------------------
 * Asking several actors at once
 * ---------------------------------------------------------------------------------------------- */

/**
 * What became of a question to several actors: the payload of ART_TAG_ANSWERS. The answers follow
 * it: `count` of art_answer, in the order in which the actors were named, the first one at `(const
 * char *)answers + answers->struct_size`, each next one `answer_size` bytes further on. Borrowed as
 * the message is.
 */
typedef struct art_answers {
    /** Size of this struct in bytes, set by the library: where the answers begin. */
    uint32_t struct_size;
    /** How many bytes each of them takes. */
    uint32_t answer_size;
    /** How many actors were asked. */
    uint32_t count;
    /** How many of them have replied. */
    uint32_t replies;
    /** The number that `art_ask_all` was given. */
    uint64_t number;
} art_answers;

/** The outcome of one actor of several that were asked. */
typedef struct art_answer {
    /** Size of this struct in bytes, set by the library. */
    uint32_t struct_size;
    /** ART_REPLY_OK or one of its siblings; ART_REPLY_CANCELLED if it was not waited for. */
    int32_t status;
    /** Who was asked. */
    art_actor actor;
    /** Of a reply: its tag. Else 0. */
    uint64_t tag;
    /** The reply's bytes, aligned to 8; borrowed as the message is. NULL if there are none. */
    const void *data;
    /** Their number. */
    size_t len;
} art_answer;

/* How many replies are enough. */
/** All outcomes are waited for. */
#define ART_GATHER_ALL 0
/** One. Any other number means so many. */
#define ART_GATHER_FIRST 1

/**
 * Asks `count` actors at `to` the same on behalf of the actor `from`, within one time. Each gets a
 * message as with `art_ask`. `from` gets one message for all of them, with the tag ART_TAG_ANSWERS
 * and an art_answers as its payload: when `enough` (ART_GATHER_...) have replied, or so many can no
 * more, or all have their outcome. Who was not waited for is withdrawn. None comes if `from` ends
 * first, or is restarted. `number` is the caller's, to know the answers by. `len` bytes at `data`
 * are copied.
 *
 * One that has ended (ART_REPLY_CLOSED), whose mailbox is full (ART_REPLY_FULL) or that takes no
 * such messages (ART_REPLY_NO_REPLY) is an outcome at its place, and no hindrance for the others.
 *
 * Thread: owner. May call: wake outside of a step; the drop of a message that gives way.
 * Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND for `from` or an id of 0, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, ART_INVALID_ARGUMENT for a tag of the runtime's or an `enough` that is more
 * than `count`, ART_TOO_LARGE, ART_UNSUPPORTED for a Rust actor as `from` that takes no such
 * messages, ART_CLOSED during destruction, and the codes of every owner-thread function; then
 * nobody was asked. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `to` readable for `count` ids; `data` readable
 * for `len` bytes.
 */
ART_API art_status art_ask_all(
    struct art_runtime *rt, art_actor from, const art_actor *to, size_t count, uint32_t enough,
    uint64_t tag, const void *data, size_t len, uint64_t deadline_ns, uint64_t number);

/* ----------------------------------------------------------------------------------------------
 * Asks of those who are no actors
 * ---------------------------------------------------------------------------------------------- */

/* Asks from outside of actors. */

/**
 * Hears the one outcome of an ask, as an actor would by a message with the tag ART_TAG_REPLY: the
 * outcome is in `status`, the reply's own tag in `detail`. `answer` is borrowed.
 */
typedef void (*art_answered_fn)(void *user, const struct art_msg *answer);

/**
 * As `art_ask`, for the host: calls `told(user, answer)` once: in a step, at once if the receiver
 * is gone, in the call that answers, gives up or withdraws it, or by `art_destroy`.
 *
 * Thread: owner. May call: wake outside of a step; told; the drop of a message that gives way.
 * Returns ART_OK; ART_NULL_POINTER, ART_NOT_FOUND for an id of 0, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, ART_FULL, ART_TOO_LARGE, ART_INVALID_ARGUMENT for a tag of the runtime's,
 * ART_UNSUPPORTED for a Rust actor that takes no messages, ART_CLOSED during destruction, and the
 * codes of every owner-thread function: then nothing was asked, and `told` is not called. Since
 * 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `data` readable for `len` bytes; `user` must
 * stay valid for `told` until that was called; `out_token` NULL or writable.
 */
ART_API art_status art_ask_then(
    struct art_runtime *rt, art_actor to, uint64_t tag, const void *data, size_t len, uint64_t
    deadline_ns, art_answered_fn told, void *user, art_reply_token *out_token);

/**
 * As `art_ask_then`, from any thread. `told` is called on the owner thread; if the runtime ends
 * before it gets to the ask, on the thread on which that shows, which may be this one. `timeout_ns`
 * is counted from when the runtime gets to it; ART_NEVER for none. Whatever becomes of the ask is
 * an outcome: a mailbox that is full is ART_REPLY_FULL, a receiver that takes no messages
 * ART_REPLY_NO_REPLY.
 *
 * Thread: any. May call: wake, as the last act; told.
 * Returns ART_OK; ART_NULL_POINTER, ART_CLOSED, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME,
 * ART_TOO_LARGE, ART_INVALID_ARGUMENT for a tag of the runtime's: then nothing was asked, and
 * `told` is not called. Since 0.1.
 *
 * Requires: `remote` must be NULL or a remote of which the caller holds a reference; `data`
 * readable for `len` bytes; `user` must stay valid for `told`, on the threads named, until that was
 * called.
 */
ART_API art_status art_remote_ask(
    struct art_remote *remote, art_actor to, uint64_t tag, const void *data, size_t len, uint64_t
    timeout_ns, art_answered_fn told, void *user);

/** Where the outcome of an ask goes for which a thread waits. */
typedef struct art_waited {
    /** `sizeof(art_waited)`, set by the caller. */
    uint32_t struct_size;
    /** The outcome: ART_REPLY_OK or one of its siblings. */
    int32_t outcome;
    /** The reply's own tag. */
    uint64_t tag;
    /** The actor that replied; 0 if it was none. */
    art_actor sender;
    /** The reply's bytes, a reference that is the caller's; NULL without a reply. */
    struct art_buffer *answer;
    /** How many. */
    size_t len;
} art_waited;
/** An art_waited with all defaults. */
#define ART_WAITED_INIT \
    {sizeof(art_waited), 0, 0, 0, NULL, 0}

/**
 * As `art_remote_ask`, and waits for the outcome, which it writes to `*out`: for threads that have
 * nothing else to do meanwhile. `timeout_ns` is counted twice: by this thread from now on, and by
 * the runtime from when it gets to the ask. An ask that the runtime has not got to when this thread
 * gives up (ART_REPLY_TIMEOUT) is never made.
 *
 * Thread: any but the owner. May call: wake.
 * Returns ART_OK if there is an outcome; ART_WOULD_DEADLOCK on the owner thread, which would wait
 * for itself; ART_NULL_POINTER, ART_STRUCT_SIZE, ART_CLOSED, ART_NOT_FOUND, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, ART_TOO_LARGE, ART_INVALID_ARGUMENT for a tag of the runtime's. Since 0.1.
 *
 * Requires: `remote` must be NULL or a remote of which the caller holds a reference; `data`
 * readable for `len` bytes; `out` NULL or valid with its `struct_size`.
 */
ART_API art_status art_remote_ask_wait(
    struct art_remote *remote, art_actor to, uint64_t tag, const void *data, size_t len, uint64_t
    timeout_ns, struct art_waited *out);

/* ----------------------------------------------------------------------------------------------
 * Asking and waiting for the answer
 * ---------------------------------------------------------------------------------------------- */

/**
 * Asks an actor and waits, as `art_ask` on behalf of the handler's actor: from when the handler
 * returns until the answer comes to it, whatever that is, the actor handles no other messages; they
 * wait in their order, within its bound. Answers to its other asks, its timers, stops, kills and
 * the runtime's messages still reach it. It goes on with the handling of the answer, in which it
 * may ask like this again.
 *
 * Actors that wait like this can wait for each other. That is refused with ART_WOULD_DEADLOCK at
 * the call that would close the circle, and `art_last_message` has the path; asking itself is such
 * a circle. One that runs over an actor which kept its token instead of waiting is not seen: it
 * ends with the deadline.
 *
 * Thread: owner. May call: the drop of a message that gives way.
 * Returns ART_OK, ART_NO_CONTEXT, ART_WOULD_DEADLOCK, ART_WRONG_STATE if the actor waits already or
 * is not ready, and as `art_ask`; then nothing was asked, and nothing waits. Since 0.1.
 *
 * Requires: As for `art_context_self`; `data` readable for `len` bytes; `out_token` NULL or
 * writable.
 */
ART_API art_status art_context_ask_holding(
    struct art_context *context, art_actor to, uint64_t tag, const void *data, size_t len, uint64_t
    deadline_ns, art_reply_token *out_token);

/* ----------------------------------------------------------------------------------------------
 * Asks that wait for the same answer
 * ---------------------------------------------------------------------------------------------- */

/**
 * Lets the ask that is being handled wait for the answer to `key`, which is copied: as
 * `art_context_reply_keep`, and the actor need not remember the token. `*out_first` is 1 if it is
 * the first: then the actor is to find the answer, and to give it by `art_context_coalesced_reply`.
 * Those who ask meanwhile wait for the same: 0.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_NO_CONTEXT if nobody asked, ART_ALREADY_REPLIED, and the
 * codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`; `key` readable for `key_len` bytes; `out_first` NULL or
 * writable.
 */
ART_API art_status art_context_coalesce(
    struct art_context *context, const void *key, size_t key_len, uint32_t *out_first);

/**
 * Answers all asks of the handler's actor that wait for the answer to `key`, in the order in which
 * they came, each with a copy of `len` bytes at `data`, and writes to `*out_count`, which may be
 * NULL, for how many somebody still waited.
 *
 * Thread: owner. May call: told, if the host has asked.
 * Returns ART_OK also if there are none, ART_NULL_POINTER, ART_NO_CONTEXT, ART_TOO_LARGE, and the
 * codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`; `key` readable for `key_len` bytes, `data` for `len`;
 * `out_count` NULL or writable.
 */
ART_API art_status art_context_coalesced_reply(
    struct art_context *context, const void *key, size_t key_len, uint64_t tag, const void *data,
    size_t len, size_t *out_count);

/**
 * Gives up all asks that wait for the answer to `key`: each asker gets the outcome
 * ART_REPLY_NO_REPLY. `*out_count`, which may be NULL, gets the number of those who still waited.
 *
 * Thread: owner. May call: told, if the host has asked.
 * Returns ART_OK also if there are none, ART_NULL_POINTER, ART_NO_CONTEXT, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`; `key` readable for `key_len` bytes; `out_count` NULL or
 * writable.
 */
ART_API art_status art_context_coalesced_drop(
    struct art_context *context, const void *key, size_t key_len, size_t *out_count);

/**
 * Writes how many still wait for the answer to `key` to `*out_count`. If nobody does, looking for
 * it may be given up: `art_context_coalesced_drop` then lets the next who asks be the first again.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_NO_CONTEXT, and the codes of every owner-thread function.
 * Since 0.1.
 *
 * Requires: As for `art_context_coalesced_drop`.
 */
ART_API art_status art_context_coalesced_count(
    struct art_context *context, const void *key, size_t key_len, size_t *out_count);

/* ----------------------------------------------------------------------------------------------
 * Ends, as others hear of them
 * ---------------------------------------------------------------------------------------------- */

/**
 * How an actor ended: the payload of ART_TAG_DOWN, ART_TAG_EXIT, ART_TAG_STOP and ART_TAG_CHILD,
 * and what callbacks get. The reason's text follows it: `text_len` bytes of UTF-8 without NUL at
 * `(const char *)exit + exit->struct_size`. Borrowed as the message is.
 */
typedef struct art_exit {
    /** Size of this struct in bytes, set by the library: where the text begins. */
    uint32_t struct_size;
    /** ART_STOP_STOPPED or one of its siblings. New ones may appear. */
    uint32_t kind;
    /** Which monitor tells; 0 if none does. */
    art_monitor_id monitor;
    /** Who has ended. */
    art_actor actor;
    /** Exit reason, as in art_stop_cause; of a Rust actor's failure ART_FAILED, or ART_PANICKED. */
    art_status reason;
    /** What it was doing when it ended: ART_PHASE_... */
    uint32_t phase;
    /** Length of the text. */
    uint32_t text_len;
    /** Of ART_TAG_CHILD: what has become of the child, ART_CHILD_... Else 0. */
    uint32_t event;
} art_exit;

/* What has become of a child. */
/** It has ended, and is not restarted. */
#define ART_CHILD_ENDED 0
/** It is ready for the first time. There is no end to speak of. */
#define ART_CHILD_STARTED 1
/** It was restarted, and is ready. The rest says how the actor before it ended. */
#define ART_CHILD_RESTARTED 2

/** Hears of an end, on the owner thread. `exit` is borrowed. */
typedef void (*art_exit_fn)(void *user, const struct art_exit *exit);

/**
 * Has the actor `watcher` told of the end of the actor `target`: once, by a message with the tag
 * ART_TAG_DOWN, an art_exit as its payload and `target` as its sender, before any message that
 * waits. Also if it has ended already: ART_STOP_NO_ACTOR. An actor that is restarted has not ended.
 * Several monitors of one actor tell each. A watcher that is paused hears when it goes on. A
 * monitor ends with its watcher. `*out` gets its id, 0 on failure; it may be NULL.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NOT_FOUND for `watcher`, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED
 * for a Rust actor as the watcher that takes no such messages, ART_CLOSED during destruction, and
 * the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or writable.
 */
ART_API art_status art_monitor(
    struct art_runtime *rt, art_actor watcher, art_actor target, art_monitor_id *out);

/**
 * Calls `told(user, exit)` when the actor has ended, once: in a step, also if it has ended already,
 * or by `art_destroy`. For those who are no actors. Not called after ART_OK of `art_demonitor`.
 * `*out` gets the monitor's id, 0 on failure; it may be NULL.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NULL_POINTER, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `user` must stay valid for `told` until that was
 * called or the monitor withdrawn; `out` NULL or writable.
 */
ART_API art_status art_on_exit(
    struct art_runtime *rt, art_actor actor, art_exit_fn told, void *user, art_monitor_id *out);

/**
 * Withdraws a monitor of `art_monitor` or `art_on_exit`. After ART_OK it tells nothing, even if the
 * news was on its way.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NOT_FOUND if it has told, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of
 * every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_demonitor(struct art_runtime *rt, art_monitor_id monitor);

/**
 * Links two actors: if one of them fails, is killed, or was not there, the other one fails, too; or
 * is told, see `art_trap_exits`. An orderly end of one means nothing to the other, and a restart is
 * no end. Linking twice is linking once.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NOT_FOUND for `one`, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of
 * every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_link(struct art_runtime *rt, art_actor one, art_actor other);

/**
 * Takes a link away. From here on the end of one means nothing to the other. There need not be one.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_unlink(struct art_runtime *rt, art_actor one, art_actor other);

/**
 * Whether an actor is told of the ends of those that it is linked to (`trap` is 1) instead of
 * ending with them (0): by a message with the tag ART_TAG_EXIT, an art_exit as its payload and the
 * one that has ended as its sender. Orderly ends are told, too. It holds over restarts.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_INVALID_ARGUMENT for another `trap`, ART_NOT_FOUND, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust actor that takes no such messages, and the codes of
 * every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_trap_exits(struct art_runtime *rt, art_actor actor, uint32_t trap);

/* ----------------------------------------------------------------------------------------------
 * Supervision
 * ---------------------------------------------------------------------------------------------- */

/**
 * How a supervisor treats one child: `supervision` of art_actor_config. The struct is read during
 * `art_spawn` and not kept.
 *
 * A restart is in place: the actor keeps its id, its name, its mailbox and what waits in it, its
 * monitors and links; `destroy` is called for the state that failed and `create` makes another one
 * from the same `argument`. The message that failed is gone, and so are the timers and the asks of
 * the actor that failed.
 */
typedef struct art_supervision {
    /** `sizeof(art_supervision)`. */
    uint32_t struct_size;
    /** ART_SUPERVISION_... bits. */
    uint32_t flags;
    /** Whether it is started again when it has ended by itself: ART_RESTART_... */
    uint32_t restart;
    /** How its supervisor ends it: ART_SHUTDOWN_... */
    uint32_t shutdown;
    /** How long it may take to stop, in ns; 0 for 5 seconds. Then it is killed. */
    uint64_t shutdown_ns;
    /**
     * A limit of its own: restarts of it alone within `restart_period_ns`. Those of all its
     * supervisor's children count besides.
     */
    uint32_t max_restarts;
    /**
     * How long each wait before a restart is, in percent of the one before it: at least 100; 0 for
     * 200, twice as long.
     */
    uint32_t backoff_factor_percent;
    /** The period of `max_restarts`, in ns; 0 for no limit of its own. */
    uint64_t restart_period_ns;
    /**
     * How long its first restart in a row waits, in ns; 0 for not at all. Messages for it wait
     * meanwhile.
     */
    uint64_t backoff_first_ns;
    /** How long a restart waits at the most, in ns; 0 for `backoff_first_ns`. */
    uint64_t backoff_most_ns;
    /**
     * Who has been ready for so long begins with the first wait again, in ns; 0 for
     * `backoff_most_ns`.
     */
    uint64_t backoff_reset_ns;
    /** The part of each wait that is random, in percent, at most 100. */
    uint32_t backoff_jitter_percent;
    /** Zero. */
    uint32_t reserved;
    /**
     * How long each start of it may take, in ns; 0 for as long as it takes. Then it is killed, and
     * its start has failed.
     */
    uint64_t start_timeout_ns;
} art_supervision;
/** An art_supervision with all defaults. */
#define ART_SUPERVISION_INIT \
    {sizeof(art_supervision), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/* Flags of a supervised actor. */
/** Its end may be that of its supervisor: see ART_AUTO_SHUTDOWN_... */
#define ART_SUPERVISION_SIGNIFICANT 1
/** Its entry is kept when it has ended for good, so that `art_child_restart` can start it anew. */
#define ART_SUPERVISION_KEEP 2
/**
 * `restart_period_ns` is anchored: the period begins with the start, and anew with the first
 * failure after its end.
 */
#define ART_SUPERVISION_ANCHORED 4
/**
 * Its last state goes to its supervisor when it has ended for good: see `art_context_take_state`.
 */
#define ART_SUPERVISION_RETURN_STATE 8

/* When an actor is restarted. */
/** If it failed or was killed. */
#define ART_RESTART_TRANSIENT 0
/** Always. */
#define ART_RESTART_PERMANENT 1
/** Never. The only one for an actor without a `create`. */
#define ART_RESTART_TEMPORARY 2

/* How a supervisor ends an actor. */
/** It is stopped, and killed if that takes longer than `shutdown_ns`. */
#define ART_SHUTDOWN_STOP 0
/** It is killed. */
#define ART_SHUTDOWN_KILL 1
/** It is stopped, and waited for as long as it takes. */
#define ART_SHUTDOWN_INFINITE 2

/**
 * How an actor supervises its children, or the runtime those that have no parent: its *root*. More
 * failures than it allows are its own failure; of the root's the host hears, see
 * `art_on_escalation`.
 */
typedef struct art_supervisor {
    /** `sizeof(art_supervisor)`. */
    uint32_t struct_size;
    /** ART_SUPERVISOR_... bits. */
    uint32_t flags;
    /** Who is restarted with a child: ART_STRATEGY_... */
    uint32_t strategy;
    /** When it ends with its children: ART_AUTO_SHUTDOWN_... */
    uint32_t auto_shutdown;
    /** How many restarts of all its children within `period_ns` it allows. */
    uint32_t max_restarts;
    /** Zero. */
    uint32_t reserved;
    /** The period of `max_restarts`, in ns; 0 for the default of one restart in 5 seconds. */
    uint64_t period_ns;
} art_supervisor;
/** An art_supervisor with all defaults. */
#define ART_SUPERVISOR_INIT \
    {sizeof(art_supervisor), 0, 0, 0, 0, 0, 0}

/* Flags of a supervisor. */
/**
 * `period_ns` is anchored: the period begins with the start, and anew with the first failure after
 * its end.
 */
#define ART_SUPERVISOR_ANCHORED 1

/* Who is restarted with a child. */
/** Nobody else. */
#define ART_STRATEGY_ONE_FOR_ONE 0
/** All its siblings: they are ended, the youngest first, then all are started, the oldest first. */
#define ART_STRATEGY_ONE_FOR_ALL 1
/** Those that were started after it, likewise. */
#define ART_STRATEGY_REST_FOR_ONE 2

/* When a supervisor ends with its children. */
/** Never. */
#define ART_AUTO_SHUTDOWN_NEVER 0
/** When one that is significant has ended by itself for good. */
#define ART_AUTO_SHUTDOWN_ANY 1
/** When all that are significant have. */
#define ART_AUTO_SHUTDOWN_ALL 2

/**
 * Hears that the whole tree has ended: `count` actors at `killed` had to be killed. Called once, on
 * the owner thread; the ids are borrowed.
 */
typedef void (*art_terminated_fn)(void *user, const art_actor *killed, size_t count);

/**
 * Changes how an actor supervises its children, be it supervised itself or not; 0 is the root.
 * Restarts are counted anew.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_NOT_FOUND, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `supervisor` NULL or valid with its
 * `struct_size`.
 */
ART_API art_status art_set_supervisor(
    struct art_runtime *rt, art_actor actor, const struct art_supervisor *supervisor);

/**
 * Has `escalated(user, exit)` called whenever a child of the root has failed too often and is gone,
 * until the runtime is destroyed or another one is set. What is to be done about it is the host's
 * affair. NULL for nobody, as at the beginning: then `log` gets a line with ART_LOG_ERROR that
 * names the actor's id, why it failed and what is to be changed, and `shutdown` of art_step_result
 * is 1 from then on.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `user` must stay valid for `escalated` until
 * that is no longer called.
 */
ART_API art_status art_on_escalation(struct art_runtime *rt, art_exit_fn escalated, void *user);

/**
 * Ends all supervised actors in order: the youngest child of the root first, children before their
 * parents, each within its time. What is left at `deadline_ns` of the host's clock is killed;
 * ART_NEVER for no such time. `done`, which may be NULL, is called when all have ended. Asked for
 * again, the earlier deadline counts, and all are called. Until it is done nothing can be spawned
 * under the root with a `supervision`. Actors without one, and without a parent, live on;
 * `art_destroy` ends them.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `user` must stay valid for `done` until that was
 * called or the runtime is destroyed.
 */
ART_API art_status art_terminate(
    struct art_runtime *rt, uint64_t deadline_ns, art_terminated_fn done, void *user);

/**
 * Ends the further turns of an actor that was spawned with ART_ACTOR_HEARS_STOP and was told
 * ART_TAG_STOP: it says goodbye now. At any other time the call does nothing.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_stopped(struct art_runtime *rt, art_actor actor);

/* ----------------------------------------------------------------------------------------------
 * Hooks
 * ---------------------------------------------------------------------------------------------- */

/**
 * Something is said to the actor that is said to any (ART_SYSTEM_...): what is to follow? Returns
 * ART_REACTION_..., or a negative status, which fails the actor.
 */
typedef int32_t (*art_system_fn)(void *state, struct art_context *context, uint32_t message);

/**
 * A timer that the actor has started under this number has ticked, and so often. A negative status
 * fails the actor.
 */
typedef art_status (*art_tick_fn)(void *state, struct art_context *context, uint64_t number, uint32_t ticks);

/**
 * No message waits for the actor, and all other ordinary work of the step is done. `*wait_ns` is
 * ART_NEVER: set to another number, it is called again after that many ns, but not within the same
 * step; as it is, not before `art_context_run`. A negative status fails the actor.
 */
typedef art_status (*art_run_fn)(void *state, struct art_context *context, uint64_t *wait_ns);

/**
 * A child of the actor has failed more often than is allowed, and is gone: what is to become of the
 * actor? Returns ART_ESCALATION_..., or a negative status, which fails the actor. `exit` says who,
 * and how it ended the last time; it is borrowed.
 */
typedef int32_t (*art_escalation_fn)(void *state, struct art_context *context, const struct art_exit *exit);

/**
 * The actor is ready: before its first message, and supervised from here on. Called for each state
 * that `create` makes. A negative status fails the actor.
 */
typedef art_status (*art_start_fn)(void *state, struct art_context *context);

/**
 * The actor takes the place of one that ended as `exit` says, which is borrowed; before its
 * `on_started`. A negative status fails the actor.
 */
typedef art_status (*art_restart_fn)(void *state, struct art_context *context, const struct art_exit *exit);

/**
 * What is called of an actor besides its art_actor_vtable: `hooks` of art_actor_config. Copied
 * during `art_spawn`. Each function may be NULL. It may do what `on_message` may, and is called
 * when that could be, on a turn of its own.
 */
typedef struct art_actor_hooks {
    /** `sizeof(art_actor_hooks)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t flags;
    /** Decides about system messages; NULL for what follows if nothing is said. */
    art_system_fn on_system;
    /**
     * Hears the ticks of `art_context_timer_start` and `art_context_interval_start`, which need it.
     */
    art_tick_fn on_timer;
    /** Runs when no message waits, after `art_context_run`, which needs it. */
    art_run_fn on_run;
    /** Decides about children that fail too often; NULL for ART_ESCALATION_RESTART. */
    art_escalation_fn on_escalation;
    /** Called when the actor is ready, after `create` or `art_started`. */
    art_start_fn on_started;
    /** Called before that, if the actor was restarted. */
    art_restart_fn on_restart;
} art_actor_hooks;
/** An art_actor_hooks with all defaults. */
#define ART_ACTOR_HOOKS_INIT \
    {sizeof(art_actor_hooks), 0, NULL, NULL, NULL, NULL, NULL, NULL}

/* What is to follow a system message. */
/** What follows if nothing is said. */
#define ART_REACTION_USUAL 0
/**
 * Nothing: the actor has done what it wants to do about it. A ping has no answer then, and who is
 * to terminate lives on.
 */
#define ART_REACTION_HANDLED 1

/* What is to become of an actor whose child fails too often. */
/** It fails itself: its own supervisor restarts it with all its children, and counts that. */
#define ART_ESCALATION_RESTART 0
/** It stops. */
#define ART_ESCALATION_STOP 1
/** Nothing: the child stays dead. */
#define ART_ESCALATION_IGNORE 2

/**
 * Has the actor's `on_run` called when no message waits for it. What was under way before is
 * replaced.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NO_CONTEXT, ART_UNSUPPORTED for an actor without an `on_run`, ART_NOT_FOUND
 * for one that was killed, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`.
 */
ART_API art_status art_context_run(struct art_context *context);

/* ----------------------------------------------------------------------------------------------
 * Starts of several turns, and the last states of actors that have ended
 * ---------------------------------------------------------------------------------------------- */

/**
 * Called inside `create`: the actor is not ready when that returns, but when `art_started` is
 * called. Until then it has turns: its timers, the answers to its asks and the runtime's messages
 * come to its `on_message`, other messages wait. Nobody takes it for started meanwhile. If it ends,
 * its start has failed, as if `create` had: its phase is ART_PHASE_CREATE, its `destroy` is called,
 * its `on_stop` is not. How long that may take says `start_timeout_ns` of its art_supervision.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NO_CONTEXT, ART_WRONG_STATE outside of `create`, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`.
 */
ART_API art_status art_context_starting(struct art_context *context);

/**
 * Ends the start of an actor that has called `art_context_starting`: it is ready. Its `on_started`
 * is called, then what waited for it is handled. By itself, by another actor, or by the host, when
 * that is so.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_WRONG_STATE if it is ready already or has no state yet, ART_NOT_FOUND,
 * ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_started(struct art_runtime *rt, art_actor actor);

/**
 * Takes the last state of a child: inside the handler of its ART_TAG_CHILD with ART_CHILD_ENDED, if
 * it was spawned with ART_SUPERVISION_RETURN_STATE. From now on the state is the caller's, who
 * frees it as the child's `destroy` would; that is not called. A state that is not taken is
 * destroyed when the handler returns, and at once if the supervisor hears nothing of its children,
 * or the root is the supervisor. `*out` is NULL on failure.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_NO_CONTEXT, ART_NOT_FOUND if there is none or it was taken,
 * and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`; `out` NULL or writable.
 */
ART_API art_status art_context_take_state(struct art_context *context, void **out);

/* ----------------------------------------------------------------------------------------------
 * Timers by number
 * ---------------------------------------------------------------------------------------------- */

/**
 * How often a timer ticks: `art_context_interval_start`. The ticks lie on a grid that begins with
 * the first one: one that is late does not delay those after it.
 */
typedef struct art_interval {
    /** `sizeof(art_interval)`. */
    uint32_t struct_size;
    /**
     * What becomes of ticks that come due at once, since the host or the actor was late:
     * ART_MISSED_...
     */
    uint32_t missed;
    /** The time between two ticks, in ns; not 0. */
    uint64_t period_ns;
    /** When the first one comes, in ns from now; 0 for a period. */
    uint64_t first_ns;
} art_interval;
/** An art_interval with all defaults. */
#define ART_INTERVAL_INIT \
    {sizeof(art_interval), 0, 0, 0}

/* What becomes of late ticks. */
/** One call, with their number. */
#define ART_MISSED_COALESCE 0
/** A call for each. */
#define ART_MISSED_BURST 1
/** One call, with the number one. */
#define ART_MISSED_SKIP 2

/**
 * Starts a timer of the actor's that ticks once, after `after_ns`, under a number of its own
 * choice: its `on_timer` is called. What had the number before is stopped, and does not tick any
 * more even if it was due. A tick takes no place in the mailbox. The timer ends with the actor, or
 * when that is restarted.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NO_CONTEXT, ART_UNSUPPORTED for an actor without an `on_timer`, ART_NOT_FOUND
 * for one that was killed, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`.
 */
ART_API art_status art_context_timer_start(
    struct art_context *context, uint64_t number, uint64_t after_ns);

/**
 * Starts a timer of the actor's that ticks again and again, else as `art_context_timer_start`.
 *
 * Thread: owner. May call: nothing.
 * Returns as `art_context_timer_start`; ART_STRUCT_SIZE, ART_INVALID_ARGUMENT. Since 0.1.
 *
 * Requires: As for `art_context_self`; `interval` must be NULL or valid with its `struct_size`.
 */
ART_API art_status art_context_interval_start(
    struct art_context *context, uint64_t number, const struct art_interval *interval);

/**
 * Stops the actor's timer of this number: after ART_OK it does not tick any more, even if it was
 * due.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NO_CONTEXT, ART_NOT_FOUND if there is none, or it has ticked its only time,
 * and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`.
 */
ART_API art_status art_context_timer_stop(struct art_context *context, uint64_t number);

/* ----------------------------------------------------------------------------------------------
 * A supervisor's children from outside
 * ---------------------------------------------------------------------------------------------- */

/** How many children a supervisor has. */
typedef struct art_child_counts {
    /** `sizeof(art_child_counts)`, set by the caller. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** Entries, those of children that have ended and are kept included. */
    uint64_t entries;
    /** Those that have not ended. */
    uint64_t active;
    /** Those that have children themselves. */
    uint64_t supervisors;
} art_child_counts;
/** An art_child_counts with all defaults. */
#define ART_CHILD_COUNTS_INIT \
    {sizeof(art_child_counts), 0, 0, 0, 0}

/** A child, as its supervisor knows it: `art_child_describe`. */
typedef struct art_child_info {
    /** `sizeof(art_child_info)`, set by the caller. */
    uint32_t struct_size;
    /** Where it is: ART_CHILD_STATUS_... */
    uint32_t status;
    /** Its id; that of the last one, if it has ended. */
    art_actor actor;
    /** Whether it is started again when it has ended by itself: ART_RESTART_... */
    uint32_t restart;
    /** ART_CHILD_IS_... bits. */
    uint32_t flags;
    /** How often it was restarted so far; 0 if it has ended. */
    uint32_t restarts;
    /** Zero. */
    uint32_t reserved;
} art_child_info;
/** An art_child_info with all defaults. */
#define ART_CHILD_INFO_INIT \
    {sizeof(art_child_info), 0, 0, 0, 0, 0, 0}

/* Where a child is. */
/** Its `create` has not run, or it is not ready yet. */
#define ART_CHILD_STATUS_STARTING 0
/** It is ready. */
#define ART_CHILD_STATUS_RUNNING 1
/** It waits for its next start. */
#define ART_CHILD_STATUS_WAITING 2
/** It has ended for good, and its entry is kept. */
#define ART_CHILD_STATUS_ENDED 3

/* What kind of child it is. */
/** It was spawned with ART_SUPERVISION_SIGNIFICANT. */
#define ART_CHILD_IS_SIGNIFICANT 1
/** It has children itself. */
#define ART_CHILD_IS_SUPERVISOR 2

/** Hears that what was asked for is done. Called once, on the owner thread. */
typedef void (*art_done_fn)(void *user);

/**
 * Writes the ids of a supervisor's children, in the order in which they were started, to `ids`, at
 * most `capacity` of them, and how many there are to `*out_count`. 0 is the root: those that were
 * spawned with a `supervision` and no parent. `ids` may be NULL if `capacity` is 0.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes
 * of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `ids` writable for `capacity` ids; `out_count`
 * NULL or writable.
 */
ART_API art_status art_children(
    struct art_runtime *rt, art_actor supervisor, art_actor *ids, size_t capacity, size_t
    *out_count);

/**
 * Fills `*out` with how many children a supervisor has; 0 is the root.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_NOT_FOUND, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
 */
ART_API art_status art_count_children(
    struct art_runtime *rt, art_actor supervisor, struct art_child_counts *out);

/**
 * Writes the supervisor of an actor to `*out`: 0 if nobody supervises it, or the root does.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes
 * of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or writable.
 */
ART_API art_status art_supervisor_of(struct art_runtime *rt, art_actor actor, art_actor *out);

/**
 * Ends a child as its supervisor would: it is stopped within the time of its `supervision`, with
 * its children. It is not restarted; its entry is kept for `art_child_restart`, and with it its
 * `argument`, unless it is temporary: `art_child_forget` lets go of that. A monitor tells when it
 * has ended.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND also for an actor that nobody supervises,
 * ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_child_terminate(struct art_runtime *rt, art_actor child);

/**
 * Starts a child anew that has ended and whose entry was kept: `child` is the id of the one that
 * has ended, and `*out` gets the id of the new actor, 0 on failure. `create` runs in the next step,
 * with the `argument` of the spawn; `notify` hears of this one's end, too. It is the youngest child
 * then. `supervisor` 0 is the root.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND if no entry of such a child is kept or the
 * supervisor is ending, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread
 * function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or writable.
 */
ART_API art_status art_child_restart(
    struct art_runtime *rt, art_actor supervisor, art_actor child, art_actor *out);

/**
 * Forgets the entry of a child that has ended and was kept. `supervisor` 0 is the root.
 *
 * Thread: owner. May call: argument_drop of its spawn.
 * Returns ART_OK, ART_NOT_FOUND if there is no such entry, and the codes of every owner-thread
 * function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_child_forget(struct art_runtime *rt, art_actor supervisor, art_actor child);

/**
 * Puts an actor, with all below it, under a supervisor; 0 is the root. It becomes the youngest
 * child there, and is treated as its own `supervision` says; a supervisor that it had hears no more
 * of it. One that nobody has supervised so far is temporary.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NOT_FOUND also if the supervisor is ending, ART_WRONG_KIND also if the actor
 * would come to be below itself, ART_WRONG_RUNTIME, and the codes of every owner-thread function.
 * Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_adopt(struct art_runtime *rt, art_actor supervisor, art_actor actor);

/**
 * Ends all children that a supervisor has now, the youngest first, each within the time of its
 * `supervision`; 0 is the root. They are not restarted, and the supervisor lives on. `done(user)`,
 * which may be NULL, is called once when they have ended.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `user` must stay valid for `done` until that was
 * called or the runtime is destroyed.
 */
ART_API art_status art_stop_children(
    struct art_runtime *rt, art_actor supervisor, art_done_fn done, void *user);

/**
 * As `art_stop_children`, but each child handles what was sent to it before, as `art_drain` says;
 * for that it has as long as it takes.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns as `art_stop_children`. Since 0.1.
 *
 * Requires: As for `art_stop_children`.
 */
ART_API art_status art_drain_children(
    struct art_runtime *rt, art_actor supervisor, art_done_fn done, void *user);

/**
 * Fills `*out` with what a supervisor knows of a child, and copies the name that its spawn gave it
 * into `name`, NUL-terminated and cut to `size` bytes; its full length without the NUL goes to
 * `*out_len` (which may be NULL, as may `name` if `size` is 0). Also of one that has ended and
 * whose entry is kept. `supervisor` 0 is the root.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_NOT_FOUND also if the actor is none of its
 * children, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since
 * 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`;
 * `name` writable for `size` bytes; `out_len` NULL or writable.
 */
ART_API art_status art_child_describe(
    struct art_runtime *rt, art_actor supervisor, art_actor child, struct art_child_info *out, char
    *name, size_t size, size_t *out_len);

/* ----------------------------------------------------------------------------------------------
 * Names
 * ---------------------------------------------------------------------------------------------- */

/**
 * Gives an actor a name by which it is found. It has that until it begins to end for good, also
 * over restarts; it may have several. A `name_len` of ART_NUL_TERMINATED means up to the NUL.
 * Called right after `art_spawn` it holds before `create` runs.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, also if it has the name already; ART_ALREADY_EXISTS if another actor has it,
 * ART_NOT_FOUND if there is no such actor or it is ending, ART_WRONG_KIND, ART_WRONG_RUNTIME,
 * ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `name` readable as said.
 */
ART_API art_status art_name_register(
    struct art_runtime *rt, const char *name, size_t name_len, art_actor actor);

/**
 * Writes the actor that has a name to `*out`; 0 on failure.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NOT_FOUND if nobody has it, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes
 * of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `name` readable as said; `out` NULL or writable.
 */
ART_API art_status art_name_lookup(
    struct art_runtime *rt, const char *name, size_t name_len, art_actor *out);

/**
 * Takes a name away and writes who had it to `*out`, which may be NULL; 0 on failure.
 *
 * Thread: owner. May call: nothing.
 * Returns as `art_name_lookup`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `name` readable as said; `out` NULL or writable.
 */
ART_API art_status art_name_unregister(
    struct art_runtime *rt, const char *name, size_t name_len, art_actor *out);

/**
 * Copies all names, in their order and each with a NUL behind it, into `buffer`, as many as fit
 * into `size` bytes, and writes how many bytes all of them take to `*out_len`. `buffer` may be NULL
 * if `size` is 0.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `buffer` writable for `size` bytes; `out_len`
 * NULL or writable.
 */
ART_API art_status art_name_list(
    struct art_runtime *rt, char *buffer, size_t size, size_t *out_len);

/**
 * Has the actor `watcher` told of who has a name: now, and whenever that changes, by a message with
 * the tag ART_TAG_NAME, the holder as its sender (0 for nobody) and the name as its payload, before
 * any message that waits. It lasts until the watcher ends, or `art_name_demonitor`.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust
 * actor that takes no such messages, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: As for `art_name_register`.
 */
ART_API art_status art_name_monitor(
    struct art_runtime *rt, art_actor watcher, const char *name, size_t name_len);

/**
 * Withdraws the monitors of a name that `watcher` has by `art_name_monitor`. After ART_OK they tell
 * nothing, even if news was on its way; a message that is in the watcher's mailbox already still
 * comes.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NOT_FOUND if there is none, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes
 * of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_name_register`.
 */
ART_API art_status art_name_demonitor(
    struct art_runtime *rt, art_actor watcher, const char *name, size_t name_len);

/**
 * Has the actor `watcher` told whenever `actor` was restarted and is ready, of which no monitor
 * tells: by a message with the tag ART_TAG_RESTARTED, `actor` as its sender and a uint64_t as its
 * payload, how often that was by now, before any message that waits. It lasts until either of them
 * ends.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust
 * actor that takes no such messages, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_restarts_monitor(struct art_runtime *rt, art_actor watcher, art_actor actor);

/**
 * Withdraws the monitors of an actor's restarts that `watcher` has by `art_restarts_monitor`, as
 * `art_name_demonitor` does those of a name.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NOT_FOUND if there is none, and the codes of every owner-thread function.
 * Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_restarts_demonitor(
    struct art_runtime *rt, art_actor watcher, art_actor actor);

/* ----------------------------------------------------------------------------------------------
 * Groups
 * ---------------------------------------------------------------------------------------------- */

/**
 * Names a group: a name within a scope. Scopes are independent of each other. Both texts are
 * borrowed for the call.
 */
typedef struct art_group {
    /** `sizeof(art_group)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** Its name, UTF-8; must not be NULL. */
    const char *name;
    /** Its length; 0 or ART_NUL_TERMINATED for up to the NUL. */
    size_t name_len;
    /** Its scope, UTF-8; NULL for the default one. */
    const char *scope;
    /** Its length; 0 or ART_NUL_TERMINATED for up to the NUL. */
    size_t scope_len;
} art_group;
/** An art_group with all defaults. */
#define ART_GROUP_INIT \
    {sizeof(art_group), 0, NULL, 0, NULL, 0}

/**
 * That an actor, the sender, has joined a group of a scope that is monitored, or left it: the
 * payload of ART_TAG_MEMBER. The scope's name follows it at `(const char *)membership +
 * membership->struct_size`, then the group's, both UTF-8 without NUL. Borrowed as the message is.
 */
typedef struct art_membership {
    /** Size of this struct in bytes, set by the library: where the names begin. */
    uint32_t struct_size;
    /** 1: it has joined. 0: it has left. */
    uint32_t joined;
    /** Length of the scope's name; 0 for the default one. */
    uint32_t scope_len;
    /** Length of the group's name. */
    uint32_t group_len;
} art_membership;

/**
 * Lets an actor join a group, which is there from its first member on. It stays until it leaves or
 * begins to end for good, also over restarts. Joining twice is joining once.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_ALREADY_EXISTS if it is a member, ART_NOT_FOUND if there is no such actor or
 * it is ending, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT,
 * ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `group` NULL or valid with its `struct_size` and
 * its texts.
 */
ART_API art_status art_group_join(
    struct art_runtime *rt, const struct art_group *group, art_actor actor);

/**
 * Lets an actor leave a group.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NOT_FOUND if it is no member, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT,
 * ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_group_join`.
 */
ART_API art_status art_group_leave(
    struct art_runtime *rt, const struct art_group *group, art_actor actor);

/**
 * Writes the members of a group, in the order in which they joined, to `ids`, at most `capacity` of
 * them, and how many there are to `*out_count`. A group that nobody has joined has none. `ids` may
 * be NULL if `capacity` is 0.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_INVALID_UTF8, ART_NULL_POINTER, and
 * the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_group_join`; `ids` writable for `capacity` ids; `out_count` NULL or
 * writable.
 */
ART_API art_status art_group_members(
    struct art_runtime *rt, const struct art_group *group, art_actor *ids, size_t capacity, size_t
    *out_count);

/**
 * Posts a copy of `len` bytes at `data` to each member of a group, in the order in which they
 * joined, and writes how many took it to `*out_count`, which may be NULL. For one that did not the
 * message is lost, as with `art_post`.
 *
 * Thread: owner. May call: wake outside of a step; the drop of a message that gives ways.
 * Returns ART_OK, ART_INVALID_ARGUMENT also for a tag of the runtime's, ART_TOO_LARGE,
 * ART_STRUCT_SIZE, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread
 * function. Since 0.1.
 *
 * Requires: As for `art_group_join`; `data` readable for `len` bytes; `out_count` NULL or writable.
 */
ART_API art_status art_group_post(
    struct art_runtime *rt, const struct art_group *group, uint64_t tag, const void *data, size_t
    len, size_t *out_count);

/**
 * Tells the actor `watcher` of whoever joins a group or leaves it from now on: by messages with the
 * tags ART_TAG_JOINED and ART_TAG_LEFT, the member as their sender, and the group's name as their
 * payload. It lasts until the watcher ends, or `art_group_demonitor`.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust
 * actor that takes no such messages, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_INVALID_UTF8,
 * ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_group_join`.
 */
ART_API art_status art_group_monitor(
    struct art_runtime *rt, art_actor watcher, const struct art_group *group);

/**
 * Withdraws the monitors of a group that `watcher` has by `art_group_monitor`, as
 * `art_name_demonitor` does those of a name.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NOT_FOUND if there is none, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT,
 * ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_group_join`.
 */
ART_API art_status art_group_demonitor(
    struct art_runtime *rt, art_actor watcher, const struct art_group *group);

/**
 * Copies the names of all groups of a scope that have members, as `art_name_list` does. `scope`
 * NULL is the default one; a `scope_len` of ART_NUL_TERMINATED means up to the NUL.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function.
 * Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `scope` NULL or readable as said; `buffer`
 * writable for `size` bytes; `out_len` NULL or writable.
 */
ART_API art_status art_group_list(
    struct art_runtime *rt, const char *scope, size_t scope_len, char *buffer, size_t size, size_t
    *out_len);

/**
 * Copies the names of all scopes that have groups, as `art_name_list` does. The default one has the
 * empty name.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `buffer` writable for `size` bytes; `out_len`
 * NULL or writable.
 */
ART_API art_status art_scope_list(
    struct art_runtime *rt, char *buffer, size_t size, size_t *out_len);

/**
 * Tells the actor `watcher` of whoever joins or leaves any group of a scope from now on, of all
 * scopes if `scope` is NULL: by messages with the tag ART_TAG_MEMBER, the member as their sender,
 * and an art_membership as their payload. The default scope is the empty text. It lasts until the
 * watcher ends, or `art_scope_demonitor`. A `scope_len` of ART_NUL_TERMINATED means up to the NUL.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust
 * actor that takes no such messages, ART_INVALID_UTF8, and the codes of every owner-thread
 * function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `scope` NULL or readable as said.
 */
ART_API art_status art_scope_monitor(
    struct art_runtime *rt, art_actor watcher, const char *scope, size_t scope_len);

/**
 * Withdraws the monitors of a scope, or of all of them for NULL, that `watcher` has by
 * `art_scope_monitor`, as `art_name_demonitor` does those of a name.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NOT_FOUND if there is none, ART_INVALID_UTF8, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: As for `art_scope_monitor`.
 */
ART_API art_status art_scope_demonitor(
    struct art_runtime *rt, art_actor watcher, const char *scope, size_t scope_len);

/* ----------------------------------------------------------------------------------------------
 * Mailboxes of actors' own, and posting with care
 * ---------------------------------------------------------------------------------------------- */

/**
 * How an actor keeps its messages: `mailbox` of art_actor_config, or set later. An actor that has
 * one takes messages by their priority; each costs a detour then.
 */
typedef struct art_mailbox {
    /** `sizeof(art_mailbox)`. */
    uint32_t struct_size;
    /** What happens to a message for which there is no room: ART_OVERFLOW_... */
    uint32_t overflow;
    /**
     * Most messages that may wait, 0 for no bound. Stops, kills, answers, timers and the runtime's
     * own messages do not count.
     */
    uint32_t capacity;
    /**
     * Most messages that may come within `rate_ns`, 0 for no limit. What comes beyond is treated as
     * if there were no room.
     */
    uint32_t rate_messages;
    /** The time of `rate_messages`, in ns. */
    uint64_t rate_ns;
    /** With ART_OVERFLOW_REDIRECT: who gets the messages for which there is no room. Else 0. */
    art_actor redirect_to;
} art_mailbox;
/** An art_mailbox with all defaults. */
#define ART_MAILBOX_INIT \
    {sizeof(art_mailbox), 0, 0, 0, 0, 0}

/* What happens to a message for which there is no room. */
/** It is refused: the post answers ART_FULL. */
#define ART_OVERFLOW_REJECT 0
/** It is lost, and the post answers ART_OK. */
#define ART_OVERFLOW_DROP_NEWEST 1
/** The oldest of the least urgent messages is lost, and this one takes its place. */
#define ART_OVERFLOW_DROP_OLDEST 2
/** The actor fails, as it cannot keep up, and the message is refused. */
#define ART_OVERFLOW_FAIL 3
/**
 * It goes to the actor `redirect_to`, if that takes such messages and has room in turn, and is
 * refused if not. It goes on once only.
 */
#define ART_OVERFLOW_REDIRECT 4

/** How a message is posted: `art_post_with` and its siblings. */
typedef struct art_sending {
    /** `sizeof(art_sending)`. */
    uint32_t struct_size;
    /**
     * How urgent it is to an actor with a mailbox of its own: ART_PRIORITY_... Others take all in
     * their order.
     */
    uint32_t priority;
    /**
     * How long it is worth anything, in ns; 0 for ever. If its turn comes later, it is lost, and
     * its payload dropped with ART_DROP_EXPIRED.
     */
    uint64_t time_to_live_ns;
} art_sending;
/** An art_sending with all defaults. */
#define ART_SENDING_INIT \
    {sizeof(art_sending), 0, 0}

/* Priorities. */
/** As any post. */
#define ART_PRIORITY_NORMAL 0
/** Before all others. */
#define ART_PRIORITY_HIGH 1
/** When nothing else waits. */
#define ART_PRIORITY_LOW 2

/**
 * Gives an actor a mailbox of its own, or changes it. What waits stays.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_INVALID_ARGUMENT, ART_STRUCT_SIZE, ART_NOT_FOUND, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `mailbox` NULL or valid with its `struct_size`.
 */
ART_API art_status art_set_mailbox(
    struct art_runtime *rt, art_actor actor, const struct art_mailbox *mailbox);

/**
 * As `art_post`, with a priority and a time to live.
 *
 * Thread: owner. May call: wake outside of a step; the drop of a message that gives way.
 * Returns as `art_post`; ART_STRUCT_SIZE, ART_INVALID_ARGUMENT also for an unknown priority. Since
 * 0.1.
 *
 * Requires: As for `art_post`; `sending` NULL or valid with its `struct_size`.
 */
ART_API art_status art_post_with(
    struct art_runtime *rt, art_actor to, const struct art_sending *sending, uint64_t tag, const
    void *data, size_t len);

/**
 * As `art_try_post`, with a priority and a time to live.
 *
 * Thread: owner. May call: wake outside of a step; the drop of a message that gives way. Returns as
 * `art_post_with`. Since 0.1.
 *
 * Requires: As for `art_post_with`.
 */
ART_API art_status art_try_post_with(
    struct art_runtime *rt, art_actor to, const struct art_sending *sending, uint64_t tag, const
    void *data, size_t len);

/**
 * As `art_post_owned`, with a priority and a time to live.
 *
 * Thread: owner. May call: wake outside of a step; drop on failure, or if it is lost in a full
 * mailbox; the drop of a message that gives way.
 * Returns as `art_post_with`. Since 0.1.
 *
 * Requires: As for `art_post_owned`; `sending` NULL or valid with its `struct_size`.
 */
ART_API art_status art_post_owned_with(
    struct art_runtime *rt, art_actor to, const struct art_sending *sending, uint64_t tag, void
    *data, size_t len, art_drop_fn drop, void *drop_user);

/**
 * As `art_try_post_owned`, with a priority and a time to live: on ART_FULL, and only then, the
 * payload stays the caller's.
 *
 * Thread: owner. May call: wake outside of a step; drop on failures other than ART_FULL, or if it
 * is lost in a full mailbox; the drop of a message that gives way. Returns as `art_post_with`.
 * Since 0.1.
 *
 * Requires: As for `art_post_owned_with`.
 */
ART_API art_status art_try_post_owned_with(
    struct art_runtime *rt, art_actor to, const struct art_sending *sending, uint64_t tag, void
    *data, size_t len, art_drop_fn drop, void *drop_user);

/**
 * As `art_post_buffer`, with a priority and a time to live.
 *
 * Thread: owner. May call: wake outside of a step; the buffer's drop on failure, or if it is lost
 * in a full mailbox; the drop of a message that gives way. Returns as `art_post_with`. Since 0.1.
 *
 * Requires: As for `art_post_buffer`; `sending` NULL or valid with its `struct_size`.
 */
ART_API art_status art_post_buffer_with(
    struct art_runtime *rt, art_actor to, const struct art_sending *sending, uint64_t tag, struct
    art_buffer *buffer);

/**
 * Lets the messages of an actor wait until `art_resume`: they are kept, within its bound. Stops and
 * kills still come.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_WRONG_STATE if it is not ready or is paused already, ART_NOT_FOUND,
 * ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_pause(struct art_runtime *rt, art_actor actor);

/**
 * Lets a paused actor go on: what waited comes before everything else, in its order.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_WRONG_STATE if it is not paused, ART_NOT_FOUND, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_resume(struct art_runtime *rt, art_actor actor);

/**
 * Tells the actor `waiter` once when no more than `most` messages wait for the actor `of`: by a
 * message with the tag ART_TAG_ROOM and `of` as its sender. Its `status` is ART_OK, or
 * ART_NOT_FOUND if `of` ends before, or takes no more messages. For senders that hold their
 * messages back themselves after ART_FULL.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust
 * actor as the waiter that takes no such messages, and the codes of every owner-thread function.
 * Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_on_room(
    struct art_runtime *rt, art_actor waiter, art_actor of, uint32_t most);

/* ----------------------------------------------------------------------------------------------
 * Posts that wait for room
 * ---------------------------------------------------------------------------------------------- */

/**
 * What became of a post that could wait for room: the payload of ART_TAG_SENT, and what callbacks
 * get. Borrowed as the message is.
 */
typedef struct art_sent {
    /** Size of this struct in bytes, set by the library. */
    uint32_t struct_size;
    /** ART_SENT_... New ones may appear. */
    uint32_t outcome;
    /** Whom it was for. */
    art_actor to;
    /** The number that the post was given. */
    uint64_t number;
} art_sent;

/* Outcomes of a post that could wait for room. */
/** The message is in the receiver's mailbox. */
#define ART_SENT_TAKEN 0
/** There was no room in time. The message is gone, and will not be delivered. */
#define ART_SENT_TIMEOUT 1
/** The receiver has ended, or takes no more messages. */
#define ART_SENT_CLOSED 2
/** The sender has 16 messages waiting for room already. This one is gone. */
#define ART_SENT_TOO_MANY 3

/** Hears what became of a post, on the owner thread. `sent` is borrowed. */
typedef void (*art_sent_fn)(void *user, const struct art_sent *sent);

/**
 * Posts a copy of `len` bytes at `data` on behalf of the actor `from`, now or as soon as there is
 * room, until `deadline_ns` of the host's clock (ART_NEVER for no such time). What waits like this
 * for an actor is taken in its order, before anything that is posted later. `from` is told exactly
 * once what became of it: by a message with the tag ART_TAG_SENT, `to` as its sender and an
 * art_sent as its payload, in which `number` is the caller's. If `from` ends or is restarted before
 * the message was taken, that is gone, and nobody is told.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK also for a receiver that has ended, which is an outcome; ART_NOT_FOUND for `from`
 * or an id of 0, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_TOO_LARGE, ART_INVALID_ARGUMENT for a tag
 * of the runtime's, ART_UNSUPPORTED for a Rust actor on either side that takes no such messages,
 * and the codes of every owner-thread function; then nothing was posted, and nobody is told. Since
 * 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `data` readable for `len` bytes.
 */
ART_API art_status art_post_parked(
    struct art_runtime *rt, art_actor from, art_actor to, uint64_t tag, const void *data, size_t
    len, uint64_t deadline_ns, uint64_t number);

/**
 * As `art_post_parked`, but hands the payload over by the rule of `art_post_owned`. If the message
 * is not taken, `drop` gets ART_DROP_FULL, or ART_DROP_NOT_FOUND or ART_DROP_CANCELLED for a
 * receiver that had ended or has.
 *
 * Thread: owner. May call: wake outside of a step; drop on failure, and if the outcome is known at
 * once.
 * Returns as `art_post_parked`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `data` must stay readable for `len` bytes until
 * `drop` runs.
 */
ART_API art_status art_post_parked_owned(
    struct art_runtime *rt, art_actor from, art_actor to, uint64_t tag, void *data, size_t len,
    art_drop_fn drop, void *drop_user, uint64_t deadline_ns, uint64_t number);

/**
 * As `art_post_parked`, for those who are no actors: calls `told(user, sent)`, which may be NULL,
 * once: in a step, or by `art_destroy`. The message is nobody's: no end of a sender takes it back,
 * and any number may wait. Inside a handler its sender is the handler's actor, else 0.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns as `art_post_parked`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `data` readable for `len` bytes; `user` must
 * stay valid for `told` until that was called.
 */
ART_API art_status art_post_parked_then(
    struct art_runtime *rt, art_actor to, uint64_t tag, const void *data, size_t len, uint64_t
    deadline_ns, art_sent_fn told, void *user);

/* ----------------------------------------------------------------------------------------------
 * The byte budget
 * ---------------------------------------------------------------------------------------------- */

/** How many actors an art_water has room for. */
#define ART_BUSIEST 4

/** That the queues have passed a mark of their byte budget. */
typedef struct art_water {
    /** Size of this struct in bytes, set by the library. */
    uint32_t struct_size;
    /** 1: they take more than the high mark. 0: they take no more than the low one, after that. */
    uint32_t is_high;
    /** What they take, in bytes. */
    uint64_t bytes;
    /** With `is_high` the actors for which the most messages wait, the worst first. */
    art_actor busiest[ART_BUSIEST];
    /** How many those are for each. */
    uint32_t waiting[ART_BUSIEST];
    /** How many actors there are in `busiest`. */
    uint32_t count;
    /** Zero. */
    uint32_t reserved;
} art_water;

/** Hears that a mark was passed, in a step, on the owner thread. `water` is borrowed. */
typedef void (*art_water_fn)(void *user, const struct art_water *water);

/**
 * Has `told(user, water)` called when the queues of the runtime take more than `high` bytes, and
 * when they take no more than `low` again: to shed load, or to stop reading from where the messages
 * come. Nothing is refused by it; for that there are the bounds of mailboxes. It counts the memory
 * of the queues, by segments of up to 16 KiB, and the bytes of payloads that were handed over or
 * are longer than 2048. `bytes` of `art_pending` says what they take now. It lasts until another
 * budget is set, or NULL for `told`, which ends it: from then on nothing is told.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_INVALID_ARGUMENT unless `low` is below `high`, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `user` must stay valid for `told` until that is
 * no longer called.
 */
ART_API art_status art_byte_budget_set(
    struct art_runtime *rt, size_t low, size_t high, art_water_fn told, void *user);

/* ----------------------------------------------------------------------------------------------
 * System messages
 * ---------------------------------------------------------------------------------------------- */

/* System messages. */
/** The program is complete: begin. By default nothing follows. */
#define ART_SYSTEM_START 1
/** Let messages wait. By default the actor is paused, as by `art_pause`. */
#define ART_SYSTEM_PAUSE 2
/** Go on. By default the actor is resumed. */
#define ART_SYSTEM_RESUME 3
/** Run a closure of Rust's. By default it is run. */
#define ART_SYSTEM_EXECUTE 4
/**
 * Are you well? By default the answer is yes. `art_ping` asks and tells the answer; sent by
 * `art_system`, nobody hears it.
 */
#define ART_SYSTEM_PING 5
/**
 * Come to an end. By default the actor stops; one that refuses that when the whole tree is to end
 * lives on until its time is over.
 */
#define ART_SYSTEM_TERMINATE 6

/**
 * Hears that the start is over: `count` actors at `late` were not ready for it in time. Called
 * once, on the owner thread; the ids are borrowed.
 */
typedef void (*art_started_fn)(void *user, const art_actor *late, size_t count);

/**
 * Says something (ART_SYSTEM_...) to an actor, whatever it is: it overtakes the messages that wait.
 * What follows is the message's default, unless the actor's `on_system` decides otherwise. A
 * supervised actor that is not ready yet hears it as soon as it is, another one does not.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_INVALID_ARGUMENT for another message, ART_NOT_FOUND, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_system(struct art_runtime *rt, art_actor actor, uint32_t message);

/**
 * Says the same to all supervised actors, the oldest first, and writes how many those are to
 * `*out_count`, which may be NULL.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_INVALID_ARGUMENT, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out_count` NULL or writable.
 */
ART_API art_status art_system_all(struct art_runtime *rt, uint32_t message, size_t *out_count);

/**
 * Says ART_SYSTEM_START to all supervised actors, the oldest first. `done`, which may be NULL, is
 * called when all have heard it, or at `deadline_ns` of the host's clock (ART_NEVER for no such
 * time), with those that were not ready by then or have ended before.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `user` must stay valid for `done` until that was
 * called or the runtime is destroyed.
 */
ART_API art_status art_start_all(
    struct art_runtime *rt, uint64_t deadline_ns, art_started_fn done, void *user);

/* ----------------------------------------------------------------------------------------------
 * Pings
 * ---------------------------------------------------------------------------------------------- */

/**
 * The answer to a ping: the payload of ART_TAG_PONG, and what callbacks get. Borrowed as the
 * message is.
 */
typedef struct art_pong {
    /** Size of this struct in bytes, set by the library. */
    uint32_t struct_size;
    /** 1; 0 if there is no answer: the actor has ended before, or its `on_system` wanted none. */
    uint32_t answered;
    /** Who was asked. */
    art_actor actor;
    /** How long the answer took by the runtime's clock, in ns. */
    uint64_t latency_ns;
} art_pong;

/** Hears the answer to a ping, on the owner thread. `pong` is borrowed. */
typedef void (*art_pong_fn)(void *user, const struct art_pong *pong);

/**
 * Asks an actor, whatever it is, whether it is well, on behalf of the actor `asker`: that is told
 * once, by a message with the tag ART_TAG_PONG, an art_pong as its payload and `actor` as its
 * sender, before any message that waits. The answer comes when what was sent to the actor before
 * has been handled, and says how long that took. A ping takes no place in the mailbox and no bound
 * stops it. A paused actor answers when it goes on. A handler that does not return is seen by
 * nobody on this thread: see `art_watchdog_create`.
 *
 * Thread: owner. May call: wake outside of a step; clock.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust
 * actor as the asker that takes no such messages, ART_CLOSED during destruction, and the codes of
 * every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_ping(struct art_runtime *rt, art_actor asker, art_actor actor);

/**
 * As `art_ping`, for those who are no actors: calls `told(user, pong)` once, in a step, or by
 * `art_destroy`.
 *
 * Thread: owner. May call: wake outside of a step; clock.
 * Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes
 * of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `user` must stay valid for `told` until that was
 * called.
 */
ART_API art_status art_on_pong(
    struct art_runtime *rt, art_actor actor, art_pong_fn told, void *user);

/* ----------------------------------------------------------------------------------------------
 * Functions that run in an actor's turn, whoever that is
 * ---------------------------------------------------------------------------------------------- */

/**
 * Runs in the turn of an actor, as its handlers do: with its state and a context, and with the data
 * of `art_exec`. A negative status fails the actor. If that was not made by `art_spawn`, `state` is
 * NULL, and what the function returns, or asks for by `art_context_fail` and `art_context_stop`,
 * has no effect.
 */
typedef art_status (*art_exec_fn)(void *state, struct art_context *context, void *data, size_t len);

/**
 * Runs a function in a turn of an actor's, after the messages that wait for it; nothing else of it
 * runs meanwhile. It takes a place in the mailbox as a message does. An actor may decide otherwise,
 * by its `on_system` about ART_SYSTEM_EXECUTE: then it is not run.
 *
 * `data` is handed over by the rule of `art_post_owned`: `drop` runs exactly once, after the
 * function, or when that cannot be run.
 *
 * Thread: owner. May call: wake outside of a step; drop on failure, or if it is lost in a full
 * mailbox; the drop of a message that gives way.
 * Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_FULL,
 * ART_TOO_LARGE, ART_CLOSED during destruction, and the codes of every owner-thread function. Since
 * 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `data` must stay valid for `run` until `drop`
 * runs.
 */
ART_API art_status art_exec(
    struct art_runtime *rt, art_actor actor, art_exec_fn run, void *data, size_t len, art_drop_fn
    drop, void *drop_user);

/* ----------------------------------------------------------------------------------------------
 * The heartbeat
 * ---------------------------------------------------------------------------------------------- */

/** How a heartbeat beats. */
typedef struct art_heartbeat {
    /** `sizeof(art_heartbeat)`. */
    uint32_t struct_size;
    /** ART_HEARTBEAT_... bits. */
    uint32_t flags;
    /** How long a cycle is, in ns; not 0. In each, all supervised actors are pinged. */
    uint64_t cycle_ns;
    /** After how many cycles without an answer an actor is reported; 0 for 1. */
    uint32_t patience;
    /** Zero. */
    uint32_t reserved;
} art_heartbeat;
/** An art_heartbeat with all defaults. */
#define ART_HEARTBEAT_INIT \
    {sizeof(art_heartbeat), 0, 0, 0, 0}

/* Flags of a heartbeat. */
/**
 * An actor that is reported is killed, too. What follows is its supervisor's affair: by default it
 * is made anew.
 */
#define ART_HEARTBEAT_RESTART 1

/** What a heartbeat reports of an actor. */
typedef struct art_pulse {
    /** Size of this struct in bytes, set by the library. */
    uint32_t struct_size;
    /** ART_PULSE_... New ones may appear. */
    uint32_t kind;
    /** Whom it is about. */
    art_actor actor;
    /** How long its answer took, in ns; 0 without one. */
    uint64_t latency_ns;
    /** How many cycles have ended without an answer. */
    uint32_t cycles;
    /** Zero. */
    uint32_t reserved;
} art_pulse;

/* Kinds of reports. */
/** It has not answered for so many cycles. Told once, until it answers again. */
#define ART_PULSE_UNRESPONSIVE 0
/** It was reported, and has answered now. */
#define ART_PULSE_RECOVERED 1

/** Hears the reports of a heartbeat, on the owner thread. `pulse` is borrowed. */
typedef void (*art_pulse_fn)(void *user, const struct art_pulse *pulse);

/**
 * Starts a heartbeat: an actor of the root's, which pings all other supervised actors in each cycle
 * and calls `told(user, pulse)`, which may be NULL, for those that do not answer. It beats until it
 * is stopped, by its id in `*out`, which may be NULL; 0 on failure. One that is paused, held or
 * behind with its work is reported. A handler that does not return stops the heartbeat, too: for
 * that there is `art_watchdog_create`.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_INVALID_ARGUMENT, ART_STRUCT_SIZE, ART_NOT_FOUND while the tree is about to
 * end, ART_CLOSED during destruction, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `heartbeat` NULL or valid with its
 * `struct_size`; `user` must stay valid for `told` until the heartbeat has ended; `out` NULL or
 * writable.
 */
ART_API art_status art_heartbeat_start(
    struct art_runtime *rt, const struct art_heartbeat *heartbeat, art_pulse_fn told, void *user,
    art_actor *out);

/* ----------------------------------------------------------------------------------------------
 * The watchdog
 * ---------------------------------------------------------------------------------------------- */

/** The message that is being handled. */
typedef struct art_busy {
    /** `sizeof(art_busy)`, set by the caller. */
    uint32_t struct_size;
    /**
     * 1; 0 if no message is being handled, or they change too quickly to see one: then nothing is
     * stuck, and the rest is 0.
     */
    uint32_t is_busy;
    /** Whose handler it is; 0 for work of the runtime itself. */
    art_actor actor;
    /** The message's tag; 0 for those of Rust's that have none. */
    uint64_t tag;
    /** When the handler began, in ns of the runtime's clock. */
    uint64_t since_ns;
    /** Tells one message from the next: if it is the same at two looks, so is the message. */
    uint64_t number;
} art_busy;
/** An art_busy with all defaults. */
#define ART_BUSY_INIT \
    {sizeof(art_busy), 0, 0, 0, 0, 0}

/**
 * Makes a watchdog with one reference and writes it to `*out`, NULL on failure. From the next step
 * on it shows which message is being handled, and since when, to whatever thread looks: so a host
 * finds a handler that does not return. While a runtime has a watchdog, it reads its clock before
 * each message; one that has none pays nothing.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or writable.
 */
ART_API art_status art_watchdog_create(struct art_runtime *rt, struct art_watchdog **out);

/**
 * Fills `*out` with the message that is being handled now, and copies what Rust calls it into
 * `method`, NUL-terminated and cut to `size` bytes; its full length without the NUL goes to
 * `*out_len` (which may be NULL, as may `method` if `size` is 0). The name is empty if there is
 * none. Never waits for the runtime; once that is destroyed nothing is handled.
 *
 * Thread: any. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE. Since 0.1.
 *
 * Requires: `watchdog` must be NULL or a watchdog of which the caller holds a reference; `out` NULL
 * or valid with its `struct_size`; `method` writable for `size` bytes; `out_len` NULL or writable.
 */
ART_API art_status art_watchdog_busy(
    struct art_watchdog *watchdog, struct art_busy *out, char *method, size_t size, size_t
    *out_len);

/**
 * Adds a reference and returns the watchdog; NULL for NULL.
 *
 * Thread: any. May call: nothing. Since 0.1.
 *
 * Requires: As for `art_watchdog_busy`.
 */
ART_API struct art_watchdog *art_watchdog_ref(struct art_watchdog *watchdog);

/**
 * Gives up a reference. NULL is fine. With the last one of all its watchdogs a runtime is not
 * watched any more.
 *
 * Thread: any. May call: nothing. Since 0.1.
 *
 * Requires: `watchdog` must be NULL or a watchdog of which the caller holds a reference, which is
 * gone afterwards.
 */
ART_API void art_watchdog_unref(struct art_watchdog *watchdog);

/* ----------------------------------------------------------------------------------------------
 * News of pools
 * ---------------------------------------------------------------------------------------------- */

/** What became of a job: that it was accepted, or why it is not done. */
typedef struct art_job_outcome {
    /** Size of this struct in bytes, set by the library. */
    uint32_t struct_size;
    /** ART_JOB_... New ones may appear. */
    uint32_t reason;
    /** Its key. */
    uint64_t key;
    /** The tag of its message; 0 if a worker has that. */
    uint64_t tag;
    /** The actor whose handler submitted it; 0 if none did, or a worker has its message. */
    art_actor sender;
    /** Its payload, as an art_payload has it; NULL if the job was accepted, or a worker has it. */
    void *data;
    /** Its length. */
    size_t len;
    /** What frees it; NULL if nothing needs to be done. */
    art_drop_fn drop;
    /** Argument of `drop`. */
    void *drop_user;
} art_job_outcome;

/* What becomes of a job. */
/** The pool has accepted it. */
#define ART_JOB_ACCEPTED 0
/** It waited longer than it may. */
#define ART_JOB_EXPIRED 1
/** There was no room for it, or another one took its place. */
#define ART_JOB_SHED 2
/** The pool drains, or has ended. */
#define ART_JOB_SHUTDOWN 3
/** More jobs came than the pool's rate lets through. */
#define ART_JOB_RATE_LIMITED 4
/**
 * Its worker was lost, or said that it had failed, and it is not to be tried again. The worker had
 * its payload.
 */
#define ART_JOB_LOST 5

/**
 * Hears what became of a job, on the owner thread. `outcome` is borrowed. Returns 1 to take over
 * the payload, whose `drop` it then calls once, or hands it on; 0 to have it released when it has
 * returned.
 */
typedef uint32_t (*art_job_fn)(void *user, const struct art_job_outcome *outcome);

/** What happens to a pool. */
typedef struct art_pool_event {
    /** Size of this struct in bytes, set by the library. */
    uint32_t struct_size;
    /** ART_POOL_STARTED or one of its siblings. New ones may appear. */
    uint32_t kind;
    /** Of ART_POOL_SILENT: the worker. */
    art_actor worker;
    /** Of ART_POOL_SILENT: its number, from 0 on. */
    uint64_t slot;
    /** Of ART_POOL_SILENT: for how long, in ns. */
    uint64_t silence_ns;
} art_pool_event;

/* What happens to pools. */
/** Its workers have been started, and it takes jobs. */
#define ART_POOL_STARTED 0
/** It takes no more jobs, and ends when all are over. */
#define ART_POOL_DRAINING 1
/** It has ended, in whatever way; all that it had to say of its jobs is said. */
#define ART_POOL_STOPPED 2
/**
 * A worker has a job and has given no sign of life for too long: see `art_job_alive`. Told once,
 * until it gives one.
 */
#define ART_POOL_SILENT 3

/** Hears what happens to a pool, on the owner thread. `event` is borrowed. */
typedef void (*art_pool_event_fn)(void *user, const struct art_pool_event *event);

/* ----------------------------------------------------------------------------------------------
 * Statistics of pools
 * ---------------------------------------------------------------------------------------------- */

/**
 * What a pool has to do, and what became of its jobs. Each that was submitted is done, waits, is
 * being done or was discarded: `accepted` and `refused` together are `done`, `queued`, `running`
 * and all from `expired` on.
 */
typedef struct art_pool_counts {
    /** `sizeof(art_pool_counts)`, set by the caller of `art_pool_stats`, else by the library. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** Workers. */
    uint64_t size;
    /** Workers that have a job. */
    uint64_t active;
    /** Jobs that wait. */
    uint64_t queued;
    /** Jobs that workers have. */
    uint64_t running;
    /** How many jobs more could begin at once. */
    uint64_t available;
    /** Jobs accepted. */
    uint64_t accepted;
    /** Jobs not accepted. */
    uint64_t refused;
    /** Jobs done. */
    uint64_t done;
    /** Tries of lost jobs that were to be tried again. */
    uint64_t retried;
    /** Jobs discarded with ART_JOB_EXPIRED, accepted or not, as the next ones. */
    uint64_t expired;
    /** With ART_JOB_SHED. */
    uint64_t shed;
    /** With ART_JOB_SHUTDOWN. */
    uint64_t shutdown;
    /** With ART_JOB_RATE_LIMITED. */
    uint64_t rate_limited;
    /** With ART_JOB_LOST. */
    uint64_t lost;
} art_pool_counts;
/** An art_pool_counts with all defaults. */
#define ART_POOL_COUNTS_INIT \
    {sizeof(art_pool_counts), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/**
 * Fills `*out` with what a pool has to do now. Not inside a handler: for that there is
 * `art_pool_report`.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_BUSY inside a step, ART_UNSUPPORTED if
 * another language is the host, ART_WRONG_STATE if the pool has not started, ART_NOT_FOUND,
 * ART_WRONG_KIND for what is no pool of `art_pool_spawn`'s, ART_WRONG_RUNTIME, and the codes of
 * every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
 */
ART_API art_status art_pool_stats(
    struct art_runtime *rt, art_actor pool, struct art_pool_counts *out);

/**
 * Asks a pool on behalf of the actor `asker` what it has to do: that is told once, by a message
 * with the tag ART_TAG_POOL, an art_pool_counts as its payload and `pool` as its sender, when the
 * pool has come to the jobs that were submitted before. None comes if it ends first.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_FULL if the pool's mailbox is bounded and full, ART_NOT_FOUND, ART_WRONG_KIND
 * for what is no pool of `art_pool_spawn`'s, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust actor as
 * the asker that takes no such messages, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_pool_report(struct art_runtime *rt, art_actor asker, art_actor pool);

/* ----------------------------------------------------------------------------------------------
 * Settings of pools
 * ---------------------------------------------------------------------------------------------- */

/**
 * Says how many jobs may wait in a queue of a pool now, which has to do what `now` says. Called on
 * the owner thread; `now` is borrowed.
 */
typedef uint64_t (*art_limit_fn)(void *user, const struct art_pool_counts *now);

/** What can be said of a pool at any time. */
typedef struct art_pool_settings {
    /** `sizeof(art_pool_settings)`. */
    uint32_t struct_size;
    /** ART_POOL_... bits. */
    uint32_t flags;
    /** Workers, a million at most; 0 for 1, or for as many as there are. */
    uint32_t size;
    /** How many jobs a worker may have at once; 0 for 1. */
    uint32_t in_flight;
    /**
     * Which job goes when more than `limit` wait in a queue: ART_DISCARD_... Queues are the pool's
     * own and those of its workers.
     */
    uint32_t discard;
    /** Zero. */
    uint32_t reserved;
    /** How many jobs may wait in each queue. With 0 none ever waits. */
    uint64_t limit;
    /** The limit is asked for, and not more often than this; instead of `limit`. */
    uint64_t limit_every_ns;
    /**
     * After how long without a sign of life from a worker that has a job ART_POOL_SILENT is told; 0
     * for never.
     */
    uint64_t silence_ns;
    /** Says the limit; NULL for `limit`. */
    art_limit_fn limit_now;
    /** Argument of `limit_now`; must stay valid until the pool has ended or has other settings. */
    void *limit_user;
} art_pool_settings;
/** An art_pool_settings with all defaults. */
#define ART_POOL_SETTINGS_INIT \
    {sizeof(art_pool_settings), 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL}

/* Flags of a pool's settings. */
/** A worker of which ART_POOL_SILENT is told is killed, too, and made anew. */
#define ART_POOL_KILL_SILENT 1

/* Which job goes when too many wait. */
/** None: as many wait as there are. */
#define ART_DISCARD_NONE 0
/** The new one, which is not accepted. */
#define ART_DISCARD_NEWEST 1
/** The oldest of the least urgent ones. That may be the new one, which then is not accepted. */
#define ART_DISCARD_OLDEST 2

/**
 * Gives a pool other settings. They hold when it comes to them, after the jobs that were submitted
 * before. Workers that are too many do what they have begun, and end.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_FULL if the pool's
 * mailbox is bounded and full, ART_NOT_FOUND, ART_WRONG_KIND for what is no pool of
 * `art_pool_spawn`'s, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `settings` NULL or valid with its `struct_size`.
 */
ART_API art_status art_pool_set_settings(
    struct art_runtime *rt, art_actor pool, const struct art_pool_settings *settings);

/**
 * Changes how many workers a pool has, a million at most; 0 leaves it. As `art_pool_set_settings`.
 *
 * Thread: owner. May call: wake outside of a step. Returns as `art_pool_set_settings`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_pool_set_size(struct art_runtime *rt, art_actor pool, uint32_t size);

/**
 * Lets a pool take no more jobs, and end when all that were accepted are over. `art_drain` and
 * `art_stop` end it with what it has.
 *
 * Thread: owner. May call: wake outside of a step. Returns as `art_pool_set_settings`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_pool_drain(struct art_runtime *rt, art_actor pool);

/* ----------------------------------------------------------------------------------------------
 * Pools
 * ---------------------------------------------------------------------------------------------- */

/**
 * Says which worker gets the jobs of a key: its number, from 0 on, of `size` workers; modulo that.
 * Called on the owner thread.
 */
typedef uint64_t (*art_choose_fn)(void *user, uint64_t key, uint64_t size);

/**
 * Says how many workers a pool is to have, a million at most, when it has to do what `now` says; 0
 * leaves it. Called on the owner thread; `now` is borrowed.
 */
typedef uint64_t (*art_pool_size_fn)(void *user, const struct art_pool_counts *now);

/**
 * How a pool is made. The struct is read during `art_pool_spawn` and not kept; what it points to
 * neither, but for `worker->vtable`.
 *
 * A pool is an actor that takes jobs and no messages. It has an id, by which it is monitored,
 * stopped and killed like any other. Its workers are its supervised children. Whichever way it
 * ends, each job that it has is discarded.
 */
typedef struct art_pool_config {
    /** `sizeof(art_pool_config)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t flags;
    /** The pool's supervisor, 0 for the root. */
    art_actor parent;
    /** See `rate_jobs`. */
    uint64_t rate_ns;
    /** How often `size_now` is asked. */
    uint64_t size_every_ns;
    /** See `max_restarts`; 0 for 1000 restarts in a second. */
    uint64_t restart_period_ns;
    /** ART_ROUTER_... */
    uint32_t router;
    /**
     * No more jobs than this are let through within `rate_ns`; 0 for no bound. A burst of that many
     * is; after that room for one more comes with each part of the time.
     */
    uint32_t rate_jobs;
    /**
     * How many restarts of workers are allowed within `restart_period_ns`, before the pool fails.
     */
    uint32_t max_restarts;
    /** Zero. */
    uint32_t reserved;
    /**
     * What each worker is made of; must not be NULL. Its `vtable` needs a `create`, which is called
     * for each worker with the same `argument` and learns its number by `art_context_slot`;
     * `argument_drop` is called once, when the last of them and the pool are gone. Its `parent` is
     * the pool: 0. `supervision` says how workers are ended and how long they wait before they are
     * restarted, which they always are.
     */
    const struct art_actor_config *worker;
    /** What can be changed later; NULL for all defaults. */
    const struct art_pool_settings *settings;
    /** How the pool itself is restarted and ended; NULL for all defaults. */
    const struct art_supervision *supervision;
    /** The pool's name for logs and traces, UTF-8, copied; may be NULL. */
    const char *name;
    /** Its length; 0 or ART_NUL_TERMINATED for up to the NUL. */
    size_t name_len;
    /** With ART_ROUTER_CUSTOM: chooses the worker. */
    art_choose_fn choose;
    /**
     * Asked again and again how many workers the pool is to have, which changes that as
     * `art_pool_set_size` does, until the pool drains. NULL if nobody is; goes with
     * `size_every_ns`.
     */
    art_pool_size_fn size_now;
    /** Argument of `size_now`; must stay valid until the pool is gone for good. */
    void *size_user;
    /**
     * Hears of each job that was accepted, or whose sender did not want to know, and that is not
     * done. May be NULL: its payload is released.
     */
    art_job_fn discarded;
    /** Hears what happens to the pool; may be NULL. */
    art_pool_event_fn event;
    /** Argument of `choose`, `discarded` and `event`. Handed over. */
    void *user;
    /**
     * Called once with `user` when the pool is gone for good, or if `art_pool_spawn` fails; may be
     * NULL.
     */
    art_release_fn user_drop;
} art_pool_config;
/** An art_pool_config with all defaults. */
#define ART_POOL_CONFIG_INIT \
    {sizeof(art_pool_config), 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, 0, NULL, NULL, \
    NULL, NULL, NULL, NULL, NULL}

/* How a pool chooses the worker for a job. */
/** Whichever has least to do; if none has room, the job waits for any. */
#define ART_ROUTER_FIRST_IDLE 0
/** One after the other; the job waits for that one. */
#define ART_ROUTER_ROUND_ROBIN 1
/** The same for the same key, as long as the pool has the same size; the job waits for that one. */
#define ART_ROUTER_KEY_PERSISTENT 2
/**
 * The one that has jobs of the key, so that no two ever have; without one, whichever has least to
 * do.
 */
#define ART_ROUTER_STICKY 3
/** The one that `choose` says; the job waits for that one. */
#define ART_ROUTER_CUSTOM 4

/**
 * Spawns a pool and writes its id to `*out`, 0 on failure. Its workers are made in a later step;
 * jobs that are submitted meanwhile wait. If a worker cannot be started, the pool fails.
 *
 * The `argument` of `worker` and `user` are consumed whether or not the call succeeds.
 *
 * Thread: owner. May call: wake outside of a step; argument_drop and user_drop on failure.
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_INVALID_UTF8,
 * ART_NOT_FOUND if there is no such parent or it is ending, ART_WRONG_KIND and ART_WRONG_RUNTIME
 * for it, ART_CLOSED during destruction, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `config` NULL or valid with its `struct_size`,
 * and what it points to as described; `out` NULL or writable.
 */
ART_API art_status art_pool_spawn(
    struct art_runtime *rt, const struct art_pool_config *config, art_actor *out);

/* ----------------------------------------------------------------------------------------------
 * Jobs
 * ---------------------------------------------------------------------------------------------- */

/** A job: what it is, and how it is to be treated. */
typedef struct art_job {
    /** `sizeof(art_job)`. */
    uint32_t struct_size;
    /** ART_JOB_KEEP or 0. */
    uint32_t flags;
    /** What it belongs to, for the routers that go by that. */
    uint64_t key;
    /** The tag of its message. */
    uint64_t tag;
    /** ART_JOB_NORMAL or one of its siblings. */
    uint32_t priority;
    /**
     * How often it is tried again if its worker ends before it is over, or says that it has failed.
     * For that its payload is needed again: bytes are copied for each try but the last, and of a
     * buffer each try has a reference. A payload that is handed over cannot be: 0.
     */
    uint32_t retries;
    /** How long it may wait; 0 for as long as it takes. */
    uint64_t time_to_live_ns;
    /**
     * The actor that hears once, by a message, whether the job was accepted: see ART_TAG_JOB. 0 for
     * nobody.
     */
    art_actor asker;
    /** The tag of that message; 0 for ART_TAG_JOB. */
    uint64_t answer_tag;
    /**
     * Hears the same in the place of an `asker`; NULL for nobody. If nobody wants to know, a job
     * that is not accepted is discarded.
     */
    art_job_fn told;
    /**
     * Argument of `told`; must stay valid until that was called, as it is once, by `art_destroy` at
     * the latest.
     */
    void *user;
} art_job;
/** An art_job with all defaults. */
#define ART_JOB_INIT \
    {sizeof(art_job), 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL}

/* Flags of a job. */
/** It waits, however many do, and goes for no other one. */
#define ART_JOB_KEEP 1

/* How urgent a job is. A more urgent one leaves its queue first. */
/** As a job is if nothing is said. */
#define ART_JOB_NORMAL 0
/** Before all others. */
#define ART_JOB_HIGHEST 1
/** Before what is important. */
#define ART_JOB_HIGH 2
/** Before what is normal. */
#define ART_JOB_IMPORTANT 3
/** When nothing else waits. */
#define ART_JOB_BEST_EFFORT 4

/**
 * Submits a job to a pool. `len` bytes at `data` are copied. The worker gets it as a message with
 * the job's tag, the flag ART_MSG_JOB, and the job's token in `detail`; the sender is the actor
 * whose handler submitted it.
 *
 * The job is done when the handler of that message returns ART_OK, or when `art_job_done` says so
 * if the handler called `art_context_job_keep`. It is tried again or lost if the worker says
 * `art_job_failed`, or ends before; a handler that returns an error fails its worker.
 *
 * ART_OK means that the pool will hear of the job. Whether it accepts it is told in a later step,
 * if the job has an `asker` or a `told`; with what it refuses the payload comes back. If the pool
 * ends before, that is ART_JOB_SHUTDOWN.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_TOO_LARGE, ART_FULL
 * if the pool's mailbox is bounded and full, ART_NOT_FOUND also for the asker, ART_WRONG_KIND for
 * what is no pool of `art_pool_spawn`'s, ART_WRONG_RUNTIME, ART_UNSUPPORTED for an asker that takes
 * no such messages, ART_CLOSED during destruction, and the codes of every owner-thread function.
 * Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `job` NULL or valid with its `struct_size`;
 * `data` readable for `len` bytes.
 */
ART_API art_status art_pool_submit(
    struct art_runtime *rt, art_actor pool, const struct art_job *job, const void *data, size_t
    len);

/**
 * As `art_pool_submit`, but hands the payload over by the rule of `art_post_owned`. It comes back
 * with a job that is refused if somebody wants to know. Such a job has no `retries`, since its
 * payload exists once: make it a buffer's (`art_buffer_wrap`).
 *
 * Thread: owner. May call: wake outside of a step; drop on failure.
 * Returns as `art_pool_submit`; ART_UNSUPPORTED also with `retries`. Since 0.1.
 *
 * Requires: As for `art_pool_submit`; `data` must stay readable for `len` bytes until `drop` runs.
 */
ART_API art_status art_pool_submit_owned(
    struct art_runtime *rt, art_actor pool, const struct art_job *job, void *data, size_t len,
    art_drop_fn drop, void *drop_user);

/**
 * As `art_pool_submit` with a shared buffer: consumes one reference.
 *
 * Thread: owner. May call: wake outside of a step; the buffer's drop on failure.
 * Returns as `art_pool_submit`. Since 0.1.
 *
 * Requires: As for `art_pool_submit`; `buffer` must be NULL or a buffer of which the caller holds a
 * reference.
 */
ART_API art_status art_pool_submit_buffer(
    struct art_runtime *rt, art_actor pool, const struct art_job *job, struct art_buffer *buffer);

/**
 * Keeps the job that is being handled open beyond this handler: `art_job_done` or `art_job_failed`
 * ends it later. The worker gets its next one when it is over, unless the pool lets it have several
 * at once (`in_flight`).
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NO_CONTEXT if the message is no job, ART_ALREADY_REPLIED if that is over, and
 * the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`.
 */
ART_API art_status art_context_job_keep(struct art_context *context);

/**
 * Writes the number of the worker whose handler, `create` included, is running, from 0 on, to
 * `*out`: no two workers of a pool have the same at one time, and a worker that is made anew has
 * that of the one before.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_NO_CONTEXT if the actor is nobody's worker, and the codes
 * of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`; `out` NULL or writable.
 */
ART_API art_status art_context_slot(struct art_context *context, uint64_t *out);

/**
 * Says that a job is done, inside its handler or later, from any handler or from outside. Whatever
 * becomes of its worker, it stays done.
 *
 * Thread: owner. May call: wake outside of a step.
 * Returns ART_OK, ART_ALREADY_REPLIED if the job is over: it is done, was said to have failed, or
 * its worker has ended; ART_NOT_FOUND for 0, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of
 * every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_job_done(struct art_runtime *rt, art_job_token job);

/**
 * Says that a job could not be done: it is tried again if it may be, else it is lost
 * (ART_JOB_LOST). The worker goes on.
 *
 * Thread: owner. May call: wake outside of a step. Returns as `art_job_done`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_job_failed(struct art_runtime *rt, art_job_token job);

/**
 * Gives a sign of life of a job that takes long: see `silence_ns` of art_pool_settings.
 *
 * Thread: owner. May call: nothing. Returns as `art_job_done`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_job_alive(struct art_runtime *rt, art_job_token job);

/* ----------------------------------------------------------------------------------------------
 * Output ports
 * ---------------------------------------------------------------------------------------------- */

/** How an actor gets the values of a port. */
typedef struct art_subscription {
    /** `sizeof(art_subscription)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t flags;
    /** The tag of the messages that bring them. */
    uint64_t tag;
    /** The most values that may wait for it; not 0. Its mailbox may have its own opinion. */
    uint32_t capacity;
    /** What is lost if more come: ART_BACKLOG_... */
    uint32_t overflow;
} art_subscription;
/** An art_subscription with all defaults. */
#define ART_SUBSCRIPTION_INIT \
    {sizeof(art_subscription), 0, 0, 0, 0}

/* What a subscriber loses if more values come than may wait. */
/** The oldest that waits. */
#define ART_BACKLOG_DROP_OLDEST 0
/** The new one. */
#define ART_BACKLOG_DROP_NEWEST 1
/**
 * The new one, and the subscriber fails, since it cannot keep up: for one that must not miss
 * anything.
 */
#define ART_BACKLOG_FAIL 2

/**
 * Makes a port without subscribers and writes it to `*out`, 0 on failure. It lives until
 * `art_port_destroy` or the end of its runtime.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or writable.
 */
ART_API art_status art_port_create(struct art_runtime *rt, art_port *out);

/**
 * Subscribes an actor to what is published from now on, or subscribes it anew: then what waits by
 * its older subscription is gone. It gets each value as a message, in the order of the
 * subscriptions; the sender is the actor whose handler published it, `detail` how many values it
 * lost just before. Nobody waits for a slow one, and one that has ended is forgotten.
 *
 * Thread: owner. May call: the drop of buffers that waited.
 * Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_NOT_FOUND, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, ART_UNSUPPORTED for an actor that `art_spawn` did not make, ART_BUSY inside a
 * drop of what this port holds, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `subscription` NULL or valid with its
 * `struct_size`.
 */
ART_API art_status art_port_subscribe(
    struct art_runtime *rt, art_port port, art_actor actor, const struct art_subscription
    *subscription);

/**
 * Ends an actor's subscription; what waits is not delivered any more.
 *
 * Thread: owner. May call: the drop of buffers that waited.
 * Returns ART_OK, ART_NOT_FOUND also for an actor that has not subscribed, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, ART_BUSY inside a drop of what this port holds, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_port_unsubscribe(struct art_runtime *rt, art_port port, art_actor actor);

/**
 * Queues a value for all who subscribed: a copy of `len` bytes at `data`, of which they share one.
 * `*out_taken`, which may be NULL, gets how many those were.
 *
 * Thread: owner. May call: wake outside of a step; the drop of buffers that are lost for it.
 * Returns ART_OK, ART_NULL_POINTER, ART_TOO_LARGE, ART_NOT_FOUND, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, ART_BUSY inside a drop of what this port holds, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `data` readable for `len` bytes; `out_taken`
 * NULL or writable.
 */
ART_API art_status art_port_publish(
    struct art_runtime *rt, art_port port, const void *data, size_t len, size_t *out_taken);

/**
 * As `art_port_publish` with a shared buffer: consumes one reference.
 *
 * Thread: owner. May call: wake outside of a step; the buffer's drop on failure, or if nobody has
 * subscribed; the drop of buffers that are lost for it. Returns as `art_port_publish`. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `buffer` must be NULL or a buffer of which the
 * caller holds a reference; `out_taken` NULL or writable.
 */
ART_API art_status art_port_publish_buffer(
    struct art_runtime *rt, art_port port, struct art_buffer *buffer, size_t *out_taken);

/**
 * Writes how many have subscribed, and were alive when something was published last, to
 * `*out_count`.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_BUSY
 * inside a drop of what this port holds, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out_count` NULL or writable.
 */
ART_API art_status art_port_subscribers(struct art_runtime *rt, art_port port, size_t *out_count);

/**
 * Destroys a port. What waits with its subscribers is not delivered any more.
 *
 * Thread: owner. May call: the drop of buffers that waited.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_port_destroy(struct art_runtime *rt, art_port port);

/* ----------------------------------------------------------------------------------------------
 * Looking into a runtime
 * ---------------------------------------------------------------------------------------------- */

/** Messages that no handler saw, by reason, since the start. */
typedef struct art_dead_letter_counts {
    /** `sizeof(art_dead_letter_counts)`, set by the caller. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** ART_DROP_CANCELLED: the receiver ended before. */
    uint64_t cancelled;
    /** ART_DROP_CLOSED: the runtime was destroyed. */
    uint64_t closed;
    /** ART_DROP_NOT_FOUND: there was no such receiver. */
    uint64_t not_found;
    /** ART_DROP_FULL: the receiver's mailbox was full. */
    uint64_t full;
    /** ART_DROP_REFUSED: the receiver takes no such messages. */
    uint64_t refused;
    /** ART_DROP_EXPIRED: they were too old. */
    uint64_t expired;
} art_dead_letter_counts;
/** An art_dead_letter_counts with all defaults. */
#define ART_DEAD_LETTER_COUNTS_INIT \
    {sizeof(art_dead_letter_counts), 0, 0, 0, 0, 0, 0, 0}

/** What an actor has done while its runtime counted. */
typedef struct art_actor_counts {
    /** `sizeof(art_actor_counts)`, set by the caller. */
    uint32_t struct_size;
    /** The most messages that ever waited for it at once. */
    uint32_t most_pending;
    /** Messages that its handlers had. */
    uint64_t messages;
    /** How long its handlers ran, in ns; 0 if that is not counted. */
    uint64_t busy_ns;
    /** How long the longest of them ran, in ns: everybody else waited for so long. */
    uint64_t longest_ns;
} art_actor_counts;
/** An art_actor_counts with all defaults. */
#define ART_ACTOR_COUNTS_INIT \
    {sizeof(art_actor_counts), 0, 0, 0, 0}

/** A message that no handler saw. */
typedef struct art_dead_letter {
    /** `sizeof(art_dead_letter)`, set by the caller. */
    uint32_t struct_size;
    /** ART_DROP_... */
    uint32_t reason;
    /** The actor it was for. */
    art_actor receiver;
    /**
     * The actor that sent it, 0 if none did. If that has ended and its place was taken again, the
     * one that has it now.
     */
    art_actor sender;
    /** Its tag; 0 for messages between Rust actors. */
    uint64_t tag;
    /** The number of the step in which it was lost, or of the last one before. */
    uint64_t step;
    /**
     * What the message is in Rust, UTF-8 without NUL. The text stays as long as the library is
     * loaded.
     */
    const char *type_name;
    /** Its length. */
    size_t type_name_len;
} art_dead_letter;
/** An art_dead_letter with all defaults. */
#define ART_DEAD_LETTER_INIT \
    {sizeof(art_dead_letter), 0, 0, 0, 0, 0, NULL, 0}

/** Where an actor is, and what waits for it. */
typedef struct art_located {
    /** `sizeof(art_located)`, set by the caller. */
    uint32_t struct_size;
    /** ART_LIFE_... */
    uint32_t life;
    /** Messages that wait until it is ready or resumed. */
    uint64_t waiting;
    /** Messages that waited and run next. */
    uint64_t released;
    /** Messages on the main lane. */
    uint64_t queued;
    /** Idle and lazy messages. */
    uint64_t idle;
    /** Armed timers that are for it. */
    uint64_t timers;
    /** Asks that it made and that have no outcome. */
    uint64_t asks;
    /** Asks that it is to answer. */
    uint64_t kept;
} art_located;
/** An art_located with all defaults. */
#define ART_LOCATED_INIT \
    {sizeof(art_located), 0, 0, 0, 0, 0, 0, 0, 0}

/* Where an actor is in its life. */
/** `create` has not run yet, or it waits to be restarted. */
#define ART_LIFE_PREPARING 0
/** It takes messages. */
#define ART_LIFE_READY 1
/** Its messages wait for `art_resume`. */
#define ART_LIFE_PAUSED 2
/**
 * It was told to stop and takes its last turns, or waits for an answer: its other messages wait.
 */
#define ART_LIFE_HELD 3
/** It is about to end. */
#define ART_LIFE_ENDING 4

/* What `art_set_counting` counts. */
/** Nothing, which costs nothing. */
#define ART_COUNT_NOTHING 0
/** Messages. */
#define ART_COUNT_MESSAGES 1
/** Messages, and how long the handlers run: the clock is read twice for each. */
#define ART_COUNT_BUSY_TIME 2

/**
 * Copies a text that shows all of the runtime between two messages into `buffer`, NUL-terminated
 * and cut to `size` bytes, and writes its full length without the NUL to `*out_len` (which may be
 * NULL, as may `buffer` if `size` is 0). It is JSON: an object with `steps`, `now_ns`, `pending`,
 * `actors` and `dead_letters`; ids are strings of 16 hexadecimal digits. It looks at each message,
 * timer and actor once.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `buffer` writable for `size` bytes; `out_len`
 * NULL or writable.
 */
ART_API art_status art_snapshot_json(
    struct art_runtime *rt, char *buffer, size_t size, size_t *out_len);

/**
 * As `art_snapshot_json`, as a picture of the supervision tree for Graphviz: a directed graph of
 * boxes, one for each actor, with what waits for it.
 *
 * Thread: owner. May call: nothing. Returns as `art_snapshot_json`. Since 0.1.
 *
 * Requires: As for `art_snapshot_json`.
 */
ART_API art_status art_snapshot_dot(
    struct art_runtime *rt, char *buffer, size_t size, size_t *out_len);

/**
 * Fills `*out` with how many messages were lost, and why.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, and the codes of every owner-thread function.
 * Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
 */
ART_API art_status art_dead_letters(struct art_runtime *rt, struct art_dead_letter_counts *out);

/**
 * Fills `*out` with one of the last messages that were lost, of which 32 are kept: that at 0 is the
 * last one, that at 1 the one before.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_NOT_FOUND if no more are kept, and the
 * codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
 */
ART_API art_status art_dead_letter_at(
    struct art_runtime *rt, size_t index, struct art_dead_letter *out);

/**
 * Says what is counted of each actor from the next step on: ART_COUNT_...
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_INVALID_ARGUMENT, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime.
 */
ART_API art_status art_set_counting(struct art_runtime *rt, uint32_t what);

/**
 * Fills `*out` with what a living actor has done while its runtime counted; all zero if it did not.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_NOT_FOUND, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
 */
ART_API art_status art_counts(
    struct art_runtime *rt, art_actor actor, struct art_actor_counts *out);

/**
 * Fills `*out` with where an actor is and what waits for it. Walks the queues and the timers: for
 * diagnostics.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_NOT_FOUND, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
 */
ART_API art_status art_locate(struct art_runtime *rt, art_actor actor, struct art_located *out);

/* ----------------------------------------------------------------------------------------------
 * Observers
 * ---------------------------------------------------------------------------------------------- */

/** A message that is about to be handled. */
typedef struct art_delivery {
    /** Size of this struct in bytes, set by the library. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** Its number in this runtime, from 1 on; 0 if it was queued before there was an observer. */
    uint64_t message;
    /** The number of the message whose handler sent it; 0 for the outside world. */
    uint64_t cause;
    /** The actor that gets it; 0 for work of the runtime's own. */
    art_actor receiver;
    /** Its tag; 0 for messages between Rust actors. */
    uint64_t tag;
    /**
     * What the message is in Rust, UTF-8 without NUL. The text stays as long as the library is
     * loaded.
     */
    const char *type_name;
    /** Its length. */
    size_t type_name_len;
} art_delivery;

/**
 * Hears that a message was sent and got its number, on the spot; not of those that timers, other
 * threads and host calls send. `cause` is the number of the message whose handler sends it, 0 for
 * the outside world.
 */
typedef void (*art_numbered_fn)(void *user, uint64_t message, uint64_t cause);

/** Hears that a message is about to be handled. `delivery` is borrowed. */
typedef void (*art_delivery_fn)(void *user, const struct art_delivery *delivery);

/** Hears that the handler of the message that was told of last has returned, or failed. */
typedef void (*art_delivered_fn)(void *user);

/** Hears that no handler will see a message. `letter` is borrowed. */
typedef void (*art_dead_letter_fn)(void *user, const struct art_dead_letter *letter);

/**
 * Sees every message. Its functions are called on the owner thread and must not call the library;
 * each may be NULL.
 */
typedef struct art_observer {
    /** `sizeof(art_observer)`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t flags;
    /** A message was sent. */
    art_numbered_fn sent;
    /** A message is about to be handled. */
    art_delivery_fn delivering;
    /** Its handler has returned, or failed. */
    art_delivered_fn delivered;
    /** A message was lost. */
    art_dead_letter_fn lost;
    /** Argument of these functions. Handed over. */
    void *user;
    /**
     * Called once with `user` when there is another observer or none, or the runtime is destroyed,
     * or if `art_set_observer` fails; may be NULL.
     */
    art_release_fn user_drop;
} art_observer;
/** An art_observer with all defaults. */
#define ART_OBSERVER_INIT \
    {sizeof(art_observer), 0, NULL, NULL, NULL, NULL, NULL, NULL}

/**
 * Has a runtime observed from the next step on, by this observer in the place of the one before;
 * NULL for none. While there is one each message has a number, even if all the observer's functions
 * are NULL, and takes a slower way into its queue: several times the usual cost.
 *
 * Thread: owner. May call: user_drop of the observer before; user_drop on failure.
 * Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, and the codes of every owner-thread
 * function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `observer` NULL or valid with its `struct_size`.
 */
ART_API art_status art_set_observer(struct art_runtime *rt, const struct art_observer *observer);

/**
 * Writes the number of the message that is being handled to `*out_message`, and that of the message
 * whose handler sent it to `*out_cause`, 0 for the outside world; both may be NULL. There are
 * numbers while there is an observer.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NO_CONTEXT if no message is being handled, or it has no number; and the codes
 * of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`; the out parameters NULL or writable.
 */
ART_API art_status art_context_trace(
    struct art_context *context, uint64_t *out_message, uint64_t *out_cause);

/* ----------------------------------------------------------------------------------------------
 * What a handler can do that nobody else can
 * ---------------------------------------------------------------------------------------------- */

/**
 * Returns the actor whose handler is running; 0 if the context is NULL or not in its handler.
 *
 * Thread: owner. May call: nothing. Since 0.1.
 *
 * Requires: `context` must be NULL or have been given to a handler by a runtime that still lives.
 */
ART_API art_actor art_context_self(struct art_context *context);

/**
 * Returns the runtime, for `art_post` and everything else; NULL if the context is NULL or not in
 * its handler.
 *
 * Thread: owner. May call: nothing. Since 0.1.
 *
 * Requires: As for `art_context_self`.
 */
ART_API struct art_runtime *art_context_runtime(struct art_context *context);

/**
 * Returns the time of the running step in ns, the same for all its handlers; 0 if the context is
 * NULL or not in its handler.
 *
 * Thread: owner. May call: nothing. Since 0.1.
 *
 * Requires: As for `art_context_self`.
 */
ART_API uint64_t art_context_now(struct art_context *context);

/**
 * Fails the actor when the handler returns, whatever it returns, with an exit reason (negative; 0
 * for ART_FAILED) and a text, which is copied and may be NULL. Of several calls the first counts.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NO_CONTEXT, ART_INVALID_ARGUMENT for a positive reason, ART_INVALID_UTF8, and
 * the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`; `text` must be readable for `text_len` bytes, or up to its
 * NUL with ART_NUL_TERMINATED.
 */
ART_API art_status art_context_fail(
    struct art_context *context, art_status reason, const char *text, size_t text_len);

/**
 * Stops the actor when the handler returns, with an exit reason; 0 is the usual one.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NO_CONTEXT, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`.
 */
ART_API art_status art_context_stop(struct art_context *context, art_status reason);

/**
 * Answers the message that is being handled, as `art_reply` with its token.
 *
 * Thread: owner. May call: told, if the host has asked.
 * Returns as `art_reply`; ART_NO_CONTEXT if nobody asked. Since 0.1.
 *
 * Requires: As for `art_context_self`; `data` readable for `len` bytes.
 */
ART_API art_status art_context_reply(
    struct art_context *context, uint64_t tag, const void *data, size_t len);

/**
 * Keeps the ask open beyond this handler: its token is answered later, by `art_reply`,
 * `art_remote_reply` or `art_reply_drop`. Without this call an ask that the handler leaves
 * unanswered ends with ART_REPLY_NO_REPLY.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NO_CONTEXT if nobody asked, ART_ALREADY_REPLIED, and the codes of every
 * owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`.
 */
ART_API art_status art_context_reply_keep(struct art_context *context);

/**
 * Takes the payload of the message that is being handled: from now on the caller owns it and must
 * call its `drop` (with ART_DROP_DELIVERED) once, if that is not NULL. Works for every kind of
 * payload; a copied one moves to the heap. The message's `data` must not be used after that; use
 * `out->data`.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NO_CONTEXT if there is no message or its payload was taken, ART_STRUCT_SIZE,
 * and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`; `out` must be NULL or valid with its `struct_size`.
 */
ART_API art_status art_context_take(struct art_context *context, struct art_payload *out);

/**
 * Lets the step end after this handler, with `more` set if anything is ready: a handler that has
 * worked for long gives way to the host.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NO_CONTEXT, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: As for `art_context_self`.
 */
ART_API art_status art_context_yield(struct art_context *context);

/* ----------------------------------------------------------------------------------------------
 * Host calls
 * ---------------------------------------------------------------------------------------------- */

/**
 * The work of a host call. May block, run a nested event loop, step the runtime, even destroy it.
 * Its result travels to the actor.
 */
typedef uint64_t (*art_host_call_fn)(struct art_runtime *rt, void *user);

/**
 * Asks the host to run `call(rt, user)` after this step. When it has returned, the actor gets a
 * message with `done_tag` (0 for ART_TAG_HOST_CALL), the flag ART_MSG_HOST_CALL, the result in
 * `detail`, and `user` as `data` with `len` 0. `user_drop(user)`, if not NULL, runs exactly once:
 * after that message was handled, or when the actor or the runtime ends first; then `call` is not
 * run if it has not begun. If this call fails it runs before the call returns.
 *
 * Thread: owner. May call: user_drop on failure.
 * Returns ART_OK, ART_NO_CONTEXT, ART_NULL_POINTER, ART_INVALID_ARGUMENT for a tag of the
 * runtime's, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `context` must be NULL or have been given to a handler by a runtime that still lives;
 * `user` must stay valid until `user_drop` runs.
 */
ART_API art_status art_context_host_call(
    struct art_context *context, art_host_call_fn call, void *user, art_release_fn user_drop,
    uint64_t done_tag);

/**
 * Runs host calls that wait, at most `max` (0 for all that wait now), in the order in which they
 * were asked for, and writes their number to `*out_ran`, which may be NULL. Call it when a step
 * reports `host_calls`, after the timer is re-armed and the next step arranged, and not from a
 * timer's callback: the calls may run an event loop of their own.
 *
 * A call may destroy the runtime: then this returns ART_CLOSED, and `rt` is gone.
 *
 * Thread: owner. May call: the host calls, user_drop; wake.
 * Returns ART_OK, ART_CLOSED, ART_BUSY inside a step, ART_PANICKED, ART_UNSUPPORTED if another
 * language is the host, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out_ran` NULL or writable.
 */
ART_API art_status art_run_host_calls(struct art_runtime *rt, uint32_t max, uint32_t *out_ran);

/* ----------------------------------------------------------------------------------------------
 * Shared buffers
 * ---------------------------------------------------------------------------------------------- */

/**
 * Makes a buffer with a copy of `len` bytes and one reference, and writes it to `*out`.
 *
 * Thread: any. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_TOO_LARGE. Since 0.1.
 *
 * Requires: `data` must be readable for `len` bytes; `out` NULL or writable.
 */
ART_API art_status art_buffer_create(const void *data, size_t len, struct art_buffer **out);

/**
 * Makes a buffer of bytes that are handed over, with one reference. `drop(data, len, drop_user,
 * reason)` runs exactly once, when the last reference is given up, on whatever thread that happens;
 * before this call returns, with ART_DROP_REFUSED, if it fails. `drop` may be NULL for bytes that
 * live for ever.
 *
 * Thread: any. May call: drop on failure.
 * Returns ART_OK, ART_NULL_POINTER, ART_TOO_LARGE. Since 0.1.
 *
 * Requires: `data` must stay readable and unchanged for `len` bytes until `drop` runs; `out` NULL
 * or writable.
 */
ART_API art_status art_buffer_wrap(
    void *data, size_t len, art_drop_fn drop, void *drop_user, struct art_buffer **out);

/**
 * Returns the bytes of a buffer and writes their number to `*out_len`, which may be NULL. They live
 * as long as the caller's reference. NULL and 0 for a NULL buffer.
 *
 * Thread: any. May call: nothing. Since 0.1.
 *
 * Requires: `buffer` must be NULL or a buffer of which the caller holds a reference; `out_len` NULL
 * or writable.
 */
ART_API const void *art_buffer_data(const struct art_buffer *buffer, size_t *out_len);

/**
 * Adds a reference and returns the buffer; NULL for NULL.
 *
 * Thread: any. May call: nothing. Since 0.1.
 *
 * Requires: As for `art_buffer_data`.
 */
ART_API struct art_buffer *art_buffer_ref(struct art_buffer *buffer);

/**
 * Gives up a reference. NULL is fine.
 *
 * Thread: any. May call: the buffer's drop. Since 0.1.
 *
 * Requires: `buffer` must be NULL or a buffer of which the caller holds a reference, which is gone
 * afterwards.
 */
ART_API void art_buffer_unref(struct art_buffer *buffer);

/* ----------------------------------------------------------------------------------------------
 * Remotes
 * ---------------------------------------------------------------------------------------------- */

/**
 * Makes a remote with one reference and writes it to `*out`, NULL on failure.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or writable.
 */
ART_API art_status art_remote_create(struct art_runtime *rt, struct art_remote **out);

/**
 * Makes another remote of the same runtime, with an order of its own and one reference; NULL on
 * failure.
 *
 * Thread: any. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_CLOSED. Since 0.1.
 *
 * Requires: `remote` must be NULL or a remote of which the caller holds a reference; `out` NULL or
 * writable.
 */
ART_API art_status art_remote_clone(struct art_remote *remote, struct art_remote **out);

/**
 * Adds a reference and returns the remote; NULL for NULL.
 *
 * Thread: any. May call: nothing. Since 0.1.
 *
 * Requires: `remote` must be NULL or a remote of which the caller holds a reference.
 */
ART_API struct art_remote *art_remote_ref(struct art_remote *remote);

/**
 * Gives up a reference; what was posted is still delivered. NULL is fine.
 *
 * Thread: any. May call: nothing. Since 0.1.
 *
 * Requires: `remote` must be NULL or a remote of which the caller holds a reference, which is gone
 * afterwards.
 */
ART_API void art_remote_unref(struct art_remote *remote);

/**
 * As `art_post`, from any thread. The receiver is looked up when the message arrives: an ended one
 * drops it with ART_DROP_NOT_FOUND, a full one with ART_DROP_FULL. The sender is 0.
 *
 * Thread: any. May call: wake, as the last act.
 * Returns ART_OK, ART_NULL_POINTER, ART_CLOSED, ART_NOT_FOUND for an id of 0, ART_WRONG_KIND,
 * ART_WRONG_RUNTIME, ART_TOO_LARGE, ART_INVALID_ARGUMENT for a tag of the runtime's. Since 0.1.
 *
 * Requires: `remote` must be NULL or a remote of which the caller holds a reference; `data`
 * readable for `len` bytes.
 */
ART_API art_status art_remote_post(
    struct art_remote *remote, art_actor to, uint64_t tag, const void *data, size_t len);

/**
 * As `art_remote_post`, but hands the payload over by the rule of `art_post_owned`. `drop` runs on
 * the owner thread, or here, before the call returns, if the call fails.
 *
 * Thread: any. May call: wake, as the last act; drop on failure.
 * Returns as `art_remote_post`. Since 0.1.
 *
 * Requires: `remote` must be NULL or a remote of which the caller holds a reference; `data` must
 * stay readable for `len` bytes until `drop` runs, and may be used from the owner thread.
 */
ART_API art_status art_remote_post_owned(
    struct art_remote *remote, art_actor to, uint64_t tag, void *data, size_t len, art_drop_fn drop,
    void *drop_user);

/**
 * As `art_remote_post_owned` with a shared buffer: consumes one reference.
 *
 * Thread: any. May call: wake, as the last act; the buffer's drop on failure.
 * Returns as `art_remote_post`. Since 0.1.
 *
 * Requires: `remote` and `buffer` must each be NULL or held by the caller with a reference.
 */
ART_API art_status art_remote_post_buffer(
    struct art_remote *remote, art_actor to, uint64_t tag, struct art_buffer *buffer);

/**
 * As `art_reply`, from any thread, for a token that its handler kept. A token whose ask is settled
 * drops the reply when it arrives.
 *
 * Thread: any. May call: wake, as the last act.
 * Returns as `art_remote_post`. Since 0.1.
 *
 * Requires: As for `art_remote_post`.
 */
ART_API art_status art_remote_reply(
    struct art_remote *remote, art_reply_token token, uint64_t tag, const void *data, size_t len);

/**
 * As `art_remote_reply`, but hands the payload over by the rule of `art_post_owned`.
 *
 * Thread: any. May call: wake, as the last act; drop on failure.
 * Returns as `art_remote_post`. Since 0.1.
 *
 * Requires: As for `art_remote_post_owned`.
 */
ART_API art_status art_remote_reply_owned(
    struct art_remote *remote, art_reply_token token, uint64_t tag, void *data, size_t len,
    art_drop_fn drop, void *drop_user);

/**
 * Makes the runtime call `wake`, unless a call is outstanding already. Allocates nothing.
 *
 * Thread: any, and async-signal-safe if the host's `wake` is. May call: wake.
 * Returns ART_OK, ART_NULL_POINTER, ART_CLOSED. Since 0.1.
 *
 * Requires: `remote` must be NULL or a remote of which the caller holds a reference.
 */
ART_API art_status art_remote_wake(struct art_remote *remote);

/**
 * Lets a running step end soon, with `more` set: within 16 messages, or 256 if its time is not
 * bounded. Does nothing while no step runs. (A handler that wants the step to end after itself
 * calls `art_context_yield`.)
 *
 * Thread: any, async-signal-safe. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_CLOSED. Since 0.1.
 *
 * Requires: `remote` must be NULL or a remote of which the caller holds a reference.
 */
ART_API art_status art_remote_interrupt(struct art_remote *remote);

/* ----------------------------------------------------------------------------------------------
 * Wakers
 * ---------------------------------------------------------------------------------------------- */

/**
 * Makes a waker with one reference and writes it to `*out`, NULL on failure. Rung, it sends the
 * actor a message with `tag` (0 for ART_TAG_WAKE) and the flag ART_MSG_WAKE; when its last
 * reference is given up, one with ART_MSG_LAST too.
 *
 * Thread: owner. May call: nothing.
 * Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_INVALID_ARGUMENT for a tag
 * of the runtime's, and the codes of every owner-thread function. Since 0.1.
 *
 * Requires: `rt` must be NULL or a living runtime; `out` NULL or writable.
 */
ART_API art_status art_waker_create(
    struct art_runtime *rt, art_actor actor, uint64_t tag, struct art_waker **out);

/**
 * Rings. Allocates nothing.
 *
 * Thread: any, and async-signal-safe if the host's `wake` is. May call: wake, as the last act.
 * Returns ART_OK, ART_NULL_POINTER, ART_CLOSED. Since 0.1.
 *
 * Requires: `waker` must be NULL or a waker of which the caller holds a reference.
 */
ART_API art_status art_waker_wake(struct art_waker *waker);

/**
 * Adds a reference and returns the waker; NULL for NULL.
 *
 * Thread: any. May call: nothing. Since 0.1.
 *
 * Requires: As for `art_waker_wake`.
 */
ART_API struct art_waker *art_waker_ref(struct art_waker *waker);

/**
 * Gives up a reference. NULL is fine.
 *
 * Thread: any. May call: wake, as the last act. Since 0.1.
 *
 * Requires: `waker` must be NULL or a waker of which the caller holds a reference, which is gone
 * afterwards.
 */
ART_API void art_waker_unref(struct art_waker *waker);

/* ----------------------------------------------------------------------------------------------
 * A file descriptor for hosts that wait with `poll`, `epoll` or `kqueue`
 * ---------------------------------------------------------------------------------------------- */

/**
 * Makes a descriptor (an eventfd on Linux, a pipe on other Unix systems) with one reference and
 * writes it to `*out`, NULL on failure. Make one for each runtime.
 *
 * Thread: any. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_SYSTEM, ART_UNSUPPORTED where there is no such descriptor.
 * Since 0.1.
 *
 * Requires: `out` must be NULL or writable.
 */
ART_API art_status art_poll_create(struct art_poll **out);

/**
 * Sets `wake`, `wake_user` and `wake_drop` of a configuration to this descriptor; `wake_user` takes
 * a reference of its own, which `wake_drop` gives up. So each attached configuration must be passed
 * to `art_create` exactly once.
 *
 * Thread: any. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE. Since 0.1.
 *
 * Requires: `poll` must be NULL or held by the caller with a reference; `config` NULL or valid with
 * its `struct_size`.
 */
ART_API art_status art_poll_attach(struct art_poll *poll, struct art_config *config);

/**
 * Returns the descriptor to watch for reading, -1 for NULL. It stays the library's: do not read or
 * close it.
 *
 * Thread: any. May call: nothing. Since 0.1.
 *
 * Requires: `poll` must be NULL or held by the caller with a reference.
 */
ART_API int32_t art_poll_fd(const struct art_poll *poll);

/**
 * Makes the descriptor unreadable until the next `wake`. Call it before the step that answers to
 * it, never after: a wake in between would be lost.
 *
 * Thread: any. May call: nothing.
 * Returns ART_OK, ART_NULL_POINTER. Since 0.1.
 *
 * Requires: `poll` must be NULL or held by the caller with a reference.
 */
ART_API art_status art_poll_clear(struct art_poll *poll);

/**
 * Gives up a reference; the last one closes the descriptor. NULL is fine. Remove the descriptor
 * from the host's loop first.
 *
 * Thread: any. May call: nothing. Since 0.1.
 *
 * Requires: `poll` must be NULL or held by the caller with a reference, which is gone afterwards.
 */
ART_API void art_poll_unref(struct art_poll *poll);

/* ----------------------------------------------------------------------------------------------
 * The table of all functions, for callers that find the library at run time
 * ---------------------------------------------------------------------------------------------- */

/**
 * Every function of the library, without its prefix. Static and never changed. Fields are only
 * appended: one that lies beyond `struct_size` is not there.
 */
typedef struct art_api_table {
    /** Size of this struct in bytes in the loaded library. */
    uint32_t struct_size;
    /** `ART_ABI_VERSION` of the loaded library. */
    uint32_t abi_version;
    /** See art_version. */
    uint32_t (*version)(void);
    /** See art_status_text. */
    const char *(*status_text)(art_status status);
    /** See art_tag_from_name. */
    art_status (*tag_from_name)(const char *name, size_t name_len, uint64_t *out);
    /** See art_tag_register. */
    art_status (*tag_register)(struct art_runtime *rt,
                               uint64_t tag,
                               const char *name,
                               size_t name_len,
                               size_t payload_size);
    /** See art_config_init. */
    art_status (*config_init)(struct art_config *config, size_t size);
    /** See art_create. */
    art_status (*create)(const struct art_config *config,
                         struct art_runtime **out,
                         char *error,
                         size_t error_size);
    /** See art_destroy. */
    art_status (*destroy)(struct art_runtime *rt);
    /** See art_adopt_thread. */
    art_status (*adopt_thread)(struct art_runtime *rt);
    /** See art_now. */
    art_status (*now)(struct art_runtime *rt, uint64_t *out_ns);
    /** See art_last_message. */
    art_status (*last_message)(struct art_runtime *rt, char *buffer, size_t size, size_t *out_len);
    /** See art_step. */
    art_status (*step)(struct art_runtime *rt,
                       uint64_t now_ns,
                       const struct art_budget *budget,
                       struct art_step_result *result);
    /** See art_next_timeout. */
    art_status (*next_timeout)(struct art_runtime *rt, uint64_t now_ns, uint64_t *out_ns);
    /** See art_next_deadline. */
    art_status (*next_deadline)(struct art_runtime *rt, uint64_t *out_ns);
    /** See art_timeout_ms. */
    art_status (*timeout_ms)(struct art_runtime *rt, uint64_t now_ns, int32_t *out_ms);
    /** See art_pending. */
    art_status (*pending)(struct art_runtime *rt, struct art_pending_info *out);
    /** See art_spawn. */
    art_status (*spawn)(struct art_runtime *rt, const struct art_actor_config *config, art_actor *out);
    /** See art_stop. */
    art_status (*stop)(struct art_runtime *rt, art_actor actor, art_status reason);
    /** See art_kill. */
    art_status (*kill)(struct art_runtime *rt,
                       art_actor actor,
                       art_status reason,
                       const char *text,
                       size_t text_len);
    /** See art_post. */
    art_status (*post)(struct art_runtime *rt, art_actor to, uint64_t tag, const void *data, size_t len);
    /** See art_post_owned. */
    art_status (*post_owned)(struct art_runtime *rt,
                             art_actor to,
                             uint64_t tag,
                             void *data,
                             size_t len,
                             art_drop_fn drop,
                             void *drop_user);
    /** See art_post_buffer. */
    art_status (*post_buffer)(struct art_runtime *rt, art_actor to, uint64_t tag, struct art_buffer *buffer);
    /** See art_try_post. */
    art_status (*try_post)(struct art_runtime *rt, art_actor to, uint64_t tag, const void *data, size_t len);
    /** See art_try_post_owned. */
    art_status (*try_post_owned)(struct art_runtime *rt,
                                 art_actor to,
                                 uint64_t tag,
                                 void *data,
                                 size_t len,
                                 art_drop_fn drop,
                                 void *drop_user);
    /** See art_timer_at. */
    art_status (*timer_at)(struct art_runtime *rt,
                           art_actor to,
                           uint64_t tag,
                           uint64_t deadline_ns,
                           const void *data,
                           size_t len,
                           art_timer *out);
    /** See art_timer_reset. */
    art_status (*timer_reset)(struct art_runtime *rt, art_timer timer, uint64_t deadline_ns);
    /** See art_timer_cancel. */
    art_status (*timer_cancel)(struct art_runtime *rt, art_timer timer);
    /** See art_ask. */
    art_status (*ask)(struct art_runtime *rt,
                      art_actor from,
                      art_actor to,
                      uint64_t tag,
                      const void *data,
                      size_t len,
                      uint64_t deadline_ns,
                      art_reply_token *out_token);
    /** See art_ask_cancel. */
    art_status (*ask_cancel)(struct art_runtime *rt, art_reply_token token);
    /** See art_reply. */
    art_status (*reply)(struct art_runtime *rt,
                        art_reply_token token,
                        uint64_t tag,
                        const void *data,
                        size_t len);
    /** See art_reply_owned. */
    art_status (*reply_owned)(struct art_runtime *rt,
                              art_reply_token token,
                              uint64_t tag,
                              void *data,
                              size_t len,
                              art_drop_fn drop,
                              void *drop_user);
    /** See art_reply_drop. */
    art_status (*reply_drop)(struct art_runtime *rt, art_reply_token token);
    /** See art_context_self. */
    art_actor (*context_self)(struct art_context *context);
    /** See art_context_runtime. */
    struct art_runtime *(*context_runtime)(struct art_context *context);
    /** See art_context_now. */
    uint64_t (*context_now)(struct art_context *context);
    /** See art_context_fail. */
    art_status (*context_fail)(struct art_context *context,
                               art_status reason,
                               const char *text,
                               size_t text_len);
    /** See art_context_stop. */
    art_status (*context_stop)(struct art_context *context, art_status reason);
    /** See art_context_reply. */
    art_status (*context_reply)(struct art_context *context, uint64_t tag, const void *data, size_t len);
    /** See art_context_reply_keep. */
    art_status (*context_reply_keep)(struct art_context *context);
    /** See art_context_take. */
    art_status (*context_take)(struct art_context *context, struct art_payload *out);
    /** See art_context_yield. */
    art_status (*context_yield)(struct art_context *context);
    /** See art_context_host_call. */
    art_status (*context_host_call)(struct art_context *context,
                                    art_host_call_fn call,
                                    void *user,
                                    art_release_fn user_drop,
                                    uint64_t done_tag);
    /** See art_run_host_calls. */
    art_status (*run_host_calls)(struct art_runtime *rt, uint32_t max, uint32_t *out_ran);
    /** See art_buffer_create. */
    art_status (*buffer_create)(const void *data, size_t len, struct art_buffer **out);
    /** See art_buffer_wrap. */
    art_status (*buffer_wrap)(void *data,
                              size_t len,
                              art_drop_fn drop,
                              void *drop_user,
                              struct art_buffer **out);
    /** See art_buffer_data. */
    const void *(*buffer_data)(const struct art_buffer *buffer, size_t *out_len);
    /** See art_buffer_ref. */
    struct art_buffer *(*buffer_ref)(struct art_buffer *buffer);
    /** See art_buffer_unref. */
    void (*buffer_unref)(struct art_buffer *buffer);
    /** See art_remote_create. */
    art_status (*remote_create)(struct art_runtime *rt, struct art_remote **out);
    /** See art_remote_clone. */
    art_status (*remote_clone)(struct art_remote *remote, struct art_remote **out);
    /** See art_remote_ref. */
    struct art_remote *(*remote_ref)(struct art_remote *remote);
    /** See art_remote_unref. */
    void (*remote_unref)(struct art_remote *remote);
    /** See art_remote_post. */
    art_status (*remote_post)(struct art_remote *remote,
                              art_actor to,
                              uint64_t tag,
                              const void *data,
                              size_t len);
    /** See art_remote_post_owned. */
    art_status (*remote_post_owned)(struct art_remote *remote,
                                    art_actor to,
                                    uint64_t tag,
                                    void *data,
                                    size_t len,
                                    art_drop_fn drop,
                                    void *drop_user);
    /** See art_remote_post_buffer. */
    art_status (*remote_post_buffer)(struct art_remote *remote,
                                     art_actor to,
                                     uint64_t tag,
                                     struct art_buffer *buffer);
    /** See art_remote_reply. */
    art_status (*remote_reply)(struct art_remote *remote,
                               art_reply_token token,
                               uint64_t tag,
                               const void *data,
                               size_t len);
    /** See art_remote_reply_owned. */
    art_status (*remote_reply_owned)(struct art_remote *remote,
                                     art_reply_token token,
                                     uint64_t tag,
                                     void *data,
                                     size_t len,
                                     art_drop_fn drop,
                                     void *drop_user);
    /** See art_remote_wake. */
    art_status (*remote_wake)(struct art_remote *remote);
    /** See art_remote_interrupt. */
    art_status (*remote_interrupt)(struct art_remote *remote);
    /** See art_waker_create. */
    art_status (*waker_create)(struct art_runtime *rt, art_actor actor, uint64_t tag, struct art_waker **out);
    /** See art_waker_wake. */
    art_status (*waker_wake)(struct art_waker *waker);
    /** See art_waker_ref. */
    struct art_waker *(*waker_ref)(struct art_waker *waker);
    /** See art_waker_unref. */
    void (*waker_unref)(struct art_waker *waker);
    /** See art_poll_create. */
    art_status (*poll_create)(struct art_poll **out);
    /** See art_poll_attach. */
    art_status (*poll_attach)(struct art_poll *poll, struct art_config *config);
    /** See art_poll_fd. */
    int32_t (*poll_fd)(const struct art_poll *poll);
    /** See art_poll_clear. */
    art_status (*poll_clear)(struct art_poll *poll);
    /** See art_poll_unref. */
    void (*poll_unref)(struct art_poll *poll);
    /** See art_stop_because. */
    art_status (*stop_because)(struct art_runtime *rt,
                               art_actor actor,
                               art_status reason,
                               const char *text,
                               size_t text_len);
    /** See art_drain. */
    art_status (*drain)(struct art_runtime *rt, art_actor actor);
    /** See art_monitor. */
    art_status (*monitor)(struct art_runtime *rt, art_actor watcher, art_actor target, art_monitor_id *out);
    /** See art_on_exit. */
    art_status (*on_exit)(struct art_runtime *rt,
                          art_actor actor,
                          art_exit_fn told,
                          void *user,
                          art_monitor_id *out);
    /** See art_demonitor. */
    art_status (*demonitor)(struct art_runtime *rt, art_monitor_id monitor);
    /** See art_link. */
    art_status (*link)(struct art_runtime *rt, art_actor one, art_actor other);
    /** See art_unlink. */
    art_status (*unlink)(struct art_runtime *rt, art_actor one, art_actor other);
    /** See art_trap_exits. */
    art_status (*trap_exits)(struct art_runtime *rt, art_actor actor, uint32_t trap);
    /** See art_set_supervisor. */
    art_status (*set_supervisor)(struct art_runtime *rt,
                                 art_actor actor,
                                 const struct art_supervisor *supervisor);
    /** See art_on_escalation. */
    art_status (*on_escalation)(struct art_runtime *rt, art_exit_fn escalated, void *user);
    /** See art_terminate. */
    art_status (*terminate)(struct art_runtime *rt, uint64_t deadline_ns, art_terminated_fn done, void *user);
    /** See art_stopped. */
    art_status (*stopped)(struct art_runtime *rt, art_actor actor);
    /** See art_children. */
    art_status (*children)(struct art_runtime *rt,
                           art_actor supervisor,
                           art_actor *ids,
                           size_t capacity,
                           size_t *out_count);
    /** See art_count_children. */
    art_status (*count_children)(struct art_runtime *rt, art_actor supervisor, struct art_child_counts *out);
    /** See art_supervisor_of. */
    art_status (*supervisor_of)(struct art_runtime *rt, art_actor actor, art_actor *out);
    /** See art_child_terminate. */
    art_status (*child_terminate)(struct art_runtime *rt, art_actor child);
    /** See art_child_restart. */
    art_status (*child_restart)(struct art_runtime *rt, art_actor supervisor, art_actor child, art_actor *out);
    /** See art_child_forget. */
    art_status (*child_forget)(struct art_runtime *rt, art_actor supervisor, art_actor child);
    /** See art_name_register. */
    art_status (*name_register)(struct art_runtime *rt, const char *name, size_t name_len, art_actor actor);
    /** See art_name_lookup. */
    art_status (*name_lookup)(struct art_runtime *rt, const char *name, size_t name_len, art_actor *out);
    /** See art_name_unregister. */
    art_status (*name_unregister)(struct art_runtime *rt, const char *name, size_t name_len, art_actor *out);
    /** See art_name_list. */
    art_status (*name_list)(struct art_runtime *rt, char *buffer, size_t size, size_t *out_len);
    /** See art_group_join. */
    art_status (*group_join)(struct art_runtime *rt, const struct art_group *group, art_actor actor);
    /** See art_group_leave. */
    art_status (*group_leave)(struct art_runtime *rt, const struct art_group *group, art_actor actor);
    /** See art_group_members. */
    art_status (*group_members)(struct art_runtime *rt,
                                const struct art_group *group,
                                art_actor *ids,
                                size_t capacity,
                                size_t *out_count);
    /** See art_group_post. */
    art_status (*group_post)(struct art_runtime *rt,
                             const struct art_group *group,
                             uint64_t tag,
                             const void *data,
                             size_t len,
                             size_t *out_count);
    /** See art_group_monitor. */
    art_status (*group_monitor)(struct art_runtime *rt, art_actor watcher, const struct art_group *group);
    /** See art_set_mailbox. */
    art_status (*set_mailbox)(struct art_runtime *rt, art_actor actor, const struct art_mailbox *mailbox);
    /** See art_post_with. */
    art_status (*post_with)(struct art_runtime *rt,
                            art_actor to,
                            const struct art_sending *sending,
                            uint64_t tag,
                            const void *data,
                            size_t len);
    /** See art_pause. */
    art_status (*pause)(struct art_runtime *rt, art_actor actor);
    /** See art_resume. */
    art_status (*resume)(struct art_runtime *rt, art_actor actor);
    /** See art_on_room. */
    art_status (*on_room)(struct art_runtime *rt, art_actor waiter, art_actor of, uint32_t most);
    /** See art_snapshot_json. */
    art_status (*snapshot_json)(struct art_runtime *rt, char *buffer, size_t size, size_t *out_len);
    /** See art_dead_letters. */
    art_status (*dead_letters)(struct art_runtime *rt, struct art_dead_letter_counts *out);
    /** See art_set_counting. */
    art_status (*set_counting)(struct art_runtime *rt, uint32_t what);
    /** See art_counts. */
    art_status (*counts)(struct art_runtime *rt, art_actor actor, struct art_actor_counts *out);
    /** See art_locate. */
    art_status (*locate)(struct art_runtime *rt, art_actor actor, struct art_located *out);
    /** See art_name_monitor. */
    art_status (*name_monitor)(struct art_runtime *rt, art_actor watcher, const char *name, size_t name_len);
    /** See art_restarts_monitor. */
    art_status (*restarts_monitor)(struct art_runtime *rt, art_actor watcher, art_actor actor);
    /** See art_exit_after. */
    art_status (*exit_after)(struct art_runtime *rt, art_actor actor, uint64_t after_ns, art_timer *out);
    /** See art_kill_after. */
    art_status (*kill_after)(struct art_runtime *rt, art_actor actor, uint64_t after_ns, art_timer *out);
    /** See art_context_run. */
    art_status (*context_run)(struct art_context *context);
    /** See art_context_timer_start. */
    art_status (*context_timer_start)(struct art_context *context, uint64_t number, uint64_t after_ns);
    /** See art_context_interval_start. */
    art_status (*context_interval_start)(struct art_context *context,
                                         uint64_t number,
                                         const struct art_interval *interval);
    /** See art_context_timer_stop. */
    art_status (*context_timer_stop)(struct art_context *context, uint64_t number);
    /** See art_byte_budget_set. */
    art_status (*byte_budget_set)(struct art_runtime *rt,
                                  size_t low,
                                  size_t high,
                                  art_water_fn told,
                                  void *user);
    /** See art_system. */
    art_status (*system)(struct art_runtime *rt, art_actor actor, uint32_t message);
    /** See art_system_all. */
    art_status (*system_all)(struct art_runtime *rt, uint32_t message, size_t *out_count);
    /** See art_start_all. */
    art_status (*start_all)(struct art_runtime *rt, uint64_t deadline_ns, art_started_fn done, void *user);
    /** See art_ping. */
    art_status (*ping)(struct art_runtime *rt, art_actor asker, art_actor actor);
    /** See art_on_pong. */
    art_status (*on_pong)(struct art_runtime *rt, art_actor actor, art_pong_fn told, void *user);
    /** See art_heartbeat_start. */
    art_status (*heartbeat_start)(struct art_runtime *rt,
                                  const struct art_heartbeat *heartbeat,
                                  art_pulse_fn told,
                                  void *user,
                                  art_actor *out);
    /** See art_watchdog_create. */
    art_status (*watchdog_create)(struct art_runtime *rt, struct art_watchdog **out);
    /** See art_watchdog_busy. */
    art_status (*watchdog_busy)(struct art_watchdog *watchdog,
                                struct art_busy *out,
                                char *method,
                                size_t size,
                                size_t *out_len);
    /** See art_watchdog_ref. */
    struct art_watchdog *(*watchdog_ref)(struct art_watchdog *watchdog);
    /** See art_watchdog_unref. */
    void (*watchdog_unref)(struct art_watchdog *watchdog);
    /** See art_exec. */
    art_status (*exec)(struct art_runtime *rt,
                       art_actor actor,
                       art_exec_fn run,
                       void *data,
                       size_t len,
                       art_drop_fn drop,
                       void *drop_user);
    /** See art_snapshot_dot. */
    art_status (*snapshot_dot)(struct art_runtime *rt, char *buffer, size_t size, size_t *out_len);
    /** See art_dead_letter_at. */
    art_status (*dead_letter_at)(struct art_runtime *rt, size_t index, struct art_dead_letter *out);
    /** See art_set_observer. */
    art_status (*set_observer)(struct art_runtime *rt, const struct art_observer *observer);
    /** See art_context_trace. */
    art_status (*context_trace)(struct art_context *context, uint64_t *out_message, uint64_t *out_cause);
    /** See art_pool_spawn. */
    art_status (*pool_spawn)(struct art_runtime *rt, const struct art_pool_config *config, art_actor *out);
    /** See art_pool_set_settings. */
    art_status (*pool_set_settings)(struct art_runtime *rt,
                                    art_actor pool,
                                    const struct art_pool_settings *settings);
    /** See art_pool_set_size. */
    art_status (*pool_set_size)(struct art_runtime *rt, art_actor pool, uint32_t size);
    /** See art_pool_drain. */
    art_status (*pool_drain)(struct art_runtime *rt, art_actor pool);
    /** See art_pool_stats. */
    art_status (*pool_stats)(struct art_runtime *rt, art_actor pool, struct art_pool_counts *out);
    /** See art_pool_report. */
    art_status (*pool_report)(struct art_runtime *rt, art_actor asker, art_actor pool);
    /** See art_pool_submit. */
    art_status (*pool_submit)(struct art_runtime *rt,
                              art_actor pool,
                              const struct art_job *job,
                              const void *data,
                              size_t len);
    /** See art_pool_submit_owned. */
    art_status (*pool_submit_owned)(struct art_runtime *rt,
                                    art_actor pool,
                                    const struct art_job *job,
                                    void *data,
                                    size_t len,
                                    art_drop_fn drop,
                                    void *drop_user);
    /** See art_pool_submit_buffer. */
    art_status (*pool_submit_buffer)(struct art_runtime *rt,
                                     art_actor pool,
                                     const struct art_job *job,
                                     struct art_buffer *buffer);
    /** See art_context_job_keep. */
    art_status (*context_job_keep)(struct art_context *context);
    /** See art_context_slot. */
    art_status (*context_slot)(struct art_context *context, uint64_t *out);
    /** See art_job_done. */
    art_status (*job_done)(struct art_runtime *rt, art_job_token job);
    /** See art_job_failed. */
    art_status (*job_failed)(struct art_runtime *rt, art_job_token job);
    /** See art_job_alive. */
    art_status (*job_alive)(struct art_runtime *rt, art_job_token job);
    /** See art_port_create. */
    art_status (*port_create)(struct art_runtime *rt, art_port *out);
    /** See art_port_subscribe. */
    art_status (*port_subscribe)(struct art_runtime *rt,
                                 art_port port,
                                 art_actor actor,
                                 const struct art_subscription *subscription);
    /** See art_port_unsubscribe. */
    art_status (*port_unsubscribe)(struct art_runtime *rt, art_port port, art_actor actor);
    /** See art_port_publish. */
    art_status (*port_publish)(struct art_runtime *rt,
                               art_port port,
                               const void *data,
                               size_t len,
                               size_t *out_taken);
    /** See art_port_publish_buffer. */
    art_status (*port_publish_buffer)(struct art_runtime *rt,
                                      art_port port,
                                      struct art_buffer *buffer,
                                      size_t *out_taken);
    /** See art_port_subscribers. */
    art_status (*port_subscribers)(struct art_runtime *rt, art_port port, size_t *out_count);
    /** See art_port_destroy. */
    art_status (*port_destroy)(struct art_runtime *rt, art_port port);
    /** See art_context_starting. */
    art_status (*context_starting)(struct art_context *context);
    /** See art_started. */
    art_status (*started)(struct art_runtime *rt, art_actor actor);
    /** See art_context_take_state. */
    art_status (*context_take_state)(struct art_context *context, void **out);
    /** See art_adopt. */
    art_status (*adopt)(struct art_runtime *rt, art_actor supervisor, art_actor actor);
    /** See art_stop_children. */
    art_status (*stop_children)(struct art_runtime *rt, art_actor supervisor, art_done_fn done, void *user);
    /** See art_drain_children. */
    art_status (*drain_children)(struct art_runtime *rt, art_actor supervisor, art_done_fn done, void *user);
    /** See art_child_describe. */
    art_status (*child_describe)(struct art_runtime *rt,
                                 art_actor supervisor,
                                 art_actor child,
                                 struct art_child_info *out,
                                 char *name,
                                 size_t size,
                                 size_t *out_len);
    /** See art_ask_all. */
    art_status (*ask_all)(struct art_runtime *rt,
                          art_actor from,
                          const art_actor *to,
                          size_t count,
                          uint32_t enough,
                          uint64_t tag,
                          const void *data,
                          size_t len,
                          uint64_t deadline_ns,
                          uint64_t number);
    /** See art_ask_forward. */
    art_status (*ask_forward)(struct art_runtime *rt,
                              art_actor from,
                              art_actor to,
                              uint64_t tag,
                              const void *data,
                              size_t len,
                              uint64_t deadline_ns,
                              art_actor receiver,
                              uint64_t forward_tag,
                              art_reply_token *out_token);
    /** See art_ask_deadline. */
    art_status (*ask_deadline)(struct art_runtime *rt, art_reply_token token, uint64_t *out_deadline_ns);
    /** See art_context_ask_holding. */
    art_status (*context_ask_holding)(struct art_context *context,
                                      art_actor to,
                                      uint64_t tag,
                                      const void *data,
                                      size_t len,
                                      uint64_t deadline_ns,
                                      art_reply_token *out_token);
    /** See art_context_coalesce. */
    art_status (*context_coalesce)(struct art_context *context,
                                   const void *key,
                                   size_t key_len,
                                   uint32_t *out_first);
    /** See art_context_coalesced_reply. */
    art_status (*context_coalesced_reply)(struct art_context *context,
                                          const void *key,
                                          size_t key_len,
                                          uint64_t tag,
                                          const void *data,
                                          size_t len,
                                          size_t *out_count);
    /** See art_context_coalesced_drop. */
    art_status (*context_coalesced_drop)(struct art_context *context,
                                         const void *key,
                                         size_t key_len,
                                         size_t *out_count);
    /** See art_context_coalesced_count. */
    art_status (*context_coalesced_count)(struct art_context *context,
                                          const void *key,
                                          size_t key_len,
                                          size_t *out_count);
    /** See art_post_parked. */
    art_status (*post_parked)(struct art_runtime *rt,
                              art_actor from,
                              art_actor to,
                              uint64_t tag,
                              const void *data,
                              size_t len,
                              uint64_t deadline_ns,
                              uint64_t number);
    /** See art_post_parked_owned. */
    art_status (*post_parked_owned)(struct art_runtime *rt,
                                    art_actor from,
                                    art_actor to,
                                    uint64_t tag,
                                    void *data,
                                    size_t len,
                                    art_drop_fn drop,
                                    void *drop_user,
                                    uint64_t deadline_ns,
                                    uint64_t number);
    /** See art_post_parked_then. */
    art_status (*post_parked_then)(struct art_runtime *rt,
                                   art_actor to,
                                   uint64_t tag,
                                   const void *data,
                                   size_t len,
                                   uint64_t deadline_ns,
                                   art_sent_fn told,
                                   void *user);
    /** See art_try_post_with. */
    art_status (*try_post_with)(struct art_runtime *rt,
                                art_actor to,
                                const struct art_sending *sending,
                                uint64_t tag,
                                const void *data,
                                size_t len);
    /** See art_post_owned_with. */
    art_status (*post_owned_with)(struct art_runtime *rt,
                                  art_actor to,
                                  const struct art_sending *sending,
                                  uint64_t tag,
                                  void *data,
                                  size_t len,
                                  art_drop_fn drop,
                                  void *drop_user);
    /** See art_try_post_owned_with. */
    art_status (*try_post_owned_with)(struct art_runtime *rt,
                                      art_actor to,
                                      const struct art_sending *sending,
                                      uint64_t tag,
                                      void *data,
                                      size_t len,
                                      art_drop_fn drop,
                                      void *drop_user);
    /** See art_post_buffer_with. */
    art_status (*post_buffer_with)(struct art_runtime *rt,
                                   art_actor to,
                                   const struct art_sending *sending,
                                   uint64_t tag,
                                   struct art_buffer *buffer);
    /** See art_name_demonitor. */
    art_status (*name_demonitor)(struct art_runtime *rt, art_actor watcher, const char *name, size_t name_len);
    /** See art_restarts_demonitor. */
    art_status (*restarts_demonitor)(struct art_runtime *rt, art_actor watcher, art_actor actor);
    /** See art_group_demonitor. */
    art_status (*group_demonitor)(struct art_runtime *rt, art_actor watcher, const struct art_group *group);
    /** See art_group_list. */
    art_status (*group_list)(struct art_runtime *rt,
                             const char *scope,
                             size_t scope_len,
                             char *buffer,
                             size_t size,
                             size_t *out_len);
    /** See art_scope_list. */
    art_status (*scope_list)(struct art_runtime *rt, char *buffer, size_t size, size_t *out_len);
    /** See art_scope_monitor. */
    art_status (*scope_monitor)(struct art_runtime *rt, art_actor watcher, const char *scope, size_t scope_len);
    /** See art_scope_demonitor. */
    art_status (*scope_demonitor)(struct art_runtime *rt,
                                  art_actor watcher,
                                  const char *scope,
                                  size_t scope_len);
    /** See art_ask_then. */
    art_status (*ask_then)(struct art_runtime *rt,
                           art_actor to,
                           uint64_t tag,
                           const void *data,
                           size_t len,
                           uint64_t deadline_ns,
                           art_answered_fn told,
                           void *user,
                           art_reply_token *out_token);
    /** See art_remote_ask. */
    art_status (*remote_ask)(struct art_remote *remote,
                             art_actor to,
                             uint64_t tag,
                             const void *data,
                             size_t len,
                             uint64_t timeout_ns,
                             art_answered_fn told,
                             void *user);
    /** See art_remote_ask_wait. */
    art_status (*remote_ask_wait)(struct art_remote *remote,
                                  art_actor to,
                                  uint64_t tag,
                                  const void *data,
                                  size_t len,
                                  uint64_t timeout_ns,
                                  struct art_waited *out);
    /** See art_build_flags. */
    uint32_t (*build_flags)(void);
} art_api_table;

/**
 * Returns the table of all functions, or NULL if the library is older than `min_version` (in the
 * form of `ART_VERSION`; 0 for any). A library of another ABI generation is another file, with
 * another SONAME.
 *
 * Thread: any. May call: nothing. Since 0.1.
 */
ART_API const struct art_api_table *art_api(uint32_t min_version);

/* ----------------------------------------------------------------------------------------------
 * Inline helpers
 * ---------------------------------------------------------------------------------------------- */

/**
 * The tag of a name: FNV-1a over its bytes in 64 bits, with the top bit cleared. The same number as
 * art_tag_from_name, and as in C++ and Rust. `name` ends at its NUL.
 */
static inline uint64_t art_tag(const char *name)
{
    const uint64_t prime = ART_U64(0x00000100u, 0x000001b3u);
    uint64_t hash = ART_U64(0xcbf29ce4u, 0x84222325u);
    while (*name != '\0') {
        hash = (hash ^ ART_BYTE(*name)) * prime;
        ++name;
    }
    return hash & ART_U64(0x7fffffffu, 0xffffffffu);
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ACTOR_RT_H */
