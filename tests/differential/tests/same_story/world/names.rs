//! The names under which forms are counted.

use crate::program::{Answer, Form, Lane};

pub(super) fn lane_name(lane: Lane, context: &'static str, form: Form) -> &'static str {
    use crate::coverage::join;
    let lane = match lane {
        Lane::Main => "call!",
        Lane::Lazy => "lazy!",
        Lane::Idle => "idle!",
        Lane::Timer(_, true) => "at!",
        Lane::Timer(_, false) => "after!",
    };
    let form = match form {
        Form::Method => "method",
        Form::Prep(_) => "Type::init",
        Form::Closure => "closure",
    };
    join(lane, context, form)
}

pub(super) fn answer_name(kind: Answer) -> &'static str {
    match kind {
        Answer::ToMethod => "ret_to! with a method",
        Answer::ToPrep => "ret_to! with an initialiser",
        Answer::ToClosure => "ret_to! with a closure",
        Answer::SomeToMethod => "ret_some_to! with a method",
        Answer::SomeToClosure => "ret_some_to! with a closure",
        Answer::Do => "ret_do!",
        Answer::SomeDo => "ret_some_do!",
        Answer::Nop => "ret_nop!",
        Answer::Shutdown => "ret_shutdown!",
        Answer::Fail => "ret_fail!",
        Answer::FailThrough => "ret_failthru!",
    }
}
