//! Requests to checkouts, and their answers.

use crate::domain::Date;
use crate::domain::checkout::CheckoutFacts;
use crate::domain::shift::Moves;
use crate::tui::model::list::Row;
use crate::tui::model::{CheckoutState, Effect, Model, Question};
use crate::words::first_line;

/// Asks for what the view shows of checkouts, where it is not there yet.
pub(super) fn request(model: &mut Model) -> Option<Effect> {
    request_left(model).or_else(|| request_moves(model))
}

/// Asks the checkout about the day of the view, once.
fn request_left(model: &mut Model) -> Option<Effect> {
    let day = model.view.spec().checkout_day?(model);
    let is_new = !matches!(model.checkout, CheckoutState::None) && model.checkout != CheckoutState::Asked(day);
    is_new.then(|| {
        model.checkout = CheckoutState::Asked(day);
        Effect::Ask(Question::Count(day))
    })
}

/// Asks the checkouts which commits moved counters since the day that the view begins with, once.
fn request_moves(model: &mut Model) -> Option<Effect> {
    let days = (model.view.spec().moves_since?(model), model.world.date);
    let is_new = !matches!(model.checkout, CheckoutState::None) && model.asked_moves != Some(days);
    is_new.then(|| {
        model.asked_moves = Some(days);
        Effect::Ask(Question::Moves(days.0, days.1))
    })
}

/// Takes what moved counters, unless other days show by now.
pub(super) fn put_moves(model: &mut Model, found: Result<Moves, String>) {
    match found {
        Ok(moves) if model.asked_moves == Some((moves.since, moves.until)) => {
            model.world.moves = Some(moves);
            model.invalidate();
        }
        Ok(_) => {}
        Err(error) => model.complain(format!("the checkout: {}", first_line(&error))),
    }
}

/// Merges the facts of the checkout into the world, unless another day shows by now.
pub(super) fn put_facts(model: &mut Model, day: Date, found: Result<Option<CheckoutFacts>, String>) {
    match found {
        Ok(facts) if model.checkout == CheckoutState::Asked(day) => {
            model.world.checkout = facts;
            // A selection that was never moved stays on the first row.
            let list = model.list_mut();
            if list.rows.iter().position(|row| !matches!(row, Row::Heading(..))) == Some(list.at) {
                list.selected = None;
            }
            model.invalidate();
        }
        Ok(_) => {}
        Err(error) => model.complain(format!("the checkout: {}", first_line(&error))),
    }
}
