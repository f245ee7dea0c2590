//! Parses accounts, `spend`, and the monthly costs of projects and items.

use crate::domain::{Account, AccountId, AccountReading, Amount, Costs, Date, Limit, LimitKind, SpendLine, Text};

use super::faults::listed;
use super::fields::Fields;
use super::reader::RoadmapReader;
use super::tree::{Node, NodeKind};

pub(super) const KEYS: [&str; 9] =
    ["id", "name", "currency", "budget", "credit", "start", "end", "monthly", "readings"];
pub(super) const READING_KEYS: [&str; 4] = ["date", "spent", "left", "note"];
pub(super) const SPEND_KEYS: [&str; 6] = ["currency", "budget_per_year", "days", "until", "total", "lines"];
pub(super) const SPEND_LINE_KEYS: [&str; 2] = ["name", "amount"];

/// The id of the account for `spend`.
const SPEND: &str = "spend";

impl RoadmapReader<'_> {
    /// Reads `accounts:` and `spend:`.
    pub(super) fn accounts(&mut self, fields: &Fields<'_>, written: Option<Date>) -> Vec<Account> {
        let nodes = self.list(fields.get("accounts"), "a list of accounts");
        let mut accounts: Vec<Account> = Vec::new();
        for node in nodes {
            let Some(account) = self.account(node) else { continue };
            if accounts.iter().any(|other| other.id == account.id) {
                self.fault(node.span, format!("there are two accounts `{}`", account.id));
            }
            accounts.push(account);
        }
        accounts.extend(fields.get("spend").and_then(|node| self.spend(node, written)));
        accounts
    }

    fn account(&mut self, node: &Node<'_>) -> Option<Account> {
        let fields = self.fields(node, "an account", &KEYS)?;
        let Some(id) = fields.get("id") else {
            return self.reject(fields.span, "this account has no `id`", "add one, such as `id: aws`");
        };
        let id = AccountId(self.id(id)?);
        let (readings, readings_file) = self.account_readings(&id, fields.get("readings"));
        Some(Account {
            name: fields.get("name").and_then(|node| self.line(node)).unwrap_or_else(|| id.to_string()),
            currency: self.currency(&fields),
            limit: self.limit(&fields),
            monthly: fields.get("monthly").and_then(|node| self.whole(node)),
            readings_file,
            readings,
            lines: Vec::new(),
            place: fields.place(),
            id,
        })
    }

    fn currency(&mut self, fields: &Fields<'_>) -> Text {
        fields.get("currency").and_then(|node| self.word(node)).unwrap_or_else(|| Text::from("USD"))
    }

    fn limit(&mut self, fields: &Fields<'_>) -> Option<Limit> {
        let (start, end) = (fields.get("start"), fields.get("end"));
        let dates = (start.and_then(|node| self.date(node)), end.and_then(|node| self.date(node)));
        if let ((Some(first), Some(last)), Some(node)) = (dates, end)
            && last < first
        {
            self.fault(node.span, format!("the end {last} is before the start {first}"));
        }
        let (budget, credit) = (fields.get("budget"), fields.get("credit"));
        if let (Some(_), Some(node)) = (budget, credit) {
            let hint = "a budget lapses at its end, a credit expires: make two accounts of them";
            self.fault_with(node.span, "an account has either a budget or a credit", Some(hint));
        }
        let (kind, node) = match (budget, credit) {
            (Some(node), _) => (LimitKind::Budget, node),
            (None, Some(node)) => (LimitKind::Credit, node),
            (None, None) => return None,
        };
        Some(Limit { kind, amount: self.whole(node)?, start: dates.0, end: dates.1 })
    }

    /// Reads `readings:`, a list or the name of a CSV file.
    fn account_readings(&mut self, id: &AccountId, node: Option<&Node<'_>>) -> (Vec<AccountReading>, Option<String>) {
        let Some(node) = node else { return (Vec::new(), None) };
        if !matches!(node.kind, NodeKind::List(..)) {
            return (Vec::new(), self.path_below(node, &format!("readings/{id}.csv")));
        }
        let nodes = self.list(Some(node), "a list of readings");
        let mut readings: Vec<_> = nodes.iter().filter_map(|node| self.account_reading(node)).collect();
        readings.sort_by_key(|reading| reading.date);
        (readings, None)
    }

    fn account_reading(&mut self, node: &Node<'_>) -> Option<AccountReading> {
        let fields = self.fields(node, "a reading", &READING_KEYS)?;
        let date = fields.get("date");
        let (spent, left) = (fields.get("spent"), fields.get("left"));
        if date.is_none() || spent.is_some() == left.is_some() {
            let hint = "write {date: 2025-10-31, spent: 4000} or {date: 2025-10-31, left: 43488}";
            return self.reject(fields.span, "a reading has a date and what was spent or what is left", hint);
        }
        let note = fields.get("note").and_then(|node| self.long(node));
        let amount = match (spent, left) {
            (Some(node), _) => self.whole(node).map(Amount::Spent),
            (None, node) => self.whole(node?).map(Amount::Left),
        };
        let date = self.past_date(date?);
        Some(AccountReading { date: date?, amount: amount?, note })
    }

    fn spend(&mut self, node: &Node<'_>, written: Option<Date>) -> Option<Account> {
        let fields = self.fields(node, "the spend", &SPEND_KEYS)?;
        let lines = self.list(fields.get("lines"), "a list of lines");
        let lines: Vec<_> = lines.iter().filter_map(|node| self.spend_line(node)).collect();
        let Some(days) = fields.get("days") else {
            return self.reject(fields.span, "the number of days is missing", "add `days: 28`");
        };
        let days = self.days(days)?;
        let sum = lines.iter().map(|line| line.amount).fold(0, u64::saturating_add);
        let amount = fields.get("total").and_then(|node| self.whole(node)).unwrap_or(sum);
        let until = fields.get("until").and_then(|node| self.past_date(node));
        let budget = fields.get("budget_per_year").and_then(|node| self.whole(node));
        let date = until.or(written).unwrap_or(self.today);
        Some(Account {
            id: AccountId(Text::from(SPEND)),
            name: "Spend".to_owned(),
            currency: self.currency(&fields),
            limit: budget.map(|amount| Limit { kind: LimitKind::Budget, amount, start: None, end: None }),
            monthly: None,
            readings_file: None,
            readings: vec![AccountReading { date, amount: Amount::SpentIn { amount, days }, note: None }],
            lines,
            place: fields.place(),
        })
    }

    fn days(&mut self, node: &Node<'_>) -> Option<u32> {
        let days = self.whole(node)?;
        let fits = u32::try_from(days).ok().filter(|days| (1..=3660).contains(days));
        if fits.is_none() {
            self.fault(node.span, format!("{days} is not a number of days from 1 to 3660"));
        }
        fits
    }

    fn spend_line(&mut self, node: &Node<'_>) -> Option<SpendLine> {
        let fields = self.fields(node, "a line of the spend", &SPEND_LINE_KEYS)?;
        let (name, amount) = (self.want(&fields, "name"), self.want(&fields, "amount"));
        Some(SpendLine { name: self.line(name?)?, amount: self.whole(amount?)? })
    }

    /// Reads `cost`, `saves` and `account` of a project or an item.
    pub(super) fn costs(&mut self, fields: &Fields<'_>) -> Costs {
        let account = fields.get("account").and_then(|node| {
            let id = AccountId(self.word(node)?);
            if !self.account_ids.contains(&id) {
                self.fault_by(node.span, |reader| {
                    let known = reader.account_ids.iter().map(AccountId::as_str);
                    let hint = match known.len() {
                        0 => "the file has no `accounts`".to_owned(),
                        _ => format!("there are: {}", listed(known)),
                    };
                    (format!("there is no account `{id}`"), Some(hint))
                });
            }
            Some(id)
        });
        Costs {
            cost: fields.get("cost").and_then(|node| self.whole(node)),
            saves: fields.get("saves").and_then(|node| self.whole(node)),
            account,
        }
    }
}
