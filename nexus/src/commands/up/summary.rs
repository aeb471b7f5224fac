//! What a person wants to know when everything runs.

use std::process::{Command, Stdio};

use super::preflight::Plan;
use crate::output;

impl Plan {
    /// The names of this machine's site, the main one first.
    pub(super) fn local_names(&self) -> Vec<String> {
        self.spec.domains.keys().map(|domain| spec::nginx::local_name(domain)).collect()
    }

    pub(super) fn print_summary(&self) {
        let (http, https) = (self.settings.up.http_port, self.settings.up.https_port);
        output::line("\nNexus COS is running.");
        output::line(format_args!("  watch      https://tv.nexuscos.localhost:{https}/"));
        output::line(format_args!(
            "             http://tv.nexuscos.localhost:{http}/   needs no certificate"
        ));
        output::line(format_args!("  console    https://nexuscos.localhost:{https}/"));
        output::line(format_args!("  API        https://nexuscos.localhost:{https}/api/v1/"));
        output::line(format_args!(
            "  publish    rtmp://127.0.0.1:{}/live   with a key from \
             `nexus admin stream-key create --slug demo`",
            self.settings.streamcore.rtmp_port
        ));
        if self.settings.gateway_api.smtp_host.is_empty() {
            output::line("  mail       kept on this machine: `nexus mail list`");
        }
        output::line("  check      nexus validate");
        output::line("  stop       Ctrl-C here, or `nexus down`");
    }

    pub(super) fn open_browser(&self) {
        let address = format!("https://tv.nexuscos.localhost:{}/", self.settings.up.https_port);
        let opened = Command::new("xdg-open")
            .arg(&address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        if opened.is_err() {
            output::notice(format_args!("no browser could be opened; go to {address}"));
        }
    }
}
