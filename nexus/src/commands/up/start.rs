//! The order of a start: engines, migrations, certificates, services, nginx.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::preflight::{Cache, Database, Plan};
use super::services;
use crate::commands::migrate;
use crate::engines::nginx;
use crate::http_probe::Request;
use crate::local_authority::LocalAuthority;
use crate::output;
use crate::stack::{Stack, StartError};
use crate::targets::Target;

/// Recovery after a crash replays the write-ahead log, which may take a while.
const ENGINE_LIMIT: Duration = Duration::from_mins(1);
const SERVICES_LIMIT: Duration = Duration::from_secs(30);

pub(super) async fn run(plan: &Plan, stack: &mut Stack) -> anyhow::Result<()> {
    stack.next_stage();
    start_database(plan, stack).await?;
    start_cache(plan, stack).await?;
    migrate(plan).await?;
    make_certificates(plan)?;
    stack.next_stage();
    start_services(plan, stack).await?;
    stack.next_stage();
    start_nginx(plan, stack).await
}

async fn start_database(plan: &Plan, stack: &mut Stack) -> anyhow::Result<()> {
    let began = Instant::now();
    let postgres = match &plan.database {
        Database::Private(postgres) => postgres,
        Database::Given(_) => {
            output::done("PostgreSQL given by DATABASE_URL", began.elapsed());
            return Ok(());
        }
    };
    postgres.prepare().await?;
    stack.start(postgres.program())?;
    stack
        .ready("postgres", ENGINE_LIMIT, || async { anyhow::Ok(postgres.is_ready().await?) })
        .await?;
    postgres.provision().await?;
    let text = format!("PostgreSQL {} on 127.0.0.1:{}", postgres.version, postgres.port);
    output::done(text, began.elapsed());
    Ok(())
}

async fn start_cache(plan: &Plan, stack: &mut Stack) -> anyhow::Result<()> {
    let began = Instant::now();
    let redis = match &plan.cache {
        Cache::Private(redis) => redis,
        Cache::Given(_) => {
            output::done("Redis given by REDIS_URL", began.elapsed());
            return Ok(());
        }
    };
    redis.prepare()?;
    stack.start(redis.program())?;
    stack
        .ready("redis", ENGINE_LIMIT, || async { Ok::<_, StartError>(redis.is_ready().await) })
        .await?;
    let text = format!("{} {} on 127.0.0.1:{}", redis.title, redis.version, redis.port);
    output::done(text, began.elapsed());
    Ok(())
}

async fn migrate(plan: &Plan) -> anyhow::Result<()> {
    let began = Instant::now();
    let text = match migrate::migrate(&plan.database.url()).await? {
        0 => "database up to date".to_owned(),
        count => format!("database migrated ({count} steps)"),
    };
    output::done(text, began.elapsed());
    Ok(())
}

async fn start_services(plan: &Plan, stack: &mut Stack) -> anyhow::Result<()> {
    let began = Instant::now();
    stack.start(services::program(plan)?)?;
    stack
        .ready("serve", SERVICES_LIMIT, || async {
            for target in Target::ALL {
                let request = Request::get("127.0.0.1", "/readyz");
                let answer = request.send_to(plan.settings.port(target)).await;
                if !answer.is_ok_and(|answer| answer.status == 200) {
                    return Ok::<_, StartError>(false);
                }
            }
            Ok(true)
        })
        .await?;
    let list = Target::ALL.map(|it| format!("{} on :{}", it.name(), plan.settings.port(it)));
    output::done(list.join(", "), began.elapsed());
    Ok(())
}

fn make_certificates(plan: &Plan) -> anyhow::Result<()> {
    let began = Instant::now();
    let names: Vec<String> = plan.local_names();
    let files = LocalAuthority::ensure(&plan.home, &names, OffsetDateTime::now_utc())?;
    output::done(format_args!("certificate for {}", names.join(", ")), began.elapsed());
    if files.new_root {
        print_how_to_trust(&files.root);
    }
    Ok(())
}

fn print_how_to_trust(root: &Path) {
    let root = root.display();
    output::notice("browsers warn until this machine's own authority is trusted:");
    output::line(format_args!(
        "      Chromium  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n nexus-cos -i {root}"
    ));
    output::line(format_args!(
        "      Firefox   Settings, Certificates, Authorities, Import {root}"
    ));
    output::line(format_args!("      curl      curl --cacert {root} https://…"));
}

async fn start_nginx(plan: &Plan, stack: &mut Stack) -> anyhow::Result<()> {
    let began = Instant::now();
    let files = nginx::render(&plan.home, &plan.spec, &plan.settings.edge());
    plan.nginx.prepare(&files).await?;
    stack.start(plan.nginx.program())?;
    stack
        .ready("nginx", Duration::from_secs(10), || async {
            Ok::<_, StartError>(plan.nginx.is_ready())
        })
        .await
        .context("nginx does not start")?;
    let (http, https) = (plan.settings.up.http_port, plan.settings.up.https_port);
    let text = format!("nginx {} on 127.0.0.1:{http} and :{https}", plan.nginx.version);
    output::done(text, began.elapsed());
    Ok(())
}
