//! How streams are described to the outside.

use api::streamcore as wire;
use media::hls::{AUDIO, Snapshot, VIDEO};

use crate::{
    domain::{slug::Slug, stream::Stream},
    live::{LiveStream, LiveStreams, Presence},
};

/// A stream that is on air, or was a moment ago.
pub(super) fn describe(live: &LiveStream, viewer_origin: Option<&str>) -> wire::Stream {
    let (video, audio) = (live.newest(VIDEO), live.newest(AUDIO));
    let any = video.as_deref().or(audio.as_deref());
    let state = match (*live.presence().borrow(), any) {
        (Presence::Publishing, Some(snapshot)) if !snapshot.ended => wire::StreamState::Live,
        (Presence::Publishing, _) => wire::StreamState::Starting,
        (Presence::Interrupted, Some(_)) => wire::StreamState::Interrupted,
        (Presence::Interrupted | Presence::Finished, _) => wire::StreamState::Offline,
    };
    wire::Stream {
        slug: live.slug.to_string(),
        title: live.title(),
        state,
        started_at: (state != wire::StreamState::Offline).then(|| live.started_at()),
        video: video.as_deref().and_then(describe_video),
        audio: audio.as_deref().and_then(describe_audio),
        playback: describe_playback(&live.slug, viewer_origin),
    }
}

/// A stream that nobody publishes.
pub(super) fn describe_offline(stream: &Stream, viewer_origin: Option<&str>) -> wire::Stream {
    wire::Stream {
        slug: stream.slug.to_string(),
        title: stream.title.clone(),
        state: wire::StreamState::Offline,
        started_at: None,
        video: None,
        audio: None,
        playback: describe_playback(&stream.slug, viewer_origin),
    }
}

fn describe_playback(slug: &Slug, viewer_origin: Option<&str>) -> wire::Playback {
    let hls = format!("/live/{slug}/index.m3u8");
    let direct = viewer_origin.map(|origin| format!("{origin}{hls}"));
    wire::Playback { hls, dash: format!("/live/{slug}/manifest.mpd"), direct }
}

/// What is kept of a stream.
pub(super) fn describe_registration(stream: &Stream, live: &LiveStreams) -> wire::Registration {
    let plan = stream.owner.map(|owner| owner.plan);
    wire::Registration {
        id: stream.id,
        slug: stream.slug.to_string(),
        title: stream.title.clone(),
        key_hint: stream.key_hint.clone(),
        created_at: stream.created_at,
        key_changed_at: stream.key_changed_at,
        owner: stream.owner.map(|owner| owner.user),
        plan,
        picture_limit: live.picture_limit(plan),
    }
}

fn describe_video(snapshot: &Snapshot) -> Option<wire::Video> {
    let config = snapshot.inits.last()?.config.clone();
    let picture = config.picture()?;
    let ticks = u32::try_from(snapshot.frame_duration.max(1)).ok()?;
    Some(wire::Video {
        codec: config.rfc6381(),
        width: picture.width,
        height: picture.height,
        frame_rate: (f64::from(snapshot.timescale) / f64::from(ticks) * 1_000.0).round() / 1_000.0,
        bitrate: snapshot.bitrate,
    })
}

fn describe_audio(snapshot: &Snapshot) -> Option<wire::Audio> {
    let config = snapshot.inits.last()?.config.clone();
    let sound = config.sound()?;
    Some(wire::Audio {
        codec: config.rfc6381(),
        sample_rate: sound.sample_rate,
        channels: sound.channels,
        bitrate: snapshot.bitrate,
    })
}
