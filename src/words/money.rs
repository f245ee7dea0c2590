//! Money: what is spent, of how much.

use crate::domain::Spend;

/// `$3.0M`, `$109k`, `$700`; other currencies stand behind: `109k EUR`.
pub fn amount(amount: u64, currency: &str) -> String {
    let number = match amount {
        0..=999 => amount.to_string(),
        1_000..=999_999 => format!("{}k", amount / 1_000),
        _ => format!("{}.{}M", amount / 1_000_000, amount % 1_000_000 / 100_000),
    };
    if currency == "USD" { format!("${number}") } else { format!("{number} {currency}") }
}

/// The pace of a year in whole units of the currency, of 365 days.
pub fn run_rate(spend: &Spend) -> u64 {
    let year = u128::from(spend.total) * 365 / u128::from(spend.days.max(1));
    u64::try_from(year).unwrap_or(u64::MAX)
}

/// `$109k in 28 days, a pace of $1.4M a year, 47 % of the budget of $3.0M`, then a line for each part.
pub fn spend(spend: &Spend) -> Vec<String> {
    let shown = |value| amount(value, &spend.currency);
    let until = spend.until.map(|until| format!(" to {until}")).unwrap_or_default();
    let rate = run_rate(spend);
    let share = |budget: u64| u128::from(rate) * 100 / u128::from(budget.max(1));
    let budget = spend.budget_per_year;
    let budget = budget.map(|budget| format!(", {} % of the budget of {}", share(budget), shown(budget)));
    let total = format!(
        "{} in {} days{until}, a pace of {} a year{}",
        shown(spend.total),
        spend.days,
        shown(rate),
        budget.unwrap_or_default()
    );
    let lines = spend.lines.iter().map(|line| format!("{}: {}", line.name, shown(line.amount)));
    std::iter::once(total).chain(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SpendLine;

    #[test]
    fn the_spend_of_the_report_reads_as_a_pace_against_the_budget() {
        let of_2020 = Spend {
            currency: "USD".into(),
            budget_per_year: Some(3_000_000),
            days: 28,
            until: None,
            total: 109_000,
            lines: vec![SpendLine { name: "kubernetes-public".into(), amount: 700 }],
        };
        assert_eq!(
            spend(&of_2020),
            ["$109k in 28 days, a pace of $1.4M a year, 47 % of the budget of $3.0M", "kubernetes-public: $700"]
        );
    }

    #[test]
    fn other_currencies_stand_behind() {
        assert_eq!(amount(1_250_000, "EUR"), "1.2M EUR");
    }
}
