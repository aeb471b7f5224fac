//! Programs from the distribution's packages.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::output::{self, Progress};
use crate::process::{Program, find};

/// A program that is needed and the Debian packages that have it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    /// Any one of these programs will do.
    pub programs: &'static [&'static str],
    /// What to install when none is there.
    pub packages: &'static [&'static str],
}

pub(crate) const COMPILER: Need =
    Need { programs: &["cc"], packages: &["gcc", "libc6-dev", "make"] };
pub(crate) const POSTGRES: Need = Need { programs: &["postgres"], packages: &["postgresql"] };
pub(crate) const REDIS: Need =
    Need { programs: &["valkey-server", "redis-server"], packages: &["redis-server"] };
pub(crate) const NGINX: Need = Need { programs: &["nginx"], packages: &["nginx"] };
pub(crate) const FFMPEG: Need = Need { programs: &["ffmpeg"], packages: &["ffmpeg"] };
pub(crate) const CHROMIUM: Need = Need { programs: &["chromium"], packages: &["chromium"] };
/// Codes of authenticator apps, by another hand than ours.
pub(crate) const OATHTOOL: Need = Need { programs: &["oathtool"], packages: &["oathtool"] };
pub(crate) const CXX: Need = Need { programs: &["c++"], packages: &["g++"] };
pub(crate) const PYTHON: Need =
    Need { programs: &["python3"], packages: &["python3-venv", "python3-pip"] };

/// Where a package's start script is asked whether it may start a service.
const POLICY: &str = "/usr/sbin/policy-rc.d";
/// Forbids every start.
const POLICY_TEXT: &str = "#!/bin/sh\n# Set by cargo xtask while it installs.\nexit 101\n";
/// What Debian's PostgreSQL reads before it makes a cluster of its own.
const CLUSTER: &str = "/etc/postgresql-common/createcluster.conf";

impl Need {
    /// Whether a program for it is here.
    pub(crate) fn is_met(&self) -> bool {
        self.programs.iter().any(|program| find(program).is_some() || postgres_has(program))
    }
}

/// Installs what is missing of `needs`, without starting any service of the system: the engines run
/// privately under `.nexus/`, on the ports that the system's own would take.
pub(crate) fn install(needs: &[Need], may_install: bool, progress: &Progress) -> Result<()> {
    let missing: Vec<Need> = needs.iter().filter(|need| !need.is_met()).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    if !may_install {
        let by_hand = by_hand(&packages);
        bail!("programs are missing; install them with `{by_hand}`, or leave out --no-install");
    }
    if find("apt-get").is_none() {
        let programs: Vec<&str> = missing.iter().flat_map(|need| need.programs).copied().collect();
        bail!("not a Debian system; install these yourself: {}", programs.join(", "));
    }
    install_always(&packages, progress)
}

/// Installs packages, also when their programs seem to be there.
pub(crate) fn install_always(packages: &[&str], progress: &Progress) -> Result<()> {
    let by_hand = by_hand(packages);
    let root = Privilege::find(&by_hand)?;
    progress.stage(&format!("installing {}", packages.join(", ")));
    root.program("apt-get").args(["update", "--quiet=2"]).run().context(
        "the package lists cannot be fetched; is there a network, and is apt set up for it?",
    )?;
    let fresh: Vec<&str> =
        ["redis-server", "nginx"].into_iter().filter(|name| packages.contains(name)).collect();
    let guard = NoStart::set(&root, packages)?;
    let installed = root
        .program("apt-get")
        .args(["install", "--yes", "--quiet=2", "--no-install-recommends"])
        .args(["-o", "Dpkg::Options::=--force-confold", "-o", "Dpkg::Use-Pty=0"])
        .args(packages.iter().copied())
        .run();
    guard.lift(&root)?;
    installed.with_context(|| format!("`{by_hand}` failed"))?;
    keep_stopped(&root, &fresh);
    Ok(())
}

fn by_hand(packages: &[&str]) -> String {
    format!("apt-get install --no-install-recommends {}", packages.join(" "))
}

/// Debian keeps the server's programs out of `PATH`.
fn postgres_has(program: &str) -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    program == "postgres"
        && versions.into_iter().any(|version| version.path().join("bin/postgres").exists())
}

/// Services that came with this installation do not start with the machine either.
fn keep_stopped(root: &Privilege, services: &[&str]) {
    if find("systemctl").is_none() || services.is_empty() {
        return;
    }
    if root.program("systemctl").args(["--quiet", "disable"]).args(services).succeeds() {
        output::line(&format!("  the system's own {} stay stopped", services.join(" and ")));
    }
}

/// How commands get the rights of root.
struct Privilege {
    sudo: bool,
}

impl Privilege {
    fn find(by_hand: &str) -> Result<Self> {
        if Program::new("id").args(["-u"]).output()?.trim() == "0" {
            return Ok(Self { sudo: false });
        }
        if find("sudo").is_some() && Program::new("sudo").args(["-n", "true"]).succeeds() {
            return Ok(Self { sudo: true });
        }
        bail!(
            "installing needs root and sudo asks for a password; run `sudo {by_hand}`, then again"
        );
    }

    fn program(&self, name: &str) -> Program {
        let settings = "DEBIAN_FRONTEND=noninteractive";
        if self.sudo {
            Program::new("sudo").args(["-n", "env", settings, name])
        } else {
            Program::new("env").args([settings, name])
        }
    }

    fn write(&self, path: &str, text: &str) -> Result<()> {
        self.program("tee").args([path]).feed(text)
    }
}

/// While it is set, packages install their services without starting them.
struct NoStart {
    policy_was_ours: bool,
}

impl NoStart {
    fn set(root: &Privilege, packages: &[&str]) -> Result<Self> {
        // One that an interrupted run left behind is ours too.
        let policy_was_ours =
            std::fs::read_to_string(POLICY).map_or(true, |text| text == POLICY_TEXT);
        if policy_was_ours {
            root.write(POLICY, POLICY_TEXT)?;
            root.program("chmod").args(["0755", POLICY]).run()?;
        }
        if packages.contains(&"postgresql") && !Path::new(CLUSTER).exists() {
            root.program("mkdir").args(["-p", "/etc/postgresql-common"]).run()?;
            root.write(CLUSTER, "create_main_cluster = false\n")?;
            output::line(&format!("  {CLUSTER} says that the system makes no cluster of its own"));
        }
        Ok(Self { policy_was_ours })
    }

    fn lift(self, root: &Privilege) -> Result<()> {
        if self.policy_was_ours {
            root.program("rm").args(["-f", POLICY]).run()?;
        }
        Ok(())
    }
}
