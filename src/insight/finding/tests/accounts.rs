//! Rules about accounts and what work saves.

use super::*;
use crate::domain::{Account, Amount, Costs, Limit, LimitKind};

fn account(end: Option<&str>, readings: &[(&str, u64)]) -> Account {
    let limit = Limit { kind: LimitKind::Credit, amount: 100_000, start: None, end: end.map(fixtures::day) };
    let readings: Vec<_> = readings.iter().map(|(date, left)| (*date, Amount::Left(*left))).collect();
    Account { name: "AWS".to_owned(), ..fixtures::account(Some(limit), &readings) }
}

fn world(account: Account, items: Vec<Item>) -> (Roadmap, Snapshot) {
    let roadmap = Roadmap { accounts: vec![account], ..fixtures::roadmap(vec![project("p", items)]) };
    (roadmap, fixtures::snapshot(Vec::new()))
}

/// Three months of 20,000 before the day of the tests.
const READINGS: [(&str, u64); 2] = [("2024-02-28", 90_000), ("2024-05-30", 30_000)];

#[test]
fn an_account_that_is_spent_before_its_end_is_an_error() {
    let of = |end| messages(world(account(Some(end), &READINGS), Vec::new()), "account-runs-out");
    let [message] = of("2024-12-31").try_into().unwrap();
    assert!(message.starts_with("AWS runs out on 2024-07-1"), "{message}");
    assert_eq!(of("2024-07-01"), [] as [String; 0]);
}

#[test]
fn losing_more_than_a_tenth_at_the_end_is_a_warning() {
    let of =
        |readings: &[(&str, u64)]| messages(world(account(Some("2024-06-20"), readings), Vec::new()), "account-unused");
    let [message] = of(&READINGS).try_into().unwrap();
    assert!(message.ends_with("of AWS will not be used by 2024-06-20"), "{message}");
    assert_eq!(of(&[("2024-02-28", 80_000), ("2024-05-30", 22_000)]), [] as [String; 0]);
}

#[test]
fn readings_older_than_two_months_are_old() {
    let of = |date| messages(world(account(None, &[(date, 5)]), Vec::new()), "account-old").len();
    assert_eq!((of("2024-02-28"), of("2024-05-30")), (1, 0));
}

#[test]
fn an_account_that_ran_out_by_its_last_reading_is_to_be_read_again() {
    let of = |rule, readings: &[(&str, u64)]| messages(world(account(Some("2024-12-31"), readings), Vec::new()), rule);
    let old = [("2023-12-30", 90_000), ("2024-03-30", 10_000)];
    let [message] = of("account-old", &old).try_into().unwrap();
    assert!(message.ends_with(" days old; by it the account ran out on 2024-04-10"), "{message}");
    assert_eq!(of("account-runs-out", &old), [] as [String; 0]);
    let recent = [("2024-02-04", 90_000), ("2024-05-05", 10_000)];
    assert_eq!(of("account-runs-out", &recent), ["by the reading of 2024-05-05, AWS ran out on 2024-05-16"]);
}

#[test]
fn an_item_cannot_save_more_than_its_account_spends() {
    let of = |saves, state| {
        let costs = Costs { saves: Some(saves), ..Costs::default() };
        let saving = Item { costs, ..written(state, item("i")) };
        messages(world(account(None, &READINGS), vec![saving]), "saves-too-much").len()
    };
    assert_eq!((of(30_000, State::Todo), of(15_000, State::Todo)), (1, 0));
    assert_eq!(of(30_000, State::Done), 0, "the account spends less since then");
}
