//! Who the engines run as, when root starts them and when somebody else does.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

use crate::platform::Platform;

const NOBODY: u32 = 65_534;

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn nothing_but_the_supervisor_runs_as_root() {
    if !is_root() {
        return;
    }
    let platform = Platform::started();
    assert!(!owners(&platform).contains(&0));
}

#[test]
fn a_plain_user_needs_no_other_account() {
    if !is_root() {
        return;
    }
    let mut platform = Platform::new();
    let program = platform.folder().join("nexus");
    platform.use_copy(program);
    chown(platform.folder(), Some(NOBODY), Some(NOBODY)).unwrap();
    platform.wrapper =
        ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
            .map(str::to_owned)
            .to_vec();
    platform.up();
    assert!(platform.is_serving());
    assert_eq!(owners(&platform), [NOBODY; 4]);

    // The home stays with who began it, also when root starts it the next time.
    platform.ok(&["down"]);
    platform.wrapper.clear();
    platform.up();
    assert!(platform.is_serving());
    assert_eq!(owners(&platform), [NOBODY; 4]);
}

fn owners(platform: &Platform) -> [u32; 4] {
    ["postgres", "redis", "serve", "nginx"]
        .map(|name| fs::metadata(format!("/proc/{}", platform.pid(name))).unwrap().uid())
}

#[test]
fn a_home_that_the_engines_cannot_enter_is_put_where_they_can() {
    if !is_root() {
        return;
    }
    let mut platform = Platform::new();
    let private = platform.folder().join("private");
    fs::create_dir(&private).unwrap();
    fs::set_permissions(&private, Permissions::from_mode(0o700)).unwrap();
    // The program is as hard to reach as the home.
    let program = private.join("nexus");
    platform.use_copy(program);
    platform.set_home(private.join("home"));
    platform.up();
    assert!(platform.is_serving());
    platform.ok(&["down"]);
    let actual = private.join("home").canonicalize().unwrap();
    assert!(actual.starts_with("/var/lib/nexus-cos"), "{}", actual.display());
    platform.set_home(platform.folder().join("none"));
    fs::remove_dir_all(actual).unwrap();
}
