//! Rendered nginx configuration: what it says, and that nginx accepts it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use spec::nginx::{Site, render};
use spec::{DEFAULT, RenderedFile, Spec};

fn shipped() -> Spec {
    Spec::parse(DEFAULT).expect("the shipped specification is valid")
}

#[test]
fn local_site() {
    let spec = shipped();
    let mut text = String::new();
    for file in render(&spec, &Site::local(&spec, "/home/me/.nexus")) {
        let _ = write!(text, "==> {} <==\n{}\n", file.path, file.contents);
    }
    insta::assert_snapshot!(text);
}

#[test]
fn only_active_domains_have_a_server() {
    let spec = shipped();
    let files = render(&spec, &Site::production(&spec));
    for domain in spec.domains.keys() {
        let active = spec.active_domains().any(|name| name == domain);
        let rendered = files.iter().any(|file| file.path == format!("conf.d/{domain}.conf"));
        assert_eq!(active, rendered, "{domain}");
    }
}

#[test]
fn production_redirects_plain_http_and_says_so_for_two_years() {
    let spec = shipped();
    let files = render(&spec, &Site::production(&spec));
    let tv = text_of(&files, "conf.d/tv.nexuscos.online.conf");
    assert!(tv.contains("return 301 https://tv.nexuscos.online$request_uri;"));
    let headers = text_of(&files, "conf.d/nexus-cos/security-headers.inc");
    assert!(headers.contains("Strict-Transport-Security \"max-age=63072000"));
    assert!(!files.iter().any(|file| file.path == "nginx.conf"));
}

#[test]
fn every_location_that_passes_on_also_sets_the_headers() {
    let spec = shipped();
    for file in render(&spec, &Site::production(&spec)) {
        let passes = file.contents.matches("proxy_pass").count();
        let headers = file.contents.matches("security-headers.inc").count();
        assert_eq!(passes, headers, "{}", file.path);
    }
}

#[test]
fn nginx_accepts_the_local_site() {
    let spec = shipped();
    let folder = tempfile::tempdir().expect("temporary folder");
    let home = folder.path().to_str().expect("UTF-8 path");
    let site = Site::local(&spec, home);
    for name in ["tls", "run/nginx-temp", "log"] {
        fs::create_dir_all(folder.path().join(name)).expect("folder");
    }
    certificate(&site);
    write(folder.path(), &render(&spec, &site));
    accepts(folder.path());
}

#[test]
fn nginx_accepts_the_production_site_inside_the_distributions_own_configuration() {
    let spec = shipped();
    let folder = tempfile::tempdir().expect("temporary folder");
    let home = folder.path().to_str().expect("UTF-8 path");
    let mut site = Site::production(&spec);
    // Only what needs privileges differs from the committed files.
    site.certificate = format!("{home}/fullchain.pem");
    site.key = format!("{home}/privkey.pem");
    site.access_log = format!("{home}/access.log");
    site.error_log = format!("{home}/error.log");
    (site.http_port, site.https_port) = (18_080, 18_443);
    certificate(&site);
    let mut files = render(&spec, &site);
    files.push(RenderedFile {
        path: "nginx.conf".to_owned(),
        contents: DEBIAN.replace("HOME", home),
    });
    write(folder.path(), &files);
    accepts(folder.path());
}

/// The directives that Debian 12's nginx.conf sets, which ours must not repeat in `http`.
const DEBIAN: &str = r"
worker_processes auto;
pid HOME/nginx.pid;
error_log HOME/error.log;
events { worker_connections 768; }
http {
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    default_type application/octet-stream;
    client_body_temp_path HOME/body;
    proxy_temp_path HOME/proxy;
    fastcgi_temp_path HOME/fastcgi;
    uwsgi_temp_path HOME/uwsgi;
    scgi_temp_path HOME/scgi;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    access_log HOME/access.log;
    gzip on;
    include conf.d/*.conf;
}
";

fn text_of<'a>(files: &'a [RenderedFile], path: &str) -> &'a str {
    &files.iter().find(|file| file.path == path).expect("the file is rendered").contents
}

fn write(folder: &Path, files: &[RenderedFile]) {
    for file in files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().expect("inside the folder")).expect("folder");
        fs::write(path, &file.contents).expect("file");
    }
}

fn certificate(site: &Site) {
    let names = vec!["tv.nexuscos.localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("certificate");
    fs::write(&site.certificate, made.cert.pem()).expect("certificate file");
    fs::write(&site.key, made.signing_key.serialize_pem()).expect("key file");
}

fn accepts(folder: &Path) {
    let program = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"]
        .into_iter()
        .find(|path| Path::new(path).exists());
    let Some(program) = program else {
        println!("nginx is not installed here: the syntax was not tried");
        return;
    };
    let output = Command::new(program)
        .args(["-t", "-q", "-p"])
        .arg(folder)
        .args(["-c", "nginx.conf"])
        .output()
        .expect("nginx starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("[warn]"), "{said}");
}
