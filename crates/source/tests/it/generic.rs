//! Files as shops export them, everything guessed.

use crate::kit::{codes, guessed, lines};

#[test]
fn a_plain_file_is_read_without_a_word() {
    let (good, bad) = guessed("order_id,member_id,paid_at,amount,quantity\nA1,7,2026-01-02 10:00:00,12.50,2\nA2,,2026/1/3,¥1,1\n");
    assert_eq!(codes(&bad), []);
    assert_eq!(
        lines(&good),
        [
            "order:A1 v= 2026-01-02T02:00:00.000Z 7 placed 1250 x2000 lines=1",
            "order:A2 v= 2026-01-02T16:00:00.000Z - placed 100 x1000 lines=1",
        ]
    );
}
