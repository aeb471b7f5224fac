use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;
use serde_json::Value;

use crate::platform::{Platform, kill};

/// The ids that failed.
fn failed(platform: &Platform) -> Vec<String> {
    let output = platform.run(&["validate", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut ids: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["outcome"]["result"] == "fail")
        .map(|finding| finding["id"].as_str().unwrap().to_owned())
        .collect();
    ids.dedup();
    assert_eq!(report["passed"], ids.is_empty(), "{report}");
    assert_eq!(output.status.success(), ids.is_empty());
    ids
}

#[test]
fn a_sound_platform_passes_and_each_fault_is_found() {
    let platform = Platform::started();
    let shown = platform.ok(&["validate"]);
    assert!(shown.trim_end().ends_with("ALL CHECKS PASSED"), "{shown}");

    let secret = platform.home().join("secrets/redis");
    fs::set_permissions(&secret, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(failed(&platform), ["PF-CONF-003"]);
    fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();

    let rendered = platform.home().join("nginx/nginx.conf");
    let kept = fs::read(&rendered).unwrap();
    writeln!(OpenOptions::new().append(true).open(&rendered).unwrap(), "# by hand").unwrap();
    assert_eq!(failed(&platform), ["PF-CONF-002"]);
    fs::write(&rendered, kept).unwrap();

    let certificate = platform.home().join("tls/fullchain.pem");
    let kept = fs::read(&certificate).unwrap();
    fs::copy(platform.home().join("tls/local-authority.pem"), &certificate).unwrap();
    assert!(failed(&platform).contains(&"PF-TLS-006".to_owned()));
    fs::write(&certificate, kept).unwrap();
    assert_eq!(failed(&platform), Vec::<String>::new());

    // The supervisor is held back, so nobody starts the services again.
    let supervisor = platform.supervisor();
    kill(supervisor, Signal::STOP);
    kill(platform.pid("serve"), Signal::KILL);
    let ids = failed(&platform);
    kill(supervisor, Signal::CONT);
    for id in ["PF-SVC-001", "PF-GW-002", "PF-LIVE-001", "PF-ID-001"] {
        assert!(ids.contains(&id.to_owned()), "{id} is missing in {ids:?}");
    }
}
