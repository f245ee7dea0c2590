//! The test harness of the screens: a model on a terminal in memory, driven by keys.

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use offramp::domain::{
    CloseReason, Date, Example, FetchStates, Issue, IssueRef, IssueState, Origin, Repo, Roadmap, Snapshot, Task,
    TaskState, Text, Timestamp, World,
};
use offramp::sources::{example, roadmap_file};
use offramp::tui::input::keymap::Keymap;
use offramp::tui::model::views::{VIEWS, ViewContent};
use offramp::tui::model::{Effect, FrameInfo, Model, Msg};
use offramp::tui::theme::Theme;
use offramp::tui::update::update;
use offramp::tui::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use crate::program::Shows as _;

pub(super) const ROADMAP: &str = "\
version: 1
title: Away from google.com
repo: kubernetes/k8s.io
projects:
  - id: k8s-prow-build
    owner: {sigs: [sig-testing], certainty: proposed}
    items:
      - {title: Prow jobs run on community clusters, done: 288, total: 1780}
      - {title: Community-staffed on-call can support it, kind: on-call}
  - id: k8s-gubernator
    owner: sig-testing
    items: [787, 1305, {title: Replace gubernator.k8s.io/pr, state: done}]
  - id: kubernetes-site
    items: [\"???\"]
  - id: k8s-moved
    owner: sig-release
    items: [{title: Move it, state: done}]
";

pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(super) fn issue(number: u64, title: &str, state: IssueState) -> Issue {
    Issue {
        title: title.to_owned(),
        state,
        author: Some("spiffxp".into()),
        labels: vec!["sig/testing".into(), "help wanted".into()],
        created: Timestamp::parse("2020-10-06T00:00:00Z"),
        comments: 3,
        body: "# Steps\n\nMove **all** of it:\n\n- [x] one\n- [ ] two `code`\n\n```\nverbatim\n```\n".to_owned(),
        fetch_states: FetchStates::all_known(),
        ..Issue::new(id(number))
    }
}

pub(super) fn roadmap(text: &str) -> Roadmap {
    roadmap_file::read(text, "r.yaml", example::groups(), day("2020-12-10")).unwrap()
}

/// Returns the world with another roadmap.
pub(super) fn of_roadmap(text: &str) -> World {
    World { roadmap: roadmap(text), ..world() }
}

/// Returns the world of the example as it opens.
pub(super) fn example_world() -> World {
    let shown = Example::Kubernetes;
    let (roadmap, snapshot) = (example::roadmap(shown).clone(), example::snapshot(shown).clone());
    World { roadmap, snapshot, origin: Origin::Example(shown), ..world() }
}

/// Returns the world after a change of the issue "Migrate kettle".
pub(super) fn with_kettle(change: impl FnOnce(&mut Issue)) -> World {
    let mut world = world();
    change(world.snapshot.issues.get_mut(&id(787)).unwrap());
    world
}

pub(super) fn id(number: u64) -> IssueRef {
    IssueRef::new(Repo::new("kubernetes/k8s.io").unwrap(), number)
}

/// Returns the world in which the issue "Migrate kettle" has open boxes.
pub(super) fn with_boxes<const N: usize>(texts: [&str; N]) -> World {
    with_kettle(|issue| issue.tasks = texts.map(|text| task(text, TaskState::Open)).to_vec())
}

pub(super) fn task(text: &str, state: TaskState) -> Task {
    Task { text: text.into(), state, depth: 0, issues: Vec::new(), section: Text::default() }
}

pub(super) fn world() -> World {
    let closed =
        IssueState::Closed { reason: Some(CloseReason::Robot), at: Timestamp::parse("2020-12-01T00:00:00Z"), by: None };
    let issues =
        vec![issue(787, "Migrate kettle 日本語 e\u{301}", IssueState::Open), issue(1305, "Migrate triage", closed)];
    let snapshot = Snapshot::new(Timestamp::parse("2020-12-10T12:00:00Z"), issues, BTreeMap::new());
    World {
        roadmap: roadmap(ROADMAP),
        origin: Origin::File("r.yaml".into()),
        snapshot,
        date: day("2020-12-10"),
        now: Timestamp::parse("2020-12-10T14:00:00Z").unwrap(),
        web: "https://github.com".into(),
        here: None,
        me: None,
        checkout: None,
        moves: None,
    }
}

/// A model and the terminal it is drawn on.
pub(super) struct Screen {
    pub(super) model: Model,
    pub(super) terminal: Terminal<TestBackend>,
    /// The cells of the last frame.
    pub(super) buffer: Buffer,
    pub(super) theme: Theme,
}

impl Screen {
    pub(super) fn of(world: World, width: u16, height: u16) -> Self {
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let mut screen =
            Self { model: Model::new(world), terminal, buffer: Buffer::default(), theme: Theme::default() };
        screen.draw();
        screen
    }

    pub(super) fn new(width: u16, height: u16) -> Self {
        Self::of(world(), width, height)
    }

    /// Returns the screen after keys were typed.
    pub(super) fn after(mut self, keys: &str) -> Self {
        self.keys(keys);
        self
    }

    #[track_caller]
    pub(super) fn shows<const N: usize>(&self, texts: [&str; N]) {
        self.text().shows(texts);
    }

    #[track_caller]
    pub(super) fn hides<const N: usize>(&self, texts: [&str; N]) {
        self.text().hides(texts);
    }

    pub(super) fn draw(&mut self) {
        let (model, theme) = (&self.model, self.theme);
        if let ViewContent::Lines(lines) = model.view.spec().content {
            assert_eq!(model.lines, lines(model), "cached lines are out of date");
        }
        let mut info = FrameInfo::default();
        let drawn = self.terminal.draw(|frame| info = view::draw(frame, model, theme)).unwrap();
        self.buffer = drawn.buffer.clone();
        self.model.frame = info;
    }

    pub(super) fn send(&mut self, msg: Msg) -> Option<Effect> {
        let effect = update(&mut self.model, msg);
        self.draw();
        effect
    }

    pub(super) fn key(&mut self, code: KeyCode) -> Option<Effect> {
        self.send(Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    /// Types letters; `\n` is Enter, `\x1b` is Esc, `\t` is Tab.
    pub(super) fn keys(&mut self, text: &str) -> Option<Effect> {
        let mut last = None;
        for c in text.chars() {
            last = self.key(match c {
                '\n' => KeyCode::Enter,
                '\u{1b}' => KeyCode::Esc,
                '\t' => KeyCode::Tab,
                c => KeyCode::Char(c),
            });
        }
        last
    }

    pub(super) fn text(&self) -> String {
        let buffer = &self.buffer;
        let width = usize::from(buffer.area.width);
        let mut text = String::new();
        for row in buffer.content.chunks(width) {
            let mut line = String::new();
            let mut covered = 0;
            for cell in row {
                if covered == 0 {
                    line.push_str(cell.symbol());
                    covered = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
                } else {
                    covered -= 1;
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    pub(super) fn selected(&self) -> String {
        format!("{:?}", self.model.list.selected)
    }

    pub(super) fn message(&self) -> &str {
        self.model.message.as_ref().map_or("", |message| message.text.as_str())
    }
}

pub(super) fn screen_keymap() -> Keymap {
    Keymap::new(VIEWS.map(|view| (view.command, view.help)))
}
