//! Files as shops and people make them, everything guessed.

use encoding_rs::GB18030;
use perennial_source::{Field, Mapping, Preset, inspect, open, write_bad_rows};

use crate::kit::{all, codes, file, guessed, lines, order, read, shanghai};

const PLAIN: &str = "order_id,member_id,paid_at,amount,quantity\nA1,7,2026-01-02 10:00:00,12.50,2\nA2,,2026/1/3,¥1,1\n";
const PLAIN_LINES: [&str; 2] =
    ["order:A1 v= 2026-01-02T02:00:00.000Z 7 placed 1250 x2000 lines=1", "order:A2 v= 2026-01-02T16:00:00.000Z - placed 100 x1000 lines=1"];

#[track_caller]
fn check(bytes: impl AsRef<[u8]>, expected: &[&str]) {
    let (good, bad) = guessed(bytes);
    assert_eq!(codes(&bad), []);
    assert_eq!(lines(&good), expected);
}

#[track_caller]
fn refused(text: &str, expected: &[(u64, Option<&str>, &str)]) {
    let (_, bad) = guessed(text);
    assert_eq!(codes(&bad), expected, "{bad:#?}");
    assert!(bad.iter().all(|row| !row.en.is_empty() && !row.zh.is_empty() && !row.raw.is_empty()));
}

#[test]
fn a_file_is_read_alike_in_every_encoding_delimiter_and_line_end() {
    check(PLAIN, &PLAIN_LINES);
    check(format!("\u{feff}{PLAIN}"), &PLAIN_LINES);
    check(PLAIN.replace('\n', "\r\n"), &PLAIN_LINES);
    check(PLAIN.replace(',', "\t"), &PLAIN_LINES);
    check(PLAIN.replace(',', ";"), &PLAIN_LINES);
    check(PLAIN.trim_end(), &PLAIN_LINES);
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(PLAIN.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    check(utf16, &PLAIN_LINES);
    let chinese = PLAIN.replace("order_id,member_id,paid_at,amount,quantity", "订单编号,会员号,付款时间,实付金额（元）,数量");
    check(&chinese, &PLAIN_LINES);
    check(GB18030.encode(&chinese).0, &PLAIN_LINES);
}

#[test]
fn columns_may_stand_in_any_order_with_others_between() {
    check("备注,数量,实付金额,付款时间,会员号,订单号\nx,2,12.50,2026-01-02 10:00:00,7,A1\n", &PLAIN_LINES[..1]);
}

#[test]
fn titles_above_and_blank_lines_between_do_not_matter() {
    check(format!("2026年1月销售明细,,,,\n\n导出人：李雷,,,,\n{}", PLAIN.replace("\nA2", "\n\n,,,,\nA2")), &PLAIN_LINES);
    let (good, _) = guessed(format!("title\n\n{PLAIN}"));
    assert_eq!(good.iter().map(|record| record.line).collect::<Vec<_>>(), [4, 5], "lines are those of the file");
}

#[test]
fn protected_ids_lose_their_protection_and_nothing_else() {
    for id in ["\"\t6917926768823643751\"", "'6917926768823643751", "\"=\"\"6917926768823643751\"\"\""] {
        let (good, bad) = guessed(format!("订单编号,付款时间,金额\n{id},2026-01-02,-\n{id},2026-01-02,1\n"));
        assert_eq!(codes(&bad), []);
        assert_eq!(all(&good)[0].object, "order:6917926768823643751");
    }
}

#[test]
fn an_order_spread_over_the_file_is_one_order_at_its_first_row() {
    check(
        "order_id,member,paid_at,line_paid,sku\nA,1,2026-01-02,1.00,x\nB,2,2026-01-02,2.00,y\nA,1,2026-01-02,3.00,z\nC,3,2026-01-02,4.00,y\nB,2,2026-01-02,5.00,q\nA,1,2026-01-02,6.00,w\n",
        &[
            "order:A v= 2026-01-01T16:00:00.000Z 1 placed 1000 x3000 lines=3",
            "order:B v= 2026-01-01T16:00:00.000Z 2 placed 700 x2000 lines=2",
            "order:C v= 2026-01-01T16:00:00.000Z 3 placed 400 x1000 lines=1",
        ],
    );
}

#[test]
fn an_amount_repeated_on_each_row_is_the_orders_and_is_divided_exactly() {
    let (good, bad) = guessed(
        "订单编号,付款时间,订单金额,商品编码,单价,数量\nA,2026-01-02,10.00,x,3,1\nA,2026-01-02,10.00,y,3,1\nA,2026-01-02,10.00,z,3,1\n",
    );
    assert_eq!(codes(&bad), []);
    let order = order(all(&good)[0]);
    assert_eq!(order.money.0, 1000);
    assert_eq!(order.lines.iter().map(|line| line.paid.0).collect::<Vec<_>>(), [334, 333, 333]);
    assert_eq!(order.lines[0].list.map(|list| list.0), Some(300));
}

#[test]
fn an_amount_that_differs_within_an_order_is_guessed_to_be_the_lines() {
    let (good, bad) = guessed("订单编号,付款时间,金额\nA,2026-01-02,10.00\nA,2026-01-02,5.00\n");
    assert_eq!((codes(&bad), order(all(&good)[0]).money.0), (vec![], 1500));
}

#[test]
fn one_bad_row_of_an_order_refuses_all_its_rows_and_no_others() {
    refused(
        "order_id,paid_at,line_paid\nA,2026-01-02,1.00\nA,2026-01-02,x\nB,2026-01-02,1.00\nA,2026-01-02,2.00\n",
        &[(2, None, "order.other_row_bad"), (3, Some("line_paid"), "money.unreadable"), (5, None, "order.other_row_bad")],
    );
}

#[test]
fn a_damaged_cell_refuses_its_whole_order_too() {
    let (good, bad) = guessed(b"order_id,paid_at,line_paid,note\nA,2026-01-02,1,\nA,2026-01-02,2,\xff\nB,2026-01-02,1\nB,2026-01-02,1,\n");
    let expected = [
        (2, None, "order.other_row_bad"),
        (3, Some("note"), "text.encoding"),
        (4, None, "row.too_few_columns"),
        (5, None, "order.other_row_bad"),
    ];
    assert_eq!((good.len(), codes(&bad)), (0, expected.to_vec()));
}

#[test]
fn a_column_of_destroyed_ids_is_refused_for_that_reason_however_long() {
    let rows = "6.91793E+18,2026-01-02,1\n".repeat(12_000);
    let (good, bad) = guessed(format!("order_id,paid_at,line_paid\n{rows}"));
    assert_eq!((good.len(), bad.len()), (0, 12_000));
    assert!(bad.iter().all(|row| row.code == "id.excel_exponent"));
    let same = "A,2026-01-02,1\n".repeat(10_001);
    let (_, bad) = guessed(format!("order_id,paid_at,line_paid\n{same}B,2026-01-02,1\n"));
    assert_eq!((bad.len(), bad[0].code), (10_001, "order.too_many_rows"));
}

#[test]
fn every_bad_value_is_refused_with_its_column_and_its_reason() {
    let with = |id: &str, paid_at: &str, amount: &str, quantity: &str| {
        format!("order_id,paid_at,amount,quantity\nok,2026-01-02,1,1\n{id},{paid_at},{amount},{quantity}\n")
    };
    for (text, column, code) in [
        (with("6.91793E+18", "2026-01-02", "1", "1"), "order_id", "id.excel_exponent"),
        (with("A", "1899-12-30", "1", "1"), "paid_at", "date.too_early"),
        (with("A", "2026-11-24", "1", "1"), "paid_at", "date.in_future"),
        (with("A", "", "1", "1"), "paid_at", "date.missing"),
        (with("A", "2026-13-01", "1", "1"), "paid_at", "date.no_such_day"),
        (with("A", "2026-01-02", "-", "1"), "amount", "money.missing"),
        (with("A", "2026-01-02", "99999999999999", "1"), "amount", "money.too_large"),
        (with("A", "2026-01-02", "1.999", "1"), "amount", "money.decimals"),
        (with("A", "2026-01-02", "$5", "1"), "amount", "currency.other"),
        (with("A", "2026-01-02", "5", "-1"), "quantity", "quantity.negative"),
        (with("A", "2026-01-02", "5", "1.2345"), "quantity", "quantity.unreadable"),
        (with("A", "2026-01-02", "5", "two"), "quantity", "quantity.unreadable"),
    ] {
        refused(&text, &[(3, Some(column), code)]);
    }
    refused(
        "order_id,paid_at,amount,币种\nA,2026-01-02,1,USD\nB,2026-01-02,1,ABC\n",
        &[(2, Some("币种"), "currency.other"), (3, Some("币种"), "currency.unknown")],
    );
    refused(
        "order_id,paid_at,amount\nA,2026-01-02\nB,2026-01-02,1,2\nC,2026-01-02,1,,\n",
        &[(2, None, "row.too_few_columns"), (3, None, "row.too_many_columns")],
    );
}

#[test]
fn all_problems_of_a_row_are_told_at_once() {
    let (_, bad) = guessed("order_id,paid_at,amount\nok,2026-01-02,1\nok2,2026-01-02,1\n7E+15,never,much\n");
    assert_eq!(bad[0].en.split("; ").count(), 3, "{}", bad[0].en);
}

#[test]
fn damaged_bytes_cost_their_row_and_nothing_else() {
    let mut bytes = "订单编号,付款时间,金额,备注\nA,2026-01-02,1,好\nB,2026-01-02,1,".as_bytes().to_vec();
    bytes.extend_from_slice(b"\xff\xfe\nC,2026-01-02,1,\0\nD,2026-01-02,1,x\n");
    let (good, bad) = guessed(&bytes);
    assert_eq!(codes(&bad), [(3, Some("备注"), "text.encoding"), (4, Some("备注"), "text.nul")]);
    assert_eq!(all(&good).iter().map(|i| i.object.as_str()).collect::<Vec<_>>(), ["order:A", "order:D"]);
    let gbk = GB18030.encode("订单编号,付款时间,金额,收货人\nA,2026-01-02,1,李雷\nB,2026-01-02,1,").0;
    let (good, bad) = guessed([&gbk[..], b"\x81\nC,2026-01-02,1,\xc0\xee\n"].concat());
    assert_eq!((good.len(), codes(&bad)), (2, vec![(3, Some("收货人"), "text.encoding")]));
    assert_eq!(all(&good)[0].personal.get("name"), Some("李雷"));
}

#[test]
fn a_huge_field_and_a_quote_never_closed_cost_their_line_and_nothing_else() {
    let huge = "x".repeat(10 << 20);
    let (good, bad) = guessed(format!("order_id,paid_at,amount\nA,2026-01-02,1\n{huge},2026-01-02,1\nC,2026-01-02,1\n"));
    assert_eq!((good.len(), codes(&bad)), (2, vec![(3, None, "row.too_long")]));
    assert!(bad[0].raw[0].len() < 1000);
    let rest = (0..50_000).map(|n| format!("R{n},2026-01-02,1.00,padding padding\n")).collect::<Vec<_>>().concat();
    let (good, bad) = guessed(format!("order_id,paid_at,amount,x\nA,2026-01-02,1,\nB,2026-01-02,1,\"open\n{rest}"));
    assert_eq!((good.len(), codes(&bad)), (50_001, vec![(3, None, "row.too_long")]));
}

#[test]
fn masked_and_enciphered_phones_are_dropped_with_a_note() {
    let text = "订单编号,付款时间,金额,手机号,收货人\nA,2026-01-02,1,138****8000,张**\nB,2026-01-02,1,##AbCd,##xyz\nC,2026-01-02,1,13800138000,李雷\n";
    let file = file(text);
    let mut reader = open(file.path(), &Preset::Generic(None), shanghai()).unwrap();
    let good: Vec<_> = reader.by_ref().map(Result::unwrap).collect();
    let counts: Vec<_> = all(&good).iter().map(|i| i.identities.len()).collect();
    assert_eq!(counts, [0, 0, 1]);
    assert_eq!(all(&good)[1].personal.get("name"), None);
    let notes: Vec<_> = reader.notes().into_iter().map(|note| (note.code, note.count, note.first_line)).collect();
    assert_eq!(notes, [("identity.masked", 1, 2), ("identity.enciphered", 1, 3)]);
}

#[test]
fn statuses_refunds_and_versions_become_what_they_mean() {
    check(
        "订单编号,订单状态,订单创建时间,订单付款时间,买家实际支付金额,退款金额,修改时间\n\
         A,交易成功,2026-01-02 09:00:00,2026-01-02 10:00:00,10,0,2026-01-05 00:00:00\n\
         B,等待买家付款,2026-01-02 09:00:00,,10,,2026-01-05 00:00:00\n\
         C,交易关闭,2026-01-02 09:00:00,2026-01-02 10:00:00,10,,2026-01-05 00:00:00\n\
         D,交易成功,2026-01-02 09:00:00,2026-01-02 10:00:00,10,4,2026-01-05 00:00:00\n\
         E,已退款,2026-01-02 09:00:00,2026-01-02 10:00:00,10,,2026-01-05 00:00:00\n",
        &[
            "order:A v=1767542400000 2026-01-02T02:00:00.000Z - placed 1000 x1000 lines=1",
            "order:B v=1767542400000 2026-01-02T01:00:00.000Z - unpaid 1000 x1000 lines=1",
            "order:C v=1767542400000 2026-01-02T02:00:00.000Z - placed 1000 x1000 lines=1",
            "cancel:C v=1767542400000 2026-01-02T02:00:00.000Z - cancelled",
            "order:D v=1767542400000 2026-01-02T02:00:00.000Z - placed 1000 x1000 lines=1",
            "refund:D v=1767542400000 2026-01-04T16:00:00.000Z - refunded 400 of=D whole=false",
            "order:E v=1767542400000 2026-01-02T02:00:00.000Z - placed 1000 x1000 lines=1",
            "refund:E v=1767542400000 2026-01-04T16:00:00.000Z - refunded 1000 of=E whole=true",
        ],
    );
}

#[test]
fn negative_money_is_a_refund_of_its_own() {
    check(
        "order_id,date,amount,quantity,original_order_id\nA,2026-01-02,-5,-1,\nB,2026-01-02,-5,1,A0\n",
        &[
            "refund:A v= 2026-01-01T16:00:00.000Z - refunded 500 of=- whole=false",
            "refund:B v= 2026-01-01T16:00:00.000Z - refunded 500 of=A0 whole=false",
        ],
    );
}

#[test]
fn identities_come_strongest_first() {
    let (good, _) = guessed("邮箱,openid,手机号,会员号,日期,金额\nA@B.cn,wx1,138 0013 8000,7,2026-01-02,1\n");
    let kinds: Vec<_> = all(&good)[0].identities.iter().map(|i| i.kind.as_str().to_owned()).collect();
    assert_eq!(kinds, ["number", "phone", "email", "wechat_open"]);
}

#[test]
fn rows_without_an_id_are_told_apart_by_their_ordinal() {
    let text = "member,date,amount\n1,2026-01-02,5\n1,2026-01-02,5\n2,2026-01-02,5\n1,2026-01-02,5\n";
    let keys = |text: &str| all(&guessed(text).0).iter().map(|i| i.object.clone()).collect::<Vec<_>>();
    let first = keys(text);
    let tails: Vec<_> = first.iter().map(|key| key.rsplit_once('#').unwrap().1).collect();
    assert_eq!(tails, ["1", "2", "1", "3"]);
    assert!(first[0].starts_with("row:") && first[0].len() == "row:".len() + 32 + 2);
    assert_eq!(keys(&format!("{text}3,2026-01-02,5\n"))[..4], first[..]);
}

#[test]
fn long_ids_that_all_end_in_zeros_were_rounded_by_excel() {
    let row = |id: &str| format!("{id},2026-01-02,1\n");
    let rounded = ["6917926768823640000", "6917926768823650000", "6917926768823660000"].map(row).concat();
    refused(&format!("order_id,paid_at,amount\n{rounded}"), &[2, 3, 4].map(|line| (line, Some("order_id"), "id.excel_rounded")));
    let (good, bad) = guessed(format!("order_id,paid_at,amount\n{rounded}{}", row("6917926768823643751")));
    assert_eq!((good.len(), bad.len()), (4, 0), "one id with other digits shows that the column is whole");
}

#[test]
fn inspection_shows_how_the_file_was_understood() {
    let text = "订单号,手机,付款时间,实付金额,备注,颜色\nA,138****8000,2026-01-02,1.5,,红\nB,,2026-01-02,x,,蓝\nC,,2026-01-02,2,,红\n";
    let found = inspect(file(GB18030.encode(text).0).path(), &Preset::Generic(None), &shanghai()).unwrap();
    assert_eq!((found.encoding, found.delimiter, found.header_line, found.rows), (Some("gb18030"), Some(','), 1, 3));
    assert_eq!(found.missing, []);
    let columns: Vec<_> = found.columns.iter().map(|c| (c.name.as_str(), c.field, (c.filled * 100.0).round() as i64)).collect();
    assert_eq!(
        columns,
        [
            ("订单号", Some(Field::OrderId), 100),
            ("手机", Some(Field::Phone), 33),
            ("付款时间", Some(Field::PaidAt), 100),
            ("实付金额", Some(Field::Amount), 100),
            ("备注", None, 0),
            ("颜色", None, 100),
        ]
    );
    assert_eq!(found.columns[5].samples, ["红", "蓝"]);
    assert_eq!(codes(&found.first_bad), [(3, Some("实付金额"), "money.unreadable")]);
}

#[test]
fn columns_without_telling_names_are_guessed_by_their_values() {
    let found = inspect(file("a,b,c\nx,2026-01-02,1.50\ny,2026-01-03,2.50\n").path(), &Preset::Generic(None), &shanghai()).unwrap();
    assert_eq!(found.mapping.columns.get(&Field::PaidAt).map(String::as_str), Some("b"));
    assert_eq!(found.mapping.columns.get(&Field::Amount).map(String::as_str), Some("c"));
    assert!(found.columns[1].confidence < 0.5);
    let nothing = inspect(file("a,b\nx,y\n").path(), &Preset::Generic(None), &shanghai()).unwrap();
    assert_eq!(nothing.missing, [Field::PaidAt, Field::Amount]);
    assert_eq!(open(file("a,b\nx,y\n").path(), &Preset::Generic(None), shanghai()).unwrap_err().code, "mapping.incomplete");
}

#[test]
fn a_saved_mapping_reads_the_next_file_of_its_kind() {
    let json = r#"{"columns":{"paid_at":"wann","line_paid":"wieviel","number":"wer"},"identities":{"taobao":"旺旺"},"statuses":{"gut":"paid"},"channel":"shop","delimiter":";","header_line":2}"#;
    let mapping: Mapping = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::from_str::<Mapping>(&serde_json::to_string(&mapping).unwrap()).unwrap(), mapping);
    let file = file("Bericht\nwann;wer;旺旺;wieviel\n2026-01-02;7;tb1;3\n");
    let (good, bad) = read(file.path(), &Preset::Generic(Some(mapping.clone())), shanghai());
    assert_eq!(codes(&bad), []);
    assert_eq!(all(&good)[0].identities.len(), 2);
    assert_eq!(order(all(&good)[0]).channel.as_deref(), Some("shop"));
    let other = crate::kit::file("x\na;b\n1;2\n");
    assert_eq!(open(other.path(), &Preset::Generic(Some(mapping)), shanghai()).unwrap_err().code, "mapping.no_such_column");
    assert!(serde_json::from_str::<Mapping>(r#"{"columns":{"nonsense":"a"}}"#).is_err());
}

#[test]
fn bad_rows_can_be_mended_in_their_file_and_imported() {
    let (_, bad) = guessed("order_id,paid_at,amount\nA,2026-01-02,-x\nok,2026-01-02,1\n");
    let mut out = Vec::new();
    let header = ["order_id", "paid_at", "amount"].map(str::to_owned);
    write_bad_rows(&mut out, &header, &bad).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains(",'-x\n"), "{text}");
    check(text.replace("'-x", "'12.50"), &["order:A v= 2026-01-01T16:00:00.000Z - placed 1250 x1000 lines=1"]);
}

#[test]
fn files_that_are_no_tables_are_refused_with_a_word() {
    for (bytes, code) in [
        (&b""[..], "file.empty"),
        (b"\n\n\n", "file.empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.old_excel"),
        (b"\x1f\x8b\x08\0", "file.compressed"),
        (b"PK\x03\x04not a zip", "file.damaged"),
        (b"order_id,paid_at,amount\n", ""),
    ] {
        let file = file(bytes);
        let found = open(file.path(), &Preset::Generic(None), shanghai());
        assert_eq!(found.map_or_else(|error| error.code, |mut reader| if reader.next().is_none() { "" } else { "rows" }), code);
    }
    let long = format!("order_id,date,amount\n1,2026-01-05,{}\n2,2026-01-05,1.00\n", "9".repeat(10 << 20));
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), long).unwrap();
    let items: Vec<_> = open(path.path(), &Preset::Generic(None), shanghai()).unwrap().collect();
    assert_eq!(items.len(), 2, "a line of 10 MB costs itself alone");
    assert_eq!((items[0].as_ref().unwrap_err().line, items[0].as_ref().unwrap_err().code), (2, "row.too_long"));
    assert_eq!(open(std::path::Path::new("/nowhere"), &Preset::Generic(None), shanghai()).unwrap_err().code, "file.not_found");
}

#[test]
fn skipping_gives_what_reading_on_would_have_given() {
    let row = |n: u32| format!("{},{},2026-01-02,{}\n", n % 97, n % 7, if n % 50 == 3 { "x" } else { "1" });
    let text = (0..500).map(row).collect::<Vec<_>>().concat();
    let file = file(format!("order_id,member,paid_at,line_paid\n{text}"));
    let preset = Preset::Generic(None);
    let whole: Vec<_> = open(file.path(), &preset, shanghai()).unwrap().collect();
    for at in [1, 50, 96, 97, 400] {
        let mut reader = open(file.path(), &preset, shanghai()).unwrap();
        reader.skip_records(at);
        assert_eq!(reader.position(), at.min(whole.len() as u64));
        assert_eq!(reader.collect::<Vec<_>>()[..], whole[whole.len().min(at as usize)..]);
    }
}
