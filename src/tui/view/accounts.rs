//! The window of accounts: use, burn, the day each runs out or expires, and the savings from finishing open work.

use ratatui::text::Span;

use super::text::PageText;
use super::{Scene, fit};
use crate::domain::{Account, Percent, Progress};
use crate::insight::money::{self, AccountStatus, Freed, Outlook};
use crate::words;

/// Fills the window and returns its title.
pub(super) fn fill<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, freed: &[(Freed, String)]) -> String {
    let world = &scene.model.world;
    for account in &world.roadmap.accounts {
        one(text, scene, account);
    }
    if !freed.is_empty() {
        text.heading(scene, "WHAT FINISHING OPEN WORK FREES");
        for (freed, from) in freed {
            text.paragraph(&frees(scene, freed, from), 1);
        }
    }
    format!("Accounts as of {}", world.date)
}

fn one<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, account: &'a Account) {
    let status = money::status(account, scene.model.world.date);
    let shown = |value: u64| words::money::amount(value, &account.currency);
    let kind = account.limit.map(|limit| format!(": {} of {}", limit.kind.word(), shown(limit.amount)));
    text.heading(scene, &format!("{}{}", account.name, kind.unwrap_or_default()));
    if let (Some(used), Some(limit)) = (status.used, account.limit) {
        let percent = Progress { done: used.min(limit.amount), total: limit.amount }.percent();
        let (full, empty) = scene.theme.bar(percent, 30);
        text.push(vec![
            Span::raw(" "),
            Span::styled(full, scene.theme.accent()),
            Span::styled(empty, scene.theme.dim()),
            Span::raw(format!(" {} used", words::percent(percent))),
        ]);
    }
    text.fact(scene, "Reading", &money::text::used(account, &status));
    // After its end the outlook says what was left.
    if let Some(left) = status.left.filter(|_| !matches!(status.outlook, Outlook::Ended { .. })) {
        let sign = if left < 0 { "minus " } else { "" };
        text.fact(scene, "Left", &format!("{sign}{}", shown(left.unsigned_abs())));
    }
    if status.burn.iter().any(Option::is_some) {
        text.fact(scene, "A month", &money::text::burn(account, &status));
    }
    text.facts(scene, "At this pace", money::text::at_end(account, &status));
    let has_no_end = account.limit.is_some_and(|limit| limit.end.is_none());
    let unknown = if has_no_end { "the roadmap gives no end" } else { "too little is known" };
    let unknown = money::text::missing(account, &status).unwrap_or(unknown);
    text.fact(scene, "Outlook", &money::text::outlook(account, &status).unwrap_or_else(|| unknown.to_owned()));
    lines(text, scene, account, &status);
}

/// Adds the lines of the account, each with its share of the sum.
pub(super) fn lines<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, account: &'a Account, status: &AccountStatus) {
    let theme = scene.theme;
    let lines = money::text::shown_lines(account, status);
    let longest = lines.iter().map(|line| fit::width(&line.name)).max().unwrap_or(0);
    let room = longest.min(text.width.saturating_sub(3 + 8 + 12));
    let total: u64 = lines.iter().map(|line| line.amount).sum();
    for line in lines {
        let share = (line.amount * 100).checked_div(total).unwrap_or(0).min(100) as u8;
        let (full, empty) = theme.bar(Percent::Known(share), 10);
        let amount = words::money::amount(line.amount, &account.currency);
        text.push(vec![
            Span::raw(format!("   {}", fit::left(&line.name, room))),
            Span::raw(format!("{}  ", fit::right(&amount, 9))),
            Span::styled(full, theme.accent()),
            Span::styled(empty, theme.dim()),
        ]);
    }
}

/// `k8s-prow: $500 a month of AWS, from 2027-01-01 (due)`
fn frees(scene: &Scene<'_>, freed: &Freed, from: &str) -> String {
    let roadmap = &scene.model.world.roadmap;
    let account = freed.account.as_ref().and_then(|id| roadmap.account(id));
    let of = account.map(|account| format!(" of {}", account.name)).unwrap_or_default();
    let amount = words::money::amount(freed.monthly, freed.currency(roadmap));
    format!("{}: {amount} a month{of}, {from}", scene.model.title_of(&freed.project))
}
