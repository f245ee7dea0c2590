//! Rules about money.

use super::input::Input;
use super::location::at_item;
use super::{Finding, Location, finding};
use crate::domain::{Account, AccountReading, Amount};
use crate::insight::money::{self, AccountStatus, Outlook};
use crate::words::money::amount;

fn statuses<'a>(input: &'a Input<'_>) -> impl Iterator<Item = (&'a Account, AccountStatus)> + 'a {
    input.roadmap.accounts.iter().map(|account| (account, money::status(account, input.date)))
}

fn at(account: &Account) -> Location {
    Location { place: account.place, project: None, item: None }
}

pub(super) fn runs_out(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (account, status) in statuses(input) {
        let text = match status.outlook {
            Outlook::RunsOut { day, early: Some(early) } if early > 0 => {
                format!("{} runs out on {day}, {early} days before its end", account.name)
            }
            Outlook::Spent => format!("nothing is left of {}", account.name),
            Outlook::RunsOut { .. }
            | Outlook::Unknown
            | Outlook::Ended { .. }
            | Outlook::Unused { .. }
            | Outlook::Lasts => continue,
        };
        found.push(with_evidence(finding("account-runs-out", at(account), text), account, &status));
    }
}

pub(super) fn expires_unused(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (account, status) in statuses(input) {
        let (Some(limit), Outlook::Unused { end, amount: unused }) = (account.limit, status.outlook) else { continue };
        // A tenth is a reserve, and more is worth a word in time.
        if u128::from(unused) * 10 > u128::from(limit.amount) {
            let text = format!("{} of {} will not be used by {end}", amount(unused, &account.currency), account.name);
            found.push(with_evidence(finding("account-unused", at(account), text), account, &status));
        }
    }
}

pub(super) fn readings_old(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (account, status) in statuses(input).filter(|(_, status)| status.is_old()) {
        // What has ended needs no more readings, and the figure of a report gets none.
        let is_report = |reading: &AccountReading| matches!(reading.amount, Amount::SpentIn { .. });
        if matches!(status.outlook, Outlook::Ended { .. }) || status.reading.as_ref().is_some_and(is_report) {
            continue;
        }
        let age = status.age.unwrap_or(0);
        let text = format!("the newest reading of {} is {age} days old", account.name);
        found.push(with_evidence(finding("account-old", at(account), text), account, &status));
    }
}

pub(super) fn saves_too_much(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (project, item, _) in input.items() {
        let Some(monthly) = item.costs.frees() else { continue };
        let named = item.costs.account.as_ref().or(project.costs.account.as_ref());
        let account = match (named, input.roadmap.accounts.as_slice()) {
            (Some(id), _) => input.roadmap.account(id),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        let Some(account) = account else { continue };
        let Some(pace) = money::status(account, input.date).pace else { continue };
        if monthly as f64 > pace.monthly {
            let (saved, spent) =
                (amount(monthly, &account.currency), amount(pace.monthly.max(0.0) as u64, &account.currency));
            let text = format!("this would save {saved} a month of {}, which spends {spent}", account.name);
            found.push(finding("saves-too-much", at_item(project, item), text));
        }
    }
}

fn with_evidence(mut new: Finding, account: &Account, status: &AccountStatus) -> Finding {
    new.evidence = vec![money::text::used(account, status)];
    new
}
