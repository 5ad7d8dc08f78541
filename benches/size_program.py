"""Generates a program of many actors in Stakker's API: what a runtime costs a program that uses it.

The same text for both crates, and the same text every time. Each actor is a type of its own with the methods, and uses the macros,
that an actor of an application has: calls, a request with its answer, a forward, a timer that sets itself anew, a deferred call.
No two actors are alike, or the linker could merge them.
"""

GROUP = 10
"""So many actors know one another in a ring; a longer chain of types would exceed the compiler's limit of recursion."""

HEAD = """\
// Generated. The same text is compiled against two runtimes.
use stakker::*;
use std::time::{Duration, Instant};
"""

ACTOR = """
struct Part{number} {{
    total: u64,
    ticks: u64,
    next: Option<Actor<Part{next}>>,
    tell: Fwd<(usize, u64)>,
    names: Vec<String>,
}}

impl Part{number} {{
    fn init(cx: CX![], next: Option<Actor<Part{next}>>, tell: Fwd<(usize, u64)>) -> Option<Self> {{
        after!(Duration::from_millis({period}), [cx], tick());
        Some(Self {{ total: {number}, ticks: 0, next, tell, names: Vec::new() }})
    }}

    fn add(&mut self, cx: CX![], amount: u64) {{
        self.total = self.total.wrapping_mul({factor}).wrapping_add(amount);
        if let Some(next) = &self.next {{
            let answer = ret_to!([cx], answered() as (u64));
            call!([next], ask(amount + {number}, answer));
        }}
    }}

    fn ask(&mut self, cx: CX![], amount: u64, answer: Ret<u64>) {{
        self.total = self.total.wrapping_add(amount);
        ret!([answer], self.total ^ {factor});
        lazy!([cx], rest(amount));
    }}

    fn answered(&mut self, cx: CX![], answer: Option<u64>) {{
        if let Some(answer) = answer {{
            fwd!([self.tell], {number}, answer);
        }} else if self.ticks == 0 {{
            fail!(cx, "part {number} got no answer");
        }}
    }}

    fn rest(&mut self, _: CX![], amount: u64) {{
        self.names.push(format!("{number}-{{amount}}"));
        self.names.truncate({kept});
    }}

    fn tick(&mut self, cx: CX![]) {{
        self.ticks += 1;
        call!([cx], add({factor}));
        if self.ticks < {ticks} {{
            after!(Duration::from_millis({period}), [cx], tick());
        }} else {{
            stop!(cx);
        }}
    }}
}}

// Called once; in line, a hundred of them would be one function of the size of a program.
#[inline(never)]
fn start{number}(
    s: &mut Stakker,
    hub: &Actor<Hub>,
    owners: &mut Vec<ActorOwnAnon>,
    next: Option<Actor<Part{next}>>,
) -> Actor<Part{number}> {{
    let tell = fwd_to!([hub], heard() as (usize, u64));
    let part = actor!(s, Part{number}::init(next, tell), ret_to!([hub], ended({number}) as (StopCause)));
    call!([part], add({factor}));
    let actor = part.clone();
    owners.push(part.anon());
    actor
}}
"""

HUB = """
struct Hub {{
    heard: u64,
    ended: usize,
}}

impl Hub {{
    fn init(_: CX![]) -> Option<Self> {{
        Some(Self {{ heard: 0, ended: 0 }})
    }}

    fn heard(&mut self, _: CX![], index: usize, answer: u64) {{
        self.heard = self.heard.wrapping_add(answer ^ index as u64);
    }}

    fn ended(&mut self, _: CX![], index: usize, cause: Option<StopCause>) {{
        self.heard = self.heard.wrapping_add(index as u64);
        self.ended += usize::from(matches!(cause, Some(StopCause::Stopped)));
    }}

    fn result(&self, _: CX![]) -> (bool, usize) {{
        (self.heard > 0, self.ended)
    }}
}}

fn main() {{
    let mut now = Instant::now();
    let mut stakker = Stakker::new(now);
    let s = &mut stakker;
    let hub = actor!(s, Hub::init(), ret_nop!());
    let mut owners = Vec::new();
{start}    for _ in 0..1000 {{
        s.run(now, false);
        now += Duration::from_millis(1);
    }}
    println!("{{:?}}", query!([hub, s], result()));
}}
"""

START = """\
    let next = start{number}(s, &hub, &mut owners, {{next}});
"""


def program(count: int) -> str:
    """The program's text, with ``count`` actors, whole groups of them, beside the one that they all tell their results."""

    def fill(template: str, index: int) -> str:
        return template.format(
            number=index,
            next=index - index % GROUP + (index + 1) % GROUP,
            factor=2 * index + 3,
            period=index % 7 + 1,
            kept=index % 5 + 1,
            ticks=index % 9 + 2,
        )

    # The last one of a group first: each is given the one after it, and that one none.
    parts = "".join(fill(ACTOR, index) for index in range(count))
    groups = [range(first, first + GROUP) for first in range(0, count, GROUP)]
    start = "".join(
        fill(START, index).format(next="None" if index == group[-1] else "Some(next)") for group in groups for index in reversed(group)
    )
    return HEAD + parts + HUB.format(start=start)
