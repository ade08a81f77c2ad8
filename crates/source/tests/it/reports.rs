//! Exports of marketplaces, as they come: GBK, tabs, ciphertext, orders over several rows.

use std::path::{Path, PathBuf};

use perennial_source::{Field, Preset, inspect, open};

use crate::kit::{all, codes, file, lines, order, read, shanghai};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name)
}

#[test]
fn the_order_report_of_taobao_is_read() {
    let (good, bad) = read(&sample("taobao.csv"), &Preset::Taobao, shanghai());
    assert_eq!(codes(&bad), []);
    assert_eq!(
        lines(&good),
        [
            "order:2901000000000000017 v=1791248400501 2026-10-01T12:00:30.000Z 示例买家一 placed 18800 x3000 lines=1",
            "order:2901000000000000018 v=1790942460501 2026-10-02T12:01:00.000Z 19900000018 placed 5000 x1000 lines=1",
            "order:2901000000000000019 v=1791028800502 2026-10-03T12:00:00.000Z 示例买家一 unpaid 0 x1000 lines=1",
            "cancel:2901000000000000019 v=1791028800502 2026-10-03T12:00:00.000Z 示例买家一 cancelled",
            "order:2901000000000000020 v=1791115200500 2026-10-04T12:00:00.000Z 示例买家二 unpaid 0 x2000 lines=1",
            "order:2901000000000000021 v=1791550800501 2026-10-04T13:00:10.000Z 示例买家二 placed 6000 x2000 lines=1",
            "refund:2901000000000000021 v=1791550800501 2026-10-09T13:00:00.000Z 示例买家二 refunded 2000 of=2901000000000000021 whole=false",
        ]
    );
    let first = order(all(&good)[0]);
    assert_eq!((first.channel.as_deref(), first.store.as_deref()), (Some("taobao"), Some("示例旗舰店")));
    assert_eq!(all(&good)[0].identities[0].kind.as_str(), "taobao");
}

#[test]
fn the_order_export_of_douyin_is_read_sub_order_by_sub_order() {
    let (good, bad) = read(&sample("douyin.csv"), &Preset::Douyin, shanghai());
    assert_eq!(codes(&bad), []);
    assert_eq!(
        lines(&good),
        [
            "order:6917926768823643751 v=1791540000504 2026-10-02T10:00:30.000Z - placed 11000 x3000 lines=2",
            "refund:6917926768823774823 v=1791540000504 2026-10-09T10:00:00.000Z - refunded 2000 of=6917926768823643751 whole=false",
            "order:6917926768823643999 v=1791021600500 2026-10-03T10:00:00.000Z - unpaid 1000 x1000 lines=1",
            "order:6917926768823644001 v=1791108000502 2026-10-04T10:00:00.000Z - unpaid 800 x1000 lines=1",
            "cancel:6917926768823644001 v=1791108000502 2026-10-04T10:00:00.000Z - cancelled",
            "order:6917926768823644003 v=1791453600503 2026-10-05T10:00:05.000Z - placed 1600 x2000 lines=1",
            "refund:6917926768823644003 v=1791453600503 2026-10-08T10:00:00.000Z - refunded 1600 of=6917926768823644003 whole=true",
        ]
    );
    let first = order(all(&good)[0]);
    let skus: Vec<_> = first.lines.iter().map(|line| (line.sku.as_str(), line.paid.0)).collect();
    assert_eq!(skus, [("TEA-50", 9_000), ("CUP-1", 2_000)], "the postage in it is no part of the line");
    let notes = {
        let mut reader = open(sample("douyin.csv"), &Preset::Douyin, shanghai()).unwrap();
        reader.by_ref().for_each(drop);
        reader.notes().into_iter().map(|note| (note.code, note.count)).collect::<Vec<_>>()
    };
    assert_eq!(notes, [("identity.enciphered", 5)]);
    for incoming in all(&good) {
        assert!(incoming.identities.is_empty(), "ciphertext names nobody");
        assert!(incoming.personal.0.iter().all(|(_, value)| !value.contains("##") && !value.contains("$$")));
    }
}

#[test]
fn a_later_export_of_the_same_order_has_a_later_version() {
    let text = std::fs::read_to_string(sample("douyin.csv")).unwrap();
    let version = |text: &str| all(&read(file(text).path(), &Preset::Douyin, shanghai()).0)[0].version.parse::<i64>().unwrap();
    let unfinished = text.replace("2026-10-09 18:00:00,已完成", "-,已发货").replace("已关闭,退款成功", "已发货,-");
    assert!(version(&unfinished) < version(&text));
    let given_back = text.replace("2026-10-09 18:00:00,已完成,-", "2026-10-09 18:00:00,已完成,退款成功");
    assert!(version(&text) < version(&given_back), "a refund without a time of its own is a step further");
    let whole = lines(&read(file(&given_back).path(), &Preset::Douyin, shanghai()).0);
    assert!(whole[1].ends_with("of=6917926768823643751 whole=true"), "{}", whole[1]);
}

#[test]
fn exports_are_recognised_by_their_columns() {
    for (name, preset) in [("taobao.csv", Preset::Taobao), ("douyin.csv", Preset::Douyin)] {
        let found = inspect(sample(name), &Preset::Generic(None), &shanghai()).unwrap();
        let names: Vec<String> = found.columns.iter().map(|column| column.name.clone()).collect();
        assert_eq!(Preset::by_columns(&names), Some(preset.clone()), "{name}");
        let found = inspect(sample(name), &preset, &shanghai()).unwrap();
        assert_eq!((found.preset, found.missing.as_slice(), found.rows), (preset.name(), &[][..], 5));
        assert_eq!(Preset::parse(preset.name()), Some(preset));
    }
    assert_eq!(Preset::by_columns(&["订单编号".to_owned(), "订单状态".to_owned()]), None);
    let other = file("订单编号,付款时间,金额\nA,2026-01-02,1\n");
    assert_eq!(open(other.path(), &Preset::Taobao, shanghai()).unwrap_err().code, "preset.other_file");
    let found = inspect(sample("taobao.csv"), &Preset::Taobao, &shanghai()).unwrap();
    assert_eq!((found.encoding, found.header_line), (Some("gb18030"), 1));
    assert_eq!(found.mapping.columns.get(&Field::Shipping).map(String::as_str), Some("买家应付邮费"));
}
