//! Fields that the product itself knows of everyone: written like custom ones, under names conditions have always had.

use std::sync::LazyLock;

use perennial_condition::Name;
use perennial_rules::fields::{CustomField, FieldType};
use perennial_rules::reference::Brand;

static BASE: LazyLock<Vec<CustomField>> = LazyLock::new(|| {
    let field = |id: &str, ty, personal, en: &str, zh: &str| CustomField {
        id: id.to_owned(),
        ty,
        label: Name::new(en, zh),
        personal,
        choices: Vec::new(),
    };
    let genders = [("female", "Female", "女"), ("male", "Male", "男"), ("other", "Other", "其他")];
    let genders = genders.map(|(id, en, zh)| (id.to_owned(), Name::new(en, zh))).to_vec();
    vec![
        field("name", FieldType::Text, true, "Name", "姓名"),
        field("address", FieldType::Text, true, "Address", "地址"),
        CustomField { choices: genders, ..field("gender", FieldType::Choice, false, "Gender", "性别") },
        field("birth_year", FieldType::Number, false, "Year of birth", "出生年份"),
        field("city", FieldType::Text, false, "City", "城市"),
    ]
});

/// The base fields, in the order of showing.
pub fn base() -> &'static [CustomField] {
    &BASE
}

/// A base or custom field by its id.
pub fn field<'a>(brand: &'a Brand, id: &str) -> Option<&'a CustomField> {
    BASE.iter().find(|field| field.id == id).or_else(|| brand.fields.get(id))
}
