//! Accounts: a budget or credit with its end, and what was spent of it.

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
    /// For a heading; the id where the file gives none.
    pub name: String,
    /// For example `USD`.
    pub currency: Text,
    /// How much there is; none where only the spending is known.
    pub limit: Option<Limit>,
    /// What is spent in a month where no two readings say it.
    pub monthly: Option<u64>,
    /// The readings file as written, relative to the roadmap's folder.
    pub readings_file: Option<String>,
    /// By date, one a day.
    pub readings: Vec<AccountReading>,
    /// What it was spent on, if that is known.
    pub lines: Vec<SpendLine>,
    /// Where it is in the file.
    pub place: Place,
}

/// How much money there is, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// What becomes of the rest at the end.
    pub kind: LimitKind,
    /// In whole units of the currency.
    pub amount: u64,
    /// The first day it may be spent.
    pub start: Option<Date>,
    /// The last day it may be spent.
    pub end: Option<Date>,
}

/// What becomes of the rest at the end.
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

    /// Returns the spelling of a roadmap.
    pub fn word(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::Credit => "credit",
        }
    }
}

/// What an account said on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountReading {
    /// The last day that the amount covers.
    pub date: Date,
    /// What was spent, or what was left.
    pub amount: Amount,
    /// Free text.
    pub note: Option<String>,
}

/// An amount of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Spent since the account's start.
    Spent(u64),
    /// Spent in so many days up to the reading.
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

/// What a project or an item costs and would save, a month, and the account it weighs on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Costs {
    /// What it costs a month while it is not done.
    pub cost: Option<u64>,
    /// What is saved a month once it is done; its cost where the file gives none.
    pub saves: Option<u64>,
    /// The account; the only one where the file names none.
    pub account: Option<AccountId>,
}

impl Costs {
    /// Returns what finishing it frees a month.
    pub fn frees(&self) -> Option<u64> {
        self.saves.or(self.cost)
    }
}
