//! Entries of the catalogue, from forms and from files.

use perennial_kernel::Currency;
use perennial_source::catalogue::{Kind, Reader, check, open};

use crate::kit::file;

fn cny() -> Currency {
    Currency::parse("CNY").unwrap()
}

fn checked(kind: Kind, id: &str, fields: &[(&str, &str)]) -> Result<Vec<String>, Vec<String>> {
    let fields: Vec<_> = fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    match check(kind, id, false, &fields, cny()) {
        Ok(entry) => Ok(entry.fields.iter().map(|(name, text)| format!("{name}={text}")).collect()),
        Err(problems) => {
            assert!(problems.iter().all(|problem| !problem.en.is_empty() && !problem.zh.is_empty()));
            Err(problems.iter().map(|problem| format!("{} {}", problem.pointer, problem.code)).collect())
        }
    }
}

/// Line, column, code.
type Bad = (u64, Option<String>, &'static str);

fn entries(reader: Reader) -> (Vec<String>, Vec<Bad>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for item in reader {
        match item {
            Ok(listed) => {
                let entry = listed.entry;
                let fields: Vec<_> = entry.fields.iter().map(|(name, text)| format!("{name}={text}")).collect();
                good.push(format!("{} {}{}", entry.id, fields.join(" "), if entry.retired { " retired" } else { "" }));
            }
            Err(row) => bad.push((row.line, row.column, row.code)),
        }
    }
    (good, bad)
}

#[test]
fn texts_are_brought_into_one_way_of_writing() {
    let product = [("name", " 龙井 "), ("category", "茶 > 绿茶/龙井"), ("list_price", "¥1,100"), ("cycle_days", "30天")];
    assert_eq!(
        checked(Kind::Product, "TEA", &product).unwrap(),
        ["category=茶/绿茶/龙井", "cycle_days=30", "list_price=1100.00", "name=龙井"]
    );
    assert_eq!(checked(Kind::Store, "S1", &[("name", "湖滨店"), ("city", "")]).unwrap(), ["name=湖滨店"]);
}

#[test]
fn every_bad_field_is_named() {
    let product = [("name", ""), ("list_price", "-1"), ("cycle_days", "0"), ("colour", "red")];
    let expected =
        ["/id field.missing", "/list_price number.negative", "/cycle_days days.unreadable", "/colour field.unknown", "/name field.missing"];
    assert_eq!(checked(Kind::Product, " ", &product).unwrap_err(), expected);
    assert_eq!(checked(Kind::Scene, "a\u{7}b", &[("name", "x")]).unwrap_err(), ["/id id.control"]);
}

#[test]
fn files_are_read_under_the_usual_names_of_their_columns() {
    let text = "货号,商品名称,类目,吊牌价,消耗周期（天）,状态,备注\nTEA,龙井,茶/绿茶,100,30,在售,\nCUP,茶杯,,¥50.00,,下架,旧款\n";
    let gbk = encoding_rs::GB18030.encode(text).0.into_owned();
    for bytes in [text.as_bytes().to_vec(), gbk] {
        let (good, bad) = entries(open(file(bytes).path(), Kind::Product, cny()).unwrap());
        assert_eq!(bad, []);
        assert_eq!(good, ["TEA category=茶/绿茶 cycle_days=30 list_price=100.00 name=龙井", "CUP list_price=50.00 name=茶杯 retired"]);
    }
    let (good, _) = entries(open(file("导购姓名,工号,门店编号\n李雷,A7,S1\n").path(), Kind::Associate, cny()).unwrap());
    assert_eq!(good, ["A7 name=李雷 store=S1"]);
    let (good, _) = entries(open(file("门店编号,门店名称,大区,城市\nS1,湖滨店,华东,杭州\n").path(), Kind::Store, cny()).unwrap());
    assert_eq!(good, ["S1 city=杭州 group=华东 name=湖滨店"]);
    let (good, _) = entries(open(file("scene_id,name,channel,campaign\nsc1,双十一会场,天猫,1111\n").path(), Kind::Scene, cny()).unwrap());
    assert_eq!(good, ["sc1 campaign=1111 channel=天猫 name=双十一会场"]);
}

#[test]
fn bad_rows_say_where_and_why_and_cost_no_other() {
    let text = "sku,name,price,status\nA,Tea,x,\nB,,1,\nC,Cup,2,on the moon\nD,Pot,3,active\nD,Pot,4,\n6.91793E+18,Lid,1,\n";
    let (good, bad) = entries(open(file(text).path(), Kind::Product, cny()).unwrap());
    assert_eq!(good, ["D list_price=3.00 name=Pot"]);
    let expected = [
        (2, "price", "money.unreadable"),
        (3, "name", "field.missing"),
        (4, "status", "catalogue.state"),
        (6, "sku", "catalogue.twice"),
        (7, "sku", "id.excel_exponent"),
    ];
    assert_eq!(bad, expected.map(|(line, column, code)| (line, Some(column.to_owned()), code)));
    assert_eq!(open(file("a,b\n1,2\n").path(), Kind::Store, cny()).unwrap_err().code, "catalogue.no_column");
}
