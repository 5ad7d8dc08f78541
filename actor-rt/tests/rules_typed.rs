//! Messages as values. The names begin with the sentence of the study that they prove (O: ODIN, R: ractor).

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::typed::Handle;
use actor_rt::*;
use supervision_support::*;

struct Robot {
    log: Log,
}

messages! {
    #[derive(Clone, Debug, PartialEq)]
    enum Order for Robot {
        Stop => halt,
        Say(what: &'static str) => say,
        Move(x: i32, y: i32,) => go,
    }
}

impl Robot {
    fn halt(&mut self, cx: CX![]) {
        self.log.write("halt");
        cx.stop();
    }
    fn say(&mut self, _: CX![], what: &'static str) {
        self.log.write(what);
    }
    fn go(&mut self, _: CX![], x: i32, y: i32) {
        self.log.write(format!("{x},{y}"));
    }
}

impl Handle<u32> for Robot {
    fn handle(&mut self, _: &mut Cx<'_, Self>, number: u32) {
        self.log.write(format!("number {number}"));
    }
}

fn robot(world: &mut World) -> Actor<Robot> {
    let log = world.log.clone();
    Spec::new(move |_| Some(Robot { log: log.clone() })).start(&mut world.runtime).unwrap()
}

#[test]
fn o1_each_message_of_the_set_comes_to_its_method_in_one_order_with_calls() {
    let mut world = World::new();
    let robot = robot(&mut world);
    robot.tell(Order::Say("one"));
    call!([robot], say("two"));
    robot.tell(Order::Move(3, -4));
    robot.tell(7_u32);
    robot.tell(Order::Stop);
    robot.tell(Order::Say("never"));
    assert_eq!(world.run(), "one two 3,-4 number 7 halt");
    assert_eq!(world.runtime.dead_letters_of(DropReason::Cancelled), 1);
    assert_eq!(Order::Say("a").clone(), Order::Say("a"));
}

#[test]
fn r28_o18_a_receiver_takes_messages_of_one_type_and_says_nothing_of_its_actor() {
    let mut world = World::new();
    let robot = robot(&mut world);
    let receivers: [Fwd<Order>; 2] = [robot.receiver(), robot.receiver()];
    let numbers: Fwd<u32> = robot.receiver();
    receivers[0].fwd(Order::Say("one"));
    numbers.fwd(2);
    receivers[1].fwd(Order::Stop);
    numbers.fwd(3);
    assert_eq!(world.run(), "one number 2 halt");
}
