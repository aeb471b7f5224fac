//! Writing of XML: nested elements with attributes, no text.

/// Builds one document.
#[derive(Debug)]
pub(super) struct Xml {
    out: String,
}

/// Name and value of an attribute.
pub(super) type Attribute<'a> = (&'a str, String);

impl Xml {
    pub(super) fn new() -> Self {
        Self { out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") }
    }

    /// An element with what `children` writes in it.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: &[Attribute<'_>],
        children: impl FnOnce(&mut Self),
    ) {
        self.start(name, attributes);
        self.out.push_str(">\n");
        children(self);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    /// An element with nothing in it.
    pub(super) fn empty(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.start(name, attributes);
        self.out.push_str("/>\n");
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    fn start(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            for character in value.chars() {
                match character {
                    '&' => self.out.push_str("&amp;"),
                    '<' => self.out.push_str("&lt;"),
                    '"' => self.out.push_str("&quot;"),
                    other => self.out.push(other),
                }
            }
            self.out.push('"');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped() {
        let mut xml = Xml::new();
        xml.element("a", &[("b", "<\"&".to_owned())], |xml| xml.empty("c", &[]));
        let body = "<a b=\"&lt;&quot;&amp;\">\n<c/>\n</a>\n";
        assert_eq!(xml.finish().split_once('\n').unwrap().1, body);
    }
}
