//! Every error code has a page in `docs/errors/`, and every page a code.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chassis::Code;
use chassis::problem::{codes, pages};

#[test]
fn codes_and_pages_agree() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors"));
    let gateway = gateway_api::codes();
    let owners: [(&str, &[&Code]); 3] = [
        ("chassis", codes::ALL),
        (gateway_api::NAME, &gateway),
        (streamcore::NAME, &streamcore::CODES),
    ];
    let mut differences = Vec::new();
    for (owner, codes) in owners {
        differences.extend(pages::differences(folder, owner, codes).unwrap());
    }
    let nginx = codes_of_nginx();
    for code in &nginx {
        let page = fs::read_to_string(folder.join(format!("{code}.md"))).unwrap_or_default();
        if pages::owner_of(&page).is_none() {
            differences.push(format!("{code}, which nginx answers with, has no page"));
        }
    }
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let owner = pages::owner_of(&text);
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let by_nginx = owner == Some("nginx") && nginx.contains(&name);
        if !by_nginx && !owners.iter().any(|(known, _)| Some(*known) == owner) {
            differences.push(format!("{} names no owner that has this code", path.display()));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The codes in the answers that nginx gives by itself.
fn codes_of_nginx() -> BTreeSet<String> {
    let answers = concat!(env!("CARGO_MANIFEST_DIR"), "/../nginx/conf.d/nexus-cos/problems.inc");
    let text = fs::read_to_string(answers).unwrap();
    let codes = text.split("\"code\":\"").skip(1).filter_map(|rest| rest.split('"').next());
    codes.map(str::to_owned).collect()
}
