//! The state of one run: what was made so far, and one call after the other.
//!
//! Invariants: no `RefCell` is borrowed while C runs, since C calls back. A runtime's slot is NULL as soon as it is destroyed, and
//! then its contexts are forgotten.

use crate::structs::Sized;
use actor_ffi::*;
use actor_rt_fuzz::{Book, Program};
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::mem::size_of;
use std::ptr;

static BYTES: [u64; 1024] = [0x5a; 1024];
const LENGTHS: [usize; 14] = [0, 1, 2, 7, 8, 9, 16, 63, 64, 255, 2047, 2048, 2049, 8192];
/// Calls inside of callbacks inside of callbacks end here.
const DEPTH: u32 = 4;

pub struct World {
    pub program: Program,
    book: Book,
    runtimes: [Cell<*mut art_runtime>; 2],
    contexts: [Cell<*mut art_context>; 2],
    depth: Cell<u32>,
    now: Cell<u64>,
    ids: RefCell<Vec<u64>>,
    remotes: RefCell<Vec<*mut art_remote>>,
    wakers: RefCell<Vec<*mut art_waker>>,
    buffers: RefCell<Vec<*mut art_buffer>>,
    taken: RefCell<Vec<art_payload>>,
}

/// What was handed out, as the argument of the function that gives it back.
struct Ticket {
    world: *const World,
    number: usize,
    runtime: usize,
}

/// Gives a ticket back. A second time is a use after free, which the sanitizer finds.
unsafe fn give_back(ticket: *mut c_void) {
    // SAFETY: made by `ticket`; the world outlives every call.
    unsafe {
        let ticket = Box::from_raw(ticket.cast::<Ticket>());
        (*ticket.world).book.take_back(ticket.number);
        (*ticket.world).nested();
    }
}

unsafe extern "C-unwind" fn drop_payload(_: *mut c_void, _: usize, user: *mut c_void, reason: u32) {
    assert!(reason <= ART_DROP_REFUSED);
    // SAFETY: by the caller.
    unsafe { give_back(user) }
}

unsafe extern "C-unwind" fn release(user: *mut c_void) {
    // SAFETY: by the caller.
    unsafe { give_back(user) }
}

unsafe extern "C-unwind" fn notify(user: *mut c_void, _: art_actor, cause: *const art_stop_cause) {
    // SAFETY: by the caller.
    unsafe {
        assert!((*cause).kind <= ART_STOP_LOST && (*cause).phase <= ART_PHASE_STOP);
        give_back(user);
    }
}

unsafe extern "C-unwind" fn create(
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

unsafe extern "C-unwind" fn on_message(
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

unsafe extern "C-unwind" fn on_stop(state: *mut c_void, context: *mut art_context, _: *const art_stop_cause) {
    // SAFETY: the state is a ticket.
    unsafe {
        let Ticket { world, runtime, .. } = *state.cast::<Ticket>();
        (*world).contexts[runtime].set(context);
        (*world).nested();
    }
}

unsafe extern "C-unwind" fn wake(user: *mut c_void, _: u32) {
    let mut deadline = 0;
    // SAFETY: the argument is a ticket; the runtime lives as long as it wakes. It is still NULL inside of `art_create`.
    unsafe {
        let Ticket { world, runtime, .. } = *user.cast::<Ticket>();
        let rt = (*world).runtimes[runtime].get();
        if !rt.is_null() {
            assert_eq!(art_step(rt, 0, ptr::null(), ptr::null_mut()), ART_BUSY);
            assert_eq!(art_post(rt, 1, 1, ptr::null(), 0), ART_BUSY);
            assert_eq!(art_next_deadline(rt, &raw mut deadline), ART_OK);
        }
    }
}

unsafe extern "C-unwind" fn host_call(_: *mut art_runtime, user: *mut c_void) -> u64 {
    // SAFETY: the argument is a ticket.
    unsafe { (*(*user.cast::<Ticket>()).world).nested() };
    7
}

const VTABLE: art_actor_vtable = art_actor_vtable {
    struct_size: size_of::<art_actor_vtable>() as u32,
    flags: 0,
    create: None,
    on_message: Some(on_message),
    on_stop: Some(on_stop),
    destroy: Some(release),
};
static VTABLES: [art_actor_vtable; 6] = [
    VTABLE,
    art_actor_vtable { create: Some(create), ..VTABLE },
    VTABLE,
    art_actor_vtable { create: Some(create), ..VTABLE },
    art_actor_vtable { on_message: None, ..VTABLE },
    art_actor_vtable { struct_size: 12, ..VTABLE },
];

impl World {
    pub fn new(bytes: &[u8]) -> Self {
        World {
            program: Program::new(bytes),
            book: Book::default(),
            runtimes: [const { Cell::new(ptr::null_mut()) }; 2],
            contexts: [const { Cell::new(ptr::null_mut()) }; 2],
            depth: Cell::new(0),
            now: Cell::new(0),
            ids: RefCell::default(),
            remotes: RefCell::default(),
            wakers: RefCell::default(),
            buffers: RefCell::default(),
            taken: RefCell::default(),
        }
    }

    /// Makes the two runtimes.
    pub fn begin(&self) {
        for place in 0..2 {
            self.create(place);
        }
    }

    /// Ends everything, and closes the book.
    pub fn end(&self) {
        for place in 0..2 {
            self.destroy(place);
            assert!(self.runtimes[place].get().is_null());
        }
        // SAFETY: each is held once for each time it is listed.
        unsafe {
            for remote in self.remotes.take() {
                assert_eq!(art_remote_wake(remote), ART_CLOSED);
                art_remote_unref(remote);
            }
            for waker in self.wakers.take() {
                assert_eq!(art_waker_wake(waker), ART_CLOSED);
                art_waker_unref(waker);
            }
            for buffer in self.buffers.take() {
                art_buffer_unref(buffer);
            }
            for payload in self.taken.take() {
                if let Some(drop) = payload.drop {
                    drop(payload.data, payload.len, payload.drop_user, ART_DROP_DELIVERED);
                }
            }
        }
        self.book.close();
    }

    fn create(&self, place: usize) {
        let wake_user = self.ticket(place);
        // SAFETY: all zeros is the default; the size is set on the next line.
        let mut config: art_config = unsafe { std::mem::zeroed() };
        config.struct_size = size_of::<art_config>() as u32;
        config.flags = self.program.below(2) as u32 * ART_CONFIG_WAKE_ON_MORE;
        config.wake = (!self.program.one_in(4)).then_some(wake as _);
        config.wake_user = wake_user;
        config.wake_drop = Some(release);
        let mut rt = ptr::null_mut();
        // SAFETY: as the header asks.
        unsafe { assert_eq!(art_create(&raw const config, &raw mut rt, ptr::null_mut(), 0), ART_OK) };
        self.runtimes[place].set(rt);
    }

    fn destroy(&self, place: usize) {
        // SAFETY: NULL or living; forgotten as soon as it is gone.
        unsafe {
            if art_destroy(self.runtimes[place].get()) == ART_OK {
                self.runtimes[place].set(ptr::null_mut());
                self.contexts[place].set(ptr::null_mut());
            }
        }
    }

    /// A refused configuration, or a good one whose runtime goes at once.
    fn create_oddly(&self) {
        // SAFETY: as in `create`.
        let mut config: art_config = unsafe { std::mem::zeroed() };
        config.struct_size = size_of::<art_config>() as u32;
        config.abi_version = self.program.below(3) as u32;
        config.flags = self.program.byte().into();
        config.instance = self.program.word() as u32 & 0x1ff;
        config.on_panic = self.program.below(4) as u32;
        config.start_ns = self.program.word();
        let mut config = Sized::new(&self.program, config);
        let (mut rt, mut text) = (ptr::null_mut(), [0; 16]);
        // SAFETY: the memory behind the configuration is as large as it says.
        unsafe {
            art_create(config.as_mut_ptr(), &raw mut rt, text.as_mut_ptr(), self.program.below(17));
            assert_eq!(art_destroy(rt), ART_OK);
        }
    }

    fn ticket(&self, runtime: usize) -> *mut c_void {
        Box::into_raw(Box::new(Ticket { world: self, number: self.book.hand_out(), runtime })).cast()
    }

    /// Takes back what C was not to release.
    fn keep(&self, ticket: *mut c_void) {
        // SAFETY: a ticket that nobody else gives back.
        unsafe { give_back(ticket) };
    }

    fn remember(&self, id: u64) {
        if id != 0 {
            self.ids.borrow_mut().push(id);
        }
    }

    fn id(&self) -> u64 {
        let program = &self.program;
        let known = {
            let ids = self.ids.borrow();
            if ids.is_empty() { 0 } else { ids[program.below(ids.len())] }
        };
        match program.below(16) {
            0 => 0,
            1 => program.word(),
            2 => known ^ 1 << program.below(64),
            _ => known,
        }
    }

    fn tag(&self) -> u64 {
        match self.program.below(8) {
            0 => 0,
            1 => self.program.word(),
            2 => ART_TAG_REPLY + self.program.below(8) as u64,
            kind => kind as u64,
        }
    }

    /// A pointer and a length: such a many bytes, none, or a length that no object has.
    fn bytes(&self) -> (*mut c_void, usize) {
        let data = ptr::from_ref(&BYTES).cast_mut().cast();
        let length = LENGTHS[self.program.below(LENGTHS.len())];
        match self.program.below(32) {
            0 => (ptr::null_mut(), length),
            1 => (data, usize::MAX - length),
            2 => (data, isize::MAX as usize + 1),
            _ => (data, length),
        }
    }

    fn runtime(&self, place: usize) -> *mut art_runtime {
        if self.program.one_in(40) { ptr::null_mut() } else { self.runtimes[place].get() }
    }

    fn place(&self) -> usize {
        usize::from(self.program.one_in(5))
    }

    fn time(&self) -> u64 {
        match self.program.below(8) {
            0 => self.program.word(),
            1 => ART_NEVER,
            2 => 0,
            _ => self.now.get() + self.program.below(64) as u64,
        }
    }

    /// Inside of a callback.
    fn nested(&self) {
        if self.depth.get() >= DEPTH {
            return;
        }
        self.depth.set(self.depth.get() + 1);
        for _ in 0..self.program.below(4) {
            if self.program.is_over() {
                break;
            }
            self.act();
        }
        self.depth.set(self.depth.get() - 1);
    }

    /// One call.
    pub fn act(&self) {
        let place = self.place();
        match self.program.byte() {
            0..80 => self.step(self.runtime(place)),
            80..160 => self.post(place),
            160..200 => self.live(self.runtime(place), place),
            200..225 => self.in_context(place),
            _ => self.from_outside(place),
        }
    }

    fn step(&self, rt: *mut art_runtime) {
        let program = &self.program;
        let (mut value, mut ran, mut milliseconds, mut length, mut text) = (0, 0, 0, 0, [0; 32]);
        // SAFETY: NULL or living; the structs' memory is as large as they say.
        unsafe {
            match program.below(12) {
                0..5 => {
                    self.now.set(self.now.get().saturating_add(program.below(16) as u64).min(1 << 60));
                    let budget = art_budget {
                        struct_size: 0,
                        flags: program.below(2) as u32 | u32::from(program.one_in(32)) << 7,
                        max_messages: program.below(8) as u32,
                        reserved: u32::from(program.one_in(32)),
                        max_ns: u64::MAX,
                    };
                    let mut budget = Sized::new(program, budget);
                    let mut result = Sized::new(program, std::mem::zeroed::<art_step_result>());
                    art_step(rt, self.now.get(), budget.as_mut_ptr(), result.as_mut_ptr());
                }
                5 => drop(art_step(rt, self.time(), ptr::null(), ptr::null_mut())),
                6 => drop(art_run_host_calls(rt, program.below(3) as u32, &raw mut ran)),
                7 => drop(art_next_timeout(rt, self.time(), &raw mut value)),
                8 => drop(art_timeout_ms(rt, self.time(), &raw mut milliseconds)),
                9 => {
                    let mut out = Sized::new(program, std::mem::zeroed::<art_pending_info>());
                    art_pending(rt, out.as_mut_ptr());
                }
                10 => drop(art_last_message(rt, text.as_mut_ptr(), program.below(33), &raw mut length)),
                _ => drop((art_now(rt, &raw mut value), art_adopt_thread(rt))),
            }
        }
    }

    fn post(&self, place: usize) {
        // First of all: what a refused buffer drops may destroy the runtime.
        let buffer = if self.program.one_in(8) { self.buffer() } else { ptr::null_mut() };
        let rt = self.runtime(place);
        let (to, tag, (data, length)) = (self.id(), self.tag(), self.bytes());
        let (mut id, mut token) = (0, 0);
        // SAFETY: NULL or living; the bytes are there, or the call must not look at them.
        unsafe {
            match self.program.below(12) {
                0..3 => drop(art_post(rt, to, tag, data, length)),
                3 => drop(art_try_post(rt, to, tag, data, length)),
                4 => drop(art_post_owned(rt, to, tag, data, length, Some(drop_payload), self.ticket(0))),
                5 => {
                    let ticket = self.ticket(0);
                    if art_try_post_owned(rt, to, tag, data, length, Some(drop_payload), ticket) == ART_FULL {
                        self.keep(ticket);
                    }
                }
                6 => drop(art_post_buffer(rt, to, tag, art_buffer_ref(buffer))),
                7 => drop(art_timer_at(rt, to, tag, self.time(), data, length, &raw mut id)),
                8 => drop(match self.program.below(2) {
                    0 => art_timer_reset(rt, self.id(), self.time()),
                    _ => art_timer_cancel(rt, self.id()),
                }),
                9 => drop(art_ask(rt, self.id(), to, tag, data, length, self.time(), &raw mut token)),
                10 => drop(match self.program.below(3) {
                    0 => art_ask_cancel(rt, to),
                    1 => art_reply_drop(rt, to),
                    _ => art_reply(rt, to, tag, data, length),
                }),
                _ => drop(art_reply_owned(rt, to, tag, data, length, Some(drop_payload), self.ticket(0))),
            }
        }
        self.remember(id);
        self.remember(token);
    }

    fn live(&self, rt: *mut art_runtime, place: usize) {
        let program = &self.program;
        let name = b"a name \xc3\xa4 \xff\0";
        let length = if program.one_in(4) { ART_NUL_TERMINATED } else { program.below(name.len()) };
        // SAFETY: NULL or living; the name is NUL-terminated.
        unsafe {
            match program.below(10) {
                0..6 => self.spawn(rt, place),
                6 => drop(art_stop(rt, self.id(), program.byte().into())),
                7 => drop(art_kill(rt, self.id(), -i32::from(program.byte()), name.as_ptr().cast(), length)),
                8 => {
                    let tag = tag(["x", "y"][program.below(2)]) ^ u64::from(program.one_in(4));
                    let name = ["x\0", "y\0"][program.below(2)].as_ptr().cast();
                    art_tag_register(rt, tag, name, ART_NUL_TERMINATED, LENGTHS[program.below(10)]);
                }
                _ if program.one_in(6) => self.destroy(place),
                _ => self.create_oddly(),
            }
        }
    }

    fn spawn(&self, rt: *mut art_runtime, place: usize) {
        let program = &self.program;
        let (argument, notify_user) = (self.ticket(place), self.ticket(place));
        // SAFETY: all zeros is the default.
        let mut config: art_actor_config = unsafe { std::mem::zeroed() };
        config.struct_size = size_of::<art_actor_config>() as u32;
        config.flags = u32::from(program.one_in(32));
        config.capacity = program.below(5) as u32;
        config.parent = if program.one_in(4) { self.id() } else { 0 };
        // Mostly one that works.
        config.vtable = &VTABLES[program.below(if program.one_in(8) { 6 } else { 4 })];
        config.argument = argument;
        config.argument_drop = Some(release);
        config.notify = Some(notify);
        config.notify_user = notify_user;
        let mut id = 0;
        // SAFETY: as the header asks.
        let status = unsafe { art_spawn(rt, &raw const config, &raw mut id) };
        if status != ART_OK {
            assert_eq!(id, 0);
            self.keep(notify_user);
        }
        self.remember(id);
    }

    /// What handlers do; often the handler has long returned.
    fn in_context(&self, place: usize) {
        let program = &self.program;
        let context = self.contexts[place].get();
        let (data, length) = self.bytes();
        // SAFETY: NULL, or given to a handler by a runtime that still lives.
        unsafe {
            match program.below(10) {
                0 => self.remember(art_context_self(context)),
                1 => drop((art_context_runtime(context), art_context_now(context))),
                2 => drop(art_context_fail(context, program.below(3) as i32 - 1, ptr::null(), 0)),
                3 => drop(art_context_stop(context, program.byte().into())),
                4 => drop(art_context_reply(context, self.tag(), data, length)),
                5 => drop(art_context_reply_keep(context)),
                6 => {
                    let mut out = Sized::new(program, std::mem::zeroed::<art_payload>());
                    if art_context_take(context, out.as_mut_ptr()) == ART_OK {
                        self.taken.borrow_mut().push(out.value());
                    }
                }
                7 => drop(art_context_yield(context)),
                _ => {
                    let call = (!program.one_in(16)).then_some(host_call as _);
                    art_context_host_call(context, call, self.ticket(place), Some(release), self.tag());
                }
            }
        }
    }

    /// What other threads do, though there is but one here.
    fn from_outside(&self, place: usize) {
        let program = &self.program;
        // First of all, as in `post`.
        let buffer = if program.one_in(8) { self.buffer() } else { ptr::null_mut() };
        let rt = self.runtime(place);
        let (to, tag, (data, length)) = (self.id(), self.tag(), self.bytes());
        let (remote, waker) = (self.one_of(&self.remotes), self.one_of(&self.wakers));
        let (mut made_remote, mut made_waker) = (ptr::null_mut(), ptr::null_mut());
        let user = || self.ticket(0);
        // SAFETY: each is NULL, living, or held with a reference; the bytes are there, or the call must not look at them.
        unsafe {
            // What a refused payload drops may give up the last reference.
            let held = art_remote_ref(remote);
            match program.below(16) {
                0 | 1 => drop(art_remote_create(rt, &raw mut made_remote)),
                2 => drop(art_remote_clone(remote, &raw mut made_remote)),
                3 => made_remote = art_remote_ref(remote),
                4 => art_remote_unref(self.remotes.borrow_mut().pop().unwrap_or(ptr::null_mut())),
                5 | 6 => drop(art_remote_post(remote, to, tag, data, length)),
                7 => drop(art_remote_post_owned(remote, to, tag, data, length, Some(drop_payload), user())),
                8 => drop(art_remote_post_buffer(remote, to, tag, art_buffer_ref(buffer))),
                9 => drop(art_remote_reply(remote, to, tag, data, length)),
                10 => drop(art_remote_reply_owned(remote, to, tag, data, length, Some(drop_payload), user())),
                11 => drop((art_remote_wake(remote), art_remote_interrupt(remote))),
                12 => drop(art_waker_create(rt, to, tag, &raw mut made_waker)),
                13 => drop(art_waker_wake(waker)),
                14 => made_waker = art_waker_ref(waker),
                _ => {
                    let last = self.wakers.borrow_mut().pop();
                    art_waker_unref(last.unwrap_or(ptr::null_mut()));
                }
            }
            art_remote_unref(held);
        }
        if !made_remote.is_null() {
            self.remotes.borrow_mut().push(made_remote);
        }
        if !made_waker.is_null() {
            self.wakers.borrow_mut().push(made_waker);
        }
    }

    fn one_of<T>(&self, list: &RefCell<Vec<*mut T>>) -> *mut T {
        let list = list.borrow();
        if list.is_empty() { ptr::null_mut() } else { list[self.program.below(list.len())] }
    }

    /// A buffer: one that is there, or a new one.
    fn buffer(&self) -> *mut art_buffer {
        let (data, length) = self.bytes();
        let mut buffer = ptr::null_mut();
        // SAFETY: the bytes are there, or the call must not look at them.
        unsafe {
            match self.program.below(4) {
                0 => drop(art_buffer_create(data, length, &raw mut buffer)),
                1 => drop(art_buffer_wrap(data, length, Some(drop_payload), self.ticket(0), &raw mut buffer)),
                _ => return self.one_of(&self.buffers),
            }
        }
        if !buffer.is_null() {
            self.buffers.borrow_mut().push(buffer);
        }
        buffer
    }
}
