//! What a reader must know of a fit, in plain words.

/// The same in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    pub en: String,
    pub zh: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Note {
    /// Too few bought again: a weak prior fills in what the data leave open.
    SmallBase {
        repeaters: u64,
    },
    /// The likelihood grows towards nobody ever being lost: the NBD stands instead.
    LossNotSeen,
    /// Some direction of the parameters is not pinned down.
    FlatLikelihood,
    NotConverged,
    /// BG/NBD's flaw.
    OnceIsAlive,
    /// Nobody's repeat purchase is worth anything.
    NoSpend,
    /// The model's mean does not exist (q ≤ 1).
    NoMean,
}

impl Note {
    /// For programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::SmallBase { .. } => "small_base",
            Self::LossNotSeen => "loss_not_seen",
            Self::FlatLikelihood => "flat_likelihood",
            Self::NotConverged => "not_converged",
            Self::OnceIsAlive => "once_is_alive",
            Self::NoSpend => "no_spend",
            Self::NoMean => "no_mean",
        }
    }

    pub fn words(self) -> Words {
        let words = |en: &str, zh: &str| Words { en: en.to_owned(), zh: zh.to_owned() };
        match self {
            Self::SmallBase { repeaters } => Words {
                en: format!(
                    "Too little data: only {repeaters} members bought again. What the data leave open is filled in by what is usual in \
                     retail (a weak prior), and the ranges are wide. Read them as a first guess."
                ),
                zh: format!(
                    "数据偏少：仅有 {repeaters} 位会员复购。数据没有说明的部分按零售业常见水平估计（弱先验），区间较宽，请当作初步估计。"
                ),
            },
            Self::LossNotSeen => words(
                "These purchases do not show anybody being lost: the better a model fits them, the fewer members it loses. So a model in \
                 which nobody is lost (NBD) is used instead, and P(alive) is 1 for everyone. Do not judge churn by it.",
                "从这些购买记录看不出会员流失：模型拟合得越好，流失的会员就越少。因此改用不含流失的 NBD 模型，所有人的活跃概率均为 1，请勿据此判断流失。",
            ),
            Self::FlatLikelihood => words(
                "The data do not pin down every parameter by itself: several combinations explain them equally well. Predictions are still \
                 usable; the single parameters are not to be read.",
                "数据不足以单独确定每个参数：多组参数的解释力相同。预测仍可使用，但不宜解读单个参数。",
            ),
            Self::NotConverged => words(
                "The search for the best parameters did not settle. Take the numbers as approximate.",
                "参数搜索未完全收敛，请将结果视为近似值。",
            ),
            Self::OnceIsAlive => words(
                "Under BG/NBD everyone who bought once counts as alive for certain, however long ago. Rank members by expected purchases, \
                 or use MBG/NBD or Pareto/NBD where P(alive) matters.",
                "BG/NBD 模型中，只购买过一次的会员无论多久没来，活跃概率都是 1。请按预期购买次数排序；如需活跃概率，请用 MBG/NBD 或 Pareto/NBD。",
            ),
            Self::NoSpend => words(
                "Nobody has a repeat purchase worth anything yet, so spend is not estimated from this base.",
                "尚无会员有金额大于零的复购，无法由这些数据估计客单价。",
            ),
            Self::NoMean => words(
                "Spend differs so much between members that the model has no mean; the observed mean stands for new members.",
                "会员之间客单价差异过大，模型的均值不存在；新会员按实际平均值估计。",
            ),
        }
    }
}
