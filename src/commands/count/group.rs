//! `count --list --group`: filters units by group.

use super::figures::CheckoutRules;
use super::pages::each_owner;
use crate::commands::Failure;
use crate::domain::nearest::did_you_mean;
use crate::domain::tally::{GroupBy, NONE, OWNER};
use crate::domain::{GroupId, Unit};
use crate::sources::counting::Listing;

/// Keeps the units of a group of `--by`, or of a SIG if the rule counts jobs.
pub(super) fn retain(
    units: &mut Vec<Unit>,
    (name, by): (&str, Option<&GroupBy>),
    checkout: &mut CheckoutRules<'_>,
    listing: &Listing,
) -> Result<(), Failure> {
    let sigs = GroupBy::field("sig");
    let is_about_jobs = checkout.targets.first().is_some_and(|target| target.rule.jobs().is_some());
    let Some(by) = by.or_else(|| is_about_jobs.then_some(&sigs)) else {
        let hint = "name what it is a group of, for example `--by owner` or `--by dir`";
        return Err(Failure::usage("what this rule counts has no SIGs").hint(hint));
    };
    // Only SIGs have alternative names.
    let key = if is_about_jobs && *by == sigs && !is_none(name, by) {
        sig(name, units)?
    } else {
        key(name, by, &checkout.units(listing, 0, |_| true)?)?
    };
    units.retain(|unit| by.keys(unit).iter().any(|own| names(by, own).any(|name| name == key)));
    Ok(())
}

/// Whether a name means the units without a value, in which case parentheses may be left out.
fn is_none(name: &str, by: &GroupBy) -> bool {
    name == by.shown(NONE) || format!("({name})") == by.shown(NONE)
}

/// Returns the names of a group. One of several owners has them all, and each of them alone, an alias also without its
/// members.
fn names<'k>(by: &GroupBy, key: &'k str) -> impl Iterator<Item = &'k str> {
    let owners = (*by == GroupBy::field(OWNER)).then(|| each_owner(key)).into_iter().flatten();
    let owners = owners.flat_map(|owner| [Some(owner), owner.split_once(" (").map(|(alias, _)| alias)]);
    std::iter::once(key).chain(owners.flatten())
}

/// Finds the key of a group by one of its names, among the groups of all units.
fn key(name: &str, by: &GroupBy, units: &[Unit]) -> Result<String, Failure> {
    let keys = || units.iter().flat_map(|unit| by.keys(unit)).flat_map(|key| names(by, key));
    let named = keys().find(|key| *key != NONE && *key == name);
    if let Some(key) = named.or_else(|| keys().find(|key| *key == NONE && is_none(name, by))) {
        return Ok(key.to_owned());
    }
    let hint =
        did_you_mean(name, keys()).unwrap_or_else(|| format!("without `--list`, `--by {}` shows them", by.word()));
    Err(Failure::usage(format!("there is no group `{name}`")).hint(hint))
}

/// Finds a SIG by one of its names: `sig-node`, `sig/node` or `node`.
fn sig(text: &str, units: &[Unit]) -> Result<String, Failure> {
    let groups = crate::sources::example::groups();
    let wanted = GroupId::from_label(text).unwrap_or_else(|| GroupId::new(text));
    let long = format!("sig-{}", wanted.as_str());
    let is_known = |name: &str| {
        groups.group(&GroupId::new(name)).is_some()
            || units.iter().any(|unit| unit.field("sig").iter().any(|sig| sig == name))
    };
    let names = [wanted.as_str(), long.as_str()];
    let found = names.into_iter().find(|name| is_known(name)).map(str::to_owned);
    // Dashboards of SIG Architecture have the prefix `sig-arch-`.
    let of_boards = || {
        names
            .into_iter()
            .filter_map(crate::domain::job::sig_of)
            .map(|sig| sig.as_str().to_owned())
            .find(|sig| is_known(sig))
    };
    let found = found.or_else(of_boards).or_else(|| groups.find(text).map(|group| group.id.as_str().to_owned()));
    found.ok_or_else(|| {
        let near = |name: &str| did_you_mean(name, groups.list.iter().map(|group| group.id.as_str()));
        let hint = near(wanted.as_str()).or_else(|| near(&long));
        Failure::usage(format!("there is no group `{text}`"))
            .hint(hint.unwrap_or_else(|| "`offramp who` lists the groups".to_owned()))
    })
}
