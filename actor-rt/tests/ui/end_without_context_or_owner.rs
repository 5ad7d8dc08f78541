//! What ends an actor says first which one: by its context from inside, by its owner from outside.

use actor_rt::*;

fn end(cx: CX![u32], owner: ActorOwn<u32>) {
    stop!();
    fail!("no number");
    fail!("no number: {}", 1);
    fail!(cx);
    kill!("no number");
    kill!("no number: {}", 1);
    kill!(owner);
    let _: Ret<u32> = ret_fail!("no number");
    let _: Ret<StopCause> = ret_failthru!("no number: {}", 1);
    let _: Ret<StopCause> = ret_shutdown!();
}

fn main() {}
