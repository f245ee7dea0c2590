//! Accounts: a budget or credit, the day it ends, and what was spent.

use super::text_id::text_id;
use super::{Date, Place, Text};

text_id! {
    /// The id of an account, for example `gcp`.
    AccountId
}

/// Money that a project lives on. Amounts are whole units of the currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Unique in the file.
    pub id: AccountId,
    /// The title to show; the id if the file has no name.
    pub name: String,
    /// The currency code, for example `USD`.
    pub currency: Text,
    /// The budget or credit; `None` if only the spending is known.
    pub limit: Option<Limit>,
    /// The spending per month, used until readings give it.
    pub monthly: Option<u64>,
    /// The readings file as written, relative to the roadmap's folder.
    pub readings_file: Option<String>,
    /// Ordered by date, at most one a day.
    pub readings: Vec<AccountReading>,
    /// The spending line by line, if known.
    pub lines: Vec<SpendLine>,
    /// The place in the roadmap file.
    pub place: Place,
}

/// The amount of a budget or credit, and the days it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// What happens to the rest at the end.
    pub kind: LimitKind,
    /// In whole units of the currency.
    pub amount: u64,
    /// The first day it may be spent.
    pub start: Option<Date>,
    /// The last day it may be spent.
    pub end: Option<Date>,
}

/// What happens to the rest at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitKind {
    /// A budget: the rest lapses.
    Budget,
    /// A credit: the rest expires.
    Credit,
}

impl LimitKind {
    /// All kinds with their spelling.
    pub const ALL: [(&'static str, Self); 2] = [("budget", Self::Budget), ("credit", Self::Credit)];

    /// Returns the word used in a roadmap file.
    pub fn word(self) -> &'static str {
        super::word_of(&Self::ALL, &self)
    }
}

/// A reading of an account on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountReading {
    /// The last day that the amount covers.
    pub date: Date,
    /// The amount spent or left.
    pub amount: Amount,
    /// Free text.
    pub note: Option<String>,
}

/// An amount of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Spent since the account's start.
    Spent(u64),
    /// Spent in the `days` up to the reading.
    SpentIn {
        /// How much.
        amount: u64,
        /// In how many days, at least 1.
        days: u32,
    },
    /// Not spent yet.
    Left(u64),
}

/// One part of what was spent.
#[derive(Debug, Clone, PartialEq)]
pub struct SpendLine {
    /// What it pays for, for example `k8s-artifacts-prod*`.
    pub name: String,
    /// Whole units of the currency, over the days of the newest reading.
    pub amount: u64,
}

/// The monthly cost and savings of a project or an item, and the account that pays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Costs {
    /// The cost per month while it is not done.
    pub cost: Option<u64>,
    /// The savings per month once it is done; if not given, the cost.
    pub saves: Option<u64>,
    /// The account; if the file names none, the only one.
    pub account: Option<AccountId>,
}

impl Costs {
    /// Returns the money per month that finishing it frees.
    pub fn frees(&self) -> Option<u64> {
        self.saves.or(self.cost)
    }
}
