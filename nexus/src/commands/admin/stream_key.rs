//! `nexus admin stream-key`: a key is shown once, when it is made.

use clap::Subcommand;
use serde_json::{Value, json};
use store::Database;
use streamcore::registry;

use crate::output;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(crate) enum StreamKey {
    /// Register a stream and show its key.
    Create {
        /// Name of the stream in URLs.
        #[arg(long)]
        slug: String,
        /// Name of the stream for people; the slug when none is given.
        #[arg(long)]
        title: Option<String>,
    },
    /// List the registered streams.
    List,
    /// Replace a key and show the new one; whoever publishes with the old one is sent away.
    Rotate {
        #[arg(long)]
        slug: String,
    },
    /// Take the key away: nobody may publish the stream until it is given a new one.
    Revoke {
        #[arg(long)]
        slug: String,
    },
}

impl StreamKey {
    pub(super) async fn run(
        &self,
        pool: &Database,
        settings: &Settings,
        json: bool,
    ) -> anyhow::Result<()> {
        match self {
            Self::Create { slug, title } => {
                let title = title.as_deref().unwrap_or(slug);
                let (stream, key) = registry::create(pool, slug, title, None).await?;
                print_key(settings, stream.slug.as_str(), key.expose(), json)
            }
            Self::Rotate { slug } => {
                let key = registry::rotate_key(pool, slug).await?;
                print_key(settings, slug, key.expose(), json)
            }
            Self::Revoke { slug } => {
                registry::revoke_key(pool, slug).await?;
                print(json, &json!({ "slug": slug, "key": null }), &format!("{slug} has no key."))
            }
            Self::List => list(pool, json).await,
        }
    }
}

async fn list(pool: &Database, json: bool) -> anyhow::Result<()> {
    let streams = registry::list(pool).await?;
    if json {
        let list: Vec<Value> = streams
            .iter()
            .map(|stream| {
                json!({
                    "slug": stream.slug.as_str(),
                    "title": stream.title,
                    "key_hint": stream.key_hint,
                })
            })
            .collect();
        output::line(serde_json::to_string_pretty(&json!({ "streams": list }))?);
        return Ok(());
    }
    if streams.is_empty() {
        output::line("No streams yet; make one with `nexus admin stream-key create --slug demo`.");
    }
    for stream in &streams {
        let key = stream.key_hint.as_ref().map_or("no key".to_owned(), |hint| format!("…{hint}"));
        output::line(format_args!("{:<20} {:<16} {}", stream.slug.as_str(), key, stream.title));
    }
    Ok(())
}

fn print_key(settings: &Settings, slug: &str, key: &str, json: bool) -> anyhow::Result<()> {
    let server = format!("rtmp://127.0.0.1:{}/live", settings.streamcore.rtmp_port);
    let watch = format!("https://tv.nexuscos.localhost:{}/watch/{slug}", settings.up.https_port);
    let value = json!({ "slug": slug, "server": server, "key": key, "watch": watch });
    let text = format!(
        "server      {server}\nstream key  {key}   (shown only now)\nwatch       {watch}\n\n\
         ffmpeg -re -i VIDEO -c:v libx264 -preset veryfast -tune zerolatency -g 60 -c:a aac -f flv \\\n  {server}/{key}"
    );
    print(json, &value, &text)
}

fn print(json: bool, value: &Value, text: &str) -> anyhow::Result<()> {
    if json {
        output::line(serde_json::to_string_pretty(value)?);
    } else {
        output::line(text);
    }
    Ok(())
}
