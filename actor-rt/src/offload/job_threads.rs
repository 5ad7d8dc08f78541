//! Pools of jobs whose workers are threads.

use super::pool::Pool;
use crate::engine::ret::Ret;
use crate::services::pool::{PoolSpec, Start, Worker};
use crate::supervision::StartError;
use std::hash::Hash;
use std::rc::Rc;
use std::sync::Arc;

/// A [pool of jobs](crate::services::pool) whose workers are threads, for work that needs a processor of its own: the same routers, queues,
/// limits and statistics. Each worker is a thread, which calls `work` with a job's message; when that returns the job is done, and when it
/// panics the job is lost, or tried again, and the thread goes on.
///
/// What a job gives it sends by itself, by a [`RemoteActor`](crate::RemoteActor) or a channel in the message. A thread that does not return
/// cannot be killed: a [`DeadMansSwitch`](crate::services::pool::DeadMansSwitch) tells of it only, and the pool's end waits for it. A job that
/// a thread has when its pool ends is told as lost, although it may yet be done.
///
/// # Examples
///
/// ```
/// use actor_rt::offload;
/// use actor_rt::services::pool::{Job, PoolSettings};
/// use actor_rt::{Runtime, call};
/// use std::sync::mpsc::{Sender, channel};
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let work = |(numbers, sum): (Vec<u64>, Sender<u64>)| sum.send(numbers.iter().sum()).unwrap();
/// let pool = offload::threads(work).settings(PoolSettings::new().size(2)).start(&mut runtime).unwrap();
/// let (sender, sums) = channel();
/// call!([pool], dispatch(Job::new((), (vec![1, 2, 3], sender.clone()))));
/// call!([pool], dispatch(Job::new((), (vec![4, 5], sender))));
/// let mut done = 0;
/// while done < 2 {
///     runtime.run(Instant::now(), false);
///     done = pool.query(&mut runtime, |pool, _| pool.stats().done).unwrap();
///     std::thread::yield_now();
/// }
/// assert_eq!(sums.iter().take(2).sum::<u64>(), 15);
/// ```
pub fn threads<K, M>(work: impl Fn(M) + Send + Sync + 'static) -> PoolSpec<K, M>
where
    K: Clone + Eq + Hash + 'static,
    M: Send + 'static,
{
    let work = Arc::new(work);
    let start: Start<M> = Rc::new(move |core, _, _| {
        // A queue that is long enough for as many jobs as a worker may have.
        let thread = Pool::new(core, 1, usize::MAX).map_err(|error| StartError::Failed(Box::new(error)))?;
        let work = Arc::clone(&work);
        Ok(Worker {
            id: None,
            life: Rc::new(|| Some(0)),
            hand: Box::new(move |_, handed| {
                let Some((message, completion)) = handed.begin(0) else { return };
                let work = Arc::clone(&work);
                let over = Ret::new(move |returned: Option<()>| match returned {
                    Some(()) => completion.done(),
                    None => completion.failed(),
                });
                // Without room it is answered, too.
                _ = thread.run(move || work(message), over);
            }),
        })
    });
    PoolSpec::of(start)
}
