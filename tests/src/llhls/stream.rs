//! The check of a whole stream: every rendition followed, every probe made.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Context as _;
use reqwest::Url;

use super::{
    delivery::{self, Asked},
    fetch::{Viewer, with_directives},
    finding::Report,
    follow::follow,
    multivariant::{self, Multivariant},
    playlist, probes,
};

/// Viewers that ask for the same thing at the same moment.
const CROWD: usize = 8;

/// Plays the stream `slug` of the server at `base_url` (such as `http://127.0.0.1:3016`) for some
/// time and reports every rule that it breaks.
///
/// The stream must be on air before and a few seconds after. Fails only where there is nothing to
/// judge: no connection, no playlist, no FFmpeg.
pub async fn check(base_url: &str, slug: &str, time: Duration) -> anyhow::Result<Report> {
    let viewer = Viewer::new()?;
    let url = Url::parse(base_url)?.join(&format!("/live/{slug}/index.m3u8"))?;
    let mut report = Report::default();
    let list = read_multivariant(&viewer, &url, &mut report).await?;
    let renditions = list.renditions();
    let mut followers = Vec::new();
    let mut askers = Vec::new();
    for uri in &renditions {
        let others = renditions.iter().filter(|other| *other != uri).cloned().collect();
        let media_url = url.join(uri)?;
        askers.push(tokio::spawn(ask_around(viewer.clone(), media_url.clone())));
        followers.push((uri, tokio::spawn(follow(viewer.clone(), media_url, others, time))));
    }
    let mut peaks = BTreeMap::new();
    for (uri, follower) in followers {
        let followed = follower.await?.with_context(|| format!("rendition {uri}"))?;
        report.absorb(followed.report);
        peaks.insert(uri.as_str(), followed.peak);
    }
    for asker in askers {
        report.absorb(asker.await??);
    }
    let closing = read_multivariant(&viewer, &url, &mut report).await?;
    for variant in &closing.variants {
        let audio =
            closing.media.iter().filter(|media| Some(&media.group) == variant.audio.as_ref());
        let audio = audio.filter_map(|media| peaks.get(media.uri.as_deref()?)).max();
        let video = peaks.get(variant.uri.as_str());
        let measured = video.into_iter().chain(audio).sum();
        report.findings.extend(multivariant::check_bandwidth(variant, measured));
    }
    Ok(report)
}

async fn read_multivariant(
    viewer: &Viewer,
    url: &Url,
    report: &mut Report,
) -> anyhow::Result<Multivariant> {
    let answer = viewer.get(url).await?;
    anyhow::ensure!(answer.status == 200, "{} answers {}", answer.url, answer.status);
    report.findings.extend(delivery::check(&answer, Asked::Playlist, u64::MAX));
    let (list, findings) = multivariant::parse(&answer.text());
    report.findings.extend(findings);
    report.findings.extend(multivariant::check(&list));
    Ok(list)
}

/// All questions that one media playlist must answer in one way only.
async fn ask_around(viewer: Viewer, url: Url) -> anyhow::Result<Report> {
    let mut report = Report::default();
    ask_badly(&viewer, &url, &mut report).await?;
    ask_past_the_end(&viewer, &url, &mut report).await?;
    ask_as_a_crowd(&viewer, &url, &mut report).await?;
    Ok(report)
}

async fn ask_badly(viewer: &Viewer, url: &Url, report: &mut Report) -> anyhow::Result<()> {
    let (list, _) = playlist::parse(&viewer.get(url).await?.text());
    let (edge, _) = list.edge().context("a live playlist without parts")?;
    for (rule, directives) in probes::bad_directives(edge) {
        let answer = viewer.get(&with_directives(url, &directives)).await?;
        report.findings.extend(probes::check_refused(rule, &answer));
    }
    // A resource that is neither listed nor hinted (section 6.2.6).
    let hint = list.hints.first().context("a live playlist without hint")?;
    let far_away = hint.uri.replace(|c: char| c.is_ascii_digit(), "9");
    let missing = viewer.get(&url.join(&far_away)?).await?;
    report.findings.extend(probes::check_missing(&missing));
    Ok(())
}

async fn ask_past_the_end(viewer: &Viewer, url: &Url, report: &mut Report) -> anyhow::Result<()> {
    let (list, _) = playlist::parse(&viewer.get(url).await?.text());
    let with_parts = |s: &&playlist::Segment| s.is_complete() && !s.parts.is_empty();
    let Some(segment) = list.segments.iter().rev().find(with_parts) else { return Ok(()) };
    let past = segment.parts.len().to_string();
    let directives = [("_HLS_msn", segment.msn.to_string()), ("_HLS_part", past)];
    let answer = viewer.get(&with_directives(url, &directives)).await?;
    let (after, _) = playlist::parse(&answer.text());
    report.findings.extend(probes::check_roll_over(segment.msn, &answer, &after));
    Ok(())
}

async fn ask_as_a_crowd(viewer: &Viewer, url: &Url, report: &mut Report) -> anyhow::Result<()> {
    let (list, _) = playlist::parse(&viewer.get(url).await?.text());
    let (msn, part) = list.next().context("a live playlist without parts")?;
    let directives = [("_HLS_msn", msn.to_string()), ("_HLS_part", part.to_string())];
    let url = with_directives(url, &directives);
    let mut crowd = Vec::new();
    for _ in 0..CROWD {
        let (viewer, url) = (viewer.clone(), url.clone());
        crowd.push(tokio::spawn(async move { viewer.get(&url).await }));
    }
    let packed = viewer.get_gzip(&url).await?;
    let mut answers = Vec::new();
    for viewer in crowd {
        answers.push(viewer.await??);
    }
    report.findings.extend(delivery::same_bytes(&answers));
    if let Some(plain) = answers.first() {
        report.findings.extend(delivery::same_unpacked(plain, &packed));
    }
    Ok(())
}
