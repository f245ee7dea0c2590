//! The money that finishing projects frees.

use crate::domain::{AccountId, Board, Item, ItemKey, Project, ProjectId, Roadmap, grouped};

/// The money that finishing a project frees.
#[derive(Debug, Clone, PartialEq)]
pub struct Freed {
    /// The project.
    pub project: ProjectId,
    /// The account that pays for it; `None` if several could be meant.
    pub account: Option<AccountId>,
    /// What is freed a month by the project itself and its open items.
    pub monthly: u64,
    /// The open items that free something, and how much a month.
    pub items: Vec<(ItemKey, u64)>,
}

impl Freed {
    /// Returns the currency of its account; if several could be meant, theirs, or none if they differ.
    pub fn currency<'r>(&self, roadmap: &'r Roadmap) -> &'r str {
        let account = self.account.as_ref().and_then(|id| roadmap.account(id));
        let mut all = roadmap.accounts.iter().map(|account| account.currency.as_str());
        match (account, all.next()) {
            (Some(account), _) => &account.currency,
            (None, Some(first)) if all.all(|own| own == first) => first,
            (None, Some(_)) => "",
            (None, None) => "USD",
        }
    }
}

/// Whether finishing something frees money, so that it matters which issues are open.
pub fn frees_any(roadmap: &Roadmap) -> bool {
    let of_items = |project: &Project| project.items.iter().any(|item| item.costs.frees().is_some());
    roadmap.projects.iter().any(|project| project.costs.frees().is_some() || of_items(project))
}

/// Returns what finishing each open project frees, in roadmap order; one entry per account if items name others.
pub fn freed(roadmap: &Roadmap, board: &Board) -> Vec<Freed> {
    let only = match roadmap.accounts.as_slice() {
        [account] => Some(account.id.clone()),
        _ => None,
    };
    let mut all = Vec::new();
    for project in &roadmap.projects {
        let Some(row) = board.project(&project.id).filter(|row| !row.state.is_end()) else { continue };
        let default = project.costs.account.clone().or_else(|| only.clone());
        let whole = project.costs.frees().map(|monthly| (default.clone(), (monthly, None)));
        let is_open = |item: &&Item| row.items.iter().any(|row| row.key == item.key && !row.state.is_end());
        let items = project.items.iter().filter(is_open).filter_map(|item| {
            let account = item.costs.account.clone().or_else(|| default.clone());
            Some((account, (item.costs.frees()?, Some(item.key.clone()))))
        });
        all.extend(grouped(whole.into_iter().chain(items)).into_iter().map(|(account, parts)| Freed {
            project: project.id.clone(),
            account,
            monthly: parts.iter().fold(0, |sum: u64, (monthly, _)| sum.saturating_add(*monthly)),
            items: parts.into_iter().filter_map(|(monthly, key)| Some((key?, monthly))).collect(),
        }));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::account;
    use crate::domain::{Account, Text, fixtures};

    #[test]
    fn what_no_account_pays_for_has_a_currency_only_if_all_accounts_have_it() {
        let freed = |id: Option<&str>| Freed {
            project: ProjectId::new("p"),
            account: id.map(|id| AccountId(Text::from(id))),
            monthly: 5,
            items: Vec::new(),
        };
        let of = |id: Option<&str>, currencies: &[(&str, &str)]| {
            let own = |(id, currency): &(&str, &str)| Account {
                id: AccountId(Text::from(*id)),
                currency: Text::from(*currency),
                ..account(None, &[])
            };
            let accounts = currencies.iter().map(own).collect();
            let roadmap = Roadmap { accounts, ..fixtures::roadmap(Vec::new()) };
            freed(id).currency(&roadmap).to_owned()
        };
        let mixed = [("a", "EUR"), ("b", "JPY")];
        assert_eq!((of(Some("b"), &mixed), of(None, &mixed)), ("JPY".to_owned(), String::new()));
        assert_eq!((of(None, &[("a", "EUR"), ("b", "EUR")]), of(None, &[])), ("EUR".to_owned(), "USD".to_owned()));
    }
}
