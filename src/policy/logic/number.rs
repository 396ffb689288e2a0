//! Exact decimals, and a number that passes comparisons.

use bigdecimal::num_traits::Zero;
use bigdecimal::{BigDecimal, RoundingMode};

use super::Undecided;
use super::domain::Bound;
use crate::policy::semantics::ValueSet;
use crate::policy::{Literal, Operator};

/// An exact decimal.
pub type Number = BigDecimal;

/// Numbers with more digits than this before or after the point are not calculated with.
const MAX_EXPONENT: i64 = 1_000;
/// Multiples of numbers with more digits than this are not looked for.
const MAX_PLACES: u64 = 40;
/// How many whole numbers or multiples are tried beyond those that are excluded.
const MAX_TRIES: usize = 1_000;

/// The number of a JSON spelling; `None` if it is too long to calculate with.
pub fn parse_number(spelling: &str) -> Option<Number> {
    let exponent = spelling.split_once(['e', 'E']).map_or("0", |(_, exponent)| exponent);
    let exponent: i64 = exponent.trim_start_matches('+').parse().ok()?;
    let limit = usize::try_from(MAX_EXPONENT).ok()?;
    if exponent.abs() > MAX_EXPONENT || spelling.len() > limit {
        return None;
    }
    spelling.parse().ok()
}

/// The numbers that pass comparisons: an interval, of which whole numbers or multiples may be wanted only.
#[derive(Clone, Debug, Default)]
pub(super) struct Interval {
    least: Option<Bound>,
    most: Option<Bound>,
    multiple_of: Option<Number>,
}

impl Interval {
    /// Keeps the numbers for which a comparison holds.
    pub(super) fn compare(&mut self, operator: Operator, number: Number) {
        match operator {
            Operator::Gt => self.at_least(Bound { number, included: false }),
            Operator::Gte => self.at_least(Bound { number, included: true }),
            Operator::Lt => self.at_most(Bound { number, included: false }),
            _ => self.at_most(Bound { number, included: true }),
        }
    }

    /// Keeps the numbers above a bound.
    pub(super) fn at_least(&mut self, bound: Bound) {
        let is_tighter =
            |old: &Bound| (&bound.number, !bound.included) > (&old.number, !old.included);
        if self.least.as_ref().is_none_or(is_tighter) {
            self.least = Some(bound);
        }
    }

    /// Keeps the numbers below a bound.
    pub(super) fn at_most(&mut self, bound: Bound) {
        let is_tighter =
            |old: &Bound| (&bound.number, bound.included) < (&old.number, old.included);
        if self.most.as_ref().is_none_or(is_tighter) {
            self.most = Some(bound);
        }
    }

    /// Keeps the multiples of a number. Of two such numbers one must be a multiple of the other.
    pub(super) fn multiples(&mut self, of: &Number) -> Result<(), Undecided> {
        let divides = |one: &Number, other: &Number| !one.is_zero() && (other % one).is_zero();
        match &self.multiple_of {
            _ if of.is_zero() => return Err(Undecided::Numbers),
            Some(old) if divides(of, old) => {}
            Some(old) if !divides(old, of) => return Err(Undecided::Numbers),
            _ => self.multiple_of = Some(of.abs()),
        }
        Ok(())
    }

    fn has(&self, number: &Number) -> bool {
        let above =
            |bound: &Bound| *number > bound.number || bound.included && *number == bound.number;
        let below =
            |bound: &Bound| *number < bound.number || bound.included && *number == bound.number;
        self.least.as_ref().is_none_or(above) && self.most.as_ref().is_none_or(below)
    }

    /// A number of the interval that is not excluded; `None` if there is none.
    pub(super) fn pick(&self, excluded: &ValueSet) -> Result<Option<Literal>, Undecided> {
        if let Some(step) = &self.multiple_of {
            return self.pick_multiple(step, excluded);
        }
        let whole = self.pick_multiple(&Number::from(1), excluded);
        if let Ok(Some(found)) = whole {
            return Ok(Some(found));
        }
        let ends = [&self.least, &self.most].into_iter().flatten().map(|end| end.number.clone());
        let inner = self.inner(excluded.len());
        let found = ends.chain(inner).find_map(|number| self.admitted(&number, excluded));
        match whole {
            // Between two ends all that matters has been tried.
            Err(reason) if found.is_none() && (self.least.is_none() || self.most.is_none()) => {
                Err(reason)
            }
            _ => Ok(found),
        }
    }

    fn admitted(&self, number: &Number, excluded: &ValueSet) -> Option<Literal> {
        let literal = literal(number);
        (self.has(number) && !excluded.contains(&literal)).then_some(literal)
    }

    /// A multiple of a number, as near to zero as possible.
    fn pick_multiple(
        &self,
        step: &Number,
        excluded: &ValueSet,
    ) -> Result<Option<Literal>, Undecided> {
        let rounded = |number: &Number, mode| {
            let scale = number.digits().saturating_add(step.digits());
            let quotient =
                number.clone().with_scale(i64::try_from(scale).unwrap_or(i64::MAX)) / step;
            quotient.with_scale_round(0, mode) * step
        };
        // Division is exact for so many digits only.
        let ends = [&self.least, &self.most].into_iter().flatten().map(|end| &end.number);
        if ends.chain([step]).any(|number| places(number) > MAX_PLACES) {
            return Err(Undecided::Numbers);
        }
        let zero = Number::zero();
        let from = |bound: &Bound, mode| rounded(&bound.number, mode);
        // Zero lies between the ends, or all multiples lie on one side of it.
        let walks = match (&self.least, &self.most) {
            _ if self.has(&zero) => vec![(zero.clone(), true), (zero, false)],
            (Some(least), _) if least.number >= zero => {
                vec![(from(least, RoundingMode::Ceiling), true)]
            }
            (_, Some(most)) => vec![(from(most, RoundingMode::Floor), false)],
            (Some(least), None) => vec![(from(least, RoundingMode::Ceiling), true)],
            (None, None) => vec![(zero, true)],
        };
        for (first, ascending) in walks {
            if let Some(found) = self.walk(first, step, ascending, excluded)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The first number of a row that is in the interval and not excluded; `None` if the row leaves the interval before.
    fn walk(
        &self,
        first: Number,
        step: &Number,
        ascending: bool,
        excluded: &ValueSet,
    ) -> Result<Option<Literal>, Undecided> {
        let mut number = first;
        for _ in 0..excluded.len().saturating_add(MAX_TRIES) {
            if let Some(found) = self.admitted(&number, excluded) {
                return Ok(Some(found));
            }
            let is_past = if ascending {
                self.most.as_ref().is_some_and(|most| number > most.number)
            } else {
                self.least.as_ref().is_some_and(|least| number < least.number)
            };
            if is_past {
                return Ok(None);
            }
            number = if ascending { number + step } else { number - step };
        }
        Err(Undecided::Numbers)
    }

    /// More numbers between the ends than are excluded.
    fn inner(&self, excluded: usize) -> impl Iterator<Item = Number> + use<> {
        let ends = self.least.clone().zip(self.most.clone());
        let digits = excluded.saturating_add(2).to_string().len();
        let parts = Number::new(1.into(), i64::try_from(digits).unwrap_or(0));
        let points = ends.map(|(least, most)| {
            let part = (&most.number - &least.number) * &parts;
            (1..excluded.saturating_add(2)).map(move |count| {
                &least.number + &part * Number::from(u64::try_from(count).unwrap_or(1))
            })
        });
        points.into_iter().flatten()
    }
}

/// At most how many digits a number has before and after the point.
fn places(number: &Number) -> u64 {
    number.digits().saturating_add(number.fractional_digit_count().unsigned_abs())
}

/// A number as JSON.
pub(super) fn literal(number: &Number) -> Literal {
    let number = number.normalized();
    let (_, scale) = number.as_bigint_and_exponent();
    let spelling = if (-21..=21).contains(&scale) {
        number.to_plain_string()
    } else {
        number.to_scientific_notation()
    };
    Literal::Number(spelling.into())
}
