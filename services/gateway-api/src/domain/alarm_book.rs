//! Which conditions have lasted for long enough to be alarms, and since when.

use std::collections::BTreeMap;

use api::gateway::Alarm;
use time::OffsetDateTime;

use super::alarm_rules::Condition;

/// Remembers when each condition began.
#[derive(Debug, Default)]
pub(crate) struct AlarmBook {
    since: BTreeMap<(&'static str, String), OffsetDateTime>,
}

impl AlarmBook {
    /// Takes in what is the case now and says what is an alarm, the gravest and oldest first.
    pub(crate) fn update(&mut self, conditions: Vec<Condition>, now: OffsetDateTime) -> Vec<Alarm> {
        let key = |condition: &Condition| (condition.rule.id, condition.subject.clone());
        let present: Vec<_> = conditions.iter().map(key).collect();
        self.since.retain(|condition, _| present.contains(condition));
        let mut alarms: Vec<Alarm> = conditions
            .into_iter()
            .filter_map(|condition| {
                let since = *self.since.entry(key(&condition)).or_insert(now);
                (now - since >= condition.rule.after).then(|| alarm(condition, since))
            })
            .collect();
        alarms.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.since.cmp(&b.since)));
        alarms
    }
}

fn alarm(condition: Condition, since: OffsetDateTime) -> Alarm {
    Alarm {
        id: condition.rule.id.to_owned(),
        subject: condition.subject,
        severity: condition.rule.severity,
        since,
        text: condition.text,
        remedy: condition.rule.remedy.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use api::gateway::AlarmSeverity;

    use super::super::alarm_rules::Rule;
    use super::*;

    fn condition(id: &'static str, severity: AlarmSeverity, seconds: u64) -> Condition {
        let rule = Rule { id, severity, after: Duration::from_secs(seconds), remedy: "act" };
        Condition { rule, subject: String::new(), text: id.to_owned() }
    }

    #[test]
    fn a_condition_becomes_an_alarm_once_it_has_lasted_and_ends_with_it() {
        let mut book = AlarmBook::default();
        let at = |seconds| OffsetDateTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let low = || condition("low", AlarmSeverity::Warning, 4);
        let away = || condition("away", AlarmSeverity::Critical, 0);
        assert_eq!(book.update(vec![low()], at(0)), []);
        assert_eq!(book.update(vec![low()], at(2)), []);
        let alarms = book.update(vec![low(), away()], at(4));
        let seen: Vec<_> = alarms.iter().map(|alarm| (&*alarm.id, alarm.since)).collect();
        assert_eq!(seen, [("away", at(4)), ("low", at(0))]);
        assert_eq!(book.update(vec![], at(6)), []);
        assert_eq!(book.update(vec![low()], at(8)), [], "it begins anew");
    }
}
