//! Answers to surveys about what the brand delivers (SPEC VA-10).

/// What is asked about: four things a member gets, and three that it takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Aspect {
    Product,
    Service,
    Staff,
    Image,
    Price,
    Time,
    Effort,
}

impl Aspect {
    pub const COUNT: usize = 7;
    pub const ALL: [Self; Self::COUNT] = [Self::Product, Self::Service, Self::Staff, Self::Image, Self::Price, Self::Time, Self::Effort];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Service => "service",
            Self::Staff => "staff",
            Self::Image => "image",
            Self::Price => "price",
            Self::Time => "time",
            Self::Effort => "effort",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|aspect| aspect.as_str() == text)
    }

    /// What a member gives, rather than gets.
    pub fn is_cost(self) -> bool {
        matches!(self, Self::Price | Self::Time | Self::Effort)
    }
}

/// One answer: a score of 1 to 5 for each aspect that was answered. Of a cost 5 is the most.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Scores([u8; Aspect::COUNT]);

impl Scores {
    pub const NONE: Self = Self([0; Aspect::COUNT]);
    pub const LEAST: u8 = 1;
    pub const MOST: u8 = 5;

    pub fn get(&self, aspect: Aspect) -> Option<u8> {
        Some(self.0[aspect as usize]).filter(|score| *score != 0)
    }

    /// Whether it is a score; what is none is not kept.
    pub fn set(&mut self, aspect: Aspect, score: u8) -> bool {
        let valid = (Self::LEAST..=Self::MOST).contains(&score);
        if valid {
            self.0[aspect as usize] = score;
        }
        valid
    }

    /// Where a later answer says something, it holds.
    pub fn overlay(&mut self, later: &Self) {
        for (held, score) in self.0.iter_mut().zip(later.0) {
            *held = if score == 0 { *held } else { score };
        }
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::NONE
    }

    pub fn iter(&self) -> impl Iterator<Item = (Aspect, u8)> {
        Aspect::ALL.into_iter().zip(self.0).filter(|(_, score)| *score != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_to_five_is_a_score_and_a_later_answer_holds_where_it_says_something() {
        let mut first = Scores::NONE;
        assert!(!first.set(Aspect::Product, 0) && !first.set(Aspect::Product, 6) && first.is_empty());
        assert!(first.set(Aspect::Product, 1) && first.set(Aspect::Price, 5));
        let mut later = Scores::NONE;
        assert!(later.set(Aspect::Price, 2));
        first.overlay(&later);
        assert_eq!(first.iter().collect::<Vec<_>>(), [(Aspect::Product, 1), (Aspect::Price, 2)]);
        assert_eq!((first.get(Aspect::Product), first.get(Aspect::Time)), (Some(1), None));
        for aspect in Aspect::ALL {
            assert_eq!(Aspect::parse(aspect.as_str()), Some(aspect));
        }
    }
}
