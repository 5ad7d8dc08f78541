//! An actor that is asked, and answers or not.

use super::World;
use actor_rt::ask::{AskError, AskId, Reply};
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

pub const SECOND: Duration = Duration::from_secs(1);

/// Answers, or does not, as it is told.
#[derive(Default)]
pub struct Oracle {
    pub kept: Vec<Reply<u32>>,
    pub seen: Vec<u32>,
}

impl Oracle {
    pub fn answer(&mut self, _: &mut Cx<'_, Self>, reply: Reply<u32>) {
        self.seen.push(1);
        reply.reply(42);
    }

    pub fn forget(&mut self, _: &mut Cx<'_, Self>, reply: Reply<u32>) {
        drop(reply);
    }

    pub fn keep(&mut self, _: &mut Cx<'_, Self>, reply: Reply<u32>) {
        self.kept.push(reply);
    }

    pub fn fail(&mut self, cx: &mut Cx<'_, Self>, _reply: Reply<u32>) {
        cx.fail_str("a fault");
    }
}

pub fn oracle(world: &mut World) -> Actor<Oracle> {
    Spec::new(|_| Some(Oracle::default())).restart(Restart::Temporary).start(&mut world.runtime).unwrap()
}

pub type Outcomes = Rc<RefCell<Vec<Result<u32, AskError>>>>;

/// Where an outcome is kept.
pub fn heard(outcomes: &Outcomes) -> Ret<Result<u32, AskError>> {
    let keep = outcomes.clone();
    Ret::new(move |outcome: Option<_>| keep.borrow_mut().push(outcome.unwrap()))
}

pub type Message = fn(&mut Oracle, &mut Cx<'_, Oracle>, Reply<u32>);

pub fn ask(world: &mut World, to: &Actor<Oracle>, message: Message, outcomes: &Outcomes) -> AskId {
    world.runtime.ask(to, SECOND, message, heard(outcomes)).unwrap()
}
