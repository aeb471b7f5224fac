use super::SettingsFile;

/// Names the line of a settings file on which a key stands.
pub(super) fn line_of(file: &SettingsFile, section: &str, keys: &[String]) -> String {
    match offset_of(&file.text, section, keys) {
        Some(offset) => {
            let line = file.text[..offset].matches('\n').count() + 1;
            format!("{}:{line}", file.path)
        }
        None => file.path.clone(),
    }
}

fn offset_of(text: &str, section: &str, keys: &[String]) -> Option<usize> {
    let root = toml::de::DeTable::parse(text).ok()?;
    let mut table = root.get_ref();
    let mut offset = None;
    for name in std::iter::once(section).chain(keys.iter().map(String::as_str)) {
        let (key, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
        offset = Some(key.span().start);
        match value.get_ref() {
            toml::de::DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    offset
}
