//! `offramp` without a command: opens the screens and answers their questions.

mod changing;
mod fetching;

use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::Notify;

use super::Global;
use super::{Context, Exit, Failure, brief, checkout_facts, fresh, last_meeting};
use crate::domain::shift::Moves;
use crate::domain::{CounterId, Date, World};
use crate::report::{Color, Format, Style};
use crate::sources::{clock, disk, terminal};
use crate::tui::input::keyfile;
use crate::tui::input::keymap::Keymap;
use crate::tui::model::views::VIEWS;
use crate::tui::model::{CheckoutState, Fetch, IssuesLoaded, LeftJobs, MeetingKept, Model, Msg, Question};
use crate::tui::run::{self, BackgroundTask, ExitReason, Host, Options, Post};
use crate::tui::theme::Theme;

/// Whether stdin and stdout are a terminal that can move its cursor.
pub fn can_open() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal() && !terminal::is_dumb()
}

/// Opens the screens.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let keymap = keymap(context)?;
    let model = model(context, context.world_of_links()?, keymap);
    let options = options(context, &model.world);
    let host = Arc::new(Program { global: global(context, &model.world) });
    match run::run(model, host, options) {
        Ok(ExitReason::Quit) => Ok(Exit::Done),
        Ok(ExitReason::Signal(number)) => Ok(Exit::Signal(number)),
        // As after SIGHUP, which a terminal that closes usually sends.
        Ok(ExitReason::Vanished) => Ok(Exit::Signal(1)),
        Err(error) => Err(Failure::failed(format!("the terminal cannot be used: {error}"))),
    }
}

/// The keymap, changed by the key file beside the settings if there is one.
pub(super) fn keymap(context: &Context) -> Result<Keymap, Failure> {
    let mut keymap = Keymap::new(VIEWS.map(|view| (view.command, view.help)));
    let Ok(settings) = context.paths.settings() else { return Ok(keymap) };
    let path = settings.with_file_name(KEY_FILE);
    let text = match disk::read_text(&path, LARGEST_KEY_FILE) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(keymap),
        Err(error) => return Err(Failure::usage(format!("{} cannot be read: {error}", path.display()))),
    };
    match keyfile::apply(&mut keymap, &text) {
        Ok(()) => Ok(keymap),
        Err(faults) => {
            let lines = faults.iter().map(|fault| format!("{}:{}: {}", path.display(), fault.line, fault.text));
            Err(Failure::usage(lines.collect::<Vec<_>>().join("\n")).hint(KEY_FILE_HINT))
        }
    }
}

/// The name of the key file, in the folder of the settings.
const KEY_FILE: &str = "keys.toml";
/// What a key file may say.
pub(super) const KEY_FILE_HINT: &str =
    "a key file has a `preset` and, below `[keys]`, lines such as `down = [\"n\", \"Down\"]`";
/// The largest key file that is read, in bytes.
const LARGEST_KEY_FILE: u64 = 1 << 20;

/// The model at the start.
fn model(context: &Context, world: World, keymap: Keymap) -> Model {
    let mut model = Model::new(world);
    model.keymap = keymap;
    model.met = met(context, &model.world);
    model.invalidate();
    model.no_sync = fetching::refusal(context, &model.world);
    // The issues that the roadmap does not link to are loaded when needed.
    model.issues = if model.world.origin.is_example() { IssuesLoaded::All } else { IssuesLoaded::Linked };
    model.has_day = context.global.as_of.is_some();
    if checkout_facts::has_checkout(context, &model.world) {
        model.checkout = CheckoutState::Stale;
    }
    (model.local, model.local_day, model.next_day) = (clock::local, clock::day, clock::seconds_to_midnight);
    model
}

fn options(context: &Context, world: &World) -> Options {
    Options {
        is_old: fresh::is_old(context, &world.roadmap, &world.snapshot),
        theme: Theme {
            // The output format does not matter on the screens: `-o json` leaves the colours.
            colour: context.style.color || context.global.color == Some(Color::Always),
            ascii: context.style.ascii || terminal::has_few_glyphs(),
            light: context.settings.light || terminal::is_light(),
        },
        mouse: context.settings.mouse,
    }
}

/// Pins the roadmap file: if it goes away, that is a fault, and the example must not take its place.
fn global(context: &Context, world: &World) -> Global {
    let file = world.origin.file().map(Path::to_owned);
    Global { roadmap: file.or_else(|| context.global.roadmap.clone()), ..context.global.clone() }
}

/// The host of the screens. It makes a new [`Context`] for each call, since the settings may have changed.
struct Program {
    global: Global,
}

impl Program {
    fn with<T>(&self, work: impl FnOnce(&Context) -> Result<T, Failure>) -> Result<T, String> {
        with(&self.global, work)
    }
}

impl Host for Program {
    fn load(&self) -> Result<World, String> {
        self.with(Context::world)
    }

    fn sync(&self, fetch: Fetch, post: Post, stop: Arc<Notify>) -> BackgroundTask<Result<String, String>> {
        fetching::sync(&self.global, fetch, post, stop)
    }

    fn answer(&self, question: Question) -> Msg {
        match question {
            Question::Plan(edit, seen) => {
                let diff = self.with(|context| changing::plan(context, &edit, &seen));
                Msg::Planned(edit, diff)
            }
            Question::Apply(edit, agreed, seen) => {
                Msg::Done(self.with(|context| changing::apply(context, &edit, &seen, &agreed)))
            }
            Question::Brief { date, since, file } => {
                Msg::Done(self.with(|context| write_brief(context, (date, since), file.as_deref())))
            }
            Question::Body(issue) => {
                // An issue without its text still shows everything else.
                let text = self.with(|context| fetching::body(context, &issue)).unwrap_or_default();
                Msg::Body(issue, text)
            }
            Question::Left(counter, day) => {
                let left = self.with(|context| remaining_jobs(context, &counter, day));
                Msg::Left(counter, day, left)
            }
            Question::Count(day) => {
                let count = |context: &Context| checkout_facts::left_by_counter(context, &context.world()?, day);
                Msg::Counted(day, self.with(count))
            }
            Question::Moves(since, until) => Msg::Moved(self.with(|context| {
                let world = context.world_as_fetched()?;
                let steps = checkout_facts::step_commits(context, &world, |_| true);
                Ok(Moves { steps, ..checkout_facts::moved(context, &world, since, until) })
            })),
            Question::Meeting(day) => Msg::Met(self.with(|context| keep_meeting(context, day))),
        }
    }
}

/// Runs `work` with a new context: the settings may have changed since the screens were opened.
fn with<T>(global: &Global, work: impl FnOnce(&Context) -> Result<T, Failure>) -> Result<T, String> {
    let context = Context::new(global.clone());
    context.and_then(|context| work(&context)).map_err(|failure| failure.rendered())
}

/// Lists what the first rule of a counter does not count as done, at the newest commit of the checkout up to a day.
fn remaining_jobs(context: &Context, counter: &CounterId, day: Date) -> Result<LeftJobs, Failure> {
    let roadmap = context.roadmap(&context.origin())?;
    let rule = roadmap.counter(counter).and_then(|counter| counter.rules.first());
    let rule = rule.ok_or_else(|| Failure::usage(format!("the counter `{counter}` has no rule any more")))?;
    let (found, commit, base) = checkout_facts::remaining_of(context, &roadmap, rule, day)?;
    Ok(LeftJobs {
        jobs: found.units,
        base,
        commit: commit.map(|commit| (commit.short().to_owned(), commit.date)),
        is_complete: found.is_complete && found.problems.is_empty(),
    })
}

/// Writes the brief for a meeting; an existing file is not replaced.
fn write_brief(context: &Context, (date, since): (Date, Date), file: Option<&str>) -> Result<String, Failure> {
    let mut world = context.world()?;
    world.date = date;
    checkout_facts::count_left(context, &mut world);
    world.moves = Some(checkout_facts::moved(context, &world, since.min(date), date));
    let phrase = last_meeting::phrase(context, &world, since);
    let page = brief::page(context, &world, (since, phrase), None);
    let text = page.render(Format::Md, Style { width: None, color: false, ascii: false });
    let name = file.map_or_else(|| free_name(date), ToOwned::to_owned);
    disk::write_new(Path::new(&name), text.as_bytes())?;
    Ok(format!("wrote {name}"))
}

/// `offramp-2026-11-28.md`, and for the second one of a day `offramp-2026-11-28-2.md`.
fn free_name(date: Date) -> String {
    let names = (2..100).map(|number| format!("offramp-{date}-{number}.md"));
    let is_free = |name: &String| Path::new(name).symlink_metadata().is_err();
    let first = format!("offramp-{date}.md");
    if is_free(&first) { first } else { names.into_iter().find(is_free).unwrap_or(first) }
}

/// The days on which groups met, as far as recorded.
fn met(context: &Context, world: &World) -> HashMap<String, Date> {
    let home = world.roadmap.home_meeting();
    let groups = world.roadmap.groups.list.iter().map(|group| &group.id).chain([&home]);
    groups.filter_map(|id| Some((id.as_str().to_owned(), last_meeting::met(context, &world.roadmap, id)?))).collect()
}

/// Stores the day of a meeting, and says where changes begin now. As in the commands, a later meeting of the schedule
/// counts instead, and one of today does not count: people still prepare for it.
fn keep_meeting(context: &Context, met: Date) -> Result<MeetingKept, Failure> {
    let world = context.world_as_fetched()?;
    last_meeting::keep(context, &world.roadmap, met)?;
    let known = last_meeting::of_home(context, &world).map(|meeting| meeting.day);
    let text = match known {
        None => format!("Changes begin 14 days back, since no meeting before {} is known", world.date),
        Some(day) if day > met => format!("Changes begin on {day}, the newest meeting since {met}"),
        Some(day) if day < met => format!("Changes begin on {day}, the last meeting before {met}"),
        Some(day) if last_meeting::has_schedule(context, &world) => {
            format!("Changes begin on {day}; later meetings are counted from it")
        }
        Some(day) => format!("Changes begin on {day}"),
    };
    let met = last_meeting::met(context, &world.roadmap, &world.roadmap.home_meeting()).unwrap_or(met);
    Ok(MeetingKept { met, text })
}
