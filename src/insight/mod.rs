//! Analysis of a board: findings, changes, ranking, risks, trends and money.

pub mod chain;
pub mod changes;
pub mod claims;
pub mod explain;
pub mod finding;
pub mod last_meeting;
pub mod money;
pub mod rank;
pub mod risk;
mod successor;
pub mod trend;
pub mod umbrella;
mod undecided;
