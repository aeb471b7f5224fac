//! What is committed about this service agrees with it.

use std::fs;
use std::path::Path;

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn the_committed_description_is_fresh() {
    let path = repository().join("openapi/gateway-api.json");
    let current = chassis::openapi::to_json(&gateway_api::openapi()).unwrap();
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == current, "openapi/gateway-api.json is stale; run `cargo xtask render`");
}

#[test]
fn every_error_code_has_its_page() {
    let pages = repository().join("docs/errors");
    let differences =
        chassis::problem::pages::differences(&pages, gateway_api::NAME, &gateway_api::CODES);
    assert_eq!(differences.unwrap(), [""; 0]);
}
