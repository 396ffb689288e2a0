//! The weights of the kinds of evidence, and what some evidence together decides.

use super::class::Class;
use super::evidence::Confidence;
use super::signal::Signal;

mod tables {
    include!(concat!(env!("OUT_DIR"), "/weights.rs"));

    pub(super) fn shares_right() -> [u8; 3] {
        RIGHT
    }

    pub(super) fn of(is_name: bool) -> super::Weights {
        match is_name {
            false => super::Weights { rows: DECLARATION, leads: DECLARATION_LEADS },
            true => super::Weights { rows: NAME, leads: NAME_LEADS },
        }
    }
}

/// What a kind of evidence says for each class, in hundredths of a natural logarithm of odds.
type Row = [i16; Class::ALL.len()];

/// A table of weights, from `weights.txt`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights {
    rows: &'static [Row],
    /// From which lead over the next class on the confidence is medium, and high.
    leads: [i16; 2],
}

/// What is known of a tool, which decides about the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The name, the description, the parameters and the hints.
    Declaration,
    /// Nothing but the name.
    Name,
}

/// What some evidence together says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub class: Class,
    pub confidence: Confidence,
}

/// How many of a hundred judgements of each confidence are right.
pub(super) fn shares_right() -> [u8; 3] {
    tables::shares_right()
}

impl Weights {
    pub(super) fn of(known: Known) -> Weights {
        tables::of(known == Known::Name)
    }

    fn row(self, signal: Signal) -> Row {
        self.rows.get(signal.index()).copied().unwrap_or_default()
    }

    /// How much a kind of evidence says for one class more than for all classes on average, in points of a tenth.
    pub(super) fn points(self, signal: Signal, class: Class) -> u8 {
        let row = self.row(signal).map(i32::from);
        let own = row.get(class as usize).copied().unwrap_or(0);
        let all: i32 = row.iter().sum();
        u8::try_from((own * 5 - all) / 50).unwrap_or(0)
    }

    /// The class that the evidence shows, the more severe of equals, and how sure that is.
    pub(super) fn decide(self, signals: &[Signal]) -> Decision {
        let mut sums = [0_i32; Class::ALL.len()];
        for signal in signals {
            let row = self.row(*signal);
            sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i32::from(weight));
        }
        let mut ranked: Vec<(i32, Class)> = sums.into_iter().zip(Class::ALL).collect();
        ranked.sort_by_key(|ranked| std::cmp::Reverse(*ranked));
        let (class, lead) = match ranked[..] {
            [(first, class), (second, _), ..] => (class, first - second),
            _ => (Class::Write, 0),
        };
        let [medium, high] = self.leads.map(i32::from);
        let confidence = match lead {
            _ if lead >= high => Confidence::High,
            _ if lead >= medium => Confidence::Medium,
            _ => Confidence::Low,
        };
        Decision { class, confidence }
    }
}
