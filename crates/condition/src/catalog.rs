//! What a condition may speak about: the profile's fields and the kinds of facts, with their names in both languages.

use perennial_kernel::Currency;

use crate::tree::Operand;
use crate::value::Type;

/// A name or a message in both languages of the product.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Name {
    pub en: String,
    pub zh: String,
}

impl Name {
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Lang {
    En,
    Zh,
}

/// How a field moves when only time passes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Drift {
    /// Only facts change it.
    Fixed,
    /// An `Int` that grows by one each day; null stays null. On any other type it is read as [`Drift::Daily`].
    DaysSince,
    /// A number that never grows by time alone; null stays null. Which day it has which value is asked of [`crate::Row::field_on`].
    Falling,
    /// A number that never shrinks by time alone; null stays null.
    Rising,
    /// A number that by time alone only comes nearer to zero, from above or from below; null stays null.
    Fading,
    /// May be anything each day.
    Daily,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    pub name: String,
    pub ty: Type,
    pub drift: Drift,
    pub label: Name,
    /// A named derived value (`let` of a policy): the checker expands it, and then `drift` is the definition's, not this one's.
    pub definition: Option<Operand>,
    /// The only texts the field may hold, with what they are called; empty where any may stand.
    pub choices: Vec<(String, Name)>,
}

impl Field {
    pub fn new(name: &str, ty: Type, drift: Drift, en: &str, zh: &str) -> Self {
        Self { name: name.to_owned(), ty, drift, label: Name::new(en, zh), definition: None, choices: Vec::new() }
    }

    pub fn with_choices(self, choices: Vec<(String, Name)>) -> Self {
        Self { choices, ..self }
    }

    pub fn derived(name: &str, ty: Type, definition: Operand, en: &str, zh: &str) -> Self {
        Self { definition: Some(definition), ..Self::new(name, ty, Drift::Fixed, en, zh) }
    }
}

/// A kind of fact conditions may count: `purchase` {money}, `order` {money, channel, store, quantity}, …
/// In `fields` drift and definition have no meaning: a fact does not move, and `where` reads its plain fields.
#[derive(Clone, PartialEq, Debug)]
pub struct FactKind {
    pub name: String,
    pub label: Name,
    pub fields: Vec<Field>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Catalog {
    pub fields: Vec<Field>,
    pub facts: Vec<FactKind>,
    pub currency: Currency,
}

/// Index into [`Catalog::fields`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FieldId(pub usize);

impl Catalog {
    pub fn field_id(&self, name: &str) -> Option<FieldId> {
        self.fields.iter().position(|field| field.name == name).map(FieldId)
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub fn fact(&self, name: &str) -> Option<&FactKind> {
        self.facts.iter().find(|kind| kind.name == name)
    }

    /// Minor units in one major unit.
    pub(crate) fn minor_per_major(&self) -> i64 {
        10_i64.pow(u32::from(self.currency.scale()))
    }
}

impl FactKind {
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
