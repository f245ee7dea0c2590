//! Requests for facts of checkouts, and their results.

use crate::domain::Date;
use crate::domain::checkout::CheckoutFacts;
use crate::domain::shift::Moves;
use crate::tui::model::list::Row;
use crate::tui::model::{CheckoutState, Effect, Model, Question};
use crate::words::first_line;

/// Requests the facts of checkouts that the view needs and the model lacks.
pub(super) fn request(model: &mut Model) -> Option<Effect> {
    request_left(model).or_else(|| request_moves(model))
}

/// Requests the counts of the checkout at the day of the view, once.
fn request_left(model: &mut Model) -> Option<Effect> {
    let day = model.view.spec().checkout_day?(model);
    let is_new = !matches!(model.checkout, CheckoutState::None) && model.checkout != CheckoutState::Read(day);
    is_new.then(|| {
        model.checkout = CheckoutState::Read(day);
        Effect::Ask(Question::Count(day))
    })
}

/// Requests the commits that moved counters since the first day of the view, once.
fn request_moves(model: &mut Model) -> Option<Effect> {
    let days = (model.view.spec().moves_since?(model), model.world.date);
    let is_new = !matches!(model.checkout, CheckoutState::None) && model.requested_moves != Some(days);
    is_new.then(|| {
        model.requested_moves = Some(days);
        Effect::Ask(Question::Moves(days.0, days.1))
    })
}

/// Stores the moves of counters, unless other days are shown by now.
pub(super) fn put_moves(model: &mut Model, found: Result<Moves, String>) {
    match found {
        Ok(moves) if model.requested_moves == Some((moves.since, moves.until)) => {
            model.world.moves = Some(moves);
            model.invalidate();
        }
        Ok(_) => {}
        Err(error) => model.complain(first_line(&error)),
    }
}

/// Stores the facts of the checkout, unless another day is shown by now.
pub(super) fn put_facts(model: &mut Model, day: Date, found: Result<Option<CheckoutFacts>, String>) {
    match found {
        Ok(facts) if model.checkout == CheckoutState::Read(day) => {
            model.world.checkout = facts;
            // If the first row is selected, keep the first row selected rather than the same id.
            let list = &mut model.list;
            if list.rows.iter().position(|row| !matches!(row, Row::Heading(..))) == Some(list.at) {
                list.selected = None;
            }
            model.invalidate();
        }
        Ok(_) => {}
        Err(error) => model.complain(first_line(&error)),
    }
}
