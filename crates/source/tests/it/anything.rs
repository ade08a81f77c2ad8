//! Whatever a file holds, reading ends, in order, without panic, and the same way twice.

use perennial_source::{Preset, inspect, open};
use proptest::prelude::*;

use crate::kit::{file, shanghai};

fn survives(bytes: &[u8]) -> Result<(), TestCaseError> {
    let file = file(bytes);
    for name in Preset::NAMES {
        let preset = Preset::parse(name).unwrap();
        let _ = inspect(file.path(), &preset, &shanghai());
        let once = open(file.path(), &preset, shanghai()).map(Iterator::collect::<Vec<_>>);
        let twice = open(file.path(), &preset, shanghai()).map(Iterator::collect::<Vec<_>>);
        prop_assert_eq!(once.ok(), twice.ok());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        survives(&bytes)?;
    }

    #[test]
    fn arbitrary_tables_never_panic(
        rows in prop::collection::vec(
            prop::collection::vec("[0-9a-zA-Z,\"\t;\n\r=+-¥￥年月日：:.*#$ \u{0}\u{feff}元１２]{0,12}", 0..6), 0..30),
    ) {
        let body: String = rows.iter().map(|row| row.join(",") + "\n").collect();
        survives(format!("订单编号,付款时间,金额,手机,订单状态,退款金额\n{body}").as_bytes())?;
        survives(format!("# Complete Journey\nb 1,2,3,2017-01-01\n{body}").as_bytes())?;
    }

    #[test]
    fn damaged_workbooks_never_panic(at in 0usize..6000, with in any::<u8>()) {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for row in 0..20 {
            sheet.write(row, 0, "order_id").unwrap();
            sheet.write(row, 1, f64::from(row)).unwrap();
        }
        let mut bytes = book.save_to_buffer().unwrap();
        let at = at % bytes.len();
        bytes[at] = with;
        survives(&bytes)?;
        survives(&bytes[..at])?;
    }
}
