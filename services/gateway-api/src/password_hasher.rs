//! Argon2id on a few threads of its own, behind a bounded queue.
//!
//! How much work a hash is depends on the machine (`domain/password_cost.rs`) and is measured at
//! the start. On threads of its own it does not hold up other requests, and when more people sign
//! in than the machine can serve, the rest is told so at once instead of exhausting the memory.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use api::gateway::PasswordStrength;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher as _};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use parking_lot::Mutex;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::domain::password::{self, PasswordRefused};
use crate::domain::password_cost::{Cost, FLOOR};

/// How much the threads leave to others: of a busy core they get a tenth, of an idle one all.
const NICENESS: i32 = 10;
/// How often the floor is measured; the shortest counts, because the machine may be busy.
const MEASUREMENTS: usize = 3;

/// Hashes and checks passwords. Clones share the threads, which end with the last clone.
#[derive(Clone)]
pub(crate) struct PasswordHasher {
    jobs: SyncSender<Job>,
    /// The work of new hashes.
    cost: Cost,
    /// What is checked when there is no such account, so that it takes as long.
    nobody: Arc<str>,
}

/// Why a password was not hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// The queue is full.
    #[error("too many passwords are being checked; try again in a second")]
    Busy,
    /// The hash is not one, or hashing failed.
    #[error("a password hash cannot be used")]
    Hash(#[from] password_hash::Error),
    /// The threads have ended.
    #[error("the threads that check passwords have ended")]
    Stopped,
}

enum Job {
    Hash(Zeroizing<String>, oneshot::Sender<Result<String, password_hash::Error>>),
    Check(Zeroizing<String>, Arc<str>, oneshot::Sender<Result<bool, password_hash::Error>>),
    Judge(Box<dyn FnOnce() + Send>),
}

impl PasswordHasher {
    /// Starts the threads; 0 means half of the cores. New hashes take about `target` of a core, as
    /// measured now, and are never less work than the floor.
    pub(crate) fn start(threads: u32, queue: u32, target: Duration) -> io::Result<Self> {
        let cost = calibrated(target).map_err(|_| io::ErrorKind::Other)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = match threads {
            0 => (cores / 2).max(1),
            threads => threads as usize,
        };
        let (jobs, waiting) = sync_channel(queue as usize);
        let waiting = Arc::new(Mutex::new(waiting));
        let dearest = Arc::new(Mutex::new(cost));
        for index in 0..threads {
            let waiting = waiting.clone();
            let dearest = dearest.clone();
            std::thread::Builder::new()
                .name(format!("password-{index}"))
                .spawn(move || work(&waiting, cost, &dearest))?;
        }
        let nobody = hash("the password of nobody", cost).map_err(|_| io::ErrorKind::Other)?;
        Ok(Self { jobs, cost, nobody: nobody.into() })
    }

    /// The PHC string of a password.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, HashError> {
        let (answer, answered) = oneshot::channel();
        self.submit(Job::Hash(Zeroizing::new(password.to_owned()), answer))?;
        Ok(answered.await.map_err(|_| HashError::Stopped)??)
    }

    /// Whether a hash was made with less work than new ones are.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        let known = PasswordHash::new(hash).ok();
        let cost = known.as_ref().and_then(|known| Params::try_from(known).ok());
        cost.is_none_or(|params| cost_of(&params).weaker_than(self.cost))
    }

    /// Whether the password is the one of the PHC string. Without one it takes as long and says no.
    pub(crate) async fn check(
        &self,
        password: &str,
        hash: Option<&str>,
    ) -> Result<bool, HashError> {
        let (answer, answered) = oneshot::channel();
        let known = hash.is_some();
        let hash = hash.map_or_else(|| self.nobody.clone(), Arc::from);
        self.submit(Job::Check(Zeroizing::new(password.to_owned()), hash, answer))?;
        Ok(answered.await.map_err(|_| HashError::Stopped)?? && known)
    }

    /// Checks whether a new password is accepted, which is milliseconds of work too.
    pub(crate) async fn judge(
        &self,
        password: &str,
        own: &[&str],
    ) -> Result<Result<(), PasswordRefused>, HashError> {
        self.judge_by(password::check_new, password, own).await
    }

    /// How strong a new password is.
    pub(crate) async fn strength(
        &self,
        password: &str,
        own: &[&str],
    ) -> Result<PasswordStrength, HashError> {
        self.judge_by(password::strength, password, own).await
    }

    async fn judge_by<T: Send + 'static>(
        &self,
        judge: fn(&str, &[&str]) -> T,
        password: &str,
        own: &[&str],
    ) -> Result<T, HashError> {
        let (answer, answered) = oneshot::channel();
        let password = Zeroizing::new(password.to_owned());
        let own: Vec<String> = own.iter().map(|text| (*text).to_owned()).collect();
        self.submit(Job::Judge(Box::new(move || {
            let own: Vec<&str> = own.iter().map(String::as_str).collect();
            answer.send(judge(&password, &own)).ok();
        })))?;
        answered.await.map_err(|_| HashError::Stopped)
    }

    fn submit(&self, job: Job) -> Result<(), HashError> {
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => HashError::Busy,
            TrySendError::Disconnected(_) => HashError::Stopped,
        })
    }
}

fn work(waiting: &Mutex<Receiver<Job>>, cost: Cost, dearest: &Mutex<Cost>) {
    // Who only shows a token is not kept waiting. Linux takes this for the calling thread alone.
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "passwords are checked at the usual priority");
    }
    // Kept from one password to the next: asking the system for so much each time takes half as
    // long as the hashing itself.
    let mut memory = Vec::new();
    loop {
        let Ok(job) = waiting.lock().recv() else { return };
        match job {
            // Whoever asked has gone away: nobody needs the answer.
            Job::Hash(_, answer) if answer.is_closed() => {}
            Job::Check(_, _, answer) if answer.is_closed() => {}
            Job::Judge(judge) => judge(),
            Job::Hash(password, answer) => drop(answer.send(hash(&password, cost))),
            Job::Check(password, known, answer) => {
                answer.send(matches(&password, &known, dearest, &mut memory)).ok();
            }
        }
    }
}

/// The cost whose hashes take about `target` on this machine.
fn calibrated(target: Duration) -> Result<Cost, password_hash::Error> {
    if target.is_zero() {
        return Ok(FLOOR);
    }
    let mut memory = Vec::new();
    let mut floor = target;
    for _ in 0..MEASUREMENTS {
        let started = Instant::now();
        spend(FLOOR, &mut memory)?;
        floor = floor.min(started.elapsed());
    }
    let cost = Cost::fitting(target, floor);
    tracing::info!(
        memory_kib = cost.memory,
        passes = cost.passes,
        floor_ms = floor.as_secs_f64() * 1e3,
        "password hashes are this much work"
    );
    Ok(cost)
}

fn hash(password: &str, cost: Cost) -> Result<String, password_hash::Error> {
    Ok(argon2(params(cost)?).hash_password(password.as_bytes())?.to_string())
}

/// Checks a password; a hash of less work than the dearest so far takes as long as that one.
fn matches(
    password: &str,
    hash: &str,
    dearest: &Mutex<Cost>,
    memory: &mut Vec<Block>,
) -> Result<bool, password_hash::Error> {
    let known = PasswordHash::new(hash)?;
    let (Some(salt), Some(expected)) = (&known.salt, &known.hash) else {
        return Err(password_hash::Error::EncodingInvalid);
    };
    let params = Params::try_from(&known)?;
    let cost = cost_of(&params);
    let missing = cost.short_of(raised(dearest, cost));
    let mut output = vec![0; expected.as_bytes().len()];
    memory.resize(params.block_count(), Block::default());
    argon2(params).hash_password_into_with_memory(
        password.as_bytes(),
        salt.as_ref(),
        &mut output,
        &mut *memory,
    )?;
    if let Some(missing) = missing {
        spend(missing, memory)?;
    }
    Ok(verify_slices_are_equal(&output, expected.as_bytes()).is_ok())
}

/// The dearest cost that was met, this one among them. Hashes may be of more work than new ones: they
/// were made when the platform was set to more, or measured itself as faster.
fn raised(dearest: &Mutex<Cost>, cost: Cost) -> Cost {
    let mut dearest = dearest.lock();
    if dearest.work() < cost.work() {
        *dearest = cost;
    }
    *dearest
}

/// Does the work for nothing.
fn spend(cost: Cost, memory: &mut Vec<Block>) -> Result<(), password_hash::Error> {
    let params = params(cost)?;
    memory.resize(params.block_count(), Block::default());
    let (password, salt) = (b"the password of nobody", b"the salt of nobody");
    let mut output = [0; 32];
    argon2(params).hash_password_into_with_memory(password, salt, &mut output, memory)?;
    Ok(())
}

fn argon2(params: Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn params(cost: Cost) -> Result<Params, password_hash::Error> {
    Ok(Params::new(cost.memory, cost.passes, 1, None)?)
}

fn cost_of(params: &Params) -> Cost {
    Cost { memory: params.m_cost(), passes: params.t_cost() }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use parking_lot::Mutex;

    use super::{HashError, PasswordHasher, calibrated, hash, matches};
    use crate::domain::password_cost::{Cost, FLOOR};

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let hasher = PasswordHasher::start(1, 4, Duration::ZERO).unwrap();
        let hash = hasher.hash("correct horse battery").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!hasher.is_outdated(&hash));
        assert!(hasher.is_outdated(&hash.replace("t=2", "t=1")));
        assert!(hasher.is_outdated("no hash"));
        assert!(hasher.check("correct horse battery", Some(&hash)).await.unwrap());
        assert!(!hasher.check("wrong horse battery", Some(&hash)).await.unwrap());
        assert!(!hasher.check("the password of nobody", None).await.unwrap());
        assert!(matches!(hasher.check("x", Some("no hash")).await, Err(HashError::Hash(_))));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let hasher = PasswordHasher::start(1, 1, Duration::ZERO).unwrap();
        let checks = (0..8).map(|_| hasher.check("x", None));
        let answers = futures_util::future::join_all(checks).await;
        let busy = answers.iter().filter(|answer| matches!(answer, Err(HashError::Busy))).count();
        assert!((6..=7).contains(&busy), "{answers:?}");
    }

    #[test]
    fn a_machine_does_as_much_as_it_is_given_time_for() {
        assert_eq!(calibrated(Duration::ZERO).unwrap(), FLOOR);
        assert_eq!(calibrated(Duration::from_nanos(1)).unwrap(), FLOOR);
        let most = calibrated(Duration::from_mins(10)).unwrap();
        assert_eq!(most, Cost { memory: 65_536, passes: 12 });
    }

    #[test]
    fn a_hash_of_less_work_takes_as_long_to_check_as_one_of_more() {
        let cost = Cost { memory: 65_536, passes: 8 };
        let (old, new) = (hash("a password", FLOOR).unwrap(), hash("a password", cost).unwrap());
        let (mut memory, dearest) = (Vec::new(), Mutex::new(FLOOR));
        let mut timed = |hash: &str| {
            let started = Instant::now();
            assert!(matches("a password", hash, &dearest, &mut memory).unwrap());
            started.elapsed().as_secs_f64()
        };
        // What is dearer than new hashes is met once, and from then on all take as long. In turn, so
        // that other load falls on both; the shortest of each counts.
        timed(&new);
        let mut shortest = [f64::INFINITY; 2];
        for _ in 0..5 {
            for (shortest, hash) in shortest.iter_mut().zip([&old, &new]) {
                *shortest = shortest.min(timed(hash));
            }
        }
        // Thirteen times the work: without making it up the ratio would be far below.
        let ratio = shortest[0] / shortest[1];
        assert!(ratio > 0.4, "{ratio}");
    }
}
