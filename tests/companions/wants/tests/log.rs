//! `stakker_log` on this runtime: its macros, targets, pairs and JSON, from actors.

use stakker::*;
use stakker_log::{KvToJson, audit, error, info, warn};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

struct Door {
    opened: u32,
}

impl Door {
    fn init(cx: CX![]) -> Option<Self> {
        info!([cx], "ready");
        Some(Door { opened: 0 })
    }
    fn open(&mut self, cx: CX![], who: &'static str) {
        self.opened += 1;
        audit!([cx], DoorOpened, who, times: self.opened);
        if self.opened > 1 {
            warn!([cx], target: "hinges", ?who, "opened {} times", self.opened);
            fail!(cx, "the hinges broke");
        }
    }
}

#[test]
fn records_of_stakker_log_reach_the_logger() {
    let now = Instant::now();
    let mut stakker = Stakker::new(now);
    let s = &mut stakker;
    let lines = Rc::new(RefCell::new(Vec::new()));
    let log = lines.clone();
    s.set_logger(LogFilter::all(&[LogLevel::Info, LogLevel::Audit, LogLevel::Open]), move |_, record| {
        let pairs = KvToJson::new(record.kvscan, "", "");
        let text = record.fmt.to_string().replace(std::any::type_name::<Door>(), "Door");
        log.borrow_mut()
            .push(format!("{} {} {:?} {text} {{{pairs}}}", record.id, record.level, record.target));
    });
    let door = actor!(s, Door::init(), ret_nop!());
    call!([door], open("cat"));
    call!([door], open("dog"));
    s.run(now, false);
    error!([s], "closing time");
    assert_eq!(
        *lines.borrow(),
        [
            r#"1 OPEN "" Door {}"#,
            r#"1 INFO "" ready {}"#,
            r#"1 AUDIT "" DoorOpened {"who":"cat","times":1}"#,
            r#"1 AUDIT "" DoorOpened {"who":"dog","times":2}"#,
            r#"1 WARN "hinges" opened 2 times {"who":"\"dog\""}"#,
            r#"1 CLOSE "" the hinges broke {"failed":null}"#,
            r#"0 ERROR "" closing time {}"#,
        ]
    );
}
