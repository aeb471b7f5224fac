//! What to do next.

use super::Nexus;
use super::credentials::Credentials;
use crate::output::{self, Progress};

pub(super) fn print(nexus: &Nexus, credentials: &Credentials, progress: &Progress) {
    let Credentials { administrator, stream } = credentials;
    let tv = stream.watch.split("/watch/").next().unwrap_or(&stream.watch);
    let api = tv.replacen("//tv.", "//", 1);
    let program = nexus.program.strip_prefix(crate::repository::root()).unwrap_or(&nexus.program);
    let home = nexus.home();
    let nexus = program.display();
    let sign_in = match administrator {
        Some(known) => format!("{}   {}", known.email, known.generated_password),
        None => format!("exists; `{nexus} admin reset-password --email …` gives a new password"),
    };
    output::line(&format!(
        "
Nexus COS is up after {seconds:.1} s.

  TV app          {tv}/
  API             {api}/api/v1/
  administrator   {sign_in}

Go live from OBS (Settings, Stream, Service: Custom):
  Server          {server}
  Stream key      {key}
  Output: x264 or NVENC, keyframe interval 2 s, no B-frames for the lowest latency.

Go live from FFmpeg with a test picture:
  ffmpeg -re -f lavfi -i testsrc2=size=1280x720:rate=30 -f lavfi -i sine=frequency=440 \\
    -c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g 60 -b:v 2500k \\
    -c:a aac -b:a 128k -f flv {server}/{key}

Watch             {watch}
  The browser warns until it trusts this machine's own authority (once):
  {authority}

  {nexus} validate      check everything again
  {nexus} status        what runs
  {nexus} down          stop it
",
        seconds = progress.elapsed().as_secs_f64(),
        server = stream.server,
        key = stream.key,
        watch = stream.watch,
        authority = home.join("tls/local-authority.pem").display(),
    ));
}
