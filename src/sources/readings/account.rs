//! Parses readings files of accounts: the amount spent or left, one reading per line.

use crate::domain::clean::clean_line;
use crate::domain::{AccountReading, Amount, Date};

use super::sheet::{CsvRow, Sheet};
use crate::sources::diagnostic::Diagnostics;

/// Parses the readings of an account, sorted by date: `date,spent,note` or `date,left,note`; the note is optional.
///
/// The error reports every faulty line, not only the first.
pub fn parse_account(text: &str, name: &str, today: Date) -> Result<Vec<AccountReading>, Diagnostics> {
    let mut sheet = Sheet::new(text, name, today);
    let mut at = sheet.start();
    let header = sheet.next_record(&mut at);
    let columns: Vec<&str> = header.iter().flat_map(|row| &row.fields).map(|field| field.text.trim()).collect();
    let amount: fn(u64) -> Amount = match columns.as_slice() {
        ["date", "spent"] | ["date", "spent", "note"] => Amount::Spent,
        ["date", "left"] | ["date", "left", "note"] => Amount::Left,
        _ => {
            sheet.reject_header(header.as_ref(), &["date,spent,note", "date,left,note"]);
            return Err(sheet.faults);
        }
    };
    let rows = sheet.read_rest(at, |sheet, row| sheet.account_reading(row, &columns, amount))?;
    let mut readings: Vec<AccountReading> = rows.into_iter().map(|(reading, _)| reading).collect();
    readings.sort_by_key(|reading| reading.date);
    Ok(readings)
}

impl Sheet<'_> {
    fn account_reading(
        &mut self,
        row: &CsvRow<'_>,
        columns: &[&str],
        amount: fn(u64) -> Amount,
    ) -> Option<AccountReading> {
        let (Some(date), Some(number)) = (row.fields.first(), row.fields.get(1)) else {
            self.fault(&row.range, "this line has no amount", None);
            return None;
        };
        if row.fields.len() > columns.len() {
            self.reject_width(row, columns);
            return None;
        }
        let (date, number) = (self.date(date), self.number(number, columns.get(1).copied().unwrap_or_default()));
        let note = row.fields.get(2).map(|field| clean_line(field.text.trim()).into_owned());
        Some(AccountReading { date: date?, amount: amount(number?), note: note.filter(|note| !note.is_empty()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        Date::from_ymd_opt(2026, 11, 24).unwrap()
    }

    #[test]
    fn readings_of_an_account_are_amounts_spent_or_left() {
        let read = |text: &str| parse_account(text, "aws.csv", today());
        let readings = read("date,left,note\n2025-10-31,43488,\n2025-09-30,47488,\"after, refunds\"\n").unwrap();
        let amounts: Vec<_> = readings.iter().map(|reading| reading.amount).collect();
        assert_eq!(amounts, [Amount::Left(47_488), Amount::Left(43_488)]);
        assert_eq!(readings[0].note.as_deref(), Some("after, refunds"));
        assert_eq!(read("date,spent\n2025-10-31,7\n").unwrap()[0].amount, Amount::Spent(7));
        assert!(
            read("day,spent\n")
                .unwrap_err()
                .to_string()
                .contains("must be `date,spent,note` or `date,left,note`; this one is `day,spent`")
        );
        let faults = read("date,spent\n2025-13-31,7\n2025-10-31,x\n2025-10-31\n").unwrap_err();
        assert_eq!(faults.described.len(), 3, "{faults}");
    }
}
