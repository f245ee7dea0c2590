//! `count --base`: compares two commits and lists the units that are newly left. Meant for CI of any repository.

use std::fmt::Write as _;

use super::figures::{CheckoutRules, CounterRule};
use super::{CountFailOn, CountRun};
use crate::commands::check::github::{property, value};
use crate::commands::{Exit, Failure};
use crate::domain::{Unit, UnitState};
use crate::report::{Cell, Column, Format, Page, Stamp, Table};
use crate::sources::counting::{Count, Listing};
use crate::sources::git::Commit;
use crate::sources::paths;
use crate::words;

/// A rule at two commits.
struct Compared<'r> {
    target: CounterRule<'r>,
    before: Count,
    now: Count,
    base: Listing,
    head: Listing,
    /// Whether both counts are complete, apart from broken files that are the same in both.
    is_comparable: bool,
    /// The units that are left at the head and were not at the base.
    new: Vec<Unit>,
    web: Option<String>,
    /// The path of the checkout, for display.
    folder: String,
}

impl Compared<'_> {
    /// Returns a cell with a figure, empty unless the counts are comparable.
    fn number(&self, value: i64) -> Cell {
        if self.is_comparable { Cell::of(value.to_string(), value) } else { Cell::none() }
    }

    /// Returns the base and the head.
    fn commits(&self) -> Option<(&Commit, &Commit)> {
        Some((self.base.commit.as_ref()?, self.head.commit.as_ref()?))
    }

    /// Returns a cell with what is done, empty for a rule that counts only what is left.
    fn done(&self, count: &Count) -> Cell {
        if self.target.rule.is_left_only() { Cell::none() } else { self.number(count.amounts.done as i64) }
    }

    /// Returns by how much more is left.
    fn growth(&self) -> i64 {
        self.now.left() as i64 - self.before.left() as i64
    }

    /// Whether it is certain that more is left.
    fn is_worse(&self) -> bool {
        self.is_comparable && self.growth() > 0
    }

    fn sentence(&self) -> String {
        let id = &self.target.counter.id;
        if !self.is_comparable {
            return format!("{id}: not compared, since some files were not counted");
        }
        let (noun, nouns) = self.target.rule.nouns();
        let was = self.before.left();
        let is_left = format!("{id}: {} left", words::count(self.now.left(), noun, nouns));
        match self.growth() {
            0 => format!("{is_left}, as before"),
            more @ 1.. => format!("{is_left}, {more} more than {was}"),
            fewer => format!("{is_left}, {} fewer than {was}", -fewer),
        }
    }
}

impl CountRun<'_> {
    /// Compares all rules and prints new units. Returns the exit code, and whether all rules could be compared. Rules
    /// whose job configs are gone at the head are added to the missing ones.
    pub(super) fn compare(&mut self) -> Result<(Exit, bool), Failure> {
        let Self { context, args, stamp, checkouts, missing } = self;
        let mut all = Vec::new();
        for checkout in checkouts {
            all.extend(compare(checkout, missing)?);
        }
        let exit = match context.format {
            Format::Github => context.print(&annotations(&all, args.fail_on))?,
            Format::Table | Format::Plain | Format::Md | Format::Json | Format::Csv => {
                context.show(&page(stamp.clone(), &all, missing))?
            }
        };
        for one in all.iter().filter(|one| one.before.files > 0 && one.now.files == 0) {
            context.note(&format!("note: {} any more", words::no_files(&one.target.counter.id, one.target.rule)));
        }
        let is_comparable = all.iter().all(|one| one.is_comparable);
        let is_worse = args.fail_on.is_some() && all.iter().any(Compared::is_worse);
        Ok((if is_comparable && is_worse { Exit::Found } else { exit }, is_comparable))
    }
}

fn compare<'r>(checkout: &mut CheckoutRules<'r>, missing: &mut Vec<Failure>) -> Result<Vec<Compared<'r>>, Failure> {
    let [base, head] = checkout.listings.clone().try_into().map_err(|_| Failure::failed("there are no two commits"))?;
    let mut all = Vec::new();
    for rule in 0..checkout.targets.len() {
        match checkout.missing_configs_of(&head, rule) {
            Some(error) => missing.push(error.into()),
            None => all.extend(compare_rule(checkout, (&base, &head), rule)?),
        }
    }
    Ok(all)
}

fn compare_rule<'r>(
    checkout: &mut CheckoutRules<'r>,
    (base, head): (&Listing, &Listing),
    rule: usize,
) -> Result<Option<Compared<'r>>, Failure> {
    let Some(target) = checkout.targets.get(rule).copied() else { return Ok(None) };
    let mut new = Vec::new();
    if base.commit != head.commit && checkout.reader.is_comparable(base, head, rule) {
        let is_left = |state| matches!(state, UnitState::Left | UnitState::Unknown);
        let units = checkout.units(head, rule, is_left)?;
        new = checkout.reader.arrivals((base, head), rule, units, is_left)?;
    }
    // Listing units can reveal that a file with cached facts is missing, so this is checked again: units of such a file
    // would look new or gone.
    let is_comparable = checkout.reader.is_comparable(base, head, rule);
    new.retain(|_| is_comparable);
    let (before, now) = (checkout.reader.count(base, rule), checkout.reader.count(head, rule));
    let (web, shown) = (checkout.base(head.commit.as_ref()), paths::shown(&checkout.path));
    let (base, head) = (base.clone(), head.clone());
    Ok(Some(Compared { target, before, now, base, head, is_comparable, new, web, folder: shown }))
}

fn page(stamp: Stamp, all: &[Compared<'_>], missing: &[Failure]) -> Page {
    let mut page = Page::new("offramp/count-compared/1", stamp);
    let mut heads: Vec<&Compared<'_>> = all.iter().collect();
    heads.dedup_by_key(|one| &one.folder);
    for one in &heads {
        let Some((base, head)) = one.commits() else { continue };
        let of = if heads.len() > 1 { format!(" in {}", one.folder) } else { String::new() };
        page.line(format!("{} of {} compared with {} of {}{of}", head.short(), head.date, base.short(), base.date));
    }
    // With several repositories, the rows have the commits.
    let commits = heads.first().filter(|_| heads.len() == 1).and_then(|one| one.commits());
    page.fact("base", commits.map(|(base, _)| base.id.as_str()));
    page.fact("commit", commits.map(|(_, head)| head.id.as_str()));
    let (is_comparable, is_worse) = (all.iter().all(|one| one.is_comparable), all.iter().any(Compared::is_worse));
    if !is_comparable {
        page.line("Incomplete: counters are not compared if some of their files could not be read.");
    }
    if !missing.is_empty() {
        page.line("Incomplete: counters are not compared if their repository, or their folder in it, is missing.");
    }
    let is_complete = is_comparable && missing.is_empty();
    page.fact("complete", is_complete);
    page.fact("worse", (is_complete || is_worse).then_some(is_worse));
    page.table(counters(all));
    if all.iter().any(|one| !one.new.is_empty()) {
        page.title("New since then");
    }
    page.table(new_units(all));
    page
}

fn counters(all: &[Compared<'_>]) -> Table {
    Table::of(
        "counters",
        all,
        &[
            (Column::new("counter", "counter").cut(8), |one| Cell::new(one.target.counter.id.as_str())),
            (Column::new("rule", "rule").right(), |one| Cell::number(one.target.rule.version)),
            (Column::new("left_before", "left before").right(), |one| one.number(one.before.left() as i64)),
            (Column::new("left", "left now").right(), |one| one.number(one.now.left() as i64)),
            (Column::new("growth", "change").right(), |one| {
                if one.is_comparable { Cell::of(format!("{:+}", one.growth()), one.growth()) } else { Cell::none() }
            }),
            (Column::new("done_before", "done before").right().leaves(1), |one| one.done(&one.before)),
            (Column::new("done", "done now").right().leaves(1), |one| one.done(&one.now)),
            (Column::data("base"), |one| Cell::data(one.commits().map(|(base, _)| base.id.as_str()))),
            (Column::data("commit"), |one| Cell::data(one.commits().map(|(_, head)| head.id.as_str()))),
        ],
    )
}

fn new_units(all: &[Compared<'_>]) -> Table {
    Table::of(
        "new",
        all.iter().flat_map(|one| one.new.iter().map(move |unit| (one, unit))),
        &[
            (Column::new("counter", "counter").cut(8).leaves(1), |(one, _)| Cell::new(one.target.counter.id.as_str())),
            (Column::people("place").cut(20), |(one, unit)| {
                Cell::new(unit.place()).link(one.web.as_ref().map(|web| unit.link(web)))
            }),
            (Column::new("name", "what").cut(20), |(_, unit)| Cell::new(unit.name.as_str())),
            (Column::new("owner", "owner").cut(8).leaves(1), |(_, unit)| {
                Cell::maybe(Some(unit.field_text("owner")).filter(|text| !text.is_empty()))
            }),
            (Column::data("path"), |(_, unit)| Cell::data(unit.path.as_str())),
            (Column::data("line"), |(_, unit)| Cell::data(unit.line)),
        ],
    )
}

/// Returns workflow commands that GitHub Actions shows as annotations in a pull request.
fn annotations(all: &[Compared<'_>], fail_on: Option<CountFailOn>) -> String {
    let mut text = String::new();
    for one in all {
        let level = if fail_on.is_some() && one.is_worse() { "error" } else { "warning" };
        let id = one.target.counter.id.as_str();
        let (_, nouns) = one.target.rule.nouns();
        for unit in &one.new {
            let line = unit.line.map(|line| format!(",line={line}")).unwrap_or_default();
            let what = if unit.name.is_empty() { String::new() } else { format!(": {}", unit.name) };
            let message = if one.is_worse() {
                format!("more {nouns} are left{what}")
            } else {
                format!("left here, and was not before{what}")
            };
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "::{level} file={}{line},title={}::{}",
                property(&unit.path),
                property(id),
                value(&message)
            );
        }
        let _ = writeln!(text, "::notice title={}::{}", property(id), value(&one.sentence()));
    }
    text
}
