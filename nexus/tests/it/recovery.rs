use std::time::Duration;

use rustix::process::Signal;

use crate::platform::{Platform, eventually, kill};

const LIMIT: Duration = Duration::from_secs(30);

#[test]
fn a_killed_process_is_started_again_and_nothing_is_lost() {
    let platform = Platform::started();
    platform.ok(&["admin", "stream-key", "create", "--slug", "kept"]);
    for name in ["postgres", "redis", "serve", "nginx"] {
        let old = platform.pid(name);
        kill(old, Signal::KILL);
        eventually(&format!("{name} runs again"), LIMIT, || {
            let status = platform.status();
            let processes = status["processes"].as_array().unwrap().clone();
            processes.iter().any(|it| it["name"] == name && it["pid"] != old)
        });
        eventually(&format!("served after {name} was killed"), LIMIT, || platform.is_serving());
    }
    eventually("the database answers", LIMIT, || {
        platform.run(&["admin", "stream-key", "list"]).status.success()
    });
    assert!(platform.ok(&["admin", "stream-key", "list"]).contains("kept"));
}

#[test]
fn a_killed_supervisor_takes_its_children_along() {
    let platform = Platform::started();
    kill(platform.supervisor(), Signal::KILL);
    eventually("the children end", LIMIT, || platform.processes().is_empty());
    assert_eq!(platform.status()["state"], "stopped");
    platform.up();
    assert!(platform.is_serving());
}

#[test]
fn a_start_right_after_everything_was_killed_finds_what_is_left() {
    let platform = Platform::started();
    // The workers of nginx outlive a master that had no time to stop them.
    let (supervisor, nginx) = (platform.supervisor(), platform.pid("nginx"));
    kill(supervisor, Signal::STOP);
    kill(nginx, Signal::KILL);
    kill(supervisor, Signal::KILL);
    let shown = platform.up();
    assert!(shown.contains("left over from a run that was killed"), "{shown}");
    assert!(platform.is_serving());
}

#[test]
fn down_stops_what_a_killed_supervisor_left() {
    let platform = Platform::started();
    let (supervisor, nginx) = (platform.supervisor(), platform.pid("nginx"));
    kill(supervisor, Signal::STOP);
    kill(nginx, Signal::KILL);
    kill(supervisor, Signal::KILL);
    platform.ok(&["down"]);
    assert_eq!(platform.processes(), Vec::<String>::new());
}
