//! The document of a value model: parameters in words, and what they were fitted on.

use perennial_kernel::{Currency, Day};
use perennial_value::{GammaGamma, Geometric, Kind, Nbd, ParetoNbd, Purchases, Uncertainty};
use serde::{Deserialize, Serialize};

use super::ValueModel;
use crate::fields::problem;
use crate::lifecycle::document::BYTES_MAX;
use crate::lifecycle::model::ModelProblem;

/// Every parameter lies within: wide enough for any base, and narrow enough that what falls by the day falls by more than a rounding error.
const LEAST: f64 = 1e-6;
const MOST: f64 = 1e9;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueDocument {
    pub fitted: Fitted,
    /// ISO 4217: what the model of spend counts in.
    pub currency: String,
    /// What time is counted in.
    pub unit: UnitText,
    pub purchases: PurchasesText,
    /// Gamma-Gamma; left out, nothing is said of money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend: Option<SpendText>,
    /// How far the fit left the parameters open; left out, predictions have no ranges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<UncertaintyText>,
}

/// Covariances of the logarithms of parameters, in the order in which they are written.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UncertaintyText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchases: Option<Vec<Vec<f64>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend: Option<Vec<Vec<f64>>>,
}

/// What the parameters were fitted on, for those who read the document.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fitted {
    /// The last day of the purchases looked at.
    pub until: String,
    /// Members who had bought by then; of them, those who had bought again.
    pub members: u64,
    pub repeaters: u64,
    pub log_likelihood: f64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnitText {
    Day,
    Week,
    Month,
}

impl UnitText {
    pub fn days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Week => 7.0,
            Self::Month => 365.25 / 12.0,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// A model of purchases by name, with its parameters.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "model", rename_all = "lowercase", deny_unknown_fields)]
pub enum PurchasesText {
    BgNbd { r: f64, alpha: f64, a: f64, b: f64 },
    MbgNbd { r: f64, alpha: f64, a: f64, b: f64 },
    ParetoNbd { r: f64, alpha: f64, s: f64, beta: f64 },
    Nbd { r: f64, alpha: f64 },
}

/// Gamma-Gamma, in major units of the currency.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendText {
    pub p: f64,
    pub q: f64,
    pub v: f64,
    /// The observed mean over members: what stands where the model's mean does not exist.
    pub mean: f64,
}

impl PurchasesText {
    pub fn of(model: &Purchases) -> Self {
        match *model {
            Purchases::Geometric(Geometric { r, alpha, a, b, from_first: false }) => Self::BgNbd { r, alpha, a, b },
            Purchases::Geometric(Geometric { r, alpha, a, b, from_first: true }) => Self::MbgNbd { r, alpha, a, b },
            Purchases::ParetoNbd(ParetoNbd { r, alpha, s, beta }) => Self::ParetoNbd { r, alpha, s, beta },
            Purchases::Nbd(Nbd { r, alpha }) => Self::Nbd { r, alpha },
        }
    }

    pub fn kind(self) -> Kind {
        match self {
            Self::BgNbd { .. } => Kind::BgNbd,
            Self::MbgNbd { .. } => Kind::MbgNbd,
            Self::ParetoNbd { .. } => Kind::ParetoNbd,
            Self::Nbd { .. } => Kind::Nbd,
        }
    }

    /// By name, in the order of the papers.
    pub fn parameters(self) -> Vec<(&'static str, f64)> {
        match self {
            Self::BgNbd { r, alpha, a, b } | Self::MbgNbd { r, alpha, a, b } => vec![("r", r), ("alpha", alpha), ("a", a), ("b", b)],
            Self::ParetoNbd { r, alpha, s, beta } => vec![("r", r), ("alpha", alpha), ("s", s), ("beta", beta)],
            Self::Nbd { r, alpha } => vec![("r", r), ("alpha", alpha)],
        }
    }

    fn model(self) -> Purchases {
        match self {
            Self::BgNbd { r, alpha, a, b } => Purchases::Geometric(Geometric { r, alpha, a, b, from_first: false }),
            Self::MbgNbd { r, alpha, a, b } => Purchases::Geometric(Geometric { r, alpha, a, b, from_first: true }),
            Self::ParetoNbd { r, alpha, s, beta } => Purchases::ParetoNbd(ParetoNbd { r, alpha, s, beta }),
            Self::Nbd { r, alpha } => Purchases::Nbd(Nbd { r, alpha }),
        }
    }
}

impl SpendText {
    pub fn parameters(self) -> Vec<(&'static str, f64)> {
        vec![("p", self.p), ("q", self.q), ("v", self.v)]
    }
}

impl ValueDocument {
    pub fn parse(yaml: &str) -> Result<Self, Vec<ModelProblem>> {
        let unreadable = |why: String| {
            let (en, zh) = (format!("the value model cannot be read: {why}"), format!("无法读取价值模型：{why}"));
            vec![problem("", "value.unreadable", en, zh)]
        };
        if yaml.len() > BYTES_MAX {
            return Err(unreadable(format!("at most {BYTES_MAX} bytes")));
        }
        serde_norway::from_str(yaml).map_err(|error| unreadable(error.to_string()))
    }

    pub fn to_yaml(&self) -> String {
        serde_norway::to_string(self).expect("plain numbers and words always serialise")
    }

    /// For a brand of this currency.
    pub fn compile(&self, version: i64, currency: Currency) -> Result<ValueModel, Vec<ModelProblem>> {
        let mut problems = Vec::new();
        let until = Day::parse(&self.fitted.until);
        if until.is_none() {
            problems.push(problem("/fitted/until", "value.day", "must be a day such as 1997-09-30", "须为日期，如 1997-09-30"));
        }
        if Currency::parse(&self.currency) != Some(currency) {
            let (en, zh) = (format!("the brand counts in {currency}"), format!("品牌使用的货币是 {currency}"));
            problems.push(problem("/currency", "value.currency", en, zh));
        }
        let mut bounded = |at: &str, (name, value): (&str, f64), least: f64| {
            if !(least..=MOST).contains(&value) {
                let (en, zh) = (format!("must be a number from {least} to {MOST}"), format!("须为 {least} 到 {MOST} 之间的数字"));
                problems.push(problem(&format!("/{at}/{name}"), "value.parameter", en, zh));
            }
        };
        self.purchases.parameters().into_iter().for_each(|one| bounded("purchases", one, LEAST));
        if let Some(spend) = self.spend {
            spend.parameters().into_iter().for_each(|one| bounded("spend", one, LEAST));
            bounded("spend", ("mean", spend.mean), 0.0);
        }
        let mut known = |at: &str, rows: Option<&Vec<Vec<f64>>>, parameters: usize| {
            let known = Uncertainty::new(rows?).filter(|known| known.parameters() == parameters);
            if known.is_none() {
                let en = format!("must be a covariance of {parameters} parameters: symmetric, with no correlation above one");
                let zh = format!("须为 {parameters} 个参数的协方差矩阵：对称，且相关系数不超过 1");
                problems.push(problem(&format!("/uncertainty/{at}"), "value.uncertainty", en, zh));
            }
            known
        };
        let open = self.uncertainty.as_ref();
        let purchases_known = known("purchases", open.and_then(|open| open.purchases.as_ref()), self.purchases.parameters().len());
        let spend_known = known("spend", open.and_then(|open| open.spend.as_ref()), 3);
        let (Some(until), true) = (until, problems.is_empty()) else { return Err(problems) };
        let spend = self.spend.map(|SpendText { p, q, v, mean }| GammaGamma { p, q, v, observed_mean: mean });
        let purchases = self.purchases.model();
        Ok(ValueModel { version, until, unit: self.unit, purchases, spend, currency, purchases_known, spend_known })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "
fitted: { until: 1997-09-30, members: 2357, repeaters: 1013, log_likelihood: -9582.4 }
currency: USD
unit: week
purchases: { model: bgnbd, r: 0.24259376, alpha: 4.41353211, a: 0.79293, b: 2.42590 }
spend: { p: 6.25, q: 3.74, v: 15.44, mean: 35.1 }
";

    fn codes(yaml: &str) -> Vec<(String, &'static str)> {
        let document = ValueDocument::parse(yaml).unwrap_or_else(|problems| panic!("{yaml}: {problems:#?}"));
        document.compile(1, Currency::parse("USD").unwrap()).unwrap_err().into_iter().map(|p| (p.pointer, p.code)).collect()
    }

    #[test]
    fn a_document_is_read_back_as_written_to_the_last_bit() {
        let mut document = ValueDocument::parse(YAML).unwrap();
        let rows = vec![vec![0.1 + 0.2, 0.0, 0.0], vec![0.0, 1.0 / 3.0, 0.0], vec![0.0, 0.0, 0.01]];
        document.uncertainty = Some(UncertaintyText { purchases: None, spend: Some(rows) });
        document.purchases = PurchasesText::ParetoNbd { r: 0.1 + 0.2, alpha: 1.0 / 3.0, s: 1e-6, beta: 123_456_789.012_345_67 };
        assert_eq!(ValueDocument::parse(&document.to_yaml()).unwrap(), document);
        let model = document.compile(3, Currency::parse("USD").unwrap()).unwrap();
        assert_eq!((model.kind(), model.version), (Kind::ParetoNbd, 3));
        assert_eq!(PurchasesText::of(&model.purchases), document.purchases);
    }

    #[test]
    fn each_problem_is_told_at_its_place() {
        let with = |from: &str, to: &str| codes(&YAML.replace(from, to));
        assert_eq!(with("1997-09-30", "someday"), [("/fitted/until".to_owned(), "value.day")]);
        assert_eq!(with("USD", "CNY"), [("/currency".to_owned(), "value.currency")]);
        assert_eq!(with("a: 0.79293", "a: -1.0"), [("/purchases/a".to_owned(), "value.parameter")]);
        assert_eq!(with("a: 0.79293", "a: .nan"), [("/purchases/a".to_owned(), "value.parameter")]);
        assert_eq!(with("q: 3.74", "q: .inf"), [("/spend/q".to_owned(), "value.parameter")]);
        let open = |rows: &str| codes(&format!("{YAML}uncertainty: {{ spend: {rows} }}\n"));
        for rows in
            ["[[1.0]]", "[[1.0, 2.0, 0.0], [2.0, 1.0, 0.0], [0.0, 0.0, 1.0]]", "[[.nan, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]"]
        {
            assert_eq!(open(rows), [("/uncertainty/spend".to_owned(), "value.uncertainty")]);
        }
        for wrong in ["model: gamma", "model: paretonbd", "unit: year, more: 1"] {
            let from = if wrong.starts_with("unit") { "unit: week" } else { "model: bgnbd" };
            assert_eq!(ValueDocument::parse(&YAML.replace(from, wrong)).unwrap_err()[0].code, "value.unreadable", "{wrong}");
        }
    }
}
