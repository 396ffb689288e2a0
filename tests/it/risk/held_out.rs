//! What the classifier says of tools whose server's family had no part in the weights.

use std::collections::{BTreeMap, BTreeSet};

use super::fit::{Table, decide, fit, is_of_name, sums};
use super::measure::Row;

/// Into how many parts the families are dealt.
const FOLDS: usize = 8;

/// A tool with what was said of it by weights that its family had no part in.
pub struct Judged {
    /// The tool.
    pub row: Row,
    /// The number of the class that was found.
    pub class: usize,
    /// How far it led, in hundredths.
    pub lead: i32,
    /// The class by the name alone.
    pub by_name: usize,
}

/// The kinds of evidence that the tables have rows for.
pub fn kinds() -> Vec<String> {
    let can_be = |kind: &String| {
        let parts: Vec<&str> = kind.split('/').collect();
        parts[0] != "name-hidden" || matches!(parts[1], "destructive" | "financial")
    };
    gatewright::risk::kinds().into_iter().filter(can_be).collect()
}

/// The weights that these tools yield: of whole declarations, and of names.
pub fn tables(rows: &[&Row]) -> [Table; 2] {
    let all = kinds();
    let of_names: Vec<String> = all.iter().filter(|kind| is_of_name(kind)).cloned().collect();
    [(all, false), (of_names, true)].map(|(kinds, by_name)| {
        let samples: Vec<_> = rows.iter().map(|row| row.sample(by_name)).collect();
        fit(&kinds, &samples)
    })
}

/// Judges each tool by weights that its family had no part in.
pub fn judge(rows: &[Row]) -> Vec<Judged> {
    let families: BTreeSet<&str> = rows.iter().map(Row::family).collect();
    let folds: BTreeMap<&str, usize> =
        families.into_iter().enumerate().map(|(at, family)| (family, at % FOLDS)).collect();
    let mut judged = Vec::new();
    for fold in 0..FOLDS {
        let learnt: Vec<&Row> = rows.iter().filter(|row| folds[row.family()] != fold).collect();
        let [whole, names] = tables(&learnt);
        for row in rows.iter().filter(|row| folds[row.family()] == fold) {
            let mut sums_of_all = sums(&whole, &row.signals);
            let class = decide(&sums_of_all);
            sums_of_all.sort_unstable();
            judged.push(Judged {
                row: row.clone(),
                class,
                lead: sums_of_all[4] - sums_of_all[3],
                by_name: decide(&sums(&names, &row.name_signals)),
            });
        }
    }
    judged
}

/// A share with its interval of 95 %, for tools that come in families whose members are alike.
pub struct Share {
    /// How many there are.
    pub of: usize,
    /// How many of them hold.
    pub number: usize,
    /// The interval, in percent.
    pub interval: [f64; 2],
}

impl Share {
    /// The share of tools for which something holds. Wilson's interval, for as many tools as there would be if each were drawn by
    /// itself: the more families differ, the fewer.
    pub fn of(judged: &[&Judged], holds: impl Fn(&Judged) -> bool) -> Share {
        let mut families: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
        for one in judged {
            let [number, of] = families.entry(one.row.family()).or_default();
            *of += 1.0;
            *number += f64::from(u8::from(holds(one)));
        }
        let of: f64 = families.values().map(|[_, of]| of).sum();
        let number: f64 = families.values().map(|[number, _]| number).sum();
        let share = number / of.max(1.0);
        let spread: f64 = families.values().map(|[own, all]| (own - share * all).powi(2)).sum();
        let simple = of * share * (1.0 - share);
        let alone = of / (spread / simple.max(f64::MIN_POSITIVE)).clamp(1.0, of.max(1.0));
        Share {
            of: of as usize,
            number: number as usize,
            interval: wilson(share, if simple > 0.0 { alone } else { of }),
        }
    }
}

fn wilson(share: f64, of: f64) -> [f64; 2] {
    let z = 1.96;
    let middle = share + z * z / (2.0 * of);
    let reach = z * (share * (1.0 - share) / of + z * z / (4.0 * of * of)).sqrt();
    let whole = 1.0 + z * z / of;
    [(middle - reach) / whole * 100.0, (middle + reach) / whole * 100.0]
}
