//! `stages`: from when to when members stood in the stages of every active model, restated by what is known now.

use perennial_backtest::{Spell, Spells};
use perennial_kernel::{Day, MemberId};
use perennial_rules::lifecycle::model::Model;

use super::Source::Clear;
use super::{Basis, Fold, Read, Told};
use crate::sql::cell::{Cell, Kind};
use crate::sql::out::Out;

pub struct Row<'a> {
    member: MemberId,
    model: &'a Model,
    spell: Spell,
    /// The day on which the next one began.
    until_on: Option<Day>,
    today: Day,
}

type Column = Read<for<'a, 'r> fn(&'r Row<'a>) -> Cell<'r>>;

pub const COLUMNS: &[Column] = &[
    ("member", Kind::Text, "member id", "会员编号", Clear, |row| row.member.to_string().into()),
    ("model", Kind::Text, "lifecycle model", "生命周期模型", Clear, |row| row.model.id.as_str().into()),
    ("stage", Kind::Text, "stage", "阶段", Clear, |row| row.model.stages[row.spell.stage].id.as_str().into()),
    ("stage_group", Kind::Text, "group of stages", "阶段分组", Clear, |row| row.model.stages[row.spell.stage].group.as_str().into()),
    (
        "life",
        Kind::Int,
        "number of the life, from 1; 0 before the first purchase",
        "生命段序号，从 1 起，首次消费前为 0",
        Clear,
        |row| i64::from(row.spell.life).into(),
    ),
    ("since", Kind::Instant, "when it began", "开始时刻", Clear, |row| row.spell.since.into()),
    ("since_on", Kind::Day, "the day on which it began", "开始日", Clear, |row| row.spell.from.into()),
    (
        "until",
        Kind::Instant,
        "when the next one began; null while it goes on",
        "下一阶段开始的时刻，仍在该阶段则为空",
        Clear,
        |row| row.spell.until.into(),
    ),
    ("until_on", Kind::Day, "the day on which the next one began", "下一阶段开始日", Clear, |row| row.until_on.into()),
    (
        "days",
        Kind::Int,
        "how many days it lasted, up to today while it goes on",
        "持续天数，仍在该阶段则算到今天",
        Clear,
        |row| i64::from(row.until_on.unwrap_or(row.today) - row.spell.from).into(),
    ),
];

pub struct Stages<'a> {
    basis: &'a Basis,
    models: Vec<(&'a Model, Spells<'a>)>,
}

impl<'a> Stages<'a> {
    pub fn new(basis: &'a Basis) -> Self {
        let reference = basis.reference.as_ref();
        let models = reference.models().iter().map(|model| (model, Spells::new(reference, model, basis.today))).collect();
        Self { basis, models }
    }
}

impl Fold for Stages<'_> {
    fn take(&mut self, told: Told<'_>, out: &mut Out) {
        for (model, spells) in &mut self.models {
            let spells = spells.of(told.history);
            let ends = spells.iter().skip(1).map(|next| Some(next.from)).chain([None]);
            for (spell, until_on) in spells.iter().zip(ends) {
                let row = Row { member: told.member, model, spell: *spell, until_on, today: self.basis.today };
                out.row(|column| (COLUMNS[column].5)(&row));
            }
        }
    }
}
