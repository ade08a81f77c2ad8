//! Operands: fields, derived fields, aggregates, arithmetic.

use std::sync::Arc;

use super::{Checker, EXPANDED_DEPTH_MAX, STEPS_MAX, Typed, types};
use crate::catalog::{Catalog, FactKind, Field, FieldId};
use crate::plan::Step;
use crate::problem::{Problem, shorten};
use crate::series::Series;
use crate::tree::{Aggregate, Arithmetic, Function, Literal, Operand, Summary, WINDOW_DAYS_MAX};
use crate::value::{Type, Value};

impl<'a> Checker<'a> {
    pub(crate) fn operand(&mut self, operand: &'a Operand) -> Option<Typed> {
        self.steps += 1;
        self.depth += 1;
        let result = if self.steps > STEPS_MAX || self.depth > EXPANDED_DEPTH_MAX {
            self.refuse("too_large", "the condition is too large with its derived values", "展开派生值后条件过大");
            None
        } else {
            self.operand_inside(operand)
        };
        self.depth -= 1;
        result
    }

    /// All are checked even when one fails.
    pub(super) fn operands(&mut self, first: usize, operands: impl Iterator<Item = &'a Operand>) -> Option<Vec<Typed>> {
        let checked: Vec<Option<Typed>> = operands.enumerate().map(|(i, operand)| self.at(first + i, |c| c.operand(operand))).collect();
        checked.into_iter().collect()
    }

    fn operand_inside(&mut self, operand: &'a Operand) -> Option<Typed> {
        match operand {
            Operand::Literal(literal) => self.literal(literal),
            Operand::Field(name) => self.field(name),
            Operand::Aggregate(aggregate) => self.aggregate(aggregate),
            Operand::Negate(inner) => {
                let typed = self.at(0, |c| c.operand(inner))?;
                if typed.ty.is_some_and(|ty| !ty.is_number() && ty != Type::Money) {
                    self.at(0, |c| c.wrong_type("type_mismatch", "", typed.ty, &[Type::Int, Type::Decimal, Type::Money]));
                    return None;
                }
                Some(Typed { step: Step::Negate(Box::new(typed.step)), ty: typed.ty })
            }
            Operand::Arithmetic { op, left, right } => self.arithmetic(*op, left, right),
            Operand::Call { function, arguments } => self.call(*function, arguments),
        }
    }

    fn literal(&mut self, literal: &Literal) -> Option<Typed> {
        let value = match literal {
            Literal::Null => Value::Null,
            Literal::Bool(b) => Value::Bool(*b),
            Literal::Int(n) => Value::Int(*n),
            Literal::Decimal(x) if !x.is_finite() => {
                self.refuse("number", "the number is too large", "数字过大");
                return None;
            }
            Literal::Decimal(x) => Value::Decimal(*x),
            Literal::Text(text) => Value::text(text),
            Literal::Day(day) => Value::Day(*day),
        };
        Some(Typed { ty: value.ty(), step: Step::Const(value) })
    }

    fn field(&mut self, name: &str) -> Option<Typed> {
        if let Some(kind) = self.fact {
            return self.fact_field(kind, name);
        }
        let catalog: &'a Catalog = self.catalog;
        let Some(id) = catalog.field_id(name) else {
            let names = catalog.fields.iter().map(|field| field.name.as_str());
            let shown = shorten(name);
            let problem =
                Problem::new("unknown_field", self.position(), format!("there is no field `{shown}`"), format!("没有字段 `{shown}`"));
            self.report(problem.field(name).near(name, names));
            return None;
        };
        let field = &catalog.fields[id.0];
        match &field.definition {
            None => {
                self.fields.push(id);
                Some(Typed { step: Step::Field { id, drift: field.drift }, ty: Some(field.ty) })
            }
            Some(definition) => self.expand(field, definition),
        }
    }

    fn expand(&mut self, field: &'a Field, definition: &'a Operand) -> Option<Typed> {
        if self.expanding.contains(&field.name.as_str()) {
            let en = format!("`{}` is defined by itself", field.name);
            self.refuse("cycle", en, format!("`{}` 的定义引用了自身", field.name));
            return None;
        }
        if !self.bounded(crate::tree::Node::Operand(definition)) {
            return None;
        }
        self.expanding.push(&field.name);
        let typed = self.operand(definition).and_then(|typed| {
            let fits = typed.ty.is_none_or(|ty| ty == field.ty || ty.is_number() && matches!(field.ty, Type::Decimal | Type::Money));
            if !fits {
                self.wrong_type("definition_type", &field.name, typed.ty, &[field.ty]);
                return None;
            }
            self.become_type(typed, field.ty)
        });
        self.expanding.pop();
        // What is null by definition has the type it was declared with.
        typed.map(|typed| Typed { ty: Some(field.ty), ..typed })
    }

    fn fact_field(&mut self, kind: &'a FactKind, name: &str) -> Option<Typed> {
        let Some(index) = kind.fields.iter().position(|field| field.name == name) else {
            let shown = shorten(name);
            let en = format!("`{}` has no field `{shown}`", kind.name);
            let problem = Problem::new("unknown_field", self.position(), en, format!("`{}` 没有字段 `{shown}`", kind.name));
            self.report(problem.field(name).near(name, kind.fields.iter().map(|field| field.name.as_str())));
            return None;
        };
        let field = &kind.fields[index];
        Some(Typed { step: Step::Field { id: FieldId(index), drift: field.drift }, ty: Some(field.ty) })
    }

    fn arithmetic(&mut self, op: Arithmetic, left: &'a Operand, right: &'a Operand) -> Option<Typed> {
        let mut sides = self.operands(0, [left, right].into_iter())?.into_iter();
        let (mut a, mut b) = (sides.next()?, sides.next()?);
        let ty = match (a.ty, b.ty) {
            (Some(ty_a), Some(ty_b)) => {
                let Some((ty, want_a, want_b)) = types::result(op, ty_a, ty_b) else {
                    let (en, zh) =
                        (format!("{ty_a} {} {ty_b} has no meaning", op.as_str()), format!("{ty_a} {} {ty_b} 没有意义", op.as_str()));
                    self.refuse("type_mismatch", en, zh);
                    return None;
                };
                a = self.at(0, |c| c.become_type(a, want_a))?;
                b = self.at(1, |c| c.become_type(b, want_b))?;
                Some(ty)
            }
            _ => None,
        };
        Some(Typed { step: Step::Arithmetic { op, left: Box::new(a.step), right: Box::new(b.step) }, ty })
    }

    fn call(&mut self, function: Function, arguments: &'a [Operand]) -> Option<Typed> {
        let (least, most) = function.arity();
        if arguments.len() < least || arguments.len() > most {
            self.refuse(
                "arguments",
                format!("wrong number of arguments for {}", function.as_str()),
                format!("{} 的参数个数不对", function.as_str()),
            );
            return None;
        }
        let typed = self.operands(0, arguments.iter())?;
        match function {
            Function::Today | Function::DaysSince if self.fact.is_some() => {
                let name = function.as_str();
                self.refuse(
                    "moving_filter",
                    format!("{name} moves with time and cannot filter facts; use a window"),
                    format!("{name} 随时间变化，不能用于筛选事实，请用时间窗口"),
                );
                None
            }
            Function::Today => Some(Typed { step: Step::Today, ty: Some(Type::Day) }),
            Function::DaysSince => {
                let only = typed.into_iter().next()?;
                let fits = matches!(only.ty, None | Some(Type::Day)) || matches!(only.step, Step::Const(Value::Text(_)));
                if !fits {
                    self.at(0, |c| c.wrong_type("type_mismatch", "", only.ty, &[Type::Day]));
                    return None;
                }
                let day = self.at(0, |c| c.become_type(only, Type::Day))?;
                Some(Typed { step: Step::DaysSince(Box::new(day.step)), ty: Some(Type::Int) })
            }
            Function::Contains => {
                let [several, one] = <[Typed; 2]>::try_from(typed).ok()?;
                for (number, found, wanted) in [(0, several.ty, Type::Choices), (1, one.ty, Type::Text)] {
                    if found.is_some_and(|ty| ty != wanted) {
                        self.at(number, |c| c.wrong_type("type_mismatch", "", found, &[wanted]));
                        return None;
                    }
                }
                self.one_of_its_choices(0, &arguments[0], &arguments[1..])?;
                Some(Typed { step: Step::Contains(Box::new(several.step), Box::new(one.step)), ty: Some(Type::Bool) })
            }
            Function::Greatest | Function::Least | Function::Coalesce => {
                let (typed, ty) = self.agree(0, typed, true)?;
                let list = typed.into_iter().map(|typed| typed.step).collect();
                let step = match function {
                    Function::Greatest => Step::Greatest(list),
                    Function::Least => Step::Least(list),
                    Function::Coalesce | Function::DaysSince | Function::Today | Function::Contains => Step::Coalesce(list),
                };
                Some(Typed { step, ty })
            }
        }
    }

    /// Refuses a written text that the field can never hold. `field` is child number `first`, the texts follow it.
    pub(super) fn one_of_its_choices(&mut self, first: usize, field: &'a Operand, texts: &'a [Operand]) -> Option<()> {
        let Operand::Field(name) = field else { return Some(()) };
        let catalog: &'a Catalog = self.catalog;
        let Some(field) = catalog.field(name).filter(|field| self.fact.is_none() && !field.choices.is_empty()) else { return Some(()) };
        let mut all = Some(());
        for (number, text) in texts.iter().enumerate() {
            let Operand::Literal(Literal::Text(text)) = text else { continue };
            if field.choices.iter().any(|(id, _)| id == text) {
                continue;
            }
            let shown = shorten(text);
            let (en, zh) = (format!("`{name}` has no choice `{shown}`"), format!("`{name}` 没有选项 `{shown}`"));
            self.at(first + 1 + number, |c| {
                let problem = Problem::new("unknown_choice", c.position(), en, zh);
                c.report(problem.field(name).near(text, field.choices.iter().map(|(id, _)| id.as_str())));
            });
            all = None;
        }
        all
    }

    fn aggregate(&mut self, aggregate: &'a Aggregate) -> Option<Typed> {
        if self.fact.is_some() {
            self.refuse("nested_aggregate", "an aggregate cannot stand inside another's where", "聚合的 where 中不能再用聚合");
            return None;
        }
        if let Some(window) = aggregate.window
            && (!(1..=WINDOW_DAYS_MAX).contains(&window.days) || !(0..=WINDOW_DAYS_MAX).contains(&window.ending_days_ago))
        {
            self.refuse(
                "window",
                "a window has 1 to 36,500 days and ends 0 to 36,500 days ago",
                "窗口为 1 至 36,500 天，结束于 0 至 36,500 天前",
            );
            return None;
        }
        let catalog: &'a Catalog = self.catalog;
        let Some(kind) = catalog.fact(&aggregate.kind) else {
            let shown = shorten(&aggregate.kind);
            let names = catalog.facts.iter().map(|kind| kind.name.as_str());
            let (en, zh) = (format!("there is no kind of fact `{shown}`"), format!("没有事实类型 `{shown}`"));
            let problem = Problem::new("unknown_fact", self.position(), en, zh).field(&aggregate.kind).near(&aggregate.kind, names);
            self.report(problem);
            return None;
        };
        let measured = self.measure(kind, aggregate);
        let test = match &aggregate.filter {
            None => None,
            Some(filter) => {
                let outer = self.fact.replace(kind);
                let test = self.at(0, |c| c.condition(filter));
                self.fact = outer;
                Some(Arc::new(test?))
            }
        };
        let measured = measured?;
        let series = Series {
            kind: aggregate.kind.clone(),
            measure: aggregate.measure.clone(),
            filter: aggregate.filter.clone(),
            slot: self.series.len(),
            measure_index: measured.map(|(index, _)| index),
            test,
        };
        let slot = self.series.iter().position(|known| *known == series).unwrap_or(series.slot);
        if slot == self.series.len() {
            self.series.push(series);
        }
        let money = measured.is_some_and(|(_, ty)| ty == Type::Money);
        let ty = match aggregate.function {
            Summary::First | Summary::Last => Type::Day,
            Summary::Sum | Summary::Average if money => Type::Money,
            Summary::Average => Type::Decimal,
            Summary::Count | Summary::Sum => Type::Int,
        };
        let step = Step::Aggregate { series: slot, function: aggregate.function, window: aggregate.window, money };
        Some(Typed { step, ty: Some(ty) })
    }

    /// Index and type of the measured field: `Some(None)` when the aggregate takes none, `None` when it is wrong.
    #[expect(clippy::option_option, reason = "wrong and without are two things")]
    fn measure(&mut self, kind: &'a FactKind, aggregate: &Aggregate) -> Option<Option<(usize, Type)>> {
        let Some(name) = aggregate.measure.as_ref().filter(|_| aggregate.function.has_measure()) else {
            if aggregate.measure.is_some() || aggregate.function.has_measure() {
                self.refuse(
                    "measure",
                    "sum and average need a field of the fact, the others take none",
                    "sum 与 average 需要事实的字段，其余不需要",
                );
                return None;
            }
            return Some(None);
        };
        let measurable = |field: &&Field| matches!(field.ty, Type::Int | Type::Money);
        let Some(index) = kind.fields.iter().position(|field| field.name == *name) else {
            let names = kind.fields.iter().filter(measurable).map(|field| field.name.as_str());
            let shown = shorten(name);
            let (en, zh) = (format!("`{}` has no field `{shown}`", kind.name), format!("`{}` 没有字段 `{shown}`", kind.name));
            let problem = Problem::new("unknown_measure", self.position(), en, zh).field(name).near(name, names);
            self.report(problem);
            return None;
        };
        let ty = kind.fields[index].ty;
        if !measurable(&&kind.fields[index]) {
            self.wrong_type("not_a_measure", name, Some(ty), &[Type::Int, Type::Money]);
            return None;
        }
        Some(Some((index, ty)))
    }
}
