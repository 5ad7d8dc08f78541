//! How long it takes until a message of another thread is handled by a runtime that sleeps.

use super::super::round::{self, Answers};
use crate::meter::Meter;
use actor_rt::drive::mio::EventLoop;
use actor_rt::{CX, actor, ret_nop};

struct Echo(Answers);

impl Echo {
    fn init(_: CX![], answers: Answers) -> Option<Self> {
        Some(Self(answers))
    }

    fn answer(&mut self, _: CX![]) {
        self.0.give();
    }
}

/// One operation: a message to an actor whose loop sleeps, answered by the handler.
pub fn wake_round(meter: &mut Meter) {
    round::rounds(meter, |answers| {
        let (mut rt, mut event_loop) = EventLoop::with_runtime().expect("the system has a poller");
        let echo = actor!(rt, Echo::init(answers), ret_nop!());
        let remote = echo.remote();
        let signal = move || assert!(remote.call(|echo, cx| echo.answer(cx)).is_ok(), "the runtime is open");
        let wait = move || {
            let _alive = &echo;
            event_loop.turn(&mut rt, None).expect("the loop can be polled");
        };
        (signal, Box::new(wait))
    });
}
