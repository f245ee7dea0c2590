//! The lines of the views that show neither projects nor items: computed from the domain's functions.

use super::model::{Id, Model, View};
use super::rows::{Line, Tone};
use crate::domain::{Freedom, ItemRow};
use crate::words;

/// The lines of the view that shows; `None` for a view of projects or items, which needs none.
pub fn of(model: &Model) -> Option<Vec<Line>> {
    match model.view {
        View::Projects | View::Work => None,
        View::Unowned => Some(unowned(model)),
        View::Changes | View::Trend | View::Check => Some(Vec::new()),
    }
}

fn unowned(model: &Model) -> Vec<Line> {
    let items = || model.board.items();
    let free = items().filter(|item| item.freedom == Freedom::Free).map(|item| offer(model, item, "Free"));
    let maybe = items().filter(|item| matches!(item.freedom, Freedom::MaybeFree(_)));
    free.chain(maybe.map(|item| offer(model, item, "Maybe free"))).collect()
}

fn offer(model: &Model, item: &ItemRow, group: &str) -> Line {
    Line {
        id: words::item_ref(item),
        group: group.to_owned(),
        tag: words::issue(item.issue.as_ref(), &model.world.roadmap.repo),
        tone: Tone::Dim,
        place_name: item.project.to_string(),
        text: item.title.clone(),
        aside: words::owner_short(&item.owner, &model.world.sigs),
        about: Some(Id::Item(item.project.clone(), item.key.clone())),
        ..Line::default()
    }
}
