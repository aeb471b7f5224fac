//! The whole `nginx.conf` of an unprivileged nginx.

use super::LocalPaths;
use super::http::GENERATED;
use crate::RenderedFile;

/// Renders `nginx.conf` around `conf.d`.
pub(super) fn whole(paths: &LocalPaths) -> RenderedFile {
    let LocalPaths { pid, temp } = paths;
    let contents = format!(
        "{GENERATED}\
daemon off;
worker_processes auto;
pid {pid};

events {{
    worker_connections 16384;
}}

http {{
    client_body_temp_path {temp}/body;
    proxy_temp_path {temp}/proxy;
    fastcgi_temp_path {temp}/fastcgi;
    uwsgi_temp_path {temp}/uwsgi;
    scgi_temp_path {temp}/scgi;

    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;

    include conf.d/*.conf;
}}
"
    );
    RenderedFile { path: "nginx.conf".to_owned(), contents }
}
