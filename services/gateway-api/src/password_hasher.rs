//! Argon2id on a few threads of its own, behind a bounded queue.
//!
//! Hashing takes about 20 ms of a core and 19 MiB each. On threads of its own it does not hold up
//! other requests, and when more people sign in than the machine can serve, the rest is told so
//! at once instead of exhausting the memory.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher as _};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use parking_lot::Mutex;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// Hashes and checks passwords. Clones share the threads, which end with the last clone.
#[derive(Clone)]
pub(crate) struct PasswordHasher {
    jobs: SyncSender<Job>,
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
}

impl PasswordHasher {
    /// Starts the threads; 0 means half of the cores.
    pub(crate) fn start(threads: u32, queue: u32) -> io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = match threads {
            0 => (cores / 2).max(1),
            threads => threads as usize,
        };
        let (jobs, waiting) = sync_channel(queue as usize);
        let waiting = Arc::new(Mutex::new(waiting));
        for index in 0..threads {
            let waiting = waiting.clone();
            std::thread::Builder::new()
                .name(format!("password-{index}"))
                .spawn(move || work(&waiting))?;
        }
        let nobody = hash("the password of nobody").map_err(|_| io::ErrorKind::Other)?;
        Ok(Self { jobs, nobody: nobody.into() })
    }

    /// The PHC string of a password.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, HashError> {
        let (answer, answered) = oneshot::channel();
        self.submit(Job::Hash(Zeroizing::new(password.to_owned()), answer))?;
        Ok(answered.await.map_err(|_| HashError::Stopped)??)
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

    fn submit(&self, job: Job) -> Result<(), HashError> {
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => HashError::Busy,
            TrySendError::Disconnected(_) => HashError::Stopped,
        })
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    // Kept from one password to the next: asking the system for 19 MiB each time takes half as long
    // as the hashing itself.
    let mut memory = Vec::new();
    loop {
        let Ok(job) = waiting.lock().recv() else { return };
        match job {
            // Whoever asked has gone away: nobody needs the answer.
            Job::Hash(_, answer) if answer.is_closed() => {}
            Job::Check(_, _, answer) if answer.is_closed() => {}
            Job::Hash(password, answer) => drop(answer.send(hash(&password))),
            Job::Check(password, known, answer) => {
                answer.send(matches(&password, &known, &mut memory)).ok();
            }
        }
    }
}

fn hash(password: &str) -> Result<String, password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

fn matches(
    password: &str,
    hash: &str,
    memory: &mut Vec<Block>,
) -> Result<bool, password_hash::Error> {
    let known = PasswordHash::new(hash)?;
    let (Some(salt), Some(expected)) = (&known.salt, &known.hash) else {
        return Err(password_hash::Error::EncodingInvalid);
    };
    let params = Params::try_from(&known)?;
    memory.resize(params.block_count(), Block::default());
    let mut output = vec![0; expected.as_bytes().len()];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into_with_memory(
        password.as_bytes(),
        salt.as_ref(),
        &mut output,
        memory,
    )?;
    Ok(verify_slices_are_equal(&output, expected.as_bytes()).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{HashError, PasswordHasher};

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let hasher = PasswordHasher::start(1, 4).unwrap();
        let hash = hasher.hash("correct horse battery").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.check("correct horse battery", Some(&hash)).await.unwrap());
        assert!(!hasher.check("wrong horse battery", Some(&hash)).await.unwrap());
        assert!(!hasher.check("the password of nobody", None).await.unwrap());
        assert!(matches!(hasher.check("x", Some("no hash")).await, Err(HashError::Hash(_))));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let hasher = PasswordHasher::start(1, 1).unwrap();
        let checks = (0..8).map(|_| hasher.check("x", None));
        let answers = futures_util::future::join_all(checks).await;
        let busy = answers.iter().filter(|answer| matches!(answer, Err(HashError::Busy))).count();
        assert!((6..=7).contains(&busy), "{answers:?}");
    }
}
