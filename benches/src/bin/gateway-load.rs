//! Load on gateway-api, or on another OAuth provider: introspection and tokens; refreshes and
//! sign-ins besides.

use std::{io::Write as _, time::Duration};

use anyhow::{Context as _, ensure};
use argon2::{Argon2, PasswordHasher as _};
use benches::{
    http1::{Http1, Origin},
    latency::Latencies,
    pressure::{Again, Outcome, Pressure, Script},
    process::Watched,
};
use clap::{Parser, Subcommand};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

/// Loads an identity server and says what a request costs it.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where it listens, without a proxy.
    #[arg(long, default_value = "http://127.0.0.1:4000")]
    url: String,
    /// A process of the server to be counted with its children, as name=pid; the first is the one
    /// that figures per core are of.
    #[arg(long, value_parser = Watched::parse)]
    process: Vec<Watched>,
    /// Connections at once.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Seconds that are measured, after a warm-up.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    #[command(subcommand)]
    load: Load,
}

#[derive(Debug, Subcommand)]
enum Load {
    /// Client credentials and introspection, as `BENCH_CLIENT_ID` with `BENCH_CLIENT_SECRET`.
    Oauth {
        #[arg(long, default_value = "/oauth2/token")]
        token: String,
        #[arg(long, default_value = "/oauth2/introspect")]
        introspect: String,
        /// Scope to ask for.
        #[arg(long, default_value = "streams:read")]
        scope: String,
    },
    /// Register a client for `oauth` and print its id and secret as shell variables.
    Client {
        #[command(flatten)]
        person: Person,
    },
    /// Refreshes of as many sessions as there are connections.
    Refresh {
        #[command(flatten)]
        person: Person,
    },
    /// Sign-ins at the cap, against what Argon2id alone allows, and introspection meanwhile; needs
    /// the client of `oauth` too.
    SignIn {
        #[command(flatten)]
        person: Person,
    },
}

/// Whose password is in `BENCH_PASSWORD`.
#[derive(Debug, clap::Args)]
struct Person {
    #[arg(long)]
    email: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let bench = Bench {
        origin: Origin::parse(&arguments.url)?,
        pressure: Pressure {
            connections: arguments.connections,
            time: Duration::from_secs(arguments.seconds),
            processes: arguments.process,
        },
    };
    match arguments.load {
        Load::Oauth { token, introspect, scope } => bench.oauth(&token, &introspect, &scope).await,
        Load::Client { person } => bench.client(&person).await,
        Load::Refresh { person } => bench.refresh(&person).await,
        Load::SignIn { person } => bench.sign_in(&person).await,
    }
}

struct Bench {
    origin: Origin,
    pressure: Pressure,
}

impl Bench {
    async fn oauth(&self, token: &str, introspect: &str, scope: &str) -> anyhow::Result<()> {
        let (id, secret) = (variable("BENCH_CLIENT_ID")?, variable("BENCH_CLIENT_SECRET")?);
        let client = Some((id.as_str(), secret.as_str()));
        let scope = scope.replace(':', "%3A").replace(' ', "+");
        let ask = format!("grant_type=client_credentials&scope={scope}");
        let grant = self.origin.form(token, client, &ask);
        let issued = json_of(&mut self.origin.connect().await?, &grant).await?;
        let issued = issued["access_token"].as_str().context("no access token")?.to_owned();
        let look = self.origin.form(introspect, client, &format!("token={issued}"));
        let shown = json_of(&mut self.origin.connect().await?, &look).await?;
        ensure!(shown["active"] == true, "the token is not active: {shown}");

        let outcome = self.pressure.run(&self.origin, |_| Again(look.clone())).await?;
        say("introspection", &outcome)?;
        let outcome = self.pressure.run(&self.origin, |_| Again(grant.clone())).await?;
        say("client credentials", &outcome)
    }

    async fn client(&self, person: &Person) -> anyhow::Result<()> {
        let tokens = self.tokens_of(person).await?;
        let body = json!({
            "kind": "confidential",
            "client": {
                "name": "Load", "grant_types": ["client_credentials"],
                "scopes": ["streams:read"],
            },
        });
        let bearer = tokens["access_token"].as_str().context("no access token")?;
        let bearer = format!("authorization: Bearer {bearer}\r\n");
        let request = self.origin.json("/api/v1/clients", &bearer, &body.to_string());
        let answer = self.origin.connect().await?.send(&request).await?;
        let made: Value = serde_json::from_slice(&answer.body)?;
        let field = |name: &str| made[name].as_str().with_context(|| format!("{made}"));
        let mut out = std::io::stdout().lock();
        writeln!(out, "export BENCH_CLIENT_ID={}", field("client_id")?)?;
        Ok(writeln!(out, "export BENCH_CLIENT_SECRET={}", field("client_secret")?)?)
    }

    async fn refresh(&self, person: &Person) -> anyhow::Result<()> {
        let mut sessions = Vec::new();
        for _ in 0..self.pressure.connections {
            let tokens = self.tokens_of(person).await?;
            let token = tokens["refresh_token"].as_str().context("no refresh token")?.to_owned();
            sessions.push(Refreshing { origin: self.origin.clone(), token });
        }
        let outcome = self.pressure.run(&self.origin, |number| sessions[number].clone()).await?;
        say("refresh", &outcome)
    }

    async fn sign_in(&self, person: &Person) -> anyhow::Result<()> {
        let hash = time_of_hash()?;
        let (id, secret) = (variable("BENCH_CLIENT_ID")?, variable("BENCH_CLIENT_SECRET")?);
        let tokens = self.tokens_of(person).await?;
        let token = tokens["access_token"].as_str().context("no access token")?;
        let client = Some((id.as_str(), secret.as_str()));
        let look = self.origin.form("/oauth2/introspect", client, &format!("token={token}"));
        let quiet = self.watched(&look, sleep(self.pressure.time)).await?.0;
        let body = json!({ "email": person.email, "password": variable("BENCH_PASSWORD")? });
        let request = self.origin.json("/api/v1/session", "", &body.to_string());
        let load = self.pressure.run(&self.origin, |_| Again(request.clone()));
        let (busy, outcome) = self.watched(&look, load).await?;
        let outcome = outcome?;
        say("sign-in", &outcome)?;
        let bound = hash.as_secs_f64().recip();
        let mut out = std::io::stdout().lock();
        writeln!(
            out,
            "  Argon2id alone: {:.1} ms, {bound:.1} per core-second; sign-ins are {:.1} % of that",
            hash.as_secs_f64() * 1e3,
            100.0 * outcome.per_core() / bound
        )?;
        writeln!(out, "  introspection, nobody signing in: {quiet}")?;
        Ok(writeln!(out, "  introspection while they sign in: {busy}")?)
    }

    /// Times a request a hundred times a second while something else goes on.
    async fn watched<T>(
        &self,
        request: &[u8],
        meanwhile: impl Future<Output = T>,
    ) -> anyhow::Result<(Latencies, T)> {
        let mut connection = self.origin.connect().await?;
        let mut times = Vec::new();
        let watch = async {
            loop {
                let started = Instant::now();
                if let Err(error) = connection.send(request).await {
                    return error;
                }
                times.push(started.elapsed());
                sleep(Duration::from_millis(10)).await;
            }
        };
        let done = tokio::select! {
            error = watch => return Err(error),
            done = meanwhile => done,
        };
        Ok((Latencies::new(times), done))
    }

    async fn tokens_of(&self, person: &Person) -> anyhow::Result<Value> {
        let body = json!({ "email": person.email, "password": variable("BENCH_PASSWORD")? });
        let request = self.origin.json("/api/v1/session", "", &body.to_string());
        json_of(&mut self.origin.connect().await?, &request).await
    }
}

/// A session that is refreshed with what the last refresh gave it.
#[derive(Clone)]
struct Refreshing {
    origin: Origin,
    token: String,
}

impl Script for Refreshing {
    fn request(&mut self) -> Vec<u8> {
        let body = json!({ "refresh_token": self.token }).to_string();
        self.origin.json("/api/v1/session/refresh", "", &body)
    }

    fn take(&mut self, status: u16, body: &[u8]) {
        if status == 200
            && let Ok(answer) = serde_json::from_slice::<Value>(body)
            && let Some(token) = answer["refresh_token"].as_str()
        {
            token.clone_into(&mut self.token);
        }
    }
}

/// CPU time of one hash with the least parameters that gateway-api uses.
fn time_of_hash() -> anyhow::Result<Duration> {
    const HASHES: u32 = 50;
    let before = cpu_of_this_thread()?;
    for _ in 0..HASHES {
        Argon2::default()
            .hash_password(b"a password that is hashed")
            .map_err(|error| anyhow::anyhow!("{error}"))?;
    }
    Ok(cpu_of_this_thread()?.saturating_sub(before) / HASHES)
}

/// The kernel counts it in nanoseconds, to the last switch of threads.
fn cpu_of_this_thread() -> anyhow::Result<Duration> {
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let spent = text.split(' ').next().context("schedstat is empty")?;
    Ok(Duration::from_nanos(spent.parse()?))
}

async fn json_of(connection: &mut Http1, request: &[u8]) -> anyhow::Result<Value> {
    let answer = connection.send(request).await?;
    let text = String::from_utf8_lossy(&answer.body);
    ensure!(answer.status == 200, "answered {}: {text}", answer.status);
    Ok(serde_json::from_str(&text)?)
}

fn variable(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("the variable {name} is not set"))
}

fn say(what: &str, outcome: &Outcome) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{what}: {outcome}")?)
}
