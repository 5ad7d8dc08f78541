//! A handler has a context and a core, never the runtime: it can neither step it nor look into other actors.

use actor_rt::*;

struct Counter;

impl Counter {
    fn total(&self, _cx: CX![]) -> u32 {
        0
    }
}

struct Reader {
    counter: ActorOwn<Counter>,
}

impl Reader {
    fn reads(&mut self, cx: CX![]) -> Option<u32> {
        query!([self.counter, cx], total())
    }

    fn steps(&mut self, cx: CX![]) {
        let runtime: &mut Runtime = cx;
        runtime.run(runtime.now(), false);
    }

    fn kills(&mut self, cx: CX![]) {
        self.counter.kill_str(cx, "at once");
    }
}

fn main() {}
