//! The catalogue: what is sold, where, by whom, and the scenes in which things happen. Entries are checked here, whether they come from a
//! form, a program or a file; a kind of entry is one table of fields.

mod file;

use std::collections::BTreeMap;

use perennial_kernel::Currency;

pub use self::file::{Listed, Reader, open};
use crate::door::FieldProblem;
use crate::problem::{Problem, shorten};
use crate::value::{Cell, Kind as CellKind, amount, cell};

/// A kind of entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    Product,
    Store,
    Associate,
    Scene,
}

/// How a field's text is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Words,
    /// Words apart by `/`, from wide to narrow: `Tea/Green`.
    Path,
    /// An amount in the brand's currency, zero or more.
    Amount,
    /// Whole days, from 1 to 3,650.
    Days,
    /// The id of an entry of another kind, which may come later.
    Reference(Kind),
}

/// A field of an entry.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    pub name: &'static str,
    pub form: Form,
    /// What columns of files call it, lower case and without blanks and signs.
    columns: &'static str,
}

const fn field(name: &'static str, form: Form, columns: &'static str) -> FieldSpec {
    FieldSpec { name, form, columns }
}

const PRODUCT: [FieldSpec; 4] = [
    field("name", Form::Words, "name productname title 名称 商品名称 商品 商品标题 品名 宝贝标题"),
    field("category", Form::Path, "category categorypath 类目 商品类目 类目路径 商品分类 分类 品类"),
    field("list_price", Form::Amount, "listprice price retailprice 吊牌价 零售价 标价 原价 单价"),
    field("cycle_days", Form::Days, "cycledays consumptiondays consumptioncycle 消耗周期 消耗天数 使用周期 复购周期 消耗周期天"),
];
const STORE: [FieldSpec; 3] = [
    field("name", Form::Words, "name storename 名称 门店名称 店名 店铺名称"),
    field("group", Form::Words, "group region storegroup 大区 区域 分组 门店分组 片区"),
    field("city", Form::Words, "city 城市 所在城市"),
];
const ASSOCIATE: [FieldSpec; 2] = [
    field("name", Form::Words, "name associatename staffname 姓名 导购姓名 员工姓名 名称 导购"),
    field("store", Form::Reference(Kind::Store), "store storeid 门店编号 门店编码 门店id 所属门店 门店 店铺编号"),
];
const SCENE: [FieldSpec; 6] = [
    field("name", Form::Words, "name scenename 名称 场景名称 场景"),
    field("channel", Form::Words, "channel 渠道"),
    field("store", Form::Reference(Kind::Store), "store storeid 门店编号 门店编码 门店id 门店"),
    field("page", Form::Words, "page url 页面 页面路径"),
    field("campaign", Form::Words, "campaign 活动 营销活动"),
    field("event", Form::Words, "event 事件 触发事件"),
];

impl Kind {
    pub const ALL: [Self; 4] = [Self::Product, Self::Store, Self::Associate, Self::Scene];

    /// As addresses and the command line name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Product => "products",
            Self::Store => "stores",
            Self::Associate => "associates",
            Self::Scene => "scenes",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Its fields beside id and state; the first is its name.
    pub fn fields(self) -> &'static [FieldSpec] {
        match self {
            Self::Product => &PRODUCT,
            Self::Store => &STORE,
            Self::Associate => &ASSOCIATE,
            Self::Scene => &SCENE,
        }
    }

    /// What columns of files call its id.
    fn id_columns(self) -> &'static str {
        match self {
            Self::Product => "id sku skuid productid 商品编码 商品编号 商家编码 货号 编码 商品id",
            Self::Store => "id storeid storecode 门店编号 门店编码 门店id 编号 编码 店铺编号",
            Self::Associate => "id associateid staffid 工号 导购编号 员工编号 导购id 编号",
            Self::Scene => "id sceneid scenecode 场景编号 场景编码 场景id 编号 编码",
        }
    }
}

/// A checked entry. Every text is in its one way of being written: an amount with all decimals, a path without blanks around its slashes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub kind: Kind,
    pub id: String,
    /// No longer sold, open, employed or in use; what it was stays known.
    pub retired: bool,
    /// Those that say something, by name.
    pub fields: BTreeMap<String, String>,
}

impl Entry {
    pub fn name(&self) -> &str {
        self.fields.get("name").map_or("", String::as_str)
    }

    /// What a search looks through, lower case.
    pub fn words(&self) -> String {
        let texts = [self.id.as_str()].into_iter().chain(self.fields.values().map(String::as_str));
        texts.collect::<Vec<_>>().join("\n").to_lowercase()
    }
}

/// Checks an entry's texts; every problem is found, each with the pointer of its field.
pub fn check(kind: Kind, id: &str, retired: bool, given: &[(String, String)], currency: Currency) -> Result<Entry, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let id = match id_of(id) {
        Ok(id) => id,
        Err(problem) => {
            problems.push(FieldProblem::new("/id", problem));
            String::new()
        }
    };
    let mut fields = BTreeMap::new();
    for (name, text) in given {
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        let Some(spec) = kind.fields().iter().find(|spec| spec.name == name) else {
            problems.push(FieldProblem::new(pointer, Problem::new("field.unknown", "is no field of this object", "不是该对象的字段")));
            continue;
        };
        let Some(cell) = Cell::new(text, CellKind::Text) else { continue };
        match canonical(spec.form, cell, currency) {
            Ok(text) => {
                fields.insert(name.clone(), text);
            }
            Err(problem) => problems.push(FieldProblem::new(pointer, problem)),
        }
    }
    if !fields.contains_key("name") && !problems.iter().any(|problem| problem.pointer == "/name") {
        problems.push(FieldProblem::new("/name", Problem::new("field.missing", "must be given", "必填")));
    }
    if problems.is_empty() { Ok(Entry { kind, id, retired, fields }) } else { Err(problems) }
}

/// Ids stand in addresses and in orders, as they were: no blanks around them, no control characters.
fn id_of(text: &str) -> Result<String, Problem> {
    let text = cell::clean(text);
    if text.is_empty() {
        return Err(Problem::new("field.missing", "must be given", "必填"));
    }
    cell::id(Cell::text(text))
}

fn canonical(form: Form, cell: Cell<'_>, currency: Currency) -> Result<String, Problem> {
    match form {
        Form::Words => words(cell.text),
        Form::Path => {
            let parts: Vec<&str> = cell.text.split(['/', '>', '＞', '／']).map(str::trim).filter(|part| !part.is_empty()).collect();
            words(&parts.join("/"))
        }
        Form::Amount => {
            let money = amount::money(cell, currency)?;
            if money.0 < 0 {
                return Err(Problem::new("number.negative", "must not be negative", "不能为负"));
            }
            Ok(currency.format(money))
        }
        Form::Days => {
            let shown = shorten(cell.text);
            let days = cell.text.trim_end_matches('天').trim().parse::<u32>().ok().filter(|days| (1..=3650).contains(days));
            days.map(|days| days.to_string()).ok_or_else(|| {
                Problem::new(
                    "days.unreadable",
                    format!("\"{shown}\" is no whole number of days from 1 to 3650"),
                    format!("“{shown}” 不是 1 到 3650 的整天数"),
                )
            })
        }
        Form::Reference(_) => cell::id(cell),
    }
}

fn words(text: &str) -> Result<String, Problem> {
    if text.len() > 500 {
        return Err(Problem::new("text.too_long", "is longer than 500 bytes", "超过 500 字节"));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::new("text.control", "holds control characters", "含有控制字符"));
    }
    Ok(text.to_owned())
}
