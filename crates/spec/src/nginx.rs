//! nginx configuration, for a production host and for `nexus up` on a developer's machine.
//!
//! Both come from the same renderer. Production gets files for `/etc/nginx/conf.d`, included by the
//! distribution's own `nginx.conf`; a local site gets a whole configuration that runs without
//! privileges. The floor is nginx 1.22 (Debian 12), so HTTP/2 is a flag of `listen`.

mod files;
mod http;
mod server;
mod site;
mod snippets;

use crate::{RenderedFile, Spec};

pub use site::{LocalPaths, Names, Site, local_name};

/// Renders every file of `site`, by path relative to nginx's configuration folder.
pub fn render(spec: &Spec, site: &Site) -> Vec<RenderedFile> {
    let mut files = vec![
        RenderedFile {
            path: "conf.d/00-nexus-cos.conf".into(),
            contents: http::render(spec, site),
        },
        snippets::tls(spec, site),
        snippets::proxy(),
        snippets::live(),
        snippets::security_headers(spec, site),
        snippets::problems(),
    ];
    files.extend(spec.active_domains().map(|domain| server::render(spec, site, domain)));
    if let Some(paths) = site.local_paths() {
        files.push(files::whole(paths));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
