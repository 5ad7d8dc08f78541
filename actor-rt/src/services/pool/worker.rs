//! What a worker is to its pool, whether it is an actor or something else.

use super::completion::{Completion, Handed, Life};
use crate::supervision::{Restart, Spec, StartError, Status};
use crate::{Actor, ActorId, Core, Cx, Ret};
use std::rc::Rc;

/// Starts the worker of a slot, below the pool with this id.
pub(crate) type Start<M> = Rc<dyn Fn(&mut Core, ActorId, usize) -> Result<Worker<M>, StartError>>;

/// Gives a worker a job.
type Hand<M> = Box<dyn Fn(&mut Core, Handed<M>)>;

/// A worker. It is there until it is dropped; an actor is ended by its id besides.
pub(crate) struct Worker<M> {
    /// Its id, if it is an actor.
    pub(crate) id: Option<ActorId>,
    /// Which incarnation of it lives.
    pub(crate) life: Life,
    /// Gives it a job. It has room for it.
    pub(crate) hand: Hand<M>,
}

/// Workers that are actors, made by specs; each is told of its jobs by `handle`.
pub(super) fn actors<W: 'static, M: 'static>(
    make: impl Fn(usize) -> Spec<W> + 'static,
    handle: impl Fn(&mut W, &mut Cx<'_, W>, M, Completion) + 'static,
) -> Start<M> {
    let handle = Rc::new(handle);
    Rc::new(move |core, pool, slot| {
        let actor = make(slot).restart(Restart::Permanent).start_under(core, pool)?;
        let (id, living, handle) = (actor.actor_id(), actor.clone(), Rc::clone(&handle));
        Ok(Worker {
            id: Some(id),
            life: Rc::new(move || (!living.is_zombie()).then(|| living.incarnation())),
            hand: Box::new(move |_, handed| hand(&actor, handed, Rc::clone(&handle))),
        })
    })
}

/// Tells an actor of a job, past the bound of its mailbox, since the pool has one of its own. An incarnation that ends meanwhile never sees it,
/// and one that is about to end lets it go back.
fn hand<W: 'static, M: 'static>(
    actor: &Actor<W>,
    handed: Handed<M>,
    handle: Rc<impl Fn(&mut W, &mut Cx<'_, W>, M, Completion) + 'static>,
) {
    let begin = move |worker: &mut W, cx: &mut Cx<'_, W>, ()| {
        let (id, incarnation) = (cx.this().actor_id(), cx.this().incarnation());
        if cx.door().status(id) != Ok(Status::Running) {
            return;
        }
        if let Some((message, completion)) = handed.begin(incarnation) {
            handle(worker, cx, message, completion);
        }
    };
    Ret::some_to_actor(actor.clone(), begin).ret(());
}
