use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::symlink;

use crate::platform::Platform;

#[test]
fn a_taken_port_is_named_with_its_holder_and_nothing_is_started() {
    let platform = Platform::new();
    let port = platform.port("NEXUS_UP__REDIS_PORT");
    let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let message = platform.refused(&["up"]);
    for part in [
        format!("port {port}"),
        format!("pid {}", std::process::id()),
        "NEXUS_UP__REDIS_PORT".to_owned(),
        "REDIS_URL".to_owned(),
    ] {
        assert!(message.contains(&part), "{part} is missing in: {message}");
    }
    assert!(!platform.home().join("data/postgres").exists());
    assert_eq!(platform.processes(), Vec::<String>::new());
    drop(holder);
    platform.up();
}

#[test]
fn a_missing_engine_is_named_with_its_package() {
    let mut platform = Platform::new();
    let programs = platform.folder().join("programs");
    fs::create_dir(&programs).unwrap();
    symlink("/usr/bin/setpriv", programs.join("setpriv")).unwrap();
    programs.to_str().unwrap().clone_into(&mut platform.path);
    let message = platform.refused(&["up"]);
    assert!(message.contains("Valkey or Redis is not installed"), "{message}");
    assert!(message.contains("apt-get install redis-server"), "{message}");
    assert!(!platform.home().join("data/postgres").exists());
}

#[test]
fn a_home_that_cannot_be_written_is_refused() {
    let mut platform = Platform::new();
    platform.set_home("/proc/nexus".into());
    let message = platform.refused(&["up"]);
    assert!(message.contains("/proc/nexus"), "{message}");
    assert!(message.contains("--home"), "{message}");
}

#[test]
fn a_mistyped_setting_is_refused_with_the_one_that_was_meant() {
    let platform = Platform::new();
    fs::write(platform.folder().join("nexus.toml"), "[up]\npostgres_prot = 5433\n").unwrap();
    let message = platform.refused(&["up"]);
    assert!(message.contains("postgres_prot") && message.contains("postgres_port"), "{message}");
    assert!(message.contains("nexus.toml"), "{message}");
}

#[test]
fn an_engine_that_cannot_start_is_given_up_with_the_end_of_its_log() {
    let platform = Platform::started();
    platform.ok(&["down"]);
    let settings = platform.home().join("data/postgres/postgresql.conf");
    writeln!(OpenOptions::new().append(true).open(settings).unwrap(), "no_such_setting = 1")
        .unwrap();
    let message = platform.refused(&["up"]);
    assert!(message.contains("no_such_setting"), "{message}");
    assert_eq!(platform.processes(), Vec::<String>::new());
}

#[test]
fn services_start_all_or_none() {
    let platform = Platform::started();
    let message = platform.refused(&["serve", "all"]);
    let port = platform.port("NEXUS_SERVE__GATEWAY_API_PORT");
    assert!(message.contains(&format!("127.0.0.1:{port}")), "{message}");
}

#[test]
fn commands_that_need_a_home_say_so() {
    let platform = Platform::new();
    for arguments in [&["status"][..], &["down"], &["validate"]] {
        let message = platform.refused(arguments);
        assert!(message.contains("nexus up"), "{arguments:?}: {message}");
    }
    let message = platform.refused(&["migrate"]);
    assert!(message.contains("DATABASE_URL"), "{message}");
}
