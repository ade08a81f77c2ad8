//! Workbooks: what Excel does to ids, dates and money.

use perennial_source::{Preset, inspect};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::kit::{all, codes, lines, read, shanghai};

fn workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> tempfile::NamedTempFile {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    let file = tempfile::NamedTempFile::new().unwrap();
    book.save(file.path()).unwrap();
    file
}

#[test]
fn a_sheet_with_title_dates_and_numbers_is_read_like_a_csv() {
    let file = workbook(|sheet| {
        sheet.write(0, 0, "销售明细").unwrap();
        for (column, name) in ["订单编号", "会员号", "付款时间", "实付金额", "数量"].into_iter().enumerate() {
            sheet.write(2, column as u16, name).unwrap();
        }
        let date = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
        let at = ExcelDateTime::parse_from_str("2026-01-02 10:00:00").unwrap();
        sheet.write(3, 0, "A1").unwrap();
        sheet.write(3, 1, 13_800_138_000_i64).unwrap();
        sheet.write_with_format(3, 2, &at, &date).unwrap();
        sheet.write(3, 3, 12.5).unwrap();
        sheet.write(3, 4, 2).unwrap();
        sheet.write(4, 0, "A2").unwrap();
        sheet.write(4, 2, 46_024.5).unwrap();
        sheet.write(4, 3, 0.1 + 0.2).unwrap();
    });
    let (good, bad) = read(file.path(), &Preset::Generic(None), shanghai());
    assert_eq!(codes(&bad), []);
    assert_eq!(
        lines(&good),
        [
            "order:A1 v= 2026-01-02T02:00:00.000Z 13800138000 placed 1250 x2000 lines=1",
            "order:A2 v= 2026-01-02T04:00:00.000Z - placed 30 x1000 lines=1",
        ]
    );
    assert_eq!(good[0].line, 4);
    let found = inspect(file.path(), &Preset::Generic(None), &shanghai()).unwrap();
    assert_eq!((found.encoding, found.header_line, found.rows), (None, 3, 2));
}

#[test]
fn ids_stored_as_numbers_are_refused_where_their_digits_are_lost() {
    let file = workbook(|sheet| {
        for (column, name) in ["order_id", "paid_at", "amount"].into_iter().enumerate() {
            sheet.write(0, column as u16, name).unwrap();
        }
        for (row, id) in [6_917_926_768_823_643_751_f64, 9_007_199_254_740_992.0, 123_456_789_012_345.0].into_iter().enumerate() {
            let row = row as u32 + 1;
            sheet.write(row, 0, id).unwrap();
            sheet.write(row, 1, "2026-01-02").unwrap();
            sheet.write(row, 2, 1).unwrap();
        }
    });
    let (good, bad) = read(file.path(), &Preset::Generic(None), shanghai());
    assert_eq!(codes(&bad), [(2, Some("order_id"), "id.excel_rounded"), (3, Some("order_id"), "id.excel_rounded")]);
    assert_eq!(all(&good)[0].object, "order:123456789012345");
}

#[test]
fn a_stray_cell_in_the_last_corner_costs_nothing() {
    let file = workbook(|sheet| {
        for (column, name) in ["order_id", "paid_at", "amount"].into_iter().enumerate() {
            sheet.write(0, column as u16, name).unwrap();
            sheet.write(1, column as u16, ["A", "2026-01-02", "1"][column]).unwrap();
        }
        sheet.write(1_048_575, 16_383, "here").unwrap();
    });
    let (good, bad) = read(file.path(), &Preset::Generic(None), shanghai());
    assert_eq!((good.len(), bad.len()), (1, 0));
}
