use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::platform::{Platform, text, wait};

fn json(platform: &Platform, arguments: &[&str]) -> Value {
    let arguments = [&["admin", "--json"], arguments].concat();
    serde_json::from_str(&platform.ok(&arguments)).unwrap()
}

#[test]
fn administrators_and_stream_keys() {
    let platform = Platform::started();

    let first = json(&platform, &["create-admin", "--email", "ada@example.org"]);
    assert!(first["generated_password"].as_str().unwrap().len() >= 12);
    let message = platform.refused(&["admin", "create-admin", "--email", "eve@example.org"]);
    assert!(message.contains("administrator already"), "{message}");
    let reset = json(&platform, &["reset-password", "--email", "ada@example.org"]);
    assert_ne!(reset["generated_password"], first["generated_password"]);

    let invite =
        ["invite", "--email", "grace@example.org", "--name", "Grace", "--role", "operator"];
    assert_eq!(json(&platform, &invite)["role"], "operator");
    let unknown = ["admin", "invite", "--email", "x@example.org", "--name", "X", "--role", "boss"];
    assert!(platform.refused(&unknown).contains("there are admin, operator and viewer"));

    let weak = ["admin", "reset-password", "--email", "ada@example.org", "--password-stdin"];
    let mut command = platform.command(&weak);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"short\n").unwrap();
    let refused = wait(child, Duration::from_secs(30));
    assert!(!refused.status.success(), "{}", text(&refused));

    let made = json(&platform, &["stream-key", "create", "--slug", "demo", "--title", "Demo"]);
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("nxs_") && key.len() >= 36, "{key}");
    let port = platform.port("NEXUS_STREAMCORE__RTMP_PORT");
    assert_eq!(made["server"], format!("rtmp://127.0.0.1:{port}/live"));
    let message = platform.refused(&["admin", "stream-key", "create", "--slug", "demo"]);
    assert!(message.contains("demo"), "{message}");
    let rotated = json(&platform, &["stream-key", "rotate", "--slug", "demo"]);
    assert_ne!(rotated["key"], made["key"]);
    json(&platform, &["stream-key", "revoke", "--slug", "demo"]);
    let list = json(&platform, &["stream-key", "list"]);
    assert_eq!(list["streams"][0]["slug"], "demo");
    assert_eq!(list["streams"][0]["key_hint"], Value::Null);

    assert!(platform.ok(&["migrate"]).contains("up to date"));
}
