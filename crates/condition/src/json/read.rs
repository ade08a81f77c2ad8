//! The JSON form into a tree, and beside the tree the pointer to where each node stood.

use perennial_kernel::Day;
use serde_json::{Map, Value as Json};

use crate::problem::{Places, Position, Problem};
use crate::tree::{
    Aggregate, Arithmetic, Comparison, DEPTH_MAX, Expr, Function, LIST_MAX, Literal, NODES_MAX, Node, Operand, Part, Summary,
    TEXT_BYTES_MAX, Window, size,
};

type Parsed<T> = Result<T, Box<Problem>>;
type Object = Map<String, Json>;

/// Groups of one rule nest in JSON without nesting in the tree.
const NESTING_MAX: usize = 2 * DEPTH_MAX + 8;

pub(crate) fn syntax(json: &Json) -> Parsed<(Expr, Places)> {
    let mut reader = Reader::default();
    let (expr, places) = reader.group(json, String::new())?;
    bounded(Node::Expr(&expr))?;
    Ok((expr, places))
}

pub(crate) fn syntax_operand(json: &Json) -> Parsed<(Operand, Places)> {
    let (operand, places) = Reader::default().operand(json, String::new())?;
    bounded(Node::Operand(&operand))?;
    Ok((operand, places))
}

fn bounded(root: Node<'_>) -> Parsed<()> {
    let (depth, nodes) = size(root);
    if nodes > NODES_MAX {
        return Err(too_large(String::new()));
    }
    if depth > DEPTH_MAX { Err(too_deep(String::new())) } else { Ok(()) }
}

#[derive(Default)]
struct Reader {
    nesting: usize,
    nodes: usize,
    bytes: usize,
}

impl Reader {
    fn enter<T>(&mut self, at: &str, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.nodes += 1;
        if self.nodes > 2 * NODES_MAX {
            return Err(too_large(at.to_owned()));
        }
        if self.nesting >= NESTING_MAX {
            return Err(too_deep(at.to_owned()));
        }
        self.nesting += 1;
        let result = inner(self);
        self.nesting -= 1;
        result
    }

    fn text(&mut self, text: &str, at: &str) -> Parsed<String> {
        self.bytes += text.len();
        if self.bytes > TEXT_BYTES_MAX { Err(too_large(at.to_owned())) } else { Ok(text.to_owned()) }
    }

    fn text_at(&mut self, object: &Object, key: &str, at: &str) -> Parsed<String> {
        match object.get(key) {
            Some(Json::String(text)) => self.text(text, &format!("{at}/{key}")),
            Some(_) => Err(shape(&format!("{at}/{key}"), &format!("`{key}` must be a text"), &format!("`{key}` 应为文本"))),
            None => Err(shape(at, &format!("`{key}` is missing"), &format!("缺少 `{key}`"))),
        }
    }

    fn rule_or_group(&mut self, json: &Json, at: String) -> Parsed<(Expr, Places)> {
        let is_group = json.as_object().is_some_and(|object| object.contains_key("rules"));
        if is_group { self.group(json, at) } else { self.rule(json, at) }
    }

    fn group(&mut self, json: &Json, at: String) -> Parsed<(Expr, Places)> {
        let object = object_with(json, &at, &["combinator", "not", "rules", "id", "path", "disabled", "muted"])?;
        let join = match object.get("combinator").and_then(Json::as_str) {
            Some(word) if word.eq_ignore_ascii_case("and") => Expr::And,
            Some(word) if word.eq_ignore_ascii_case("or") => Expr::Or,
            _ => return Err(shape(&at, "`combinator` must be \"and\" or \"or\"", "`combinator` 应为 \"and\" 或 \"or\"")),
        };
        let negated = match object.get("not") {
            None | Some(Json::Bool(false)) => false,
            Some(Json::Bool(true)) => true,
            Some(_) => return Err(shape(&format!("{at}/not"), "`not` must be true or false", "`not` 应为 true 或 false")),
        };
        let rules = match object.get("rules").and_then(Json::as_array) {
            Some(rules) if !rules.is_empty() => rules,
            _ => return Err(Problem::boxed("empty", Position::Pointer(at), "a group needs at least one rule", "条件组至少需要一条规则")),
        };
        let (mut parts, mut children) = self.enter(&at, |reader| {
            let read = rules.iter().enumerate().map(|(i, rule)| reader.rule_or_group(rule, format!("{at}/rules/{i}")));
            Ok(read.collect::<Parsed<Vec<_>>>()?.into_iter().unzip::<_, _, Vec<_>, Vec<_>>())
        })?;
        let (expr, places) = if parts.len() == 1 {
            (parts.remove(0), children.remove(0))
        } else {
            (join(parts), Places { at: Position::Pointer(at.clone()), children })
        };
        if !negated {
            return Ok((expr, places));
        }
        Ok((Expr::Not(Box::new(expr)), Places { at: Position::Pointer(at), children: vec![places] }))
    }

    fn rule(&mut self, json: &Json, at: String) -> Parsed<(Expr, Places)> {
        let keys = ["field", "operand", "operator", "valueSource", "value", "id", "path", "disabled", "muted"];
        let object = object_with(json, &at, &keys)?;
        let (left, at_left) = if let Some(operand) = object.get("operand") {
            self.operand(operand, format!("{at}/operand"))?
        } else {
            let name = self.text_at(object, "field", &at)?;
            self.enter(&at, |_| Ok(()))?;
            (Operand::Field(name), Places::leaf(Position::Pointer(format!("{at}/field"))))
        };
        let operator = self.text_at(object, "operator", &at)?;
        let mut children = vec![at_left];
        let expr =
            if let Some(op) = Comparison::ALL.into_iter().find(|op| op.as_str() == operator || operator == "!=" && op.as_str() == "<>") {
                Expr::Compare { op, left, right: self.one_value(object, &at, &mut children)? }
            } else {
                match operator.as_str() {
                    "holds" => Expr::Holds(left),
                    "null" => Expr::Null { value: left, negated: false },
                    "notNull" => Expr::Null { value: left, negated: true },
                    "distinct" | "notDistinct" => {
                        let right = self.one_value(object, &at, &mut children)?;
                        Expr::Distinct { left, right, negated: operator == "notDistinct" }
                    }
                    "between" | "notBetween" => {
                        let [low, high]: [Operand; 2] = self
                            .many_values(object, &at, &mut children)?
                            .try_into()
                            .map_err(|_| shape(&format!("{at}/value"), "`between` takes two values", "`between` 需要两个值"))?;
                        Expr::Between { value: left, low, high, negated: operator == "notBetween" }
                    }
                    "in" | "notIn" => {
                        Expr::In { value: left, list: self.many_values(object, &at, &mut children)?, negated: operator == "notIn" }
                    }
                    other => {
                        let (part, negated) = like(other).ok_or_else(|| {
                            let at = format!("{at}/operator");
                            Problem::boxed("unknown_operator", Position::Pointer(at), "there is no such operator", "没有这个运算符")
                                .field(other)
                        })?;
                        let text = self.text_at(object, "value", &at)?;
                        if text.is_empty() {
                            return Err(Problem::boxed(
                                "like_pattern",
                                Position::Pointer(format!("{at}/value")),
                                "the text is empty",
                                "文本为空",
                            ));
                        }
                        Expr::Like { value: left, part, text, negated }
                    }
                }
            };
        Ok((expr, Places { at: Position::Pointer(at), children }))
    }

    fn one_value(&mut self, object: &Object, at: &str, children: &mut Vec<Places>) -> Parsed<Operand> {
        let value = object.get("value").ok_or_else(|| shape(at, "`value` is missing", "缺少 `value`"))?;
        let (operand, places) = self.value(value, source(object, at)?, format!("{at}/value"))?;
        children.push(places);
        Ok(operand)
    }

    fn many_values(&mut self, object: &Object, at: &str, children: &mut Vec<Places>) -> Parsed<Vec<Operand>> {
        let source = source(object, at)?;
        let at = format!("{at}/value");
        let values = match object.get("value") {
            Some(Json::Array(values)) if !values.is_empty() => values,
            _ => return Err(shape(&at, "`value` must be a list that is not empty", "`value` 应为非空列表")),
        };
        self.list(values, &at, children, |reader, value, at| reader.value(value, source, at))
    }

    fn list(
        &mut self,
        values: &[Json],
        at: &str,
        children: &mut Vec<Places>,
        mut read: impl FnMut(&mut Self, &Json, String) -> Parsed<(Operand, Places)>,
    ) -> Parsed<Vec<Operand>> {
        if values.len() > LIST_MAX {
            let at = Position::Pointer(at.to_owned());
            return Err(Problem::boxed("list_too_long", at, "a list has at most 1,000 entries", "列表最多 1,000 项"));
        }
        let mut list = Vec::with_capacity(values.len());
        for (i, value) in values.iter().enumerate() {
            let (operand, places) = read(self, value, format!("{at}/{i}"))?;
            list.push(operand);
            children.push(places);
        }
        Ok(list)
    }

    fn value(&mut self, json: &Json, source: Source, at: String) -> Parsed<(Operand, Places)> {
        match (source, json) {
            (Source::Field, Json::String(name)) => {
                self.enter(&at, |_| Ok(()))?;
                Ok((Operand::Field(self.text(name, &at)?), Places::leaf(Position::Pointer(at))))
            }
            (Source::Field, _) => Err(shape(&at, "a field's name is needed", "此处应为字段名")),
            (Source::Value, Json::Object(object)) if !object.contains_key("day") => {
                Err(shape(&at, "a plain value is needed", "此处应为普通值"))
            }
            (Source::Value | Source::Expression, _) => self.operand(json, at),
        }
    }

    fn operand(&mut self, json: &Json, at: String) -> Parsed<(Operand, Places)> {
        let place = Position::Pointer(at.clone());
        self.enter(&at.clone(), |reader| {
            let mut children = Vec::new();
            let operand = match json {
                Json::Object(object) => reader.compound(object, json, at, &mut children)?,
                Json::Array(_) => return Err(shape(&at, "a value is needed, not a list", "此处应为值而不是列表")),
                Json::Null => Operand::Literal(Literal::Null),
                Json::Bool(b) => Operand::Literal(Literal::Bool(*b)),
                Json::String(text) => Operand::Literal(Literal::Text(reader.text(text, &at)?)),
                Json::Number(number) => Operand::Literal(match (number.as_i64(), number.as_f64()) {
                    (Some(n), _) => Literal::Int(n),
                    (None, Some(x)) if x.is_finite() && number.is_f64() => Literal::Decimal(x),
                    _ => return Err(Problem::boxed("number", place, "the number is too large", "数字过大")),
                }),
            };
            Ok((operand, Places { at: place, children }))
        })
    }

    fn compound(&mut self, object: &Object, json: &Json, at: String, children: &mut Vec<Places>) -> Parsed<Operand> {
        if object.contains_key("day") {
            object_with(json, &at, &["day"])?;
            let day = Day::parse(&self.text_at(object, "day", &at)?);
            let at = Position::Pointer(format!("{at}/day"));
            return day
                .map(|day| Operand::Literal(Literal::Day(day)))
                .ok_or_else(|| Problem::boxed("day", at, "a day is written YYYY-MM-DD", "日期应写作 YYYY-MM-DD"));
        }
        if object.contains_key("field") {
            object_with(json, &at, &["field"])?;
            return Ok(Operand::Field(self.text_at(object, "field", &at)?));
        }
        if object.contains_key("aggregate") {
            object_with(json, &at, &["aggregate", "fact", "measure", "where", "days", "endingDaysAgo"])?;
            return self.aggregate(object, &at, children);
        }
        let mut part = |reader: &mut Self, key: &str| -> Parsed<Box<Operand>> {
            let value = object.get(key).ok_or_else(|| shape(&at, &format!("`{key}` is missing"), &format!("缺少 `{key}`")))?;
            let (operand, places) = reader.operand(value, format!("{at}/{key}"))?;
            children.push(places);
            Ok(Box::new(operand))
        };
        if object.contains_key("negate") {
            object_with(json, &at, &["negate"])?;
            return Ok(Operand::Negate(part(self, "negate")?));
        }
        if object.contains_key("operator") {
            object_with(json, &at, &["operator", "left", "right"])?;
            let word = self.text_at(object, "operator", &at)?;
            let op = Arithmetic::ALL.into_iter().find(|op| op.as_str() == word);
            let op = op.ok_or_else(|| shape(&format!("{at}/operator"), "`operator` must be + - * or /", "`operator` 应为 + - * /"))?;
            return Ok(Operand::Arithmetic { op, left: part(self, "left")?, right: part(self, "right")? });
        }
        object_with(json, &at, &["function", "arguments"])?;
        let word = self.text_at(object, "function", &at)?;
        let function = Function::ALL.into_iter().find(|f| f.as_str() == word);
        let function = function.ok_or_else(|| shape(&format!("{at}/function"), "there is no such function", "没有这个函数"))?;
        let none = Vec::new();
        let values = object.get("arguments").map_or(Some(&none), Json::as_array);
        let at_values = format!("{at}/arguments");
        let values = values.ok_or_else(|| shape(&at_values, "`arguments` must be a list", "`arguments` 应为列表"))?;
        let arguments = self.list(values, &at_values, children, Reader::operand)?;
        let (least, most) = function.arity();
        if arguments.len() < least || arguments.len() > most {
            let at = Position::Pointer(at_values);
            return Err(Problem::boxed("arguments", at, "wrong number of arguments", "参数个数不对").field(&word).into());
        }
        Ok(Operand::Call { function, arguments })
    }

    fn aggregate(&mut self, object: &Object, at: &str, children: &mut Vec<Places>) -> Parsed<Operand> {
        let word = self.text_at(object, "aggregate", at)?;
        let function = Summary::ALL.into_iter().find(|f| f.as_str() == word);
        let function = function.ok_or_else(|| shape(&format!("{at}/aggregate"), "there is no such aggregate", "没有这个聚合"))?;
        let kind = self.text_at(object, "fact", at)?;
        let measure = match object.get("measure") {
            None | Some(Json::Null) => None,
            Some(_) => Some(self.text_at(object, "measure", at)?),
        };
        if measure.is_some() != function.has_measure() {
            return Err(shape(at, "sum and average need a `measure`, the others take none", "sum 与 average 需要 `measure`，其余不需要"));
        }
        let filter = match object.get("where") {
            None | Some(Json::Null) => None,
            Some(filter) => {
                let (expr, places) = self.group(filter, format!("{at}/where"))?;
                children.push(places);
                Some(expr)
            }
        };
        let days = whole(object, "days", at)?;
        let ending = whole(object, "endingDaysAgo", at)?;
        if days.is_none() && ending.is_some_and(|days| days != 0) {
            return Err(shape(at, "`endingDaysAgo` needs `days`", "`endingDaysAgo` 需要与 `days` 同用"));
        }
        let window = days.map(|days| Window { days, ending_days_ago: ending.unwrap_or(0) });
        Ok(Operand::Aggregate(Box::new(Aggregate { function, kind, measure, filter, window })))
    }
}

#[derive(Clone, Copy)]
enum Source {
    Value,
    Field,
    Expression,
}

fn source(object: &Object, at: &str) -> Parsed<Source> {
    match object.get("valueSource") {
        None | Some(Json::Null) => Ok(Source::Value),
        Some(Json::String(word)) if word == "value" => Ok(Source::Value),
        Some(Json::String(word)) if word == "field" => Ok(Source::Field),
        Some(Json::String(word)) if word == "expression" => Ok(Source::Expression),
        Some(_) => Err(shape(
            &format!("{at}/valueSource"),
            "`valueSource` must be value, field or expression",
            "`valueSource` 应为 value、field 或 expression",
        )),
    }
}

fn like(operator: &str) -> Option<(Part, bool)> {
    Some(match operator {
        "beginsWith" => (Part::Start, false),
        "doesNotBeginWith" => (Part::Start, true),
        "endsWith" => (Part::End, false),
        "doesNotEndWith" => (Part::End, true),
        "contains" => (Part::Anywhere, false),
        "doesNotContain" => (Part::Anywhere, true),
        _ => return None,
    })
}

fn whole(object: &Object, key: &str, at: &str) -> Parsed<Option<i32>> {
    match object.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => match value.as_i64().and_then(|n| i32::try_from(n).ok()) {
            Some(n) => Ok(Some(n)),
            None => {
                Err(shape(&format!("{at}/{key}"), &format!("`{key}` must be a whole number of days"), &format!("`{key}` 应为整数天数")))
            }
        },
    }
}

/// Refuses keys that carry a meaning this language does not know, and switched-off rules, which another reader might count.
fn object_with<'a>(json: &'a Json, at: &str, keys: &[&str]) -> Parsed<&'a Object> {
    let object = json.as_object().ok_or_else(|| shape(at, "an object is needed", "此处应为对象"))?;
    for (key, value) in object {
        let known = keys.contains(&key.as_str());
        if !known || matches!(key.as_str(), "disabled" | "muted") && value.as_bool() != Some(false) {
            return Err(shape(at, "a key is not understood", "有无法理解的键").field(key).into());
        }
    }
    Ok(object)
}

fn shape(at: &str, en: &str, zh: &str) -> Box<Problem> {
    Problem::boxed("shape", Position::Pointer(at.to_owned()), en, zh)
}

fn too_large(at: String) -> Box<Problem> {
    Problem::boxed("too_many_nodes", Position::Pointer(at), "the condition is too large", "条件过大")
}

fn too_deep(at: String) -> Box<Problem> {
    Problem::boxed("too_deep", Position::Pointer(at), "the condition is nested more than 64 deep", "条件嵌套超过 64 层")
}
