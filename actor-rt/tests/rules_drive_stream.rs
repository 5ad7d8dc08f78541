//! Buffered streams: what is read, written, ended and reported when; on a stream that follows a script, and on real ones.

#![cfg(not(miri))]

mod drive_support;

use actor_rt::drive::mio::{BufferedStream, Duplex, Filled, Interest, Priority, Registry, Token, event, net};
use actor_rt::*;
use drive_support::{LONG, World};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::rc::Rc;

/// What the script says that the next call gets.
#[derive(Debug)]
enum Reply {
    Data(&'static [u8]),
    /// So many bytes are taken.
    Taken(usize),
    Error(ErrorKind),
    End,
}

/// The script of a stream and what happened to it.
#[derive(Default)]
struct Script {
    reads: VecDeque<Reply>,
    writes: VecDeque<Reply>,
    written: Vec<u8>,
    connecting: bool,
    ended: u32,
    calls: u32,
}

/// A stream that follows a script. Where that is over, it would block.
#[derive(Clone, Default)]
struct Scripted(Rc<RefCell<Script>>);

impl Scripted {
    fn stream(&self, world: &World) -> BufferedStream<Scripted> {
        BufferedStream::new(&world.handle(), self.clone(), Priority::NORMAL, fwd_nop!()).unwrap()
    }
    fn reads(&self, replies: impl IntoIterator<Item = Reply>) {
        self.0.borrow_mut().reads.extend(replies);
    }
    fn writes(&self, replies: impl IntoIterator<Item = Reply>) {
        self.0.borrow_mut().writes.extend(replies);
    }
    fn written(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.0.borrow_mut().written)).unwrap()
    }
    fn calls(&self) -> u32 {
        std::mem::take(&mut self.0.borrow_mut().calls)
    }
    fn ended(&self) -> u32 {
        self.0.borrow().ended
    }
}

impl Read for Scripted {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut script = self.0.borrow_mut();
        script.calls += 1;
        match script.reads.pop_front() {
            Some(Reply::Data(data)) => {
                let count = data.len().min(bytes.len());
                bytes[..count].copy_from_slice(&data[..count]);
                if count < data.len() {
                    script.reads.push_front(Reply::Data(&data[count..]));
                }
                Ok(count)
            }
            Some(Reply::End) => Ok(0),
            Some(Reply::Error(kind)) => Err(kind.into()),
            None => Err(ErrorKind::WouldBlock.into()),
            Some(Reply::Taken(_)) => unreachable!("a reply to a write"),
        }
    }
}

impl Write for Scripted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut script = self.0.borrow_mut();
        script.calls += 1;
        match script.writes.pop_front() {
            Some(Reply::Taken(count)) => {
                let count = count.min(bytes.len());
                script.written.extend_from_slice(&bytes[..count]);
                Ok(count)
            }
            Some(Reply::Error(kind)) => Err(kind.into()),
            None => Err(ErrorKind::WouldBlock.into()),
            Some(reply) => unreachable!("{reply:?} to a write"),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        unreachable!("streams have nothing to flush")
    }
}

impl Duplex for Scripted {
    fn is_connected(&self) -> bool {
        !self.0.borrow().connecting
    }
    fn end_writing(&mut self) -> io::Result<()> {
        self.0.borrow_mut().ended += 1;
        Ok(())
    }
}

impl event::Source for Scripted {
    fn register(&mut self, _: &Registry, _: Token, interest: Interest) -> io::Result<()> {
        assert_eq!(interest, Interest::READABLE | Interest::WRITABLE);
        Ok(())
    }
    fn reregister(&mut self, _: &Registry, _: Token, _: Interest) -> io::Result<()> {
        unreachable!("both interests for good")
    }
    fn deregister(&mut self, _: &Registry) -> io::Result<()> {
        Ok(())
    }
}

use Reply::{Data, End, Error, Taken};

#[test]
fn reading_goes_on_until_it_would_block_and_interruptions_are_nothing() {
    let (world, script) = (World::new(), Scripted::default());
    let mut stream = script.stream(&world);
    script.reads([Data(b"one"), Error(ErrorKind::Interrupted), Data(b" two")]);
    assert_eq!(stream.fill().unwrap(), Filled::Blocked);
    assert_eq!((stream.input(), script.calls()), (&b"one two"[..], 4));
    stream.consume(4);
    assert_eq!(stream.input(), b"two");
    script.reads([Data(b"!"), End]);
    assert_eq!(stream.fill().unwrap(), Filled::End);
    assert_eq!((stream.take_input(), stream.is_input_ended()), (b"two!".to_vec(), true));
    script.calls();
    assert_eq!((stream.fill().unwrap(), script.calls()), (Filled::End, 0), "an end is not touched again");
}

#[test]
fn input_is_limited_and_the_rest_waits_with_the_sender() {
    let (world, script) = (World::new(), Scripted::default());
    let mut stream = script.stream(&world);
    stream.set_limits(4, 100);
    script.reads([Data(b"abcdefghij")]);
    assert_eq!(stream.fill().unwrap(), Filled::Full);
    assert_eq!(stream.input(), b"abcd");
    script.calls();
    assert_eq!((stream.fill().unwrap(), script.calls()), (Filled::Full, 0));
    stream.consume(1);
    assert_eq!(stream.fill().unwrap(), Filled::Full);
    assert_eq!(stream.take_input(), b"bcde");
    assert_eq!(stream.fill().unwrap(), Filled::Full);
    assert_eq!(stream.take_input(), b"fghi");
    assert_eq!(stream.fill().unwrap(), Filled::Blocked);
    assert_eq!(stream.take_input(), b"j");
}

#[test]
fn lines_are_complete_however_they_come() {
    let text: &'static [u8] = b"first\r\n\nthird with \r inside\n\r\nrest";
    for size in 1..text.len() {
        let (world, script) = (World::new(), Scripted::default());
        let mut stream = script.stream(&world);
        let mut lines = Vec::new();
        for piece in text.chunks(size) {
            script.reads([Data(piece)]);
            assert_eq!(stream.fill().unwrap(), Filled::Blocked);
            while let Some(line) = stream.next_line() {
                lines.push(String::from_utf8(line).unwrap());
            }
        }
        assert_eq!(lines, ["first", "", "third with \r inside", ""], "in pieces of {size}");
        assert_eq!(stream.input(), b"rest");
    }
}

#[test]
fn output_waits_until_it_is_taken_and_congestion_ends_at_half() {
    let (world, script) = (World::new(), Scripted::default());
    let mut stream = script.stream(&world);
    stream.set_limits(100, 10);
    write!(stream, "0123456789").unwrap();
    assert!(!stream.is_congested(), "the bound is not yet passed");
    assert_eq!(script.calls(), 0, "writing alone writes nothing");
    write!(stream, "ab").unwrap();
    assert!(stream.is_congested());
    script.writes([Taken(4), Error(ErrorKind::Interrupted), Taken(2)]);
    stream.flush().unwrap();
    assert_eq!((stream.pending_output(), stream.is_congested()), (6, true), "more than half is left");
    script.writes([Taken(1)]);
    stream.flush().unwrap();
    assert_eq!((stream.pending_output(), stream.is_congested()), (5, false));
    script.writes([Taken(100)]);
    stream.flush().unwrap();
    assert_eq!((stream.pending_output(), script.written()), (0, "0123456789ab".to_owned()));
    script.calls();
    stream.flush().unwrap();
    assert_eq!(script.calls(), 0, "there is nothing to write");
}

#[test]
fn the_end_of_output_waits_for_what_was_written_and_reading_goes_on() {
    let (world, script) = (World::new(), Scripted::default());
    let mut stream = script.stream(&world);
    stream.write_all(b"last words").unwrap();
    stream.end_output().unwrap();
    assert_eq!((script.ended(), stream.is_output_ended()), (0, false));
    assert_eq!(stream.write(b"more").unwrap_err().kind(), ErrorKind::BrokenPipe);
    script.writes([Taken(100)]);
    stream.flush().unwrap();
    assert_eq!((script.ended(), stream.is_output_ended()), (1, true));
    stream.end_output().unwrap();
    stream.flush().unwrap();
    assert_eq!((script.ended(), script.written()), (1, "last words".to_owned()));
    script.reads([Data(b"answer")]);
    assert_eq!(stream.fill().unwrap(), Filled::Blocked);
    assert_eq!(stream.input(), b"answer");
}

#[test]
fn an_attempt_to_connect_is_not_disturbed() {
    let (world, script) = (World::new(), Scripted::default());
    script.0.borrow_mut().connecting = true;
    let mut stream = script.stream(&world);
    // What some systems answer instead of `WouldBlock`.
    script.reads([Error(ErrorKind::NotConnected)]);
    script.writes([Error(ErrorKind::NotConnected)]);
    assert_eq!(stream.fill().unwrap(), Filled::Blocked);
    stream.write_all(b"x").unwrap();
    stream.end_output().unwrap();
    assert_eq!((script.ended(), stream.pending_output()), (0, 1));
    script.0.borrow_mut().connecting = false;
    script.writes([Taken(1)]);
    stream.flush().unwrap();
    assert_eq!((script.ended(), stream.is_output_ended()), (1, true));
    script.reads([Error(ErrorKind::NotConnected)]);
    assert_eq!(stream.fill().unwrap_err().kind(), ErrorKind::NotConnected, "by now it is an error");

    let script = Scripted::default();
    script.0.borrow_mut().connecting = true;
    let mut stream = script.stream(&world);
    stream.end_output().unwrap();
    assert_eq!(script.ended(), 0, "also with nothing to write");
    script.0.borrow_mut().connecting = false;
    stream.flush().unwrap();
    assert_eq!(script.ended(), 1);
}

#[test]
fn an_error_of_reading_is_reported_once_and_ends_both_directions() {
    let (world, script) = (World::new(), Scripted::default());
    let mut stream = script.stream(&world);
    stream.write_all(b"never sent").unwrap();
    script.reads([Data(b"kept"), Error(ErrorKind::ConnectionReset)]);
    assert_eq!(stream.fill().unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!((stream.input(), stream.pending_output()), (&b"kept"[..], 0));
    assert!(stream.is_input_ended() && stream.is_output_ended());
    script.calls();
    assert_eq!(stream.fill().unwrap(), Filled::End);
    stream.flush().unwrap();
    stream.end_output().unwrap();
    assert_eq!(stream.write(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
    assert_eq!((script.calls(), script.ended()), (0, 0));
}

#[test]
fn an_error_of_writing_is_reported_once_and_leaves_the_last_words_to_read() {
    let (world, script) = (World::new(), Scripted::default());
    let mut stream = script.stream(&world);
    stream.set_limits(100, 3);
    stream.write_all(b"lost").unwrap();
    assert!(stream.is_congested());
    script.writes([Taken(1), Error(ErrorKind::BrokenPipe)]);
    assert_eq!(stream.flush().unwrap_err().kind(), ErrorKind::BrokenPipe);
    assert_eq!((stream.pending_output(), stream.is_congested()), (0, false));
    stream.flush().unwrap();
    stream.end_output().unwrap();
    assert!(stream.is_output_ended() && !stream.is_input_ended());
    script.reads([Data(b"bye"), End]);
    assert_eq!((stream.fill().unwrap(), stream.input()), (Filled::End, &b"bye"[..]));
}

#[test]
fn a_stream_that_takes_nothing_has_failed() {
    let (world, script) = (World::new(), Scripted::default());
    let mut stream = script.stream(&world);
    stream.write_all(b"x").unwrap();
    script.writes([Taken(0)]);
    assert_eq!(stream.flush().unwrap_err().kind(), ErrorKind::WriteZero);
}

/// Sends back what it gets, taking no more while its client does not read.
struct Echo {
    stream: BufferedStream,
    most: Rc<RefCell<usize>>,
}

const BOUND: usize = 32 * 1024;

impl Echo {
    fn init(
        cx: CX![],
        handle: drive::mio::LoopHandle,
        stream: net::TcpStream,
        most: Rc<RefCell<usize>>,
    ) -> Option<Self> {
        let ready = fwd_to!([cx], |this, cx, _ready: drive::mio::Ready| this.go_on(cx));
        let mut stream = BufferedStream::new(&handle, stream, Priority::NORMAL, ready).unwrap();
        stream.set_limits(BOUND, BOUND);
        Some(Self { stream, most })
    }
    fn go_on(&mut self, cx: CX![]) {
        self.stream.flush().unwrap();
        while !self.stream.is_congested() {
            let filled = self.stream.fill().unwrap();
            let bytes = self.stream.take_input();
            if !bytes.is_empty() {
                self.stream.write_all(&bytes).unwrap();
                self.stream.flush().unwrap();
            }
            let mut most = self.most.borrow_mut();
            *most = self.stream.pending_output().max(*most);
            match filled {
                Filled::Full => {}
                Filled::Blocked => return,
                Filled::End => {
                    self.stream.end_output().unwrap();
                    if self.stream.is_output_ended() {
                        stop!(cx);
                    }
                    return;
                }
            }
        }
    }
}

#[test]
fn megabytes_go_both_ways_in_order_past_a_reader_that_begins_late() {
    const SIZE: usize = 12 << 20;
    let World { mut runtime, mut event_loop } = World::new();
    let rt = &mut runtime;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stuck, go_on) = std::sync::mpsc::channel::<()>();
    let client = std::thread::spawn(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let mut writer = stream.try_clone().unwrap();
        let writes = std::thread::spawn(move || {
            let data: Vec<u8> = (0..SIZE).map(|index| (index % 251) as u8).collect();
            writer.write_all(&data).unwrap();
            writer.shutdown(std::net::Shutdown::Write).unwrap();
        });
        // Only when all buffers on the way are full.
        go_on.recv().unwrap();
        let mut data = Vec::new();
        stream.read_to_end(&mut data).unwrap();
        writes.join().unwrap();
        assert_eq!(data.len(), SIZE);
        assert!(data.iter().enumerate().all(|(index, byte)| *byte == (index % 251) as u8));
    });
    let (stream, _) = listener.accept().unwrap();
    stream.set_nonblocking(true).unwrap();
    let most = Rc::new(RefCell::new(0));
    let (handle, stream) = (event_loop.handle().clone(), net::TcpStream::from_std(stream));
    let echo = actor!(rt, Echo::init(handle, stream, most.clone()), ret_shutdown!(rt));
    while !echo.query(rt, |this, _| this.stream.is_congested()).unwrap_or(false) {
        event_loop.turn(rt, Some(LONG)).unwrap();
    }
    stuck.send(()).unwrap();
    assert!(matches!(event_loop.run(rt).unwrap(), StopCause::Stopped));
    client.join().unwrap();
    let most = *most.borrow();
    assert!(most > BOUND && most <= 2 * BOUND, "memory was bounded: {most}");
}

#[test]
fn a_refused_connection_is_an_error_once() {
    let mut world = World::new();
    // A port on which nobody listens any more.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let Ok(stream) = net::TcpStream::connect(address) else { return };
    let mut stream = BufferedStream::new(&world.handle(), stream, Priority::NORMAL, fwd_nop!()).unwrap();
    stream.write_all(b"hello").unwrap();
    let error = loop {
        match stream.flush().and_then(|()| stream.fill()) {
            Ok(filled) => assert_eq!(filled, Filled::Blocked),
            Err(error) => break error,
        }
        world.event_loop.turn(&mut world.runtime, Some(LONG)).unwrap();
    };
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert!(stream.flush().is_ok());
}
