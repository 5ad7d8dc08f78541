//! A snapshot as a picture: the tree of the supervised actors, and the others beside it.

use super::Snapshot;
use crate::engine::id::ActorId;
use crate::supervision::Status;
use std::collections::BTreeMap;
use std::fmt::Write;

impl Snapshot {
    /// The tree of the supervised actors, and the others beside it, in Graphviz's language: `dot -Tsvg` draws it.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let parent = Spec::new(|_| Some(())).name("parent").start(&mut runtime).unwrap().actor_id();
    /// Spec::new(|_| Some(7_u32)).name("child").start_under(&mut runtime, parent).unwrap();
    /// let dot = runtime.snapshot().to_dot();
    /// assert!(dot.starts_with("digraph actors {") && dot.contains("\"root\" -> "), "{dot}");
    /// ```
    pub fn to_dot(&self) -> String {
        let mut dot = String::from(
            "digraph actors {\n  rankdir=LR;\n  node [shape=box];\n  \"root\" [shape=circle];\n",
        );
        for actor in &self.actors {
            let name =
                actor.name.as_deref().unwrap_or(actor.type_name).replace('\\', "\\\\").replace('"', "\\\"");
            let waits = actor.queued + actor.waiting;
            // Writing to a text does not fail.
            _ = writeln!(
                dot,
                "  \"{:x}\" [label=\"{name}\\n{:?}, {waits} waiting\"];",
                actor.id.0, actor.status
            );
            if actor.supervised {
                let supervisor = actor.supervisor.map_or("root".to_owned(), |id| format!("{:x}", id.0));
                _ = writeln!(dot, "  \"{supervisor}\" -> \"{:x}\";", actor.id.0);
            }
        }
        dot.push_str("}\n");
        dot
    }

    /// The same as a picture, in SVG: a row for each actor, below its supervisor and to the right of it. What waits is written on it, and those
    /// that are not running are dashed.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let parent = Spec::new(|_| Some(())).name("<parent>").start(&mut runtime).unwrap().actor_id();
    /// Spec::new(|_| Some(7_u32)).name("child").start_under(&mut runtime, parent).unwrap();
    /// let svg = runtime.snapshot().to_svg();
    /// assert!(svg.starts_with("<svg ") && svg.contains("&lt;parent&gt;"), "{svg}");
    /// ```
    pub fn to_svg(&self) -> String {
        let rows = self.rows();
        let depth = rows.iter().map(|row| row.depth).max().unwrap_or(0) as usize;
        let (width, height) = (depth * INDENT + BOX + 2 * MARGIN, rows.len() * ROW + 2 * MARGIN);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" \
             font-size=\"12\">\n"
        );
        for (number, row) in rows.iter().enumerate() {
            let actor = &self.actors[row.actor];
            let (x, y) = (MARGIN + row.depth as usize * INDENT, MARGIN + number * ROW);
            let name = escaped(actor.name.as_deref().unwrap_or(actor.type_name));
            let dash = if actor.status == Status::Running { "" } else { " stroke-dasharray=\"4\"" };
            let waits = actor.queued + actor.waiting;
            if let Some(above) = row.below {
                let (from_x, from_y) = (x - INDENT + 10, MARGIN + above * ROW + BOX_HEIGHT);
                let to_y = y + BOX_HEIGHT / 2;
                _ = writeln!(
                    svg,
                    "<path d=\"M{from_x} {from_y}V{to_y}H{x}\" fill=\"none\" stroke=\"gray\"/>"
                );
            }
            _ = writeln!(
                svg,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{BOX}\" height=\"{BOX_HEIGHT}\" rx=\"3\" fill=\"white\" stroke=\"black\"{dash}/>\
                 <text x=\"{}\" y=\"{}\">{name}: {:?}, {waits} waiting</text>",
                x + 6,
                y + 16,
                actor.status
            );
        }
        svg.push_str("</svg>\n");
        svg
    }

    /// The actors as a tree is read: each behind its supervisor and its older siblings with all that is below them.
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut children: BTreeMap<Option<ActorId>, Vec<usize>> = BTreeMap::new();
        for (at, actor) in self.actors.iter().enumerate() {
            children.entry(actor.supervisor).or_default().push(at);
        }
        // The next one is the last of these.
        let mut open: Vec<Row> = Vec::new();
        let below = |open: &mut Vec<Row>, supervisor, depth, above| {
            let found = children.get(&supervisor).into_iter().flatten().rev();
            open.extend(found.map(|&actor| Row { actor, depth, below: above }));
        };
        let mut rows = Vec::with_capacity(self.actors.len());
        below(&mut open, None, 0, None);
        while let Some(row) = open.pop() {
            below(&mut open, Some(self.actors[row.actor].id), row.depth + 1, Some(rows.len()));
            rows.push(row);
        }
        rows
    }
}

/// A place in the picture.
pub(super) struct Row {
    /// Which of the actors.
    pub(super) actor: usize,
    pub(super) depth: u32,
    /// The row of its supervisor.
    below: Option<usize>,
}

/// In pixels: the distance of rows, how much a child is to the right, the boxes, and what is left free around all.
const ROW: usize = 32;
const INDENT: usize = 40;
const BOX: usize = 280;
const BOX_HEIGHT: usize = 24;
const MARGIN: usize = 8;

/// What stands in a text as it is.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
