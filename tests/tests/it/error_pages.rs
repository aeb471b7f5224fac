//! Every error code has a page in `docs/errors/`, and every page a code.

use std::fs;
use std::path::Path;

use chassis::Code;
use chassis::problem::{codes, pages};

#[test]
fn codes_and_pages_agree() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors"));
    let owners: [(&str, &[&Code]); 3] = [
        ("chassis", codes::ALL),
        (gateway_api::NAME, &gateway_api::CODES),
        (streamcore::NAME, &streamcore::CODES),
    ];
    let mut differences = Vec::new();
    for (owner, codes) in owners {
        differences.extend(pages::differences(folder, owner, codes).unwrap());
    }
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let owner = pages::owner_of(&text);
        if !owners.iter().any(|(known, _)| Some(*known) == owner) {
            differences.push(format!("{} names no owner that exists", path.display()));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
