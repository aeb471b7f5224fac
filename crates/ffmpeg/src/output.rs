//! What a child writes.

use std::io;

use tokio::{io::AsyncReadExt as _, net::unix::pipe::Receiver};

use crate::headway::Headway;

/// One output of a running job.
#[derive(Debug)]
pub struct Output {
    pipe: Receiver,
    headway: Headway,
}

impl Output {
    pub(crate) fn new(pipe: Receiver, headway: Headway) -> Self {
        Self { pipe, headway }
    }

    /// Reads what is there, at least a byte; 0 when the child has closed it.
    pub async fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.pipe.read(into).await?;
        if read > 0 {
            self.headway.step();
        }
        Ok(read)
    }
}
