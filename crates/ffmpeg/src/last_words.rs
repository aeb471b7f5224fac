//! The last lines of a child's standard error.

use std::{collections::VecDeque, sync::Arc};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader},
    task::JoinHandle,
};

/// Lines that are kept.
const LINES: usize = 12;
/// Bytes of a line that are read at once; a longer one counts as several.
const LINE: u64 = 512;

/// See the [module](self).
#[derive(Debug, Clone, Default)]
pub(crate) struct LastWords(Arc<Mutex<VecDeque<String>>>);

impl LastWords {
    /// Reads everything from `from`, so that the child is never blocked by what it says.
    pub(crate) fn hear(from: impl AsyncRead + Send + Unpin + 'static) -> (Self, JoinHandle<()>) {
        let words = Self::default();
        let listener = tokio::spawn({
            let words = words.clone();
            async move {
                let mut from = BufReader::new(from);
                let mut line = Vec::new();
                loop {
                    line.clear();
                    match (&mut from).take(LINE).read_until(b'\n', &mut line).await {
                        Ok(0) | Err(_) => return,
                        Ok(_) => words.keep(&line),
                    }
                }
            }
        });
        (words, listener)
    }

    /// What was said last, oldest line first.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().iter().cloned().collect()
    }

    fn keep(&self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        let line: String = line.trim().chars().filter(|c| !c.is_control()).collect();
        if line.is_empty() {
            return;
        }
        let mut lines = self.0.lock();
        if lines.len() == LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_last_lines_are_kept_and_no_line_fills_the_memory() {
        let mut text: Vec<u8> =
            (0..100).flat_map(|n| format!("line {n}\r\n").into_bytes()).collect();
        text.extend_from_slice(&[b'x'; 600]);
        let (words, listener) = LastWords::hear(std::io::Cursor::new(text));
        listener.await.unwrap();
        let lines = words.lines();
        assert_eq!(lines.len(), LINES);
        assert_eq!(lines[9], "line 99");
        assert_eq!((lines[10].len(), lines[11].len()), (512, 88));
    }
}
