use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::{TestEngineError, io_error, lease};

/// Longest wait for an engine to answer.
const START_DEADLINE: Duration = Duration::from_secs(30);
/// Seconds that engines are kept after the last process that used them, for the next test binary.
const KEPT_SECONDS: u32 = 20;

static POSTGRES: OnceCell<String> = OnceCell::const_new();
static REDIS: OnceCell<String> = OnceCell::const_new();

/// URL of the maintenance database of the shared Postgres.
pub(super) async fn postgres_url() -> Result<String, TestEngineError> {
    if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
        return Ok(url);
    }
    POSTGRES.get_or_try_init(start_postgres).await.cloned()
}

/// URL of the shared Redis.
pub(super) async fn redis_url() -> Result<String, TestEngineError> {
    if let Ok(url) = std::env::var("TEST_REDIS_URL") {
        return Ok(url);
    }
    REDIS.get_or_try_init(start_redis).await.cloned()
}

/// The first of these programs that is installed.
pub(super) fn installed(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).chain(postgres_folders()).collect();
    names.iter().find_map(|name| {
        folders.iter().map(|folder| folder.join(name)).find(|program| program.is_file())
    })
}

async fn start_postgres() -> Result<String, TestEngineError> {
    let missing = || TestEngineError::Missing {
        program: "postgres",
        package: "postgresql",
        variable: "TEST_DATABASE_URL",
    };
    let initdb = installed(&["initdb"]).ok_or_else(missing)?;
    let pg_ctl = installed(&["pg_ctl"]).ok_or_else(missing)?;
    let folder = lease::folder();
    lease::take(&folder)?;
    let home = folder.join("postgres");
    let data = home.join("data");
    let url = format!("postgres://postgres@localhost/postgres?host={}", home.display());
    let account = Account::for_engines();

    lease::alone(&folder, "postgres", async || {
        if answers(&home.join(".s.PGSQL.5432")).await {
            return Ok(());
        }
        account.make_folder(&home)?;
        if !data.join("PG_VERSION").is_file() {
            let _ = fs::remove_dir_all(&data);
            run(account
                .command(&initdb)
                .args(["--auth=trust", "--username=postgres", "--no-sync"])
                .args(["--encoding=UTF8", "--no-locale", "-D"])
                .arg(&data))?;
        }
        // A pid file of a killed server stops pg_ctl although nobody runs.
        let _ = fs::remove_file(data.join("postmaster.pid"));
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c fsync=off \
             -c synchronous_commit=off -c full_page_writes=off -c max_connections=200",
            home.display()
        );
        run(account
            .command(&pg_ctl)
            .arg("-D")
            .arg(&data)
            .args(["-w", "-t", "30", "-l"])
            .arg(home.join("log"))
            .arg("-o")
            .arg(options)
            .arg("start"))?;
        let stop = format!("{} -D {} -m immediate stop", pg_ctl.display(), data.display());
        stop_when_unused(&account, &folder, &stop)
    })
    .await?;
    Ok(url)
}

async fn start_redis() -> Result<String, TestEngineError> {
    let server = redis_server()?;
    let folder = lease::folder();
    lease::take(&folder)?;
    let home = folder.join("redis");
    let socket = home.join("socket");
    let account = Account::for_engines();

    lease::alone(&folder, "redis", async || {
        if answers(&socket).await {
            return Ok(());
        }
        account.make_folder(&home)?;
        run(account
            .command(&server)
            .args(["--port", "0", "--save", "", "--daemonize", "yes"])
            .args(["--appendonly", "no", "--unixsocketperm", "777"])
            .arg("--pidfile")
            .arg(home.join("pid"))
            .arg("--dir")
            .arg(&home)
            .arg("--unixsocket")
            .arg(&socket))?;
        wait_for(&socket).await?;
        let stop = format!("kill $(cat {})", home.join("pid").display());
        stop_when_unused(&account, &folder, &stop)
    })
    .await?;
    Ok(format!("unix://{}", socket.display()))
}

/// Path of the installed server.
pub(super) fn redis_server() -> Result<PathBuf, TestEngineError> {
    installed(&["valkey-server", "redis-server"]).ok_or(TestEngineError::Missing {
        program: "redis-server",
        package: "redis-server",
        variable: "TEST_REDIS_URL",
    })
}

/// Waits until somebody listens on a unix socket.
pub(super) async fn wait_for(socket: &Path) -> Result<(), TestEngineError> {
    let give_up = Instant::now() + START_DEADLINE;
    while !answers(socket).await {
        if Instant::now() > give_up {
            let output = format!("nobody listens on {}", socket.display());
            return Err(TestEngineError::Failed { program: "the engine".to_owned(), output });
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

async fn answers(socket: &Path) -> bool {
    tokio::net::UnixStream::connect(socket).await.is_ok()
}

/// Starts a shell that outlives us: it waits until nobody holds the lease, keeps the engine a
/// little longer for the next test binary, and stops it if still nobody came.
fn stop_when_unused(account: &Account, folder: &Path, stop: &str) -> Result<(), TestEngineError> {
    let lease = lease::lease_file(folder);
    let lease = lease.display();
    let script = format!(
        "while :; do flock -x {lease} true; sleep {KEPT_SECONDS}; \
         flock -x -n {lease} sh -c '{stop}' && exit; done"
    );
    account
        .command(Path::new("/usr/bin/setsid"))
        .args(["--fork", "sh", "-c", &script])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map(drop)
        .map_err(io_error("the watch over the test engines cannot be started"))
}

/// The user that engines run as: Postgres refuses to be root.
struct Account(Option<(&'static str, u32, u32)>);

impl Account {
    fn for_engines() -> Self {
        let we_are_root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
        if !we_are_root {
            return Self(None);
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let found = ["postgres", "nobody"].into_iter().find_map(|name| {
            let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
            let mut ids = line.split(':').skip(2).map(str::parse);
            Some((name, ids.next()?.ok()?, ids.next()?.ok()?))
        });
        Self(found)
    }

    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let Some((_, uid, gid)) = self.0 else { return Command::new(program) };
        let mut command = Command::new("setpriv");
        command
            .arg(format!("--reuid={uid}"))
            .arg(format!("--regid={gid}"))
            .args(["--clear-groups", "--"])
            .arg(program);
        command
    }

    fn make_folder(&self, folder: &Path) -> Result<(), TestEngineError> {
        let failed = || format!("{} cannot be made", folder.display());
        fs::create_dir_all(folder).map_err(io_error(failed()))?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
            .map_err(io_error(failed()))?;
        if let Some((_, uid, gid)) = self.0 {
            chown(folder, Some(uid), Some(gid)).map_err(io_error(failed()))?;
            let lease = lease::lease_file(&lease::folder());
            chown(lease, Some(uid), Some(gid)).map_err(io_error(failed()))?;
        }
        Ok(())
    }
}

/// Runs a program that ends by itself. Its output goes to a file: a server that it leaves behind
/// would keep a pipe open.
fn run(command: &mut Command) -> Result<(), TestEngineError> {
    let program = format!("{command:?}");
    let failed = || format!("{program} cannot be run");
    let log = tempfile::NamedTempFile::new().map_err(io_error(failed()))?;
    let (out, err) = (log.reopen(), log.reopen());
    let status = command
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(out.map_err(io_error(failed()))?)
        .stderr(err.map_err(io_error(failed()))?)
        .status()
        .map_err(io_error(failed()))?;
    if status.success() {
        return Ok(());
    }
    Err(TestEngineError::Failed {
        program,
        output: fs::read_to_string(log.path()).unwrap_or_default(),
    })
}

/// Debian keeps the server's programs out of the search path; the newest version first.
fn postgres_folders() -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir("/usr/lib/postgresql") else { return Vec::new() };
    let mut folders: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    folders.sort_unstable_by(|a, b| b.cmp(a));
    folders.into_iter().map(|(_, folder)| folder).collect()
}
