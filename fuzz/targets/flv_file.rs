//! FLV files: the same tags however the file is cut, and the same again after writing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use media::flv::{FlvError, Tag, TagReader, file_header};

fuzz_target!(|bytes: &[u8]| {
    let Some((&piece, file)) = bytes.split_first() else { return };
    let (tags, end) = read(file, file.len().max(1));
    assert_eq!(read(file, usize::from(piece).max(1)), (tags.clone(), end));
    let mut written = file_header(true, true).to_vec();
    for tag in &tags {
        written.extend_from_slice(&tag.to_bytes());
    }
    assert_eq!(read(&written, written.len()), (tags, Ok(())));
});

fn read(file: &[u8], piece: usize) -> (Vec<Tag>, Result<(), FlvError>) {
    let mut reader = TagReader::new(1 << 16);
    let mut tags = Vec::new();
    for piece in file.chunks(piece) {
        reader.receive(piece);
        loop {
            match reader.next_tag() {
                Ok(Some(tag)) => tags.push(tag),
                Ok(None) => break,
                Err(error) => return (tags, Err(error)),
            }
        }
    }
    (tags, Ok(()))
}
