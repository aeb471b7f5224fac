//! `.env.pf.example`.

use spec::{DEFAULT, Spec};

#[test]
fn names_every_key_and_shows_no_secret() {
    let spec = Spec::parse(DEFAULT).expect("valid");
    let file = spec::env::render(&spec);
    assert_eq!(file.path, ".env.pf.example");
    for (name, key) in &spec.environment {
        assert!(file.contents.contains(&format!("{name}=")), "{name} is missing");
        assert!(!key.secret || file.contents.contains("<secret>"));
    }
    assert!(!file.contents.contains("{secret}"));
}
