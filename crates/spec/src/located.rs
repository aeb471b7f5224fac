//! A second reading of the same YAML that keeps only where each key and value stands, so that
//! rules can name a line while the model stays plain data.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// 1-based line and column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub line: u64,
    pub column: u64,
}

/// Where a value stands, and its children.
#[derive(Debug)]
pub(crate) struct Located {
    position: Position,
    children: Vec<(String, Self)>,
}

impl Located {
    /// Reads `text`, which has already been accepted by the typed parser.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let root: Spanned<Node> = serde_saphyr::from_str(text).ok()?;
        Some(locate(root))
    }

    /// The position of the value at `path` (keys, or decimal indices in lists), or of its nearest
    /// existing ancestor.
    pub(crate) fn position(&self, path: &[&str]) -> Position {
        let mut here = self;
        for step in path {
            match here.children.iter().find(|(key, _)| key == step) {
                Some((_, child)) => here = child,
                None => break,
            }
        }
        here.position
    }
}

enum Node {
    Map(Vec<(Spanned<String>, Spanned<Node>)>),
    List(Vec<Spanned<Node>>),
    Scalar,
}

fn locate(node: Spanned<Node>) -> Located {
    let position = position_of(node.referenced);
    let children = match node.value {
        Node::Scalar => Vec::new(),
        Node::List(items) => items
            .into_iter()
            .enumerate()
            .map(|(index, item)| (index.to_string(), locate(item)))
            .collect(),
        Node::Map(entries) => entries
            .into_iter()
            .map(|(key, value)| {
                // A mapping is found by its key; a block mapping's own start is its first entry.
                let mut child = locate(value);
                if !child.children.is_empty() {
                    child.position = position_of(key.referenced);
                }
                (key.value, child)
            })
            .collect(),
    };
    Located { position, children }
}

fn position_of(location: serde_saphyr::Location) -> Position {
    Position { line: location.line(), column: location.column() }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Node::Map(entries))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_str<E>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        IgnoredAny::deserialize(deserializer)?;
        Ok(Node::Scalar)
    }
}
