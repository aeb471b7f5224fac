use std::collections::BTreeMap;
use std::fs;

use spec::validate::{LogFacts, Observed};

use crate::home::{Home, logs};

const LINES: usize = 100;

/// What each program writes when something is lost or about to be.
const CRITICAL: [&str; 6] = [
    // PostgreSQL
    " PANIC: ",
    // nginx
    " [crit] ",
    " [alert] ",
    " [emerg] ",
    // our services
    "\"level\":\"ERROR\"",
    // Redis
    "MISCONF",
];

pub(super) fn facts(home: &Home) -> BTreeMap<String, Observed<LogFacts>> {
    let entries = match fs::read_dir(home.log()) {
        Ok(entries) => entries,
        Err(error) => {
            let failed = Observed::Failed(format!("cannot list the logs: {error}"));
            return BTreeMap::from([("log".to_owned(), failed)]);
        }
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "log"))
        .map(|path| {
            let critical = logs::tail(&path, LINES)
                .into_iter()
                .filter(|line| CRITICAL.iter().any(|mark| line.contains(mark)))
                .collect();
            let bytes = fs::metadata(&path).map_or(0, |data| data.len());
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, Observed::Seen(LogFacts { critical, bytes }))
        })
        .collect()
}
