//! What C calls back. Each makes a few calls of its own, and gives back what it was handed.

use crate::calls::racing::on_racer;
use crate::world::World;
use actor_ffi::*;
use actor_rt_fuzz::Book;
use std::ffi::c_void;
use std::mem::size_of;
use std::ptr;

/// What was handed out, as the argument of the function that gives it back.
pub struct Ticket {
    pub world: *const World,
    pub number: usize,
    pub runtime: usize,
}

impl Ticket {
    /// A new one, entered in the world's book.
    pub fn new(world: *const World, book: &Book, runtime: usize) -> *mut c_void {
        Box::into_raw(Box::new(Ticket { world, number: book.hand_out(), runtime })).cast()
    }
}

/// Gives a ticket back. A second time is a use after free, which the sanitizer finds.
pub unsafe fn give_back(ticket: *mut c_void) {
    // SAFETY: made by `ticket`; the world outlives every call.
    unsafe {
        let ticket = Box::from_raw(ticket.cast::<Ticket>());
        (*ticket.world).book.take_back(ticket.number);
        (*ticket.world).nested();
    }
}

pub unsafe extern "C-unwind" fn drop_payload(_: *mut c_void, _: usize, user: *mut c_void, reason: u32) {
    assert!(reason <= ART_DROP_EXPIRED);
    // SAFETY: by the caller.
    unsafe { give_back(user) }
}

pub unsafe extern "C-unwind" fn release(user: *mut c_void) {
    // SAFETY: by the caller.
    unsafe { give_back(user) }
}

pub unsafe extern "C-unwind" fn notify(user: *mut c_void, _: art_actor, cause: *const art_stop_cause) {
    // SAFETY: by the caller.
    unsafe {
        assert!((*cause).kind <= ART_STOP_LOST && (*cause).phase <= ART_PHASE_STOP);
        give_back(user);
    }
}

pub unsafe extern "C-unwind" fn create(
    context: *mut art_context,
    argument: *mut c_void,
    state: *mut *mut c_void,
) -> art_status {
    // SAFETY: the argument is a ticket, and `state` is writable.
    unsafe {
        let Ticket { world, runtime, .. } = *argument.cast::<Ticket>();
        (*world).contexts[runtime].set(context);
        (*world).nested();
        if (*world).program.one_in(6) {
            return ART_USER_ERROR;
        }
        state.write((*world).ticket(runtime));
    }
    ART_OK
}

pub unsafe extern "C-unwind" fn on_message(
    state: *mut c_void,
    context: *mut art_context,
    message: *const art_msg,
) -> art_status {
    // SAFETY: the state is a ticket; the message lives as long as this call.
    unsafe {
        let Ticket { world, runtime, .. } = *state.cast::<Ticket>();
        let (world, message) = (&*world, &*message);
        if message.len > 0 {
            // Read all of it, for the sanitizer.
            let sum = std::slice::from_raw_parts(message.data.cast::<u8>(), message.len)
                .iter()
                .fold(0u8, |sum, byte| sum.wrapping_add(*byte));
            std::hint::black_box(sum);
        }
        world.contexts[runtime].set(context);
        world.remember(message.reply);
        world.nested();
        if world.program.one_in(12) { ART_USER_ERROR - 1 } else { ART_OK }
    }
}

pub unsafe extern "C-unwind" fn on_stop(state: *mut c_void, context: *mut art_context, _: *const art_stop_cause) {
    // SAFETY: the state is a ticket.
    unsafe {
        let Ticket { world, runtime, .. } = *state.cast::<Ticket>();
        (*world).contexts[runtime].set(context);
        (*world).nested();
    }
}

pub unsafe extern "C-unwind" fn wake(user: *mut c_void, _: u32) {
    let mut deadline = 0;
    // SAFETY: the argument is a ticket; the runtime lives as long as it wakes. It is still NULL inside of `art_create`.
    unsafe {
        let Ticket { world, runtime, .. } = *user.cast::<Ticket>();
        let rt = (*world).runtimes[runtime].get();
        if !rt.is_null() {
            // On the owner's thread it is too early, on another one it is never the time.
            let refused = status!(art_step(rt, 0, ptr::null(), ptr::null_mut()));
            assert!(refused == ART_BUSY || refused == ART_WRONG_THREAD);
            assert_eq!(status!(art_post(rt, 1, 1, ptr::null(), 0)), refused);
            if !on_racer() {
                let answers = if refused == ART_BUSY { ART_OK } else { ART_WRONG_THREAD };
                assert_eq!(status!(art_next_deadline(rt, &raw mut deadline)), answers);
            }
        }
    }
}

pub unsafe extern "C-unwind" fn host_call(_: *mut art_runtime, user: *mut c_void) -> u64 {
    // SAFETY: the argument is a ticket.
    unsafe { (*(*user.cast::<Ticket>()).world).nested() };
    7
}

/// A callback that comes once, and whose `user` is a ticket.
macro_rules! told_once {
    ($($name:ident($kind:ty);)*) => {$(
        pub unsafe extern "C-unwind" fn $name(user: *mut c_void, said: $kind) {
            // SAFETY: the argument is a ticket; what is said lives as long as this call.
            unsafe {
                std::hint::black_box(said.read());
                give_back(user);
            }
        }
    )*};
}

told_once! {
    answered(*const art_msg);
    sent(*const art_sent);
    ponged(*const art_pong);
}

/// A callback that comes any number of times, and whose `user` is the world's own ticket.
macro_rules! told {
    ($($name:ident($($kind:ty),*);)*) => {$(
        pub unsafe extern "C-unwind" fn $name(user: *mut c_void $(, _: $kind)*) {
            // SAFETY: the argument is a ticket of the world's.
            unsafe { (*(*user.cast::<Ticket>()).world).nested() }
        }
    )*};
}

told! {
    done();
    all_told(*const art_actor, usize);
    water(*const art_water);
    pulse(*const art_pulse);
    escalated(*const art_exit);
    pool_event(*const art_pool_event);
}

/// An end, of which one hears unless the monitor was withdrawn.
pub unsafe extern "C-unwind" fn exited(user: *mut c_void, exit: *const art_exit) {
    // SAFETY: the argument is a ticket, listed by its monitor.
    unsafe {
        assert!((*exit).kind <= ART_STOP_NO_ACTOR && (*exit).phase <= ART_PHASE_STOP);
        let world = &*(*user.cast::<Ticket>()).world;
        assert_eq!(world.monitors.borrow_mut().remove(&(*exit).monitor), Some(user));
        give_back(user);
    }
}

/// What observers hear; they must not call.
pub unsafe extern "C-unwind" fn numbered(_: *mut c_void, message: u64, cause: u64) {
    assert!(cause < message);
}
pub unsafe extern "C-unwind" fn delivering(_: *mut c_void, delivery: *const art_delivery) {
    // SAFETY: lives as long as this call.
    std::hint::black_box(unsafe { delivery.read() });
}
pub unsafe extern "C-unwind" fn delivered(_: *mut c_void) {}
pub unsafe extern "C-unwind" fn lost(_: *mut c_void, letter: *const art_dead_letter) {
    // SAFETY: lives as long as this call.
    std::hint::black_box(unsafe { letter.read() });
}
pub unsafe extern "C-unwind" fn log(_: *mut c_void, level: u32, text: *const std::ffi::c_char, len: usize) {
    // SAFETY: `len` bytes that live as long as this call.
    let text = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), len) };
    assert!((ART_LOG_ERROR..=ART_LOG_INFO).contains(&level) && std::str::from_utf8(text).is_ok());
}

/// What becomes of a job; sometimes its payload is taken over.
pub unsafe extern "C-unwind" fn job(user: *mut c_void, outcome: *const art_job_outcome) -> u32 {
    // SAFETY: the argument is a ticket of the world's; the outcome lives as long as this call.
    unsafe {
        let world = &*(*user.cast::<Ticket>()).world;
        let outcome = outcome.read();
        assert!(outcome.reason <= ART_JOB_LOST);
        world.nested();
        match outcome.drop {
            Some(drop) if world.program.one_in(2) => {
                drop(outcome.data, outcome.len, outcome.drop_user, ART_DROP_DELIVERED);
                1
            }
            _ => 0,
        }
    }
}
pub unsafe extern "C-unwind" fn choose(user: *mut c_void, key: u64, _: u64) -> u64 {
    // SAFETY: the argument is a ticket of the world's.
    key ^ u64::from(unsafe { (*(*user.cast::<Ticket>()).world).program.byte() })
}
pub unsafe extern "C-unwind" fn how_many(user: *mut c_void, _: *const art_pool_counts) -> u64 {
    // SAFETY: the argument is a ticket of the world's.
    unsafe { (*(*user.cast::<Ticket>()).world).program.below(6) as u64 }
}

/// Runs in an actor's turn; the data is the caller's.
pub unsafe extern "C-unwind" fn exec(
    state: *mut c_void,
    context: *mut art_context,
    _: *mut c_void,
    _: usize,
) -> art_status {
    // An actor in Rust, such as a pool, has no state for C.
    if state.is_null() {
        return ART_OK;
    }
    // SAFETY: as in `on_message`.
    unsafe { in_turn(state, context) }
}

/// A few calls in a turn of an actor's; sometimes it fails.
unsafe fn in_turn(state: *mut c_void, context: *mut art_context) -> art_status {
    // SAFETY: the state is a ticket.
    unsafe {
        let Ticket { world, runtime, .. } = *state.cast::<Ticket>();
        (*world).contexts[runtime].set(context);
        (*world).nested();
        if (*world).program.one_in(12) { ART_USER_ERROR - 2 } else { ART_OK }
    }
}

unsafe extern "C-unwind" fn on_system(state: *mut c_void, context: *mut art_context, _: u32) -> i32 {
    // SAFETY: as in `on_message`.
    unsafe {
        let failed = in_turn(state, context);
        let world = &*(*state.cast::<Ticket>()).world;
        if failed < 0 { failed } else { world.program.below(3) as i32 }
    }
}
unsafe extern "C-unwind" fn on_timer(state: *mut c_void, context: *mut art_context, _: u64, ticks: u32) -> art_status {
    assert!(ticks > 0);
    // SAFETY: as in `on_message`.
    unsafe { in_turn(state, context) }
}
unsafe extern "C-unwind" fn on_run(state: *mut c_void, context: *mut art_context, wait_ns: *mut u64) -> art_status {
    // SAFETY: as in `on_message`; the time is writable.
    unsafe {
        let world = &*(*state.cast::<Ticket>()).world;
        wait_ns.write(if world.program.one_in(2) { ART_NEVER } else { world.program.below(9) as u64 });
        in_turn(state, context)
    }
}
unsafe extern "C-unwind" fn on_escalation(
    state: *mut c_void,
    context: *mut art_context,
    _: *const art_exit,
) -> i32 {
    // SAFETY: as in `on_message`.
    unsafe {
        let failed = in_turn(state, context);
        let world = &*(*state.cast::<Ticket>()).world;
        if failed < 0 { failed } else { world.program.below(4) as i32 }
    }
}
unsafe extern "C-unwind" fn on_started(state: *mut c_void, context: *mut art_context) -> art_status {
    // SAFETY: as in `on_message`.
    unsafe { in_turn(state, context) }
}
unsafe extern "C-unwind" fn on_restart(
    state: *mut c_void,
    context: *mut art_context,
    _: *const art_exit,
) -> art_status {
    // SAFETY: as in `on_message`.
    unsafe { in_turn(state, context) }
}

pub const HOOKS: art_actor_hooks = art_actor_hooks {
    struct_size: size_of::<art_actor_hooks>() as u32,
    flags: 0,
    on_system: Some(on_system),
    on_timer: Some(on_timer),
    on_run: Some(on_run),
    on_escalation: Some(on_escalation),
    on_started: Some(on_started),
    on_restart: Some(on_restart),
};

const VTABLE: art_actor_vtable = art_actor_vtable {
    struct_size: size_of::<art_actor_vtable>() as u32,
    flags: 0,
    create: None,
    on_message: Some(on_message),
    on_stop: Some(on_stop),
    destroy: Some(release),
};
pub static VTABLES: [art_actor_vtable; 6] = [
    VTABLE,
    art_actor_vtable { create: Some(create), ..VTABLE },
    VTABLE,
    art_actor_vtable { create: Some(create), ..VTABLE },
    art_actor_vtable { on_message: None, ..VTABLE },
    art_actor_vtable { struct_size: 12, ..VTABLE },
];

