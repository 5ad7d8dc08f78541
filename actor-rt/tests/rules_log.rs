//! Logging: what reaches the logger, with which id, and what does not.

use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Instant;

/// Writes the pairs of a record down.
#[derive(Default)]
struct Pairs(String);

impl Pairs {
    fn put(&mut self, key: Option<&str>, value: impl std::fmt::Display) {
        self.0 += &format!(" {}={value}", key.unwrap_or("-"));
    }
}

impl LogVisitor for Pairs {
    fn kv_u64(&mut self, key: Option<&str>, val: u64) {
        self.put(key, val);
    }
    fn kv_i64(&mut self, key: Option<&str>, val: i64) {
        self.put(key, val);
    }
    fn kv_f64(&mut self, key: Option<&str>, val: f64) {
        self.put(key, val);
    }
    fn kv_bool(&mut self, key: Option<&str>, val: bool) {
        self.put(key, val);
    }
    fn kv_null(&mut self, key: Option<&str>) {
        self.put(key, "null");
    }
    fn kv_str(&mut self, key: Option<&str>, val: &str) {
        self.put(key, val);
    }
    fn kv_fmt(&mut self, key: Option<&str>, val: &std::fmt::Arguments<'_>) {
        self.put(key, val);
    }
    fn kv_map(&mut self, key: Option<&str>) {
        self.put(key, "{");
    }
    fn kv_mapend(&mut self, key: Option<&str>) {
        self.put(key, "}");
    }
    fn kv_arr(&mut self, key: Option<&str>) {
        self.put(key, "[");
    }
    fn kv_arrend(&mut self, key: Option<&str>) {
        self.put(key, "]");
    }
}

type Lines = Rc<RefCell<Vec<String>>>;

fn logged(filter: LogFilter) -> (Instant, Runtime, Lines) {
    let (now, lines) = (Instant::now(), Lines::default());
    let mut runtime = Runtime::new(now);
    let log = lines.clone();
    runtime.set_logger(filter, move |_, record| {
        let mut pairs = Pairs::default();
        (record.kvscan)(&mut pairs);
        let text = format!("{} {} {:?} {}{}", record.id, record.level, record.target, record.fmt, pairs.0);
        log.borrow_mut().push(text);
    });
    (now, runtime, lines)
}

fn everything() -> LogFilter {
    LogFilter::all(&[LogLevel::Trace, LogLevel::Audit, LogLevel::Open])
}

struct Worker {
    _child: Option<ActorOwn<Worker>>,
}

impl Worker {
    fn init(cx: CX![], generations: u32) -> Option<Self> {
        let child = (generations > 0).then(|| actor!(cx, Worker::init(generations - 1), ret_nop!()));
        Some(Worker { _child: child })
    }
    fn work(&mut self, cx: CX![]) {
        let id = cx.id();
        cx.log(id, LogLevel::Debug, "work", format_args!("done"), |_| ());
    }
    fn fail(&mut self, cx: CX![]) {
        fail!(cx, "no more paper");
    }
}

#[test]
fn g1_g2_actors_have_ids_from_one_and_name_their_parents() {
    let (now, mut runtime, lines) = logged(everything());
    let name = std::any::type_name::<Worker>();
    let worker = actor!(runtime, Worker::init(1), ret_nop!());
    call!([worker], work());
    runtime.run(now, false);
    assert_eq!(worker.id(), 1);
    assert_eq!(
        lines.take(),
        [
            format!("1 OPEN \"\" {name}"),
            format!("2 OPEN \"\" {name} parent=1"),
            "1 DEBUG \"work\" done".to_owned()
        ]
    );
}

#[test]
fn the_record_of_an_end_says_how_it_ended() {
    let (now, mut runtime, lines) = logged(LogFilter::from(LogLevel::Close));
    let rt = &mut runtime;
    let workers: Vec<_> = (0..4).map(|_| actor!(rt, Worker::init(0), ret_nop!())).collect();
    let [stopped, failed, killed, dropped] = <[_; 4]>::try_from(workers).unwrap();
    rt.run(now, false);
    lines.take();
    stopped.call(|_, cx| cx.stop());
    call!([failed], fail());
    rt.run(now, false);
    killed.kill_str(rt, "by the test");
    drop(dropped);
    rt.run(now, false);
    assert_eq!(
        lines.take(),
        [
            "1 CLOSE \"\" ".to_owned(),
            "2 CLOSE \"\" no more paper failed=null".to_owned(),
            "3 CLOSE \"\" by the test killed=null".to_owned(),
            "4 CLOSE \"\"  dropped=null".to_owned()
        ]
    );
}

#[test]
fn actors_that_live_when_the_runtime_ends_are_closed_in_the_log_too() {
    let (now, mut runtime, lines) = logged(LogFilter::from(LogLevel::Open));
    let _worker = actor!(runtime, Worker::init(0), ret_nop!());
    runtime.run(now, false);
    lines.take();
    drop(runtime);
    assert_eq!(lines.take(), ["1 CLOSE \"\"  dropped=null"]);
}

#[test]
fn g3_what_the_filter_stops_is_not_formatted() {
    struct Formatted<'a>(&'a Cell<u32>);
    impl std::fmt::Display for Formatted<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.set(self.0.get() + 1);
            f.write_str("text")
        }
    }
    let count = Cell::new(0);
    let (_, mut runtime, lines) = logged(LogFilter::from(LogLevel::Warn));
    let mut without = Runtime::new(Instant::now());
    for runtime in [&mut runtime, &mut without] {
        for level in LogLevel::all_levels() {
            runtime
                .log(0, *level, "", format_args!("{}", Formatted(&count)), |_| count.set(count.get() + 100));
        }
    }
    assert_eq!((lines.take().len(), count.get()), (2, 202), "warnings and errors of the first");
    assert!(runtime.log_check(LogLevel::Error) && !runtime.log_check(LogLevel::Info));
}

#[test]
fn g4_what_a_logger_logs_itself_is_not_logged() {
    let records = Rc::new(Cell::new(0));
    let count = records.clone();
    let mut runtime = Runtime::new(Instant::now());
    runtime.set_logger(everything(), move |core, record| {
        count.set(count.get() + 1);
        core.log(record.id, LogLevel::Error, "", format_args!("again"), |_| ());
        core.defer(|_| ());
    });
    runtime.log(0, LogLevel::Info, "", format_args!("once"), |_| ());
    runtime.log(0, LogLevel::Info, "", format_args!("twice"), |_| ());
    assert_eq!(records.get(), 2);
}

#[test]
fn g5_records_at_level_off_are_not_logged() {
    let (_, mut runtime, lines) = logged(LogFilter::all(LogLevel::all_levels()));
    runtime.log(0, LogLevel::Off, "", format_args!("never"), |_| ());
    assert!(lines.take().is_empty());
}

#[test]
fn a_new_filter_is_told_to_the_logger_whatever_it_lets_through() {
    let (_, mut runtime, lines) = logged(LogFilter::new());
    runtime.set_log_filter("error, audit".parse().unwrap());
    assert_eq!(lines.take(), ["0 INFO \"\" Logging level changed filter=LogFilter(ERROR,AUDIT)"]);
    assert!(runtime.log_check(LogLevel::Audit));
}

#[test]
fn spans_are_numbered_with_the_actors() {
    let (now, mut runtime, lines) = logged(everything());
    let span = runtime.log_span_open("request", 9, |pairs| pairs.kv_str(Some("path"), "/"));
    let worker = actor!(runtime, Worker::init(0), ret_nop!());
    runtime.run(now, false);
    runtime.log_span_close(span, format_args!("served"), |pairs| pairs.kv_bool(Some("cached"), true));
    let name = std::any::type_name::<Worker>();
    assert_eq!((span, worker.id()), (1, 2));
    assert_eq!(
        lines.take(),
        [
            "1 OPEN \"\" request parent=9 path=/".to_owned(),
            format!("2 OPEN \"\" {name}"),
            "1 CLOSE \"\" served cached=true".to_owned()
        ]
    );
}

#[test]
fn an_actor_that_has_ended_is_still_known_by_its_id() {
    // Random programs found that it was 0, unlike in Stakker.
    let (now, mut runtime, _lines) = logged(everything());
    let worker = actor!(runtime, Worker::init(0), ret_nop!());
    runtime.run(now, false);
    worker.kill_str(&mut runtime, "by the test");
    assert_eq!(worker.id(), 1);
}

#[test]
fn an_actor_made_before_there_was_a_logger_has_no_id() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let early = actor!(runtime, Worker::init(0), ret_nop!());
    let lines = Lines::default();
    let log = lines.clone();
    runtime.set_logger(everything(), move |_, record| log.borrow_mut().push(record.fmt.to_string()));
    runtime.run(now, false);
    assert_eq!(early.id(), 0);
    drop(early);
    runtime.run(now, false);
    assert!(lines.take().is_empty());
}

#[test]
fn a_logger_that_panics_stays_and_fails_who_logged() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let records = Rc::new(Cell::new(0));
    let count = records.clone();
    runtime.set_logger(LogFilter::from(LogLevel::Debug), move |_, _| {
        count.set(count.get() + 1);
        panic!("in the logger");
    });
    let worker = actor!(runtime, Worker::init(0), ret_nop!());
    call!([worker], work());
    runtime.run(now, false);
    assert!(worker.is_zombie());
    let outside = AssertUnwindSafe(|| runtime.log(0, LogLevel::Info, "", format_args!("outside"), |_| ()));
    assert!(catch_unwind(outside).is_err());
    assert_eq!(records.get(), 2);
}

#[test]
fn an_actor_whose_open_record_the_logger_panicked_at_ends_and_says_so_once() {
    // Nobody owned it yet: it stayed until the runtime went, and its end was told only then.
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    runtime.set_logger(LogFilter::from(LogLevel::Open), |_, record| {
        assert_ne!(record.level, LogLevel::Open, "in the logger");
    });
    let ends = Rc::new(RefCell::new(Vec::new()));
    let make = |core: &mut Core| {
        let told = Rc::clone(&ends);
        let notify =
            Ret::new(move |cause: Option<StopCause>| told.borrow_mut().push(cause.map(|c| c.to_string())));
        let made = catch_unwind(AssertUnwindSafe(|| ActorOwn::<u32>::new(core, notify, 0)));
        assert!(made.is_err(), "the panic goes on to the caller");
    };
    make(&mut runtime);
    assert!(runtime.next_deadline_ns() == 0, "a step is due");
    runtime.run(now, false);
    assert_eq!((runtime.actors(), ends.take()), (0, vec![Some("Actor was dropped".to_owned())]));
    // In a slab it takes no place.
    let mut slab = ActorOwnSlab::<u32>::new();
    runtime.set_logger(LogFilter::new(), |_, _| ());
    let parent = actor_new!(runtime, ActorOwnSlab<u32>, ret_nop!());
    runtime.set_logger(LogFilter::from(LogLevel::Open), |_, _| panic!("in the logger"));
    let told = Rc::clone(&ends);
    let notify =
        Ret::new(move |cause: Option<StopCause>| told.borrow_mut().push(cause.map(|c| c.to_string())));
    let add = AssertUnwindSafe(|| slab.add(&mut runtime, parent.clone(), |slab| slab, notify));
    assert!(catch_unwind(add).is_err());
    runtime.run(now, false);
    assert_eq!((slab.len(), runtime.actors(), ends.take()), (0, 1, vec![None]));
    drop(runtime);
    assert_eq!(ends.take(), [None; 0]);
}

#[test]
fn levels_and_filters_are_read_and_written() {
    for level in LogLevel::all_levels() {
        assert_eq!(level.to_string().to_lowercase().parse(), Ok(*level));
        assert_eq!(LogLevel::try_from(*level as u8), Ok(*level));
    }
    for wrong in ["", "verbose", "warn ing"] {
        assert_eq!(wrong.parse::<LogLevel>(), Err(LogLevelError));
        assert_eq!(wrong.parse::<LogFilter>(), Err(LogLevelError));
    }
    assert_eq!(LogLevel::try_from(9), Err(LogLevelError));
    let mut filter = LogFilter::from(LogLevel::Off);
    assert!(filter.is_empty());
    filter |= LogFilter::from(LogLevel::Open);
    assert!(filter.allows(LogLevel::Close) && !filter.allows(LogLevel::Audit) && !filter.is_empty());
}

/// A channel's receiver, and later a piped thread's, was announced like an actor of the program, so all log ids after it were others
/// than on Stakker.
#[test]
fn parts_of_the_runtime_are_no_actors_in_the_log() {
    let (now, mut runtime, lines) = logged(LogFilter::all(&[LogLevel::Open, LogLevel::Close]));
    let (_channel, guard) = sync::Channel::new(&mut runtime, fwd_nop!());
    let _: &sync::Channel<u32> = &_channel;
    drop(guard);
    let ended = Rc::new(Cell::new(false));
    let told = Rc::clone(&ended);
    let end = Fwd::new(move |_| told.set(true));
    drop(sync::PipedThread::<(), ()>::spawn(fwd_nop!(), end, &mut runtime, |_| ()));
    while !ended.get() {
        runtime.run(now, false);
        std::thread::yield_now();
    }
    drop(runtime);
    assert_eq!(lines.take(), [""; 0]);
}
