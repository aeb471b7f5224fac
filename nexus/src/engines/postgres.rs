//! A private PostgreSQL: passwords for everyone, loopback only, no Unix socket.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};

use super::locate::{self, LocateError};
use super::process::{Program, base_environment};
use super::record::Identity;
use crate::home::{Home, private_file};

const OLDEST: u32 = 13;
const PACKAGES: &str = "/usr/lib/postgresql";
const SUPERUSER: &str = "postgres";
/// The database and the role that the services use.
const DATABASE: &str = "nexus_db";
const ROLE: &str = "nexus";
/// File among the secrets of a home that holds the password of that role.
pub(crate) const SECRET: &str = "postgres-nexus";

/// An installed PostgreSQL with the data folder it serves.
#[derive(Debug, Clone)]
pub(crate) struct Postgres {
    home: Home,
    programs: PathBuf,
    pub(crate) version: String,
    pub(crate) port: u16,
    superuser_password: String,
    password: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum PostgresError {
    #[error(transparent)]
    Locate(#[from] LocateError),
    #[error("cannot keep the passwords of PostgreSQL")]
    Secrets(#[source] io::Error),
    #[error("cannot create the database in {}: {output}", data.display())]
    Create { data: PathBuf, output: String },
    #[error("cannot prepare the folder of PostgreSQL")]
    Folder(#[source] io::Error),
    #[error("PostgreSQL refuses the password in {}; put back the file that belongs to this data, or move the data away", .0.display())]
    Password(PathBuf),
    #[error("PostgreSQL refuses to set up `{DATABASE}`")]
    Provision(#[source] sqlx::Error),
}

impl Postgres {
    /// Finds the PostgreSQL that fits the data in `home`, without changing anything.
    pub(crate) fn locate(home: &Home, port: u16) -> Result<Self, PostgresError> {
        let made_by = fs::read_to_string(data(home).join("PG_VERSION")).ok();
        let programs = find(&data(home), made_by.as_deref().map(str::trim))?;
        let version = locate::number(&locate::version(&programs.join("postgres"), "--version")?);
        let major = version.split('.').next().and_then(|text| text.parse::<u32>().ok());
        if major.is_none_or(|major| major < OLDEST) {
            return Err(LocateError::OldPostgres { found: version, needed: OLDEST }.into());
        }
        let secret = |name: &str| {
            private_file::secret(&home.secrets().join(name)).map_err(PostgresError::Secrets)
        };
        let (superuser_password, password) = (secret("postgres-superuser")?, secret(SECRET)?);
        Ok(Self { home: home.clone(), programs, version, port, superuser_password, password })
    }

    /// Makes the data folder at the first start and clears what a crash left in the way.
    pub(crate) async fn prepare(&self) -> Result<(), PostgresError> {
        let data = data(&self.home);
        if data.join("PG_VERSION").exists() {
            return remove_stale_pid_file(&data).map_err(PostgresError::Folder);
        }
        // Built aside and renamed: an interrupted first start leaves nothing half-made.
        let fresh = self.home.data().join("postgres.new");
        if fresh.exists() {
            fs::remove_dir_all(&fresh).map_err(PostgresError::Folder)?;
        }
        let password_file = self.home.run().join("initdb-password");
        private_file::write(
            &password_file,
            self.superuser_password.as_bytes(),
            self.home.account(),
        )
        .map_err(PostgresError::Secrets)?;
        let made = self.create_cluster(&fresh, &password_file).await;
        fs::remove_file(&password_file).map_err(PostgresError::Folder)?;
        made?;
        fs::rename(&fresh, &data).map_err(PostgresError::Folder)
    }

    /// The server program.
    pub(crate) fn program(&self) -> Program {
        let settings = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            "unix_socket_directories=".to_owned(),
            "max_connections=200".to_owned(),
            "cluster_name=nexus".to_owned(),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
            "logging_collector=off".to_owned(),
        ];
        let mut args = vec!["-D".into(), data(&self.home).into_os_string()];
        args.extend(settings.into_iter().flat_map(|setting| ["-c".into(), setting.into()]));
        Program {
            name: "postgres",
            title: "PostgreSQL",
            path: self.programs.join("postgres"),
            args,
            env: Vec::new(),
            account: self.home.account().cloned(),
            stop: Signal::INT,
        }
    }

    /// Whether the server takes connections; an error that waiting cannot cure is returned.
    pub(crate) async fn is_ready(&self) -> Result<bool, PostgresError> {
        const WRONG_PASSWORD: &str = "28P01";
        match self.superuser().connect().await {
            Ok(_) => Ok(true),
            Err(sqlx::Error::Database(error))
                if error.code().is_some_and(|code| code == WRONG_PASSWORD) =>
            {
                Err(PostgresError::Password(self.home.secrets().join("postgres-superuser")))
            }
            Err(_) => Ok(false),
        }
    }

    /// Makes the role and the database of the services where they are missing.
    pub(crate) async fn provision(&self) -> Result<(), PostgresError> {
        let mut connection = self.superuser().connect().await.map_err(PostgresError::Provision)?;
        provision(&mut connection, &self.password).await.map_err(PostgresError::Provision)
    }

    /// The address that the services connect to; it holds the password.
    pub(crate) fn url(&self) -> String {
        url(&self.password, self.port)
    }

    fn superuser(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username(SUPERUSER)
            .password(&self.superuser_password)
            .database("postgres")
            .ssl_mode(PgSslMode::Disable)
            .disable_statement_logging()
    }

    async fn create_cluster(&self, folder: &Path, passwords: &Path) -> Result<(), PostgresError> {
        let failed = |output: String| PostgresError::Create { data: folder.to_owned(), output };
        let initdb = Program {
            name: "initdb",
            title: "initdb",
            path: self.programs.join("initdb"),
            args: vec![
                "--pgdata".into(),
                folder.into(),
                "--pwfile".into(),
                passwords.into(),
                format!("--username={SUPERUSER}").into(),
                "--auth=scram-sha-256".into(),
                "--encoding=UTF8".into(),
                "--locale=C.UTF-8".into(),
                "--data-checksums".into(),
                "--no-instructions".into(),
            ],
            env: base_environment().into(),
            account: self.home.account().cloned(),
            stop: Signal::TERM,
        };
        let null = fs::File::open("/dev/null").map_err(PostgresError::Folder)?;
        let mut command = initdb.command(&null).map_err(PostgresError::Folder)?;
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let output = command.output().await.map_err(PostgresError::Folder)?;
        if output.status.success() {
            return Ok(());
        }
        Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

/// The address of the private PostgreSQL on `port`.
pub(crate) fn url(password: &str, port: u16) -> String {
    format!("postgres://{ROLE}:{password}@127.0.0.1:{port}/{DATABASE}")
}

async fn provision(connection: &mut PgConnection, password: &str) -> sqlx::Result<()> {
    // A failed statement is logged by the server, and this one holds a password.
    sqlx::query("SET log_min_error_statement = panic").execute(&mut *connection).await?;
    let role: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
        .bind(ROLE)
        .fetch_one(&mut *connection)
        .await?;
    let verb = if role { "ALTER" } else { "CREATE" };
    // Only hexadecimal digits: nothing to escape.
    let statement = format!("{verb} ROLE {ROLE} LOGIN PASSWORD '{password}'");
    sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await?;
    let database: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(DATABASE)
            .fetch_one(&mut *connection)
            .await?;
    if !database {
        let statement = format!("CREATE DATABASE {DATABASE} OWNER {ROLE}");
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await?;
        let statement = format!("REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC");
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await?;
    }
    Ok(())
}

fn data(home: &Home) -> PathBuf {
    home.data().join("postgres")
}

/// The folder of programs: the version that made the data, else the newest of the packages, else
/// whatever is on the path.
fn find(data: &Path, made_by: Option<&str>) -> Result<PathBuf, LocateError> {
    let complete = |folder: &PathBuf| {
        ["postgres", "initdb"].iter().all(|name| locate::is_executable(&folder.join(name)))
    };
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(PACKAGES)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, folder)| complete(folder))
        .collect();
    versions.sort();
    let on_path = || {
        let program = locate::on_path(&["postgres"])?.canonicalize().ok()?;
        program.parent().map(Path::to_owned).filter(complete)
    };
    let missing = LocateError::Missing { title: "PostgreSQL", package: "postgresql" };
    let Some(wanted) = made_by else {
        return versions.pop().map(|(_, folder)| folder).or_else(on_path).ok_or(missing);
    };
    let same = versions.into_iter().find(|(version, _)| version.to_string() == wanted);
    same.map(|(_, folder)| folder)
        .or_else(|| {
            let folder = on_path()?;
            let text = locate::version(&folder.join("postgres"), "--version").ok()?;
            (locate::number(&text).split('.').next() == Some(wanted)).then_some(folder)
        })
        .ok_or_else(|| LocateError::OtherPostgres { data: data.to_owned(), made_by: wanted.into() })
}

/// After a reboot the pid in the file may belong to anyone, and PostgreSQL would believe that it is
/// running already.
fn remove_stale_pid_file(data: &Path) -> io::Result<()> {
    let file = data.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&file) else { return Ok(()) };
    let pid = text.lines().next().and_then(|line| line.trim().parse::<i32>().ok());
    let command = pid
        .filter(|pid| Identity::of(*pid).is_some())
        .and_then(|pid| fs::read_to_string(format!("/proc/{pid}/comm")).ok());
    if command.is_some_and(|command| command.trim() == "postgres") {
        return Ok(());
    }
    fs::remove_file(file)
}
