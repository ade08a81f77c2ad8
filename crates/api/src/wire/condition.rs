//! Conditions over HTTP: text, tree and sentence of one meaning, and what may be written in them.

use perennial_condition::{Catalog, Expr, Lang, print, sentence, to_json};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{FieldError, Words};

#[derive(ToSchema)]
pub struct ConditionRequest {
    /// The text form. Either this or `tree`.
    pub text: Option<String>,
    /// The JSON form, in react-querybuilder's shape.
    #[schema(value_type = Option<Object>)]
    pub tree: Option<Value>,
    /// Named values that the condition may use besides the profile's fields.
    pub definitions: Option<Vec<DefinitionInput>>,
}

/// A value with a name of its own.
#[derive(ToSchema)]
pub struct DefinitionInput {
    pub name: String,
    /// In the text form.
    pub is: String,
    pub label: WordsInput,
}

#[derive(ToSchema)]
pub struct WordsInput {
    pub en: String,
    pub zh: String,
}

/// What was written, as the program understands it; or what is wrong with it.
#[derive(Serialize, ToSchema)]
pub struct Condition {
    /// As the program prints it; null while something is wrong.
    pub text: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub tree: Option<Value>,
    pub sentence: Option<Words>,
    /// Places are in the text, or pointers into the tree.
    pub problems: Vec<FieldError>,
}

impl Condition {
    pub fn understood(expr: &Expr, catalog: &Catalog) -> Self {
        let words = Words { en: sentence(expr, catalog, Lang::En), zh: sentence(expr, catalog, Lang::Zh) };
        Self { text: Some(print(expr, catalog)), tree: Some(to_json(expr)), sentence: Some(words), problems: Vec::new() }
    }

    pub fn wrong(problems: Vec<FieldError>) -> Self {
        Self { text: None, tree: None, sentence: None, problems }
    }
}

/// What conditions may name.
#[derive(Serialize, ToSchema)]
pub struct ConditionCatalog {
    pub fields: Vec<CatalogField>,
    /// Kinds of facts that windowed aggregates count over.
    pub facts: Vec<CatalogFact>,
    pub currency: String,
}

#[derive(Serialize, ToSchema)]
pub struct CatalogField {
    pub name: String,
    /// `int`, `decimal`, `money`, `text`, `day`, `bool`.
    #[serde(rename = "type")]
    pub kind: String,
    pub label: Words,
}

#[derive(Serialize, ToSchema)]
pub struct CatalogFact {
    pub name: String,
    pub label: Words,
    pub fields: Vec<CatalogField>,
}

impl ConditionCatalog {
    pub fn new(catalog: &Catalog) -> Self {
        let fields = |fields: &[perennial_condition::Field]| -> Vec<CatalogField> {
            let field = |field: &perennial_condition::Field| CatalogField {
                name: field.name.clone(),
                kind: field.ty.as_str().to_owned(),
                label: (&field.label).into(),
            };
            fields.iter().map(field).collect()
        };
        let fact = |fact: &perennial_condition::FactKind| CatalogFact {
            name: fact.name.clone(),
            label: (&fact.label).into(),
            fields: fields(&fact.fields),
        };
        Self {
            fields: fields(&catalog.fields),
            facts: catalog.facts.iter().map(fact).collect(),
            currency: catalog.currency.code().to_owned(),
        }
    }
}
