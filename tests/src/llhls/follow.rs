//! A viewer that follows one rendition as players do, and looks into everything it gets.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use reqwest::Url;

use super::{
    delivery::{self, Asked},
    delta,
    fetch::{Answer, Viewer, with_directives},
    finding::{Finding, Report, Rule},
    media::{self, Init},
    playlist::{self, Playlist, Segment},
    probes, progress, standing,
};

/// Every so many reloads a delta update is asked for beside the full playlist.
const DELTA_EVERY: usize = 3;
/// Every so many reloads the rendition reports are held against the truth.
const REPORTS_EVERY: usize = 4;

/// What following a rendition brought.
#[derive(Debug)]
pub(super) struct Followed {
    pub(super) report: Report,
    /// Bits per second of the busiest whole segment.
    pub(super) peak: u64,
}

/// Follows the media playlist at `url` for some time. `others` are the addresses of the other
/// renditions' playlists, relative to it.
pub(super) async fn follow(
    viewer: Viewer,
    url: Url,
    others: Vec<String>,
    time: Duration,
) -> anyhow::Result<Followed> {
    let mut follower = Follower {
        viewer,
        url,
        others,
        report: Report::default(),
        inits: BTreeMap::new(),
        parts: BTreeMap::new(),
        end: None,
        hint_came: false,
        zero_date: None,
        checked: BTreeSet::new(),
        undecoded: Vec::new(),
        peak: 0,
    };
    follower.run(time).await?;
    Ok(Followed { report: follower.report, peak: follower.peak })
}

struct Follower {
    viewer: Viewer,
    url: Url,
    others: Vec<String>,
    report: Report,
    inits: BTreeMap<String, (Bytes, Init)>,
    parts: BTreeMap<String, Bytes>,
    /// Decode time at which the next part must start.
    end: Option<u64>,
    /// Whether the last hint was answered with a part.
    hint_came: bool,
    /// Date at which decode time is zero, since the last discontinuity.
    zero_date: Option<i64>,
    checked: BTreeSet<u64>,
    /// Address, init segment and bytes of complete segments.
    undecoded: Vec<(String, Bytes, Bytes)>,
    peak: u64,
}

impl Follower {
    async fn run(&mut self, time: Duration) -> anyhow::Result<()> {
        let start = Instant::now();
        let answer = self.viewer.get(&self.url).await?;
        let mut known = self.read(&answer, Asked::Playlist);
        self.look_into(&known).await?;
        for round in 1.. {
            if start.elapsed() >= time || known.ended {
                break;
            }
            let asked = Instant::now();
            let (list, answered) = self.reload(&known, round).await?;
            let wait = answered.saturating_duration_since(asked);
            self.report.longest_wait = self.report.longest_wait.max(wait);
            let mut findings = progress::check(&known, &list);
            // A part that was hinted as the first of the next segment may come after others.
            findings.retain(|found| found.rule != Rule::HintUnfulfilled || !self.hint_came);
            self.report.findings.extend(findings);
            self.look_into(&list).await?;
            // An encoder that has just come back delivers its first parts in a burst.
            let burst = list.segments.last().is_some_and(|segment| segment.discontinuity);
            if round % REPORTS_EVERY == 0 && !burst {
                self.check_reports(&list, answered).await?;
            }
            known = list;
        }
        self.decode().await
    }

    fn read(&mut self, answer: &Answer, asked: Asked) -> Playlist {
        let (list, findings) = playlist::parse(&answer.text());
        self.report.playlists += 1;
        self.report.findings.extend(findings);
        self.report.findings.extend(delivery::check(answer, asked, list.target_duration));
        self.report.findings.extend(standing::check(&list, &self.others));
        list
    }

    /// Asks for the next part by blocking reload, by its hint, and now and then as a delta update,
    /// all at once.
    async fn reload(
        &mut self,
        known: &Playlist,
        round: usize,
    ) -> anyhow::Result<(Playlist, Instant)> {
        let Some(next) = known.next() else {
            bail!("{}: a live playlist without parts cannot be followed", self.url)
        };
        let directives = [("_HLS_msn", next.0.to_string()), ("_HLS_part", next.1.to_string())];
        let full_url = with_directives(&self.url, &directives);
        let delta_url = with_directives(&full_url, &[("_HLS_skip", "YES".to_owned())]);
        let hint = known.hints.iter().find(|hint| hint.kind == "PART").map(|hint| &hint.uri);
        let hint_url = hint.map(|uri| self.url.join(uri)).transpose()?;
        let viewer = self.viewer.clone();
        let hinted = async {
            match &hint_url {
                Some(url) => viewer.get(url).await.map(Some),
                None => Ok(None),
            }
        };
        let delta = async {
            let wanted = round.is_multiple_of(DELTA_EVERY) && known.skip_until.is_some();
            if wanted { viewer.get(&delta_url).await.map(Some) } else { Ok(None) }
        };
        let (full, hinted, delta) = tokio::join!(viewer.get(&full_url), hinted, delta);
        let (full, hinted, delta) = (full?, hinted?, delta?);
        if full.status != 200 {
            bail!("{} answers {}: {}", full.url, full.status, full.text());
        }
        let list = self.read(&full, Asked::BlockingPlaylist);
        self.hint_came = hinted.as_ref().is_some_and(|answer| answer.status == 200);
        let came = hinted.as_ref().filter(|answer| answer.status == 200).map(|a| a.answered);
        self.report.findings.extend(probes::check_blocked(next, full.answered, &list, came));
        if let Some(delta) = delta {
            self.check_delta(known, &delta, &list);
        }
        if let (Some(hinted), Some(uri)) = (hinted, hint) {
            self.check_hinted(&list, uri, &hinted, full.answered).await?;
        }
        Ok((list, full.answered))
    }

    fn check_delta(&mut self, known: &Playlist, answer: &Answer, full: &Playlist) {
        let (delta, findings) = playlist::parse(&answer.text());
        // Another part may have come between the two answers.
        if delta.edge() == full.edge() && delta.media_sequence == full.media_sequence {
            self.report.deltas += usize::from(delta.skipped.is_some());
            self.report.findings.extend(findings);
            self.report.findings.extend(delta::check(known, &delta, full));
        }
    }

    /// Compares a part that was asked for before it existed with the part as it is listed.
    async fn check_hinted(
        &mut self,
        list: &Playlist,
        uri: &str,
        hinted: &Answer,
        answered: Instant,
    ) -> anyhow::Result<()> {
        let mut parts = list.segments.iter().flat_map(|segment| &segment.parts);
        if !parts.any(|part| part.uri == uri) {
            self.report.dropped_hints += 1;
            self.report.findings.extend(probes::check_dropped(hinted, list, answered));
            return Ok(());
        }
        let listed = self.viewer.get(&self.url.join(uri)?).await?;
        self.report.hints += 1;
        self.report.findings.extend(delivery::check(hinted, Asked::Media, list.target_duration));
        self.report.findings.extend(probes::check_hinted(hinted, &listed));
        Ok(())
    }

    /// Downloads and examines what is new in a playlist.
    async fn look_into(&mut self, list: &Playlist) -> anyhow::Result<()> {
        for segment in &list.segments {
            let Some(map) = segment.map.clone() else { continue };
            if segment.parts.is_empty() || self.checked.contains(&segment.msn) {
                continue;
            }
            let Some(init) = self.init(&map, list.target_duration).await? else { continue };
            self.look_into_parts(segment, &init, list.target_duration).await?;
            if segment.is_complete() {
                self.look_into_segment(segment, &map, &init, list.target_duration).await?;
            }
        }
        Ok(())
    }

    async fn init(&mut self, uri: &str, target_duration: u64) -> anyhow::Result<Option<Init>> {
        if let Some((_, init)) = self.inits.get(uri) {
            return Ok(Some(init.clone()));
        }
        let answer = self.get_media(uri, target_duration).await?;
        match media::read_init(&answer.body) {
            Ok(init) => {
                self.inits.insert(uri.to_owned(), (answer.body, init.clone()));
                Ok(Some(init))
            }
            Err(problem) => {
                self.report
                    .findings
                    .push(Finding::new(Rule::InitSegment, format!("{uri}: {problem}")));
                Ok(None)
            }
        }
    }

    async fn look_into_parts(
        &mut self,
        segment: &Segment,
        init: &Init,
        target_duration: u64,
    ) -> anyhow::Result<()> {
        for (index, part) in segment.parts.iter().enumerate() {
            if self.parts.contains_key(&part.uri) {
                continue;
            }
            let answer = self.get_media(&part.uri, target_duration).await?;
            self.report.parts += 1;
            match media::read_fragments(&answer.body, init) {
                Ok(fragments) => {
                    self.report.findings.extend(media::check_part(part, &fragments, init));
                    let fresh = segment.discontinuity && index == 0;
                    let previous = self.end.filter(|_| !fresh);
                    let (end, gaps) = media::check_timeline(&part.uri, previous, &fragments, init);
                    self.end = end;
                    self.report.findings.extend(gaps);
                    if let (Some(first), 0) = (fragments.first(), index) {
                        self.check_date(segment, first.base, init);
                    }
                }
                Err(problem) => self.broken(&part.uri, &problem),
            }
            self.parts.insert(part.uri.clone(), answer.body);
        }
        Ok(())
    }

    fn check_date(&mut self, segment: &Segment, base: u64, init: &Init) {
        let Some(date_time) = segment.date_time else { return };
        let zero = media::zero_date(date_time, base, init);
        let earlier = self.zero_date.replace(zero).filter(|_| !segment.discontinuity);
        let drift = earlier.and_then(|e| media::check_zero_date(segment.msn, e, zero));
        self.report.findings.extend(drift);
    }

    async fn look_into_segment(
        &mut self,
        segment: &Segment,
        map: &str,
        init: &Init,
        target_duration: u64,
    ) -> anyhow::Result<()> {
        let uri = segment.uri.clone().context("a complete segment has a URI")?;
        let answer = self.get_media(&uri, target_duration).await?;
        let parts: Vec<Bytes> =
            segment.parts.iter().filter_map(|part| self.parts.remove(&part.uri)).collect();
        self.report.findings.extend(media::check_parts_make(&uri, &parts, &answer.body));
        match media::read_fragments(&answer.body, init) {
            Ok(fragments) => {
                let stated = segment.length();
                self.report.findings.extend(media::check_duration(&uri, stated, &fragments, init));
            }
            Err(problem) => self.broken(&uri, &problem),
        }
        let rate = answer.body.len() as u64 * 8_000_000 / segment.length().unsigned_abs().max(1);
        self.peak = self.peak.max(rate);
        if let Some((head, _)) = self.inits.get(map) {
            self.undecoded.push((uri, head.clone(), answer.body));
        }
        self.checked.insert(segment.msn);
        Ok(())
    }

    /// Decodes each segment alone. Done last, so that it takes no time from following.
    async fn decode(&mut self) -> anyhow::Result<()> {
        for (uri, head, segment) in std::mem::take(&mut self.undecoded) {
            self.report.findings.extend(media::decode(&uri, &head, &segment).await?);
            self.report.segments += 1;
        }
        Ok(())
    }

    async fn get_media(&mut self, uri: &str, target_duration: u64) -> anyhow::Result<Answer> {
        let answer = self.viewer.get(&self.url.join(uri)?).await?;
        self.report.findings.extend(delivery::check(&answer, Asked::Media, target_duration));
        Ok(answer)
    }

    fn broken(&mut self, uri: &str, problem: &str) {
        self.report.findings.push(Finding::new(Rule::FragmentBroken, format!("{uri}: {problem}")));
    }

    async fn check_reports(&mut self, list: &Playlist, answered: Instant) -> anyhow::Result<()> {
        for report in &list.reports {
            let truth = self.viewer.get(&self.url.join(&report.uri)?).await?;
            let later = truth.answered.saturating_duration_since(answered);
            let (truth, _) = playlist::parse(&truth.text());
            self.report.findings.extend(probes::check_report(report, &truth, later));
        }
        Ok(())
    }
}
