//! Custom profile fields (SPEC ID-7): what a brand wants to know of its members beside what the product knows of everyone.
//!
//! The definitions are a versioned document, activated like a policy, because conditions are checked against them. A field is either
//! *personal* (sealed under the member's key, shown to people, read by no condition) or stands in clear and can be conditioned on at once.

mod document;
mod value;

use std::sync::Arc;

use perennial_condition::{Drift, Field, Name, Type};
use perennial_kernel::Currency;

pub use document::{ChoiceText, FieldText, FieldsDocument};
pub(crate) use document::{check_label, name, problem};
pub use value::{Input, NotAValue, text_of};

use crate::consent::Consents;
use crate::reference::Brand;

/// What a custom field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldType {
    Text,
    Number,
    /// In the brand's currency.
    Money,
    Date,
    Boolean,
    Choice,
    MultiChoice,
}

impl FieldType {
    pub const ALL: [Self; 7] = [Self::Text, Self::Number, Self::Money, Self::Date, Self::Boolean, Self::Choice, Self::MultiChoice];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Money => "money",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::Choice => "choice",
            Self::MultiChoice => "multi_choice",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ty| ty.as_str() == text)
    }

    /// As conditions see it.
    pub fn condition_type(self) -> Type {
        match self {
            Self::Text | Self::Choice => Type::Text,
            Self::Number => Type::Decimal,
            Self::Money => Type::Money,
            Self::Date => Type::Day,
            Self::Boolean => Type::Bool,
            Self::MultiChoice => Type::Choices,
        }
    }

    pub fn has_choices(self) -> bool {
        matches!(self, Self::Choice | Self::MultiChoice)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CustomField {
    pub id: String,
    pub ty: FieldType,
    pub label: Name,
    pub personal: bool,
    /// What may be chosen and what it is called, in the order of showing; empty for the other types.
    pub choices: Vec<(String, Name)>,
}

impl CustomField {
    /// As the catalogue of conditions has it.
    pub(crate) fn in_catalog(&self) -> Field {
        let field = Field::new(&self.id, self.ty.condition_type(), Drift::Fixed, &self.label.en, &self.label.zh);
        field.with_choices(self.choices.clone())
    }
}

/// The custom fields of a brand, in the order of the document.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CustomFields {
    all: Vec<CustomField>,
    /// Indices of those conditions may read.
    readable: Vec<usize>,
}

impl CustomFields {
    fn new(all: Vec<CustomField>) -> Self {
        let readable = (0..all.len()).filter(|at| !all[*at].personal).collect();
        Self { all, readable }
    }

    pub fn all(&self) -> &[CustomField] {
        &self.all
    }

    pub fn get(&self, id: &str) -> Option<&CustomField> {
        self.all.iter().find(|field| field.id == id)
    }

    /// Those that conditions may read, in the order in which the catalogue has them.
    pub fn readable(&self) -> impl Iterator<Item = &CustomField> {
        self.readable.iter().map(|at| &self.all[*at])
    }

    pub(crate) fn readable_count(&self) -> usize {
        self.readable.len()
    }

    pub(crate) fn nth_readable(&self, at: usize) -> Option<&CustomField> {
        self.readable.get(at).map(|at| &self.all[*at])
    }
}

/// What a brand's own documents add to the words conditions may use.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    pub currency: Currency,
    pub fields: Arc<CustomFields>,
    pub consents: Arc<Consents>,
}

impl From<Currency> for Vocabulary {
    /// A brand without fields of its own.
    fn from(currency: Currency) -> Self {
        Self { currency, fields: Arc::default(), consents: Arc::default() }
    }
}

impl From<&Brand> for Vocabulary {
    fn from(brand: &Brand) -> Self {
        Self { currency: brand.currency, fields: Arc::clone(&brand.fields), consents: Arc::clone(&brand.consents) }
    }
}
