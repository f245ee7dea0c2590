//! Formatting of amounts of money.

/// `$3.0M`, `$109k`, `$43,488`, `$700`; other currencies follow the number: `109k EUR`. If the currency
/// is not known (an empty text), the number is alone.
pub fn amount(amount: u64, currency: &str) -> String {
    let number = match amount {
        0..=999 => amount.to_string(),
        1_000..=99_999 => format!("{},{:03}", amount / 1_000, amount % 1_000),
        100_000..=999_999 => format!("{}k", amount / 1_000),
        _ => format!("{}.{}M", amount / 1_000_000, amount % 1_000_000 / 100_000),
    };
    match currency {
        "" => number,
        "USD" => format!("${number}"),
        _ => format!("{number} {currency}"),
    }
}

/// Like [`amount`], for an amount that may be negative: `-$700`.
pub fn signed(amount: i64, currency: &str) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}{}", self::amount(amount.unsigned_abs(), currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_amounts_are_abbreviated() {
        let read = [0, 700, 43_488, 109_900, 3_000_000].map(|value| amount(value, "USD"));
        assert_eq!(read, ["$0", "$700", "$43,488", "$109k", "$3.0M"]);
        assert_eq!((amount(1_250_000, "EUR"), amount(700, "")), ("1.2M EUR".to_owned(), "700".to_owned()));
        assert_eq!([700, -700].map(|value| signed(value, "USD")), ["$700", "-$700"]);
    }
}
