//! Every port belongs to one listener.

use std::collections::BTreeMap;

use super::Broken;
use crate::{Spec, Transport};

/// Ports of the gateway on a production host.
const GATEWAY: [u16; 2] = [80, 443];

pub(super) fn check(spec: &Spec, broken: &mut Vec<Broken>) {
    let mut holders: BTreeMap<(Transport, u16), String> =
        GATEWAY.map(|port| ((Transport::Tcp, port), "the gateway".to_owned())).into();
    for (name, service) in &spec.services {
        let main = (vec!["services", name, "port"], Transport::Tcp, service.port);
        let indices: Vec<String> = (0..service.listens.len()).map(|i| i.to_string()).collect();
        let others = service.listens.iter().zip(&indices).map(|(listen, index)| {
            (vec!["services", name, "listens", index, "port"], listen.protocol, listen.port)
        });
        for (path, protocol, port) in std::iter::once(main).chain(others) {
            if port < 1024 {
                broken.push(Broken::at(
                    &path,
                    format!("port {port} is privileged"),
                    "services run without privileges: use a port from 1024 to 65535",
                ));
            } else if let Some(holder) = holders.insert((protocol, port), format!("`{name}`")) {
                broken.push(Broken::at(
                    &path,
                    format!("port {port} already belongs to {holder}"),
                    "give each listener a port of its own",
                ));
            }
        }
    }
}
