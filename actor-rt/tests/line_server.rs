//! The examples `line_server` and `line_load` as the programs they are: processes, connections, signals, exit codes.
//!
//! Cargo builds examples along with the tests of a package, but not for one test alone (`--test line_server`): then those that are
//! there already are used.

#![cfg(all(unix, not(miri), not(sanitized)))]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Longer than anything takes here.
const LONG: Duration = Duration::from_secs(60);

/// An example's program.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let build = test.parent().and_then(|deps| deps.parent()).unwrap();
    let program: PathBuf = build.join("examples").join(name);
    assert!(
        program.exists(),
        "{program:?} is not built. cure: cargo build -p actor-rt --examples --features mio"
    );
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command
}

/// A running server. It is killed after a while, and by the end of its test.
struct Server {
    address: String,
    process: Arc<Mutex<Child>>,
    output: BufReader<ChildStdout>,
    watch: Option<JoinHandle<()>>,
    done: Option<mpsc::Sender<()>>,
}

impl Server {
    fn start() -> Self {
        let mut process = example("line_server").arg("127.0.0.1:0").spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let process = Arc::new(Mutex::new(process));
        let (done, wait) = mpsc::channel();
        let watched = process.clone();
        let watch = thread::spawn(move || {
            if wait.recv_timeout(LONG) == Err(mpsc::RecvTimeoutError::Timeout) {
                watched.lock().unwrap().kill().unwrap();
            }
        });
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").expect("the first line").to_owned();
        Server { address, process, output, watch: Some(watch), done: Some(done) }
    }

    fn connect(&self) -> Client {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        Client { reader: BufReader::new(stream) }
    }

    fn signal(&self, name: &str) {
        let id = self.process.lock().unwrap().id();
        // The shell's own: a program of that name is not everywhere.
        let status = Command::new("sh").arg("-c").arg(format!("kill -{name} {id}")).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the end: the exit code and what was printed.
    fn end(mut self) -> (Option<i32>, String) {
        let mut text = String::new();
        // Until the process has closed it.
        self.output.read_to_string(&mut text).unwrap();
        let status = self.process.lock().unwrap().wait().unwrap();
        (status.code(), text)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.lock().unwrap().kill();
        let _ = self.process.lock().unwrap().wait();
        drop(self.done.take());
        let _ = self.watch.take().unwrap().join();
    }
}

/// A connection to the server.
struct Client {
    reader: BufReader<TcpStream>,
}

impl Client {
    fn send(&mut self, text: impl AsRef<[u8]>) {
        self.reader.get_mut().write_all(text.as_ref()).unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        line
    }

    /// All that still comes.
    fn rest(&mut self) -> String {
        let mut text = String::new();
        self.reader.read_to_string(&mut text).unwrap();
        text
    }

    fn end_writing(&mut self) {
        self.reader.get_mut().shutdown(Shutdown::Write).unwrap();
    }
}

/// Runs the load client to its end.
fn load(address: &str, connections: usize, rounds: usize) -> (Option<i32>, String) {
    let numbers = [connections.to_string(), rounds.to_string()];
    let Output { status, stdout, .. } = example("line_load").arg(address).args(numbers).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap())
}

#[test]
fn under_load_every_answer_is_right_and_a_signal_ends_the_server_cleanly() {
    let server = Server::start();
    let mut open = server.connect();
    open.send("SET mine still here\n");
    assert_eq!(open.line(), "OK\n");
    let (code, text) = load(&server.address, 40, 50);
    assert!(text.starts_with("40 connections complete, 0 failed, 6040 right answers"), "{text}");
    assert_eq!(code, Some(0));

    open.send("GET mine\nCOUNT\n");
    assert_eq!((open.line(), open.line()), ("VALUE still here\n".to_owned(), "COUNT 281\n".to_owned()));
    server.signal("TERM");
    assert_eq!(open.rest(), "", "the server ends its side");
    assert!(TcpStream::connect(&server.address).is_err(), "and takes nobody any more");
    drop(open);
    let (code, text) = server.end();
    assert_eq!(text, "signal 15: ending 1 sessions\nserved 41 sessions\n");
    assert_eq!(code, Some(0));
}

#[test]
fn a_server_without_clients_ends_at_once() {
    let server = Server::start();
    server.signal("INT");
    assert_eq!(server.end(), (Some(0), "signal 2: ending 0 sessions\nserved 0 sessions\n".to_owned()));
}

#[test]
fn a_second_signal_does_not_wait_for_clients() {
    let server = Server::start();
    let mut open = server.connect();
    open.send("COUNT\n");
    assert_eq!(open.line(), "COUNT 0\n");
    server.signal("INT");
    assert_eq!(open.rest(), "");
    // It keeps its side open.
    server.signal("INT");
    assert_eq!(server.end(), (Some(1), "signal 2: ending 1 sessions\n".to_owned()));
}

#[test]
fn requests_are_answered_in_order_up_to_the_last_word() {
    let server = Server::start();
    let mut client = server.connect();
    client.send("SET a b c\r\nGET a\nGET b\nSET a\nGET\nGET a b\nfoo\nCOUNT\nQUIT\nGET a\n");
    let answers = [
        "OK",
        "VALUE b c",
        "NONE",
        "ERROR SET needs a key and a value",
        "ERROR GET needs a key and nothing else",
        "ERROR GET needs a key and nothing else",
        "ERROR not one of SET, GET, COUNT, QUIT",
        "COUNT 1",
        "BYE",
    ];
    assert_eq!(client.rest().lines().collect::<Vec<_>>(), answers);

    let mut client = server.connect();
    client.send("GET a\nCOU");
    client.end_writing();
    assert_eq!(client.rest(), "VALUE b c\n", "a request without its end is none");

    let mut client = server.connect();
    client.send([b'x'; 5000]);
    assert_eq!(client.rest(), "ERROR the line is too long\n");
}

#[test]
fn a_client_that_does_not_read_is_served_when_it_does() {
    const MANY: usize = 20_000;
    let server = Server::start();
    let mut client = server.connect();
    let value = "v".repeat(1000);
    client.send(format!("SET key {value}\n"));
    assert_eq!(client.line(), "OK\n");
    // Sends until nothing goes any more: the server has stopped reading, as it must.
    let stream = client.reader.get_mut();
    stream.set_nonblocking(true).unwrap();
    let (requests, mut sent) = ("GET key\n".repeat(MANY), 0);
    loop {
        match stream.write(&requests.as_bytes()[sent..]) {
            Ok(0) => break,
            Ok(count) => sent += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
    }
    stream.set_nonblocking(false).unwrap();
    // Another client is served meanwhile.
    let mut other = server.connect();
    other.send("COUNT\n");
    assert_eq!(other.line(), "COUNT 1\n");
    let mut writer = client.reader.get_ref().try_clone().unwrap();
    let writes = thread::spawn(move || {
        writer.write_all(&requests.as_bytes()[sent..]).unwrap();
        writer.write_all(b"QUIT\n").unwrap();
    });
    let answer = format!("VALUE {value}\n");
    for _ in 0..MANY {
        assert_eq!(client.line(), answer);
    }
    assert_eq!(client.rest(), "BYE\n");
    writes.join().unwrap();
}

#[test]
fn the_load_client_finds_a_wrong_answer_and_a_missing_one() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = thread::spawn(move || {
        let (first, _) = listener.accept().unwrap();
        let mut first = BufReader::new(first);
        first.read_line(&mut String::new()).unwrap();
        first.get_mut().write_all(b"OK\nVALUE something else\n").unwrap();
        let (second, _) = listener.accept().unwrap();
        let mut second = BufReader::new(second);
        second.read_line(&mut String::new()).unwrap();
        second.get_mut().write_all(b"OK\n").unwrap();
        second.get_mut().shutdown(Shutdown::Write).unwrap();
        // Until the client has gone: a reset would take the answers back.
        for mut stream in [first, second] {
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    let (code, text) = load(&address, 2, 1);
    server.join().unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(text.contains("after 1 right answers: expected \"VALUE "), "{text}");
    assert!(text.contains("after 1 right answers: the server ended before its last answer"), "{text}");
    assert!(lines[2].starts_with("0 connections complete, 2 failed, 0 right answers"), "{text}");
    assert_eq!(code, Some(1));
}
