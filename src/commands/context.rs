//! Context of a command: global options, settings and clock; loads the [`World`] and prints pages.

use std::cell::Cell;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Global;
use super::{Exit, Failure, fresh, nearby};
use crate::domain::boxes::{self, QuietDays};
use crate::domain::clean::clean;
use crate::domain::owner::is_login;
use crate::domain::{Date, Example, Origin, Repo, Roadmap, Snapshot, Text, Timestamp, World, time};
use crate::insight::finding::Related;
use crate::report::{Color, Format, Page, Stamp, Style};
use crate::sources::diagnostic::{Diagnostic, Diagnostics};
use crate::sources::git::origin as checkout;
use crate::sources::github::Api;
use crate::sources::paths::{self, Paths, shown};
use crate::sources::roadmap_file::{self, LoadedRoadmap};
use crate::sources::settings::Settings;
use crate::sources::{cache, clock, counting, disk, example, gh_login, pager, terminal};

/// What every command runs with.
#[derive(Debug)]
pub struct Context {
    /// The global options.
    pub global: Global,
    /// The present moment; `SOURCE_DATE_EPOCH` overrides it.
    pub now: Timestamp,
    /// The settings.
    pub settings: Settings,
    /// Why the settings file could not be used; [`Context::settings`] has the defaults then.
    pub settings_problem: Option<(String, &'static str)>,
    /// The paths of settings, cache and data.
    pub paths: Paths,
    /// The output format.
    pub format: Format,
    /// Width, colour and alphabet of what is printed.
    pub style: Style,
    /// Whether the answer comes from data older than `--max-age`, for exit code 5.
    pub is_stale: Cell<bool>,
}

impl Context {
    /// Reads settings and environment.
    pub fn new(global: Global) -> Result<Self, Failure> {
        disk::on_notice(print_note);
        let paths = Paths::of_user();
        let (settings, settings_problem) = match Settings::load(&paths) {
            Ok(settings) => (settings, None),
            Err(error) => (Settings::default(), Some((clean(&error.to_string()).into_owned(), error.hint()))),
        };
        let now = clock::now().map_err(Failure::usage)?;
        let is_terminal = terminal::is_output();
        let format = global.output.unwrap_or(if is_terminal { Format::Table } else { Format::Plain });
        let style = Style {
            width: terminal::width(),
            color: uses_color(color(&global, &settings), is_terminal) && takes_color(format, global.output.is_some()),
            ascii: global.ascii || settings.ascii,
        };
        Ok(Self { global, now, settings, settings_problem, paths, format, style, is_stale: Cell::new(false) })
    }

    /// Loads the roadmap and its issues, which are fetched first if they are old, and resolves the date.
    pub fn world(&self) -> Result<World, Failure> {
        let origin = self.origin();
        let roadmap = self.roadmap(&origin)?;
        self.world_of_all(origin, roadmap)
    }

    fn world_of_all(&self, origin: Origin, roadmap: Roadmap) -> Result<World, Failure> {
        let mut snapshot = self.snapshot(&origin, &roadmap)?;
        if !origin.is_example() {
            snapshot = fresh::fresh(self, &roadmap, snapshot)?;
        }
        self.world_of(origin, roadmap, snapshot)
    }

    /// Like [`Context::world`], but loads only the issues that [`World::board`] needs: a cache may hold many more.
    pub fn world_of_links(&self) -> Result<World, Failure> {
        self.world_of_part(|roadmap, key| cache::load_linked(cache::path(&self.paths), key, &roadmap.linked_issues()))
    }

    /// Like [`Context::world`], but loads only the issues that findings need.
    pub fn world_of_findings(&self) -> Result<World, Failure> {
        self.world_of_part(|roadmap, key| {
            cache::load_related(cache::path(&self.paths), key, &roadmap.linked_issues(), |linked| {
                let related = Related::to(roadmap, linked);
                move |headline| related.has(headline.title, headline.parents())
            })
        })
    }

    fn world_of_part(
        &self,
        load: impl FnOnce(&Roadmap, &cache::CacheKey) -> (Snapshot, Vec<String>),
    ) -> Result<World, Failure> {
        let origin = self.origin();
        let roadmap = self.roadmap(&origin)?;
        if origin.is_example() || crate::words::counts_issues(&roadmap) {
            return self.world_of_all(origin, roadmap);
        }
        let (snapshot, notes) = load(&roadmap, &self.cache_key(&roadmap)?);
        self.notes(&notes);
        let snapshot = fresh::fresh(self, &roadmap, snapshot)?;
        self.world_of(origin, roadmap, snapshot)
    }

    /// Like [`Context::world`], but never fetches: for commands to which the age of issues does not matter.
    pub fn world_as_fetched(&self) -> Result<World, Failure> {
        let origin = self.origin();
        let roadmap = self.roadmap(&origin)?;
        let snapshot = self.snapshot(&origin, &roadmap)?;
        self.world_of(origin, roadmap, snapshot)
    }

    /// Whether this is the name of a counter that does not count issues.
    pub fn is_counter(&self, name: &str) -> Result<bool, Failure> {
        let roadmap = self.roadmap(&self.origin())?;
        Ok(roadmap.counters.iter().any(|own| own.id.as_str() == name.trim() && !own.counts_issues()))
    }

    fn world_of(&self, origin: Origin, mut roadmap: Roadmap, mut snapshot: Snapshot) -> Result<World, Failure> {
        let api = Api::of_environment()?;
        if !origin.is_example() {
            snapshot = dated(snapshot);
            boxes::link_to_sub_issues(&mut snapshot);
        }
        roadmap.read_issues(&self.repo(&roadmap).clone(), &snapshot);
        let date = self.date(&origin)?;
        let here = clone_beside(&origin, &roadmap).filter(|_| self.global.example.is_none());
        Ok(World {
            roadmap,
            origin,
            snapshot,
            date,
            now: self.now,
            web: api.web,
            here,
            me: self.me(),
            checkout: None,
            moves: None,
        })
    }

    /// The login behind `@me`: from the settings, else from `gh`.
    fn me(&self) -> Option<Text> {
        let of_settings = self.settings.login.as_deref().map(|login| login.trim_start_matches('@').to_owned());
        let of_gh = || gh_login::of_config(Api::of_environment().ok()?.web_host());
        of_settings.or_else(of_gh).filter(|login| is_login(login)).map(Text::from)
    }

    /// Finds the roadmap: `--example`, `-f` or `OFFRAMP_ROADMAP`, the settings, `offramp.yaml` or `roadmap.yaml` in the
    /// current folder or above it in its repository (the latter only if it looks like one of ours), else the first example.
    pub fn origin(&self) -> Origin {
        if let Some(example) = self.global.example {
            return Origin::Example(example);
        }
        let named = self.global.roadmap.iter().filter(|path| !path.as_os_str().is_empty());
        let mut named = named.chain(&self.settings.roadmap).cloned();
        named.next().or_else(nearby::roadmap).map_or(Origin::Example(Example::default()), Origin::File)
    }

    /// Returns the user's roadmap file; fails for the built-in example, which cannot be changed.
    pub fn roadmap_path(&self) -> Result<PathBuf, Failure> {
        match self.origin() {
            Origin::File(path) => Ok(path),
            Origin::Example(_) => Err(Failure::usage("there is no roadmap file here, only the built-in example")
                .hint("`offramp init` writes one; `-f FILE` names one")),
        }
    }

    /// Reads the roadmap.
    pub fn roadmap(&self, origin: &Origin) -> Result<Roadmap, Failure> {
        match origin {
            Origin::Example(shown) => Ok(example::roadmap(*shown).clone()),
            Origin::File(path) => {
                let mut roadmap = Roadmap { quiet: self.quiet_days(), ..self.load(path)?.roadmap };
                roadmap.robots.extend(self.settings.robots.iter().map(|robot| Text::new(robot)));
                Ok(roadmap)
            }
        }
    }

    /// Reads a roadmap file. If the settings name it and it does not exist, the hint points to the settings.
    pub fn load(&self, path: &Path) -> Result<LoadedRoadmap, Diagnostics> {
        let mut loaded = roadmap_file::load(path, example::groups(), self.now.date());
        if let Ok(own) = &mut loaded {
            counting::leave_out_own_files(&mut own.roadmap, &own.files, &self.settings);
        }
        let is_of_settings = self.global.roadmap.is_none() && self.settings.roadmap.as_deref() == Some(path);
        match (loaded, self.paths.settings()) {
            (Err(_), Ok(settings)) if is_of_settings && matches!(path.try_exists(), Ok(false)) => {
                let hint =
                    format!("`roadmap` in {} names it: correct it there; `-f FILE` names another", shown(settings));
                let message = "there is no such file";
                Err(Diagnostic::of_file(&path.display().to_string(), message, Some(hint)).into())
            }
            (loaded, _) => loaded,
        }
    }

    /// Returns after how many days claims on boxes are quiet.
    pub fn quiet_days(&self) -> QuietDays {
        let default = QuietDays::default();
        QuietDays {
            claim: self.settings.claim_days.unwrap_or(default.claim),
            pull: self.settings.pull_days.unwrap_or(default.pull),
        }
    }

    /// Loads the cached issues; a damaged cache is reported on stderr and does not fail the command.
    pub fn snapshot(&self, origin: &Origin, roadmap: &Roadmap) -> Result<Snapshot, Failure> {
        match origin {
            Origin::Example(shown) => Ok(example::snapshot(*shown).clone()),
            Origin::File(_) => {
                let loaded = cache::load(&self.paths, &self.cache_key(roadmap)?);
                self.notes(&loaded.notes);
                Ok(dated(loaded.snapshot))
            }
        }
    }

    /// Prints notes about the cache to stderr.
    pub fn notes(&self, notes: &[String]) {
        for note in notes {
            self.note(&format!("note: {note}"));
        }
    }

    /// Returns the key of a roadmap's issues in the cache.
    pub fn cache_key(&self, roadmap: &Roadmap) -> Result<cache::CacheKey, Failure> {
        Ok(cache::CacheKey { host: Api::of_environment()?.host().to_owned(), repo: self.repo(roadmap).clone() })
    }

    /// Returns the path of the database that caches facts of checkouts; `None` without a home folder.
    pub fn count_cache(&self) -> Option<PathBuf> {
        cache::database::path(&self.paths).ok()
    }

    /// Returns the day to show: `--as-of`, else the day of the example, else today.
    pub fn date(&self, origin: &Origin) -> Result<Date, Failure> {
        match (&self.global.as_of, origin) {
            (Some(text), _) => self.shown_day(text),
            (None, Origin::Example(shown)) => Ok(example::date(*shown)),
            (None, Origin::File(_)) => Ok(self.today()),
        }
    }

    /// Returns today's date in the local time zone.
    pub fn today(&self) -> Date {
        clock::day(self.now)
    }

    /// Parses a day of the command line; a month or a year means its last day.
    pub fn day(&self, text: &str) -> Result<Date, Failure> {
        self.read_day(text, time::read_day)
    }

    /// Like [`Context::day`], for a day to show: notes on stderr that nothing of a future one is known.
    pub fn shown_day(&self, text: &str) -> Result<Date, Failure> {
        let (day, today) = (self.day(text)?, self.today());
        if day > today {
            self.note(&format!("note: {day} is in the future; nothing after {today} is known"));
        }
        Ok(day)
    }

    /// Parses the day after which changes count; a month or a year means the last day before it.
    pub fn day_before(&self, text: &str) -> Result<Date, Failure> {
        self.read_day(text, time::read_day_before)
    }

    /// Parses the first day that counts; a month or a year means its first day.
    pub fn first_day(&self, text: &str) -> Result<Date, Failure> {
        self.read_day(text, time::read_first_day)
    }

    fn read_day(&self, text: &str, read: fn(&str, Date) -> Option<Date>) -> Result<Date, Failure> {
        read(text, self.today()).ok_or_else(|| {
            Failure::usage(format!("`{text}` is not a day"))
                .hint("write 2020-12-10, 2020-12, today or 30d (30 days ago)")
        })
    }

    /// Returns the repository of bare issue numbers.
    pub fn repo<'a>(&'a self, roadmap: &'a Roadmap) -> &'a Repo {
        self.global.named_repo().unwrap_or(&roadmap.repo)
    }

    /// Begins a page, stamped with its roadmap, its date and the time of its data.
    pub fn page(&self, schema: &'static str, world: &World) -> Page {
        let stamp = Stamp {
            data_as_of: world.snapshot.fetched_at.map(Timestamp::rfc3339),
            as_of: Some(world.date.to_string()),
            roadmap: Some(paths::origin(&world.origin)),
            ..self.stamp()
        };
        Page::new(schema, stamp)
    }

    /// Begins a page about a file, which need not be a valid roadmap.
    pub fn file_page(&self, schema: &'static str, file: &Path) -> Page {
        Page::new(schema, Stamp { roadmap: Some(shown(file)), ..self.stamp() })
    }

    /// Returns a stamp with the present moment.
    pub fn stamp(&self) -> Stamp {
        Stamp { generated_at: self.now.rfc3339(), ..Stamp::default() }
    }

    /// Prints a page in the chosen format; a table longer than the terminal goes through the pager.
    pub fn show(&self, page: &Page) -> Result<Exit, Failure> {
        let text = page.render(self.format, self.style);
        if self.format == Format::Table { self.page_through(&text) } else { Self::write(&text) }
    }

    /// Writes a text, through the pager if it is longer than the terminal.
    pub fn page_through(&self, text: &str) -> Result<Exit, Failure> {
        let is_wanted = !self.global.no_pager && std::env::var_os("NO_PAGER").is_none_or(|value| value.is_empty());
        let is_long = terminal::is_output() && terminal::height().is_some_and(|height| text.lines().count() >= height);
        if is_wanted && is_long && pager::show(self.settings.pager.as_deref(), text) {
            return Ok(Exit::Done);
        }
        Self::write(text)
    }

    /// Prints a text, cleaned since it may contain arguments, file names or settings.
    pub fn print(&self, text: &str) -> Result<Exit, Failure> {
        Self::write(&clean(text))
    }

    /// Like [`Self::print`]; on a terminal a long text goes through the pager.
    pub fn print_page(&self, text: &str) -> Result<Exit, Failure> {
        if self.format == Format::Table { self.page_through(&clean(text)) } else { self.print(text) }
    }

    /// Prints a text that is already clean, such as a patch with the line ends of its file.
    pub fn write(text: &str) -> Result<Exit, Failure> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map(|()| Exit::Done).map_err(Failure::output)
    }

    /// Writes a line to stderr and ignores errors. While the screens have the terminal nothing is written: it would
    /// corrupt them.
    pub fn note(&self, text: &str) {
        print_note(text);
    }
}

/// Adds the local day on which the issues were fetched.
fn dated(snapshot: Snapshot) -> Snapshot {
    Snapshot { fetched_on: snapshot.fetched_at.map(clock::day), ..snapshot }
}

/// The repository of the current checkout, if it has no roadmap and the example is not about it.
fn clone_beside(origin: &Origin, roadmap: &Roadmap) -> Option<Repo> {
    match origin {
        Origin::Example(_) => checkout::repository(Path::new(".")).filter(|repo| *repo != roadmap.repo),
        Origin::File(_) => None,
    }
}

fn print_note(text: &str) {
    if !crate::tui::run::terminal::is_entered() {
        let _ = writeln!(io::stderr().lock(), "{}", clean(text));
    }
}

/// When to use colour; the value of the settings was checked when they were loaded.
fn color(global: &Global, settings: &Settings) -> Color {
    let written = settings.color.as_deref().and_then(|text| Color::from_str(text, true).ok());
    global.color.or(written).unwrap_or_default()
}

/// The default output of a pipe may be coloured; a format for data that was asked for may not.
fn takes_color(format: Format, is_asked_for: bool) -> bool {
    match format {
        Format::Table => true,
        Format::Plain => !is_asked_for,
        Format::Json | Format::Csv | Format::Md | Format::Github => false,
    }
}

/// Follows <https://no-color.org> and <https://bixense.com/clicolors/>.
fn uses_color(color: Color, is_terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR").is_some() => false,
        Color::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        Color::Auto if set("CLICOLOR").is_some_and(|value| value == "0") => false,
        Color::Auto if set("TERM").is_some_and(|value| value == "dumb") => false,
        Color::Auto => is_terminal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Context {
        /// Returns a context that reads neither settings nor environment.
        pub(in crate::commands) fn of_options(global: Global) -> Self {
            let (now, format, stale) = (Timestamp(0), Format::Plain, Cell::new(false));
            let (settings, paths, style) = (Settings::default(), Paths::default(), Style::default());
            Self { global, now, settings, settings_problem: None, paths, format, style, is_stale: stale }
        }
    }
}
