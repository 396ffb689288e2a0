//! Adding up what evidence weighs.

use super::class::Class;

/// As many points for a class decide for it, whatever less severe classes have.
pub(super) const ENOUGH: u8 = 8;
/// A class that decides against more points of another needs one piece that weighs as much.
pub(super) const ENOUGH_ALONE: u8 = 6;

/// The points of each class, and the weightiest piece of each.
#[derive(Default)]
pub(super) struct Points {
    sums: [u16; 5],
    most: [u8; 5],
}

impl Points {
    /// Of pieces of evidence, each with the class that it points to and its weight.
    pub(super) fn of(evidence: impl Iterator<Item = (Class, u8)>) -> Self {
        let mut points = Points::default();
        for (class, weight) in evidence {
            let class = class as usize;
            if let (Some(sum), Some(most)) =
                (points.sums.get_mut(class), points.most.get_mut(class))
            {
                *sum = sum.saturating_add(weight.into());
                *most = weight.max(*most);
            }
        }
        points
    }

    fn sum(&self, class: Class) -> u16 {
        self.sums.get(class as usize).copied().unwrap_or(0)
    }

    /// The class that the points decide for. A tool of which nothing is known is taken to write: that it only reads would have to
    /// be shown.
    pub(super) fn decide(&self) -> Class {
        let most = |class: Class| self.most.get(class as usize).copied().unwrap_or(0);
        let severe = Class::ALL.into_iter().rev();
        let mut enough = severe
            .filter(|class| *class > Class::Read)
            .filter(|class| self.sum(*class) >= u16::from(ENOUGH) && most(*class) >= ENOUGH_ALONE);
        let weightiest = Class::ALL.into_iter().max_by_key(|class| (self.sum(*class), *class));
        let found = enough.next().or(weightiest).filter(|class| self.sum(*class) > 0);
        found.unwrap_or(Class::Write)
    }

    /// How much more there is for the class than for the strongest other.
    pub(super) fn confidence(&self, class: Class) -> u8 {
        let own = self.sum(class).min(24);
        let others = Class::ALL.into_iter().filter(|other| *other != class);
        let other = others.map(|other| self.sum(other)).max().unwrap_or(0).min(24);
        let points = (20 + own * 4).saturating_sub(other * 2);
        u8::try_from(points.clamp(5, 99)).unwrap_or(99)
    }
}
