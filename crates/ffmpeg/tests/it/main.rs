//! The supervisor with the real FFmpeg.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in tests a surprise should stop the test; clippy only knows functions with #[test]"
)]

use std::{os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use ffmpeg::{
    Backoff, Encoder, Failure, Installation, Job, Limits, Running, Unusable, keep_running,
};
use tokio::{io::AsyncWriteExt as _, process::Command, time::timeout};
use tokio_util::sync::CancellationToken;

const STALL: Duration = Duration::from_secs(2);
/// What nothing here takes as long as.
const LONG: Duration = Duration::from_secs(30);

async fn installation() -> Installation {
    Installation::find("ffmpeg").await.expect("ffmpeg must be installed")
}

/// Pictures for ever, in real time, to one output.
fn endless() -> Job {
    Job::new(STALL)
        .args(["-re", "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25"])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-flush_packets", "1"])
        .output("flv")
}

/// Copies pictures from its input.
fn copying() -> Job {
    Job::new(STALL)
        .args(["-probesize", "32768", "-analyzeduration", "0"])
        .input("flv")
        .args(["-c", "copy", "-flush_packets", "1"])
        .output("flv")
}

async fn first_bytes(running: &mut Running) -> Vec<u8> {
    let mut buffer = vec![0; 4_096];
    let read = timeout(LONG, running.outputs[0].read(&mut buffer)).await;
    buffer.truncate(read.expect("it should write").unwrap());
    buffer
}

/// Reads an output until it ends.
fn drain(running: &mut Running) -> tokio::task::JoinHandle<usize> {
    let mut output = running.outputs.remove(0);
    tokio::spawn(async move {
        let (mut buffer, mut total) = (vec![0; 65_536], 0);
        while let Ok(read @ 1..) = output.read(&mut buffer).await {
            total += read;
        }
        total
    })
}

async fn ended(running: &mut Running) -> Result<(), Failure> {
    timeout(LONG, running.process.wait()).await.expect("it should end")
}

fn runs(id: u32) -> bool {
    Path::new(&format!("/proc/{id}")).exists()
}

#[tokio::test]
async fn what_is_installed_is_found() {
    let installation = installation().await;
    assert!(installation.version() >= ffmpeg::Version::OLDEST);
    assert!(installation.has(Encoder::X264));
    assert!(installation.has(Encoder::Aac));
}

#[tokio::test]
async fn what_is_missing_or_something_else_is_said() {
    let missing = Installation::find("/nowhere/ffmpeg").await;
    assert!(matches!(missing, Err(Unusable::Missing { .. })), "{missing:?}");
    let stranger = Installation::find("/bin/echo").await;
    let Err(Unusable::Stranger { answer, .. }) = stranger else { panic!("{stranger:?}") };
    assert!(answer.contains("-version"), "{answer}");
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("ffmpeg");
    std::fs::write(&old, "#!/bin/sh\necho ffmpeg version 4.4.1 Copyright\n").unwrap();
    std::fs::set_permissions(&old, std::fs::Permissions::from_mode(0o755)).unwrap();
    let old = Installation::find(old).await;
    assert!(matches!(old, Err(Unusable::TooOld { .. })), "{old:?}");
}

#[tokio::test]
async fn a_job_runs_to_its_end_with_several_outputs() {
    let job = Job::new(STALL)
        .args(["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=2"])
        .args(["-map", "0:v", "-c:v", "libx264", "-preset", "ultrafast"])
        .output("flv")
        .args(["-map", "0:v", "-c:v", "libx264", "-preset", "ultrafast", "-s", "32x32"])
        .output("flv");
    let mut running = installation().await.start(&job).unwrap();
    let (second, first) = (running.outputs.pop(), drain(&mut running));
    running.outputs.extend(second);
    let second = drain(&mut running);
    ended(&mut running).await.unwrap();
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert!(first > second && second > 1_000, "{first} {second}");
}

#[tokio::test]
async fn a_killed_child_is_noticed_and_leaves_nothing() {
    let mut running = installation().await.start(&endless()).unwrap();
    assert!(first_bytes(&mut running).await.starts_with(b"FLV"));
    let id = running.process.id().unwrap();
    let killed = Command::new("kill").args(["-KILL", &id.to_string()]).status().await.unwrap();
    assert!(killed.success());
    let _output = drain(&mut running);
    let Err(failure) = ended(&mut running).await else { panic!("it was killed") };
    assert!(failure.to_string().contains("killed by signal 9"), "{failure}");
    assert!(!runs(id), "no zombie");
}

#[tokio::test]
async fn dropping_the_process_kills_the_child() {
    let mut running = installation().await.start(&endless()).unwrap();
    first_bytes(&mut running).await;
    let id = running.process.id().unwrap();
    drop(running);
    let gone = timeout(LONG, async {
        while runs(id) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    gone.await.expect("it should be killed and reaped");
}

#[tokio::test]
async fn a_child_that_gets_nothing_to_do_is_killed_after_a_while() {
    let mut running = installation().await.start(&copying()).unwrap();
    let mut input = running.input.take().unwrap();
    input.write_all(b"FLV\x01\x01\0\0\0\x09\0\0\0\0").await.unwrap();
    let id = running.process.id().unwrap();
    let _output = drain(&mut running);
    let since = std::time::Instant::now();
    let Err(failure) = ended(&mut running).await else { panic!("it had nothing to do") };
    assert!(matches!(failure, Failure::Stalled { .. }), "{failure}");
    assert!(since.elapsed() >= STALL);
    assert!(!runs(id));
}

#[tokio::test]
async fn a_reader_that_stops_reading_stalls_it_too() {
    let job = endless().args(["-c:v", "rawvideo", "-flush_packets", "1"]).output("rawvideo");
    let mut running = installation().await.start(&job).unwrap();
    let Err(failure) = ended(&mut running).await else { panic!("nobody read") };
    assert!(matches!(failure, Failure::Stalled { .. }), "{failure}");
}

#[tokio::test]
async fn garbage_is_refused_with_its_last_words() {
    let mut running = installation().await.start(&copying()).unwrap();
    let mut input = running.input.take().unwrap();
    // It may be gone before everything is written.
    let _ = input.write_all(&vec![0x47; 100_000]).await;
    drop(input);
    let _output = drain(&mut running);
    let Err(failure) = ended(&mut running).await else { panic!("that was no FLV") };
    let Failure::Ended { last_words, .. } = &failure else { panic!("{failure}") };
    assert!(!last_words.is_empty(), "{failure}");
}

#[tokio::test]
async fn memory_is_limited() {
    let limits = Limits { memory: 32 << 20, ..Limits::default() };
    let job = Job::new(STALL)
        .args(["-re", "-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=25"])
        .args(["-c:v", "libx264", "-preset", "ultrafast"])
        .output("flv")
        .limits(limits);
    let mut running = installation().await.start(&job).unwrap();
    let _output = drain(&mut running);
    assert!(ended(&mut running).await.is_err());
}

#[tokio::test]
async fn a_job_that_fails_is_started_again_with_pauses() {
    let installation = installation().await;
    let stop = CancellationToken::new();
    let backoff = Backoff::new(Duration::from_millis(20), Duration::from_secs(1), LONG);
    let job = Job::new(STALL).args(["-i", "/nowhere/at.all"]).output("flv");
    let (mut starts, mut pauses) = (0, Vec::new());
    let (installation, job) = (&installation, &job);
    let attempt = || {
        starts += 1;
        async move {
            let mut running = installation.start(job)?;
            running.process.wait().await
        }
    };
    let kept = keep_running(backoff, &stop, attempt, |failure, pause| {
        assert!(failure.to_string().contains("No such file"), "{failure}");
        pauses.push(pause.as_millis());
        pauses.len() < 4
    });
    timeout(LONG, kept).await.unwrap();
    assert_eq!((starts, pauses), (4, vec![20, 40, 80, 160]));
    stop.cancel();
    keep_running(backoff, &stop, std::future::pending, |_, _| true).await;
}
