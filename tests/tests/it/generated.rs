//! Files generated from the code are as committed.
//!
//! With `NEXUS_WRITE_GENERATED` set they are written instead; `cargo xtask render` does that.

use std::fs;
use std::path::Path;

use chassis::openapi::to_json;

#[test]
fn the_description_of_gateway_api() {
    agrees("openapi/gateway-api.json", &to_json(&gateway_api::openapi()).unwrap());
}

#[test]
fn the_description_of_streamcore() {
    agrees("openapi/streamcore.json", &to_json(&streamcore::openapi()).unwrap());
}

#[tokio::test]
async fn the_database_schema() {
    let services = [gateway_api::MIGRATIONS, streamcore::MIGRATIONS];
    agrees("database/schema.sql", &store::testing::schema(&services).await.unwrap());
}

fn agrees(path: &str, current: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    if std::env::var_os("NEXUS_WRITE_GENERATED").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, current).unwrap();
        return;
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == current, "{path} is not as generated; run `cargo xtask render`");
}
