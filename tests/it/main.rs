//! Tests of the whole program.

mod house;
