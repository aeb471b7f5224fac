use std::fs;

use crate::platform::{Platform, text};

#[test]
fn the_audit_log_is_sealed_exported_and_verified() {
    let platform = Platform::started();
    platform.ok(&["admin", "create-admin", "--email", "ada@example.org"]);
    platform.ok(&["admin", "reset-password", "--email", "ada@example.org"]);

    let note = platform.ok(&["audit", "checkpoint"]);
    assert!(note.starts_with("nexus-cos/audit/"), "{note}");
    assert_eq!(note, platform.ok(&["audit", "checkpoint"]), "nothing happened in between");
    let kept_here = platform.home().join("audit/checkpoints");
    assert!(fs::read_to_string(&kept_here).unwrap().contains(note.trim()));
    let verified = platform.ok(&["audit", "verify"]);
    assert!(verified.contains("The log is whole"), "{verified}");

    let key = platform.ok(&["audit", "key"]).trim().to_owned();
    let log = platform.ok(&["audit", "export"]);
    let (exported, kept) = (platform.folder().join("log.jsonl"), platform.folder().join("kept"));
    fs::write(&kept, platform.ok(&["audit", "checkpoint", "--all"])).unwrap();
    let verify = || {
        let (exported, kept) = (exported.to_str().unwrap(), kept.to_str().unwrap());
        let words = ["audit", "verify", "--export", exported, "--checkpoints", kept, "--key", &key];
        let mut command = platform.command(&words);
        // Nothing of the platform is needed.
        command.env_clear().env("NEXUS_HOME", "/nowhere").output().unwrap()
    };
    let cases = [
        (log.clone(), "The log is whole"),
        (log.replacen("user.reset_password", "user.reset_passwords", 1), "was changed"),
        (log.lines().take(1).collect::<String>(), "the log was cut off"),
        (log.lines().skip(1).collect::<Vec<_>>().join("\n"), "entry 0 is gone"),
    ];
    for (log, expected) in cases {
        fs::write(&exported, log).unwrap();
        let output = verify();
        let text = text(&output);
        assert!(text.contains(expected), "{expected}: {text}");
        assert_eq!(output.status.success(), expected == "The log is whole", "{text}");
    }
    let other = text(&platform.run(&["audit", "verify", "--key", "nonsense"]));
    assert!(other.contains("nexus audit key"), "{other}");
}
