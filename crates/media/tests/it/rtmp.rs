//! The RTMP sessions against FFmpeg's own client and server, over real sockets.

use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use media::{
    amf0::Value,
    flv::{AudioPacket, AudioTag, Tag, TagKind, TagReader, VideoPacket, VideoTag},
    rtmp::{
        ClientConfig, ClientEvent, ClientSession, Event, Rejection, Secret, ServerConfig,
        ServerSession,
    },
};

const DEADLINE: Duration = Duration::from_secs(30);
const MAX_TAG: usize = 1 << 20;

#[test]
fn ffmpeg_publishes_what_it_also_writes_to_a_file() {
    published_is_written(&[]);
}

#[test]
fn ffmpeg_publishes_across_the_extended_timestamp() {
    published_is_written(&["-output_ts_offset", "16776.5"]);
}

#[test]
fn ffmpeg_publishes_across_its_wrap_after_31_bits() {
    published_is_written(&["-output_ts_offset", "2147482.5"]);
}

#[test]
fn ffmpeg_publishes_b_frames_and_large_pictures() {
    published_is_written(&["-bf", "3", "-b:v", "20M", "-qmin", "1", "-qmax", "2"]);
}

#[test]
fn ffmpeg_shows_why_it_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("rtmp://{}/live/nxs_wrong", listener.local_addr().unwrap());
    let encoder = encode(&[], &["-f", "flv", &url]);
    let refusal = Rejection::Denied("stream key is not known; copy it again".to_owned());
    let events = serve(&listener, |session, _| session.reject_publish(&refusal));
    assert!(matches!(events[..], [Event::PublishRequested { .. }, Event::Closed]), "{events:?}");
    let output = finish(encoder);
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains("Server error: stream key is not known; copy it again"), "{words}");
    assert!(!output.status.success());
}

#[test]
fn ffmpeg_shows_which_codec_is_not_supported() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("rtmp://{}/live/nxs_abc", listener.local_addr().unwrap());
    // At the speed of a camera: FFmpeg reads between its frames.
    let encoder = encode(&["-vf", "realtime", "-c:v", "flv1"], &["-f", "flv", &url]);
    let events = serve(&listener, |session, event| match event {
        Event::Video { body, .. } => {
            let error = VideoPacket::read(body.clone()).unwrap_err();
            session.reject_publish(&Rejection::Rejected(error.to_string()));
        }
        other => accept(session, other),
    });
    assert_eq!(events.last(), Some(&Event::Closed));
    let output = finish(encoder);
    let words = String::from_utf8_lossy(&output.stderr);
    let told =
        "Server error: Sorenson H.263 is not supported; set the encoder to H.264, HEVC or AV1";
    assert!(words.contains(told), "{words}");
}

#[test]
fn ffmpeg_receives_what_the_client_publishes() {
    let folder = tempfile::tempdir().unwrap();
    let (sent, received) = (folder.path().join("sent.flv"), folder.path().join("received.flv"));
    let output = finish(encode(&["-bf", "2"], &["-f", "flv", sent.to_str().unwrap()]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("rtmp://{address}/live/key");
    let server = Command::new("ffmpeg")
        .args(["-v", "error", "-listen", "1", "-i", &url, "-c", "copy", "-f", "flv", "-y"])
        .arg(&received)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ffmpeg is installed");
    let tags = read_tags(&sent);
    publish(
        until_deadline(|| TcpStream::connect(address)),
        &format!("rtmp://{address}/live"),
        &tags,
    );
    let output = finish(server);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(frames(&tags), frames(&read_tags(&received)));
}

/// FFmpeg sends the same tags to us and to a file; we must have received every one.
#[track_caller]
fn published_is_written(options: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("written.flv");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let outputs =
        format!("[f=flv]{}|[f=flv]rtmp://{address}/live/nxs_abc?token=1", file.to_str().unwrap());
    let encoder = encode(options, &["-flags", "+global_header", "-f", "tee", &outputs]);
    let events = serve(&listener, accept);
    let output = finish(encoder);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let Event::PublishRequested { app, stream_key, query, tc_url, encoder } = &events[0] else {
        panic!("{:?}", events[0]);
    };
    assert_eq!((app.as_str(), &**stream_key, &**query), ("live", "nxs_abc", "token=1"));
    assert_eq!(*tc_url, format!("rtmp://{address}/live"));
    assert!(encoder.is_some());
    let Event::Metadata(metadata) = &events[1] else { panic!("{:?}", events[1]) };
    assert_eq!(metadata.get("width").and_then(Value::as_f64), Some(320.0));
    assert_eq!(events.last(), Some(&Event::PublishEnded));

    let timestamps: Vec<_> = events.iter().filter_map(video_timestamp).collect();
    assert!(timestamps.is_sorted_by(|one, next| (one + 1..one + 100).contains(next)));
    let received: Vec<_> = events.into_iter().filter_map(event_tag).collect();
    let written: Vec<_> =
        read_tags(&file).into_iter().filter(|tag| tag.kind != TagKind::Script).collect();
    assert_eq!(received.len(), written.len());
    assert!(received == written, "a tag that was received differs from the one in the file");
    for tag in received {
        match tag.kind {
            TagKind::Video => drop(VideoPacket::read(tag.body).unwrap()),
            _ => drop(AudioPacket::read(tag.body).unwrap()),
        }
    }
}

/// The tag that FFmpeg made the message from; its timestamps have 31 bits.
fn event_tag(event: Event) -> Option<Tag> {
    let (kind, timestamp_ms, body) = match event {
        Event::Video { timestamp_ms, body } => (TagKind::Video, timestamp_ms, body),
        Event::Audio { timestamp_ms, body } => (TagKind::Audio, timestamp_ms, body),
        _ => return None,
    };
    Some(Tag { kind, timestamp_ms: u32::try_from(timestamp_ms % (1 << 31)).unwrap(), body })
}

/// The decode time of a video frame.
fn video_timestamp(event: &Event) -> Option<u64> {
    let Event::Video { timestamp_ms, body } = event else { return None };
    let packets = VideoPacket::read(body.clone()).unwrap();
    matches!(packets[0].tag, VideoTag::Frame { .. }).then_some(*timestamp_ms)
}

/// The frames of a file, without the sequence headers and the end, which FFmpeg writes anew, in
/// the order of time.
fn frames(tags: &[Tag]) -> Vec<(u32, bool, Bytes)> {
    let mut frames = Vec::new();
    for tag in tags {
        let data = match tag.kind {
            TagKind::Video => match VideoPacket::read(tag.body.clone()).unwrap().remove(0).tag {
                VideoTag::Frame { data, .. } => Some(data),
                _ => None,
            },
            TagKind::Audio => match AudioPacket::read(tag.body.clone()).unwrap().remove(0).tag {
                AudioTag::Frame(data) => Some(data),
                _ => None,
            },
            TagKind::Script => None,
        };
        frames.extend(data.map(|data| (tag.timestamp_ms, tag.kind == TagKind::Video, data)));
    }
    frames.sort_by_key(|(timestamp_ms, is_video, _)| (*timestamp_ms, *is_video));
    frames
}

/// Two seconds of test picture and tone.
fn encode(options: &[&str], output: &[&str]) -> Child {
    let picture = "testsrc2=size=320x180:rate=30:duration=2";
    let tone = "sine=frequency=440:sample_rate=48000:duration=2";
    Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone])
        .args(["-map", "0:v", "-map", "1:a", "-pix_fmt", "yuv420p"])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-g", "30"])
        .args(["-c:a", "aac", "-ac", "2"])
        .args(options)
        .args(output)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ffmpeg is installed")
}

/// Waits for the end of a child, and kills it at the deadline.
fn finish(mut child: Child) -> Output {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > DEADLINE {
            child.kill().unwrap();
        }
        thread::park_timeout(Duration::from_millis(10));
    }
    child.wait_with_output().unwrap()
}

fn accept(session: &mut ServerSession, event: &Event) {
    if matches!(event, Event::PublishRequested { .. }) {
        session.accept_publish();
    }
}

/// Serves one connection until it ends, and answers its events.
fn serve(listener: &TcpListener, answer: impl Fn(&mut ServerSession, &Event)) -> Vec<Event> {
    let mut socket = accept_connection(listener);
    socket.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut session = ServerSession::new(ServerConfig::default());
    let mut events = Vec::new();
    let mut buffer = vec![0; 16 << 10];
    loop {
        let count = socket.read(&mut buffer).unwrap_or(0);
        if count == 0 {
            return events;
        }
        session.receive(&buffer[..count]).unwrap();
        while let Some(event) = session.poll_event() {
            answer(&mut session, &event);
            events.push(event);
        }
        // The encoder hangs up without reading what answers its last words.
        let _ = socket.write_all(&session.take_output());
    }
}

fn accept_connection(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).unwrap();
    let socket = until_deadline(|| listener.accept()).0;
    socket.set_nonblocking(false).unwrap();
    socket
}

/// Tries again while the other side is starting.
fn until_deadline<T>(mut attempt: impl FnMut() -> io::Result<T>) -> T {
    let start = Instant::now();
    loop {
        match attempt() {
            Ok(done) => return done,
            Err(error) => assert!(start.elapsed() < DEADLINE, "{error}"),
        }
        thread::park_timeout(Duration::from_millis(10));
    }
}

/// Publishes all tags, then ends.
fn publish(mut socket: TcpStream, tc_url: &str, tags: &[Tag]) {
    socket.set_read_timeout(Some(DEADLINE)).unwrap();
    let config = ClientConfig::new(tc_url, "live", Secret::new("key"));
    let mut session = ClientSession::new(config);
    let mut buffer = vec![0; 16 << 10];
    loop {
        socket.write_all(&session.take_output()).unwrap();
        match session.poll_event() {
            Some(ClientEvent::PublishAccepted) => break,
            Some(other) => panic!("{other:?}"),
            None => {}
        }
        let count = socket.read(&mut buffer).unwrap();
        assert!(count > 0, "the server closed");
        session.receive(&buffer[..count]).unwrap();
    }
    for tag in tags {
        session.send(tag.kind, tag.timestamp_ms, tag.body.clone());
        socket.write_all(&session.take_output()).unwrap();
    }
    session.finish();
    socket.write_all(&session.take_output()).unwrap();
}

fn read_tags(file: &Path) -> Vec<Tag> {
    let mut reader = TagReader::new(MAX_TAG);
    reader.receive(&std::fs::read(file).unwrap());
    std::iter::from_fn(|| reader.next_tag().unwrap()).collect()
}
