//! Whether something answers, watched without a break.

use std::{future::Future, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

const EVERY: Duration = Duration::from_millis(50);

/// What was seen of one thing since the figures were last reset.
#[derive(Debug, Clone, Copy)]
pub struct Outage {
    since: Instant,
    failing: bool,
    over: Option<Instant>,
}

impl Outage {
    /// Nothing is known; it counts as failing until it is seen to answer.
    pub fn new(now: Instant) -> Self {
        Self { since: now, failing: true, over: None }
    }

    /// Notes whether it answered at `now`.
    pub fn note(&mut self, answered: bool, now: Instant) {
        if answered && self.failing {
            self.over = Some(now);
        }
        self.failing = !answered;
    }

    /// Begins anew with what answers; what fails goes on failing.
    pub fn reset(&mut self, now: Instant) {
        *self = Self { since: now, failing: self.failing, over: None };
    }

    /// Whether it has answered for at least `span` up to `now`.
    pub fn is_over_for(&self, span: Duration, now: Instant) -> bool {
        !self.failing && now - self.over.unwrap_or(self.since) >= span
    }

    /// How long after the reset it answered for good; nothing where it never failed.
    pub fn length(&self) -> Option<Duration> {
        self.over.map(|over| over - self.since)
    }
}

/// Asks `answers` again and again and notes each answer, until it is dropped.
pub async fn watch<A, F>(outage: watch::Sender<Outage>, answers: A)
where
    A: Fn() -> F,
    F: Future<Output = bool>,
{
    loop {
        let answered = answers().await;
        outage.send_modify(|outage| outage.note(answered, Instant::now()));
        sleep(EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_over_with_the_first_answer_after_the_last_failure() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut outage = Outage::new(start);
        outage.note(true, at(10));
        outage.reset(at(100));
        assert_eq!(outage.length(), None);
        assert!(outage.is_over_for(Duration::from_millis(50), at(150)));
        for (answered, millis) in [(false, 200), (true, 300), (false, 400), (false, 500)] {
            outage.note(answered, at(millis));
        }
        assert!(!outage.is_over_for(Duration::ZERO, at(600)));
        outage.note(true, at(700));
        outage.note(true, at(800));
        assert_eq!(outage.length(), Some(Duration::from_millis(600)));
        assert!(!outage.is_over_for(Duration::from_millis(200), at(800)));
    }
}
