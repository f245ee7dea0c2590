//! Rules about accounts and what work saves.

use super::input::Input;
use super::location::{at_item, at_place};
use super::{Finding, FindingRule, Severity};
use crate::domain::{Account, AccountReading, Amount};
use crate::insight::money::text::used;
use crate::insight::money::{self, AccountStatus, Outlook};
use crate::words;
use crate::words::money::amount;

fn statuses<'a>(input: &'a Input<'_>) -> impl Iterator<Item = (&'a Account, AccountStatus)> + 'a {
    input.roadmap.accounts.iter().map(|account| (account, money::status(account, input.date)))
}

const ACCOUNT_RUNS_OUT: FindingRule = FindingRule {
    name: "account-runs-out",
    severity: Severity::Error,
    summary: "an account is spent before its end",
    explain: "At its pace of the last three months, or the best known one, an account is spent before its end. \
`offramp spend` shows the pace, and what finishing open work frees.",
    find: runs_out,
};

pub(super) const RULES: &[FindingRule] = &[ACCOUNT_RUNS_OUT, ACCOUNT_UNUSED, ACCOUNT_OLD, SAVES_TOO_MUCH];

fn runs_out(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (account, status) in statuses(input) {
        let text = match status.outlook {
            Outlook::RunsOut { day, early: Some(early) } if early > 0 => {
                let (early, by) = (words::days(early), money::text::by_reading(&status));
                format!("{} runs out on {day}, {early} before its end{by}", account.name)
            }
            Outlook::Spent => format!("nothing is left of {}", account.name),
            // For an old reading `account-old` reports the same.
            Outlook::RanOut { day, read } if !status.is_old() => {
                format!("by the reading of {read}, {} ran out on {day}", account.name)
            }
            Outlook::RunsOut { .. }
            | Outlook::RanOut { .. }
            | Outlook::Unknown
            | Outlook::Ended { .. }
            | Outlook::Unused { .. }
            | Outlook::Lasts => continue,
        };
        found.push(ACCOUNT_RUNS_OUT.finding(at_place(account.place), text).evidence([used(account, &status)]));
    }
}

const ACCOUNT_UNUSED: FindingRule = FindingRule {
    name: "account-unused",
    severity: Severity::Warning,
    summary: "more than a tenth of an account lapses or expires unused",
    explain: "At the current pace, more than a tenth of a budget or credit is left on its last day, and lost. See \
whether work can be moved or paid earlier.",
    find: expires_unused,
};

fn expires_unused(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (account, status) in statuses(input) {
        let (Some(limit), Outlook::Unused { end, amount: unused }) = (account.limit, status.outlook) else { continue };
        // A tenth is a reserve; more deserves an early warning.
        if u128::from(unused) * 10 > u128::from(limit.amount) {
            let (unused, by) = (amount(unused, &account.currency), money::text::by_reading(&status));
            let text = format!("{unused} of {} will not be used by {end}{by}", account.name);
            found.push(ACCOUNT_UNUSED.finding(at_place(account.place), text).evidence([used(account, &status)]));
        }
    }
}

const ACCOUNT_OLD: FindingRule = FindingRule {
    name: "account-old",
    severity: Severity::Warning,
    summary: "the newest reading of an account is more than two months old",
    explain: "The outlook of an account comes from its newest reading, which is more than 62 days old. Add a \
reading to the roadmap or to the account's CSV file.",
    find: readings_old,
};

fn readings_old(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (account, status) in statuses(input).filter(|(_, status)| status.is_old()) {
        // An account that has ended needs no more readings, and the figure of a report gets none.
        let is_report = |reading: &AccountReading| matches!(reading.amount, Amount::SpentIn { .. });
        if matches!(status.outlook, Outlook::Ended { .. }) || status.reading.as_ref().is_some_and(is_report) {
            continue;
        }
        let age = status.age.unwrap_or(0);
        let ran_out = if let Outlook::RanOut { day, .. } = status.outlook {
            format!("; by it the account ran out on {day}")
        } else {
            String::new()
        };
        let text = format!("the newest reading of {} is {age} days old{ran_out}", account.name);
        found.push(ACCOUNT_OLD.finding(at_place(account.place), text).evidence([used(account, &status)]));
    }
}

const SAVES_TOO_MUCH: FindingRule = FindingRule {
    name: "saves-too-much",
    severity: Severity::Warning,
    summary: "an item saves more a month than its account spends",
    explain: "The `saves` (or `cost`) of an item that is left is more than its account spends in a month. One of the two figures is \
wrong, or the item is charged to another account.",
    find: saves_too_much,
};

fn saves_too_much(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (project, item, row) in input.items().filter(|(.., row)| row.is_left()) {
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
            let (saved, spent) = (amount(monthly, &account.currency), amount(pace.monthly as u64, &account.currency));
            let (title, from) = (&row.title, &account.name);
            let text = format!("`{title}` would save {saved} a month of {from}, which spends {spent}");
            found.push(SAVES_TOO_MUCH.finding(at_item(project, item), text));
        }
    }
}
