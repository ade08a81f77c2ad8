//! `profile`: every field of the catalogue that conditions are written over, as of today, and where each active model sees the member.

use perennial_app::port::analyst::Words;
use perennial_condition::{FieldId, Row as _, Type, Value};
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;

use super::{Basis, Column, Fold, Source, Told};
use crate::sql::cell::{Cell, Kind};
use crate::sql::out::Out;

const MEMBER: &str = "member";

/// The member, the fields in the order of the catalogue, one stage for each model.
pub fn columns(reference: &Reference) -> Vec<Column> {
    let column = |name: String, kind, about| Column { name, kind, about, told: Source::Clear };
    let mut all = vec![column(MEMBER.to_owned(), Kind::Text, Words::new("member id", "会员编号"))];
    for field in &reference.catalog().fields {
        all.push(column(field.name.clone(), kind(field.ty), Words::new(&*field.label.en, &*field.label.zh)));
    }
    for model in reference.models() {
        let mut name = format!("stage_{}", model.id.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_ascii_lowercase());
        // A field of the brand's own may be called so.
        while all.iter().any(|held| held.name == name) {
            name.push('_');
        }
        let about = Words::new(format!("stage by the model {}", model.name.en), format!("模型“{}”中的阶段", model.name.zh));
        all.push(column(name, Kind::Text, about));
    }
    all
}

fn kind(ty: Type) -> Kind {
    match ty {
        Type::Bool => Kind::Flag,
        Type::Int => Kind::Int,
        Type::Decimal => Kind::Number,
        Type::Money => Kind::Money,
        Type::Text => Kind::Text,
        Type::Day => Kind::Day,
        Type::Choices => Kind::Texts,
    }
}

fn cell(value: Value) -> Cell<'static> {
    match value {
        Value::Null => Cell::Null,
        Value::Bool(flag) => Cell::Flag(flag),
        Value::Int(number) => Cell::Int(number),
        Value::Decimal(number) if !number.is_finite() => Cell::Null,
        Value::Decimal(number) => Cell::Number(number),
        Value::Money(money) => Cell::Money(money),
        Value::Text(text) => Cell::from(text.to_string()),
        Value::Day(day) => Cell::Day(day),
        Value::Choices(texts) => Cell::Texts(texts),
    }
}

pub struct Profiles<'a> {
    basis: &'a Basis,
}

impl<'a> Profiles<'a> {
    pub fn new(basis: &'a Basis) -> Self {
        Self { basis }
    }
}

impl Fold for Profiles<'_> {
    fn take(&mut self, told: Told<'_>, out: &mut Out) {
        let reference = self.basis.reference.as_ref();
        let book = told.history.book(reference, self.basis.until);
        if book.known_from.is_none() {
            return;
        }
        let profile = Profile::of(&book, reference, self.basis.today);
        let fields = reference.catalog().fields.len();
        out.row(|column| match column.checked_sub(1) {
            None => told.member.to_string().into(),
            Some(at) if at < fields => cell(profile.field(FieldId(at))),
            Some(at) => {
                let model = &reference.models()[at - fields];
                model.stages[model.stage_of(&profile)].id.as_str().into()
            }
        });
    }
}
