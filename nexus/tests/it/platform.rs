//! A home of its own on ports of its own, and the program run in it.

use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Longer than any start on a busy machine.
const COMMAND_LIMIT: Duration = Duration::from_mins(2);

/// The settings that move every port.
const PORTS: [&str; 9] = [
    "NEXUS_UP__POSTGRES_PORT",
    "NEXUS_UP__REDIS_PORT",
    "NEXUS_UP__HTTP_PORT",
    "NEXUS_UP__HTTPS_PORT",
    "NEXUS_SERVE__GATEWAY_API_PORT",
    "NEXUS_SERVE__STREAMCORE_PORT",
    "NEXUS_STREAMCORE__RTMP_PORT",
    "NEXUS_STREAMCORE__VIEWER_PORT",
    "NEXUS_STREAMCORE__WEBRTC_PORT",
];

pub(crate) struct Platform {
    folder: tempfile::TempDir,
    home: PathBuf,
    program: PathBuf,
    ports: [u16; 9],
    /// A plain user's PATH lacks the folder of nginx.
    pub(crate) path: String,
    /// Further environment.
    pub(crate) env: Vec<(&'static str, String)>,
    /// Run through this instead of directly.
    pub(crate) wrapper: Vec<String>,
}

impl Platform {
    pub(crate) fn new() -> Self {
        // Not under the target folder: the account of the engines must be able to enter.
        let folder = tempfile::tempdir_in("/var/tmp").unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        Self {
            home: folder.path().join("home"),
            program: env!("CARGO_BIN_EXE_nexus").into(),
            folder,
            ports: std::array::from_fn(|_| free_port()),
            path: "/usr/local/bin:/usr/bin:/bin".to_owned(),
            env: Vec::new(),
            wrapper: Vec::new(),
        }
    }

    /// A platform that is ready.
    pub(crate) fn started() -> Self {
        let platform = Self::new();
        platform.up();
        platform
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    pub(crate) fn set_home(&mut self, home: PathBuf) {
        self.home = home;
    }

    /// Uses a copy of the program at this place from now on.
    pub(crate) fn use_copy(&mut self, program: PathBuf) {
        // By a child process: were this one to write the copy, whatever another test starts in that
        // moment would hold it open too, and a program that is open for writing cannot be run.
        let copy = Command::new("cp").arg(env!("CARGO_BIN_EXE_nexus")).arg(&program).status();
        assert!(copy.unwrap().success());
        self.program = program;
    }

    pub(crate) fn port(&self, setting: &str) -> u16 {
        self.ports[PORTS.iter().position(|name| *name == setting).unwrap()]
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut words = self.wrapper.iter().map(PathBuf::from).chain([self.program.clone()]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).args(arguments).arg("--home").arg(&self.home);
        command
            .env_clear()
            .env("PATH", &self.path)
            .envs(PORTS.iter().zip(self.ports).map(|(name, port)| (*name, port.to_string())));
        command.envs(self.env.iter().cloned()).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        finish(self.command(arguments))
    }

    /// Runs the program, which must succeed, and answers what it printed.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = text(&output);
        assert!(output.status.success(), "{arguments:?} failed:\n{text}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the program, which must fail, and answers what it said.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = text(&output);
        assert!(!output.status.success(), "{arguments:?} succeeded:\n{text}");
        text
    }

    pub(crate) fn up(&self) -> String {
        self.ok(&["up", "--detach"])
    }

    pub(crate) fn status(&self) -> Value {
        let output = self.run(&["status", "--json"]);
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The pid of a running process of this home.
    pub(crate) fn pid(&self, name: &str) -> i32 {
        let status = self.status();
        let process = status["processes"].as_array().unwrap().iter().find(|it| it["name"] == name);
        let pid =
            process.unwrap_or_else(|| panic!("{name} does not run: {status}"))["pid"].as_i64();
        i32::try_from(pid.unwrap()).unwrap()
    }

    pub(crate) fn supervisor(&self) -> i32 {
        i32::try_from(self.status()["pid"].as_i64().unwrap()).unwrap()
    }

    /// `GET` of the health of `host` through nginx: the status, when there is an answer.
    pub(crate) fn health(&self, host: &str) -> Option<u16> {
        let port = self.port("NEXUS_UP__HTTP_PORT");
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        write!(stream, "GET /health HTTP/1.0\r\nhost: {host}\r\n\r\n").ok()?;
        let mut answer = Vec::new();
        // What came before an error is looked at all the same.
        drop(stream.read_to_end(&mut answer));
        String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
    }

    /// Whether every service says that it is ready.
    pub(crate) fn is_serving(&self) -> bool {
        ["nexuscos.localhost", "tv.nexuscos.localhost"]
            .iter()
            .all(|host| self.health(host) == Some(200))
    }

    /// Processes that belong to this home: they name it, or write to its logs.
    pub(crate) fn processes(&self) -> Vec<String> {
        let Ok(home) = self.home.canonicalize() else { return Vec::new() };
        let home = home.to_str().unwrap().to_owned();
        let mut found = Vec::new();
        for process in fs::read_dir("/proc").unwrap().flatten() {
            let path = process.path();
            let Ok(command) = fs::read(path.join("cmdline")) else { continue };
            let command = String::from_utf8_lossy(&command).replace('\0', " ");
            let log = fs::read_link(path.join("fd/2")).unwrap_or_default();
            if command.contains(&home) || log.starts_with(&home) {
                found.push(format!("{} {command}", process.file_name().display()));
            }
        }
        found
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        if self.home.join("run").is_dir() {
            let stopped = self.run(&["down"]);
            if !std::thread::panicking() {
                assert!(stopped.status.success(), "{}", text(&stopped));
                assert_eq!(self.processes(), Vec::<String>::new());
            }
        }
    }
}

/// Waits for something that other processes bring about.
#[expect(clippy::disallowed_methods, reason = "there is no runtime to block")]
pub(crate) fn eventually(what: &str, limit: Duration, mut happened: impl FnMut() -> bool) {
    let deadline = Instant::now() + limit;
    while !happened() {
        assert!(Instant::now() < deadline, "{what}: not within {limit:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub(crate) fn kill(pid: i32, signal: Signal) {
    kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
}

/// Everything a program printed.
pub(crate) fn text(output: &Output) -> String {
    let bytes = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8(bytes).unwrap()
}

fn finish(mut command: Command) -> Output {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait(child, COMMAND_LIMIT)
}

/// Waits for the end of a program, which must come in time.
#[expect(clippy::disallowed_methods, reason = "there is no runtime to block")]
pub(crate) fn wait(mut child: Child, limit: Duration) -> Output {
    let deadline = Instant::now() + limit;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() >= deadline {
            child.kill().unwrap();
            panic!("still running after {limit:?}: {}", text(&child.wait_with_output().unwrap()));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().unwrap()
}

/// A port below those that the kernel hands out by itself, so that nobody gets it in between.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const FIRST: u16 = 20_000;
    let offset = u16::try_from(std::process::id() % 80).unwrap() * 150;
    loop {
        let port = FIRST + offset + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
