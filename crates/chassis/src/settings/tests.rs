use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Config {
    port: u16,
    title: String,
    key: Secret,
    tags: Vec<String>,
    limit: Option<u32>,
    label: Option<String>,
    nested: Nested,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Nested {
    fast: bool,
    depth: u8,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 1,
            title: "default".to_owned(),
            key: Secret::new("default key".to_owned()),
            tags: Vec::new(),
            limit: None,
            label: None,
            nested: Nested::default(),
        }
    }
}

impl Default for Nested {
    fn default() -> Self {
        Self { fast: false, depth: 3 }
    }
}

fn sources(spec: Value, file: &str, env: &[(&str, &str)]) -> Sources {
    let Value::Object(spec) = spec else { panic!("the spec layer is a table") };
    Sources {
        spec,
        file: Some(SettingsFile { path: "nexus.toml".to_owned(), text: file.to_owned() }),
        env: env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
    }
}

#[test]
fn later_layers_win_and_untouched_keys_keep_their_default() {
    let sources = sources(
        json!({"my-service": {"port": 2, "title": "spec"}}),
        "[my-service]\ntitle = \"file\"\nnested.fast = true\n",
        &[("NEXUS_MY_SERVICE__NESTED__DEPTH", "9"), ("NEXUS_OTHER__PORT", "x"), ("PATH", "/bin")],
    );
    let config: Config = load("my-service", &sources).unwrap();
    assert_eq!(config.port, 2);
    assert_eq!(config.title, "file");
    assert_eq!(config.nested, Nested { fast: true, depth: 9 });
    assert_eq!(config.key.expose(), "default key");
}

#[test]
fn environment_text_takes_the_type_of_the_field() {
    let sources = sources(
        json!({}),
        "",
        &[
            ("NEXUS_S__TITLE", "8080"),
            ("NEXUS_S__PORT", "8080"),
            ("NEXUS_S__LIMIT", "12"),
            ("NEXUS_S__LABEL", "12"),
            ("NEXUS_S__TAGS", "a, b"),
            ("NEXUS_S__NESTED__FAST", "true"),
            ("NEXUS_S__KEY", "hush"),
        ],
    );
    let config: Config = load("s", &sources).unwrap();
    assert_eq!((config.title.as_str(), config.port, config.limit), ("8080", 8080, Some(12)));
    assert_eq!(config.label.as_deref(), Some("12"));
    assert_eq!(config.tags, ["a", "b"]);
    assert!(config.nested.fast);
    assert_eq!(config.key.expose(), "hush");
}

#[test]
fn faults_name_the_place_and_the_nearest_key() {
    let cases = [
        (
            sources(json!({}), "[s]\n\nprot = 1\n", &[]),
            "unknown setting `prot` in nexus.toml:3; did you mean `port`?",
        ),
        (
            sources(json!({}), "[s.nested]\nfsat = true\n", &[]),
            "unknown setting `nested.fsat` in nexus.toml:2; did you mean `fast`?",
        ),
        (
            sources(json!({}), "", &[("NEXUS_S__PROT", "1")]),
            "unknown setting `prot` in environment variable NEXUS_S__PROT; did you mean `port`?",
        ),
        (sources(json!({"s": {"zzzzzz": 1}}), "", &[]), "unknown setting `zzzzzz` in the spec"),
        (
            sources(json!({}), "[s]\nport = 70000\n", &[]),
            "setting `s.port` from nexus.toml:2 cannot be used: invalid value: integer `70000`, \
             expected u16",
        ),
    ];
    for (sources, message) in cases {
        assert_eq!(load::<Config>("s", &sources).unwrap_err().to_string(), message);
    }
}

#[test]
fn a_file_that_is_not_toml_is_refused_with_its_name() {
    let error = load::<Config>("s", &sources(json!({}), "[s\n", &[])).unwrap_err();
    assert!(error.to_string().starts_with("nexus.toml is not valid TOML"), "{error}");
}

#[test]
fn secrets_are_not_printed_even_when_refused() {
    let sources = sources(json!({}), "[s]\nkey = 12345\n", &[]);
    let error = load::<Config>("s", &sources).unwrap_err().to_string();
    assert!(!error.contains("12345"), "{error}");
    let config = Config::default();
    assert!(!format!("{config:?}").contains("default key"));
    assert!(!serde_json::to_string(&config).unwrap().contains("default key"));
}

#[test]
fn sections_that_no_service_has_are_refused() {
    let known = ["streamcore", "gateway-api"];
    let in_file = sources(json!({}), "[streamcoer]\nport = 1\n", &[]);
    assert_eq!(
        check_sections(&known, &in_file).unwrap_err().to_string(),
        "unknown section `streamcoer` in nexus.toml:1; did you mean `streamcore`?"
    );
    let in_env = sources(json!({}), "", &[("NEXUS_GATEWAYAPI__PORT", "1")]);
    assert!(check_sections(&known, &in_env).unwrap_err().to_string().contains("`gateway-api`"));
    let fine =
        sources(json!({}), "[gateway-api]\n", &[("NEXUS_STREAMCORE__X", "1"), ("NEXUS_HOME", "x")]);
    assert!(check_sections(&known, &fine).is_ok());
}
