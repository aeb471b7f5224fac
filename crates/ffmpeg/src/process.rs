//! A running child.

use std::{
    io,
    os::fd::OwnedFd,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use command_fds::{CommandFdExt as _, FdMapping};
use tokio::{
    net::unix::pipe::Receiver,
    process::{Child, ChildStdin, Command},
    task::JoinHandle,
    time::timeout,
};

use crate::{failure::Failure, headway::Headway, job::Job, last_words::LastWords, output::Output};

/// How long a child that was killed, or that closed its pipes, may take to be gone.
const GONE: Duration = Duration::from_secs(5);

/// A job that was started.
#[derive(Debug)]
pub struct Running {
    /// Where its input is written to, for a job that has one. Closing it lets the child finish.
    pub input: Option<ChildStdin>,
    /// Its outputs, in order.
    pub outputs: Vec<Output>,
    /// The child itself. It is killed when this is dropped.
    pub process: Process,
}

/// See the [module](self).
#[derive(Debug)]
pub struct Process {
    child: Child,
    headway: Headway,
    stall: Duration,
    last_words: LastWords,
    listener: JoinHandle<()>,
    follower: JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(path: &Path, job: &Job) -> Result<Self, Failure> {
        let failed = |source| Failure::Start { path: path.into(), source };
        let headway = Headway::default();
        let (mut child, pipes) = spawn(path, job).map_err(failed)?;
        job.limits.hold(child.id());
        let lost = || failed(io::Error::other("its standard streams are not there"));
        let stderr = child.stderr.take().ok_or_else(lost)?;
        let progress = child.stdout.take().ok_or_else(lost)?;
        let input = child.stdin.take();
        let (last_words, listener) = LastWords::hear(stderr);
        let follower = tokio::spawn({
            let headway = headway.clone();
            async move { headway.follow(progress).await }
        });
        let outputs = pipes
            .into_iter()
            .map(|pipe| Ok(Output::new(Receiver::from_owned_fd(pipe)?, headway.clone())))
            .collect::<io::Result<_>>()
            .map_err(failed)?;
        let stall = job.stall;
        let process = Process { child, headway, stall, last_words, listener, follower };
        Ok(Self { input, outputs, process })
    }
}

impl Process {
    /// The id of the child, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits until the child has ended: by itself and well, or with the reason why not. Kills it
    /// when it makes no headway. May be called again after having been cancelled.
    pub async fn wait(&mut self) -> Result<(), Failure> {
        let ended = tokio::select! {
            ended = self.child.wait() => Some(ended?),
            () = self.headway.stopped(self.stall) => None,
        };
        match ended {
            Some(status) if status.success() => Ok(()),
            Some(status) => {
                // It is gone, so what it said ends too.
                let _ = timeout(GONE, &mut self.listener).await;
                Err(Failure::Ended { how: describe(status), last_words: self.last_words.lines() })
            }
            None => {
                self.kill().await?;
                Err(Failure::Stalled { within: self.stall, last_words: self.last_words.lines() })
            }
        }
    }

    /// Kills the child and waits until it is gone.
    pub async fn kill(&mut self) -> Result<(), Failure> {
        self.child.start_kill()?;
        let gone = timeout(GONE, self.child.wait()).await;
        gone.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The child itself is killed and reaped by tokio.
        self.listener.abort();
        self.follower.abort();
    }
}

/// Starts the child with a pipe for each output; what it says of its progress is its standard
/// output.
fn spawn(path: &Path, job: &Job) -> io::Result<(Child, Vec<OwnedFd>)> {
    let mut pipes = Vec::with_capacity(job.outputs);
    let mut mappings = Vec::with_capacity(job.outputs);
    for index in 0..job.outputs {
        let (reader, writer) = io::pipe()?;
        pipes.push(reader.into());
        mappings.push(FdMapping { parent_fd: writer.into(), child_fd: Job::descriptor(index) });
    }
    let mut command = Command::new(path);
    command.args(["-hide_banner", "-nostdin", "-loglevel", "warning", "-nostats", "-y"]);
    command.args(["-progress", "pipe:1", "-stats_period", "0.5"]).args(&job.arguments);
    command.env_clear().env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.stdin(if job.has_input { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command.fd_mappings(mappings).map_err(io::Error::other)?;
    // Our copies of the writing ends go with `command`, so that an output ends with the child.
    Ok((command.spawn()?, pipes))
}

fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with status {code}"),
        (None, Some(signal)) => format!("was killed by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}
