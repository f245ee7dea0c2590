//! Formatting of inner progress: done of total, or what is left where only that is known.

use super::{UNKNOWN, percent, progress, unit_short};
use crate::domain::board::Inner;
use crate::domain::{Baseline, Date, Percent, RecordedFigure};

/// `288/1780 prow jobs`; for a rule that knows only what is left, `1377 lines left, peak 1396`.
pub fn inner(inner: &Inner) -> String {
    format!("{}{}", counted(inner, &inner.unit), beginning(inner))
}

/// Like [`inner`], with the day: `288/1780 prow jobs on 2020-12-10`, `1377 lines left on 2020-11-30, peak 1396`.
pub fn inner_on(inner: &Inner, date: Date) -> String {
    format!("{} on {date}{}", counted(inner, &inner.unit), beginning(inner))
}

/// Like [`inner`], without qualifiers of the unit and without the start: `288/1780 prow jobs`, `1377 lines left`.
pub fn inner_short(inner: &Inner) -> String {
    counted(inner, unit_short(&inner.unit))
}

/// Like [`inner`], without the unit: `288/1780`, or `1377 left, peak 1396`.
pub fn amount(inner: &Inner) -> String {
    format!("{}{}", amount_short(inner), beginning(inner))
}

/// Like [`amount`], without the start: `288/1780`, `1377 left`.
pub fn amount_short(inner: &Inner) -> String {
    inner.start.map_or_else(|| progress(inner.progress), |_| format!("{} left", inner.progress.left()))
}

/// `288/1780 on 2020-12-10 recorded by hand`: a figure beside the counted one.
pub fn recorded(figure: &RecordedFigure) -> String {
    format!("{} recorded by hand", recorded_amount(figure))
}

/// `288/1780 on 2020-12-10`, `1377 lines left on 2020-12-10`
pub fn recorded_amount(figure: &RecordedFigure) -> String {
    let RecordedFigure { inner, date } = figure;
    let amount = inner.whole().map_or_else(|| inner_short(inner), progress);
    format!("{amount} on {date}")
}

/// `16 %`, `1 % gone`, `??`
pub fn share(inner: &Inner) -> String {
    match (inner.percent(), inner.start) {
        (Percent::Unknown, _) => UNKNOWN.to_owned(),
        (known @ Percent::Known(_), None) => percent(known),
        (known @ Percent::Known(_), Some(_)) => format!("{} gone", percent(known)),
    }
}

/// What the two lines of a chart are called: `done` and `scope`, or what is `gone` since where a rule begins that knows only
/// what is left.
pub fn chart_lines(start: Option<Baseline>) -> [&'static str; 2] {
    match start {
        None => ["done", "scope"],
        Some(Baseline::Peak) => ["gone", "peak"],
        Some(Baseline::Count(_) | Baseline::Reading { .. } | Baseline::Later(_)) => ["gone", "start"],
    }
}

fn counted(inner: &Inner, unit: &str) -> String {
    match inner.start {
        None => format!("{} {unit}", progress(inner.progress)),
        Some(_) => format!("{} {unit} left", inner.progress.left()),
    }
}

/// The start of the percentage, for a rule that knows only what is left.
fn beginning(inner: &Inner) -> String {
    match inner.start {
        None => String::new(),
        Some(Baseline::Peak) => format!(", peak {}", inner.progress.total),
        Some(Baseline::Count(count)) => format!(", {count} at the start"),
        Some(Baseline::Reading { date, left }) => format!(", {left} on {date}"),
        Some(Baseline::Later(day)) => format!(", no percentage before {day}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Progress, fixtures};

    #[test]
    fn a_rule_that_knows_only_what_is_left_never_says_done() {
        let of =
            |start| Inner { progress: Progress { done: 19, total: 1396 }, unit: "lines that name it".into(), start };
        let (plain, left) = (of(None), of(Some(Baseline::Peak)));
        assert_eq!(inner(&plain), "19/1396 lines that name it");
        assert_eq!(inner(&left), "1377 lines that name it left, peak 1396");
        assert_eq!(
            inner_on(&left, fixtures::day("2020-11-30")),
            "1377 lines that name it left on 2020-11-30, peak 1396"
        );
        assert_eq!((inner_short(&left), amount_short(&left)), ("1377 lines left".into(), "1377 left".into()));
        let by_hand = |inner| recorded(&RecordedFigure { inner, date: fixtures::day("2020-12-10") });
        assert_eq!(by_hand(plain.clone()), "19/1396 on 2020-12-10 recorded by hand");
        assert_eq!(by_hand(left.clone()), "1377 lines left on 2020-12-10 recorded by hand");
        assert_eq!((share(&plain), share(&left)), ("1 %".into(), "1 % gone".into()));
        assert_eq!(amount(&of(Some(Baseline::Count(1396)))), "1377 left, 1396 at the start");
        let day = fixtures::day("2019-01-01");
        let reading = Some(Baseline::Reading { date: day, left: 1396 });
        assert_eq!(amount(&of(reading)), "1377 left, 1396 on 2019-01-01");
        let grown = Inner { progress: Progress { done: 0, total: 1500 }, ..of(reading) };
        assert_eq!(amount(&grown), "1500 left, 1396 on 2019-01-01");
        let before = of(Some(Baseline::Later(day)));
        assert_eq!(
            (amount(&before), share(&before)),
            ("1377 left, no percentage before 2019-01-01".into(), "??".into())
        );
    }
}
