//! Handles: opaque pointers for what lives on the heap, plain numbers for what lives inside a runtime.

/// A runtime: actors, their messages and timers, and nothing else. It belongs to one thread, its *owner*, and does
/// nothing by itself: it runs inside `art_step`.
pub struct art_runtime {
    _opaque: [u8; 0],
}

/// What a handler gets: its link to the runtime. Valid until the handler returns; later and elsewhere every use answers
/// ART_NO_CONTEXT, as long as the runtime lives.
pub struct art_context {
    _opaque: [u8; 0],
}

/// Names an actor. A plain number: copy it, store it, send it to other threads. It owns nothing and never dangles: an id
/// whose actor has ended answers ART_NOT_FOUND, for ever. 0 names nobody.
pub type art_actor = u64;

/// Names a timer. A stale id answers ART_NOT_FOUND. 0 names none.
pub type art_timer = u64;

/// Names a monitor. One that has told answers ART_NOT_FOUND. 0 names none.
pub type art_monitor_id = u64;

/// Names one open ask, to its asker and to whoever has to answer it. A token whose ask is settled answers
/// ART_ALREADY_REPLIED or, much later, ART_NOT_FOUND. 0 names none.
pub type art_reply_token = u64;

/// Names one job that a worker has begun. A token whose job is over answers ART_ALREADY_REPLIED. 0 names none.
pub type art_job_token = u64;

/// Names a port. One that was destroyed answers ART_NOT_FOUND. 0 names none.
pub type art_port = u64;

/// A door into a runtime for any thread, with a reference count. It outlives the runtime: after `art_destroy` every call
/// answers ART_CLOSED. Messages posted through one remote keep their order; several threads may share a remote, and a
/// thread that posts much is faster with one of its own (`art_remote_clone`). What is posted becomes visible to the
/// runtime in its next step.
pub struct art_remote {
    _opaque: [u8; 0],
}

/// A doorbell of one actor, with a reference count, made once and rung from any thread. However often it is rung before
/// the actor's next turn, the actor gets one message. It outlives actor and runtime.
pub struct art_waker {
    _opaque: [u8; 0],
}

/// Shows what a runtime is busy with, with a reference count. Any thread may look; it outlives the runtime.
pub struct art_watchdog {
    _opaque: [u8; 0],
}

/// Immutable bytes with a reference count. Any thread may hold a reference.
pub struct art_buffer {
    _opaque: [u8; 0],
}

/// A file descriptor that is readable when a step is due, with a reference count.
///
/// ```c
/// art_poll_create(&poll);
/// art_poll_attach(poll, &config);             // sets wake, wake_user, wake_drop
/// art_create(&config, &rt, NULL, 0);
/// for (;;) {
///     art_timeout_ms(rt, ART_NOW, &timeout);  // 0 while a step is owed
///     poll(fds, count, timeout);              // fds holds art_poll_fd(poll) with POLLIN
///     art_poll_clear(poll);                   // before the step
///     art_step(rt, ART_NOW, NULL, NULL);
/// }
/// ```
pub struct art_poll {
    _opaque: [u8; 0],
}
