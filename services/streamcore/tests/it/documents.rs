//! What is written down about the service agrees with it.

use std::path::Path;

#[test]
fn every_error_code_has_its_page() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    let found = chassis::problem::pages::differences(&pages, "streamcore", &streamcore::CODES);
    assert_eq!(found.unwrap(), Vec::<String>::new());
}
