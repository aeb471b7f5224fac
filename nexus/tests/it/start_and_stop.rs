use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;

use crate::platform::{Platform, eventually, kill, text, wait};

#[test]
fn a_first_start_serves_and_a_second_one_says_who_does() {
    let platform = Platform::new();
    let shown = platform.up();
    assert!(shown.contains("Nexus COS is running"), "{shown}");
    assert!(platform.is_serving());
    assert_eq!(platform.status()["state"], "ready");

    let pid = format!("pid {}", platform.supervisor());
    for second in [&["up"][..], &["up", "--detach"]] {
        let message = platform.refused(second);
        assert!(message.contains("another `nexus up` is running"), "{message}");
        assert!(message.contains(&pid), "{message}");
    }
    assert!(platform.is_serving());

    let stopped = platform.ok(&["down"]);
    assert!(stopped.contains("has stopped"), "{stopped}");
    assert_eq!(platform.processes(), Vec::<String>::new());
    assert_eq!(platform.status()["state"], "stopped");

    platform.up();
    assert!(platform.is_serving());
}

#[test]
fn given_engines_are_used_and_no_private_ones_are_started() {
    let owner = Platform::started();
    let secret = |name| fs::read_to_string(owner.home().join("secrets").join(name)).unwrap();
    let (postgres, redis) =
        (owner.port("NEXUS_UP__POSTGRES_PORT"), owner.port("NEXUS_UP__REDIS_PORT"));
    let mut guest = Platform::new();
    let database =
        format!("postgres://nexus:{}@127.0.0.1:{postgres}/nexus_db", secret("postgres-nexus"));
    guest.env.push(("DATABASE_URL", database));
    // Who shares a database shares the secret that its keys are sealed with.
    let sealed_with = owner.home().join("secrets/services/signing-key.pem");
    guest.env.push(("NEXUS_GATEWAY_API__SIGNING_KEY_FILE", sealed_with.display().to_string()));
    guest.env.push(("REDIS_URL", format!("redis://:{}@127.0.0.1:{redis}/0", secret("redis"))));
    guest.up();
    assert!(guest.is_serving());
    let status = guest.status();
    let running: Vec<&str> = status["processes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(running, ["nginx", "serve"]);
    assert!(!guest.home().join("data/postgres").exists());
}

#[test]
fn a_signal_drains_everything_and_the_exit_code_is_zero() {
    let platform = Platform::new();
    let child = platform.command(&["up"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.unwrap();
    eventually("ready", Duration::from_mins(1), || {
        platform.home().join("run").is_dir() && platform.status()["state"] == "ready"
    });
    kill(child.id().cast_signed(), Signal::TERM);
    let output = wait(child, Duration::from_secs(10));
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    assert!(!text.contains('\x1b'), "no colours without a terminal: {text}");
    assert!(!text.contains("killed"), "{text}");
    assert_eq!(platform.processes(), Vec::<String>::new());
}

#[test]
fn a_signal_while_starting_leaves_nothing_behind() {
    let platform = Platform::new();
    let child = platform.command(&["up"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.unwrap();
    eventually("begun", Duration::from_secs(30), || {
        platform.home().join("data/postgres.new").exists()
    });
    kill(child.id().cast_signed(), Signal::INT);
    let output = wait(child, Duration::from_secs(10));
    assert!(!output.status.success());
    assert!(text(&output).contains("interrupted"), "{}", text(&output));
    eventually("gone", Duration::from_secs(10), || platform.processes().is_empty());
    platform.up();
    assert!(platform.is_serving());
}

#[test]
fn secrets_are_in_private_files_and_nowhere_else() {
    let platform = Platform::started();
    let secrets = ["postgres-superuser", "postgres-nexus", "redis"].map(|name| {
        let path = platform.home().join("secrets").join(name);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        fs::read_to_string(path).unwrap()
    });
    let logs = fs::read_dir(platform.home().join("log")).unwrap();
    let logs = logs.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    for text in platform.processes().into_iter().chain(logs) {
        assert!(!secrets.iter().any(|secret| text.contains(secret)), "a secret is in {text}");
    }
}
