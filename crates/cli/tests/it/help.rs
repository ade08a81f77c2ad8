//! Help: for every command, with an example.

use crate::support::Brand;

const COMMANDS: &[&[&str]] = &[
    &[],
    &["init"],
    &["import"],
    &["import", "orders"],
    &["import", "products"],
    &["import", "stores"],
    &["import", "associates"],
    &["import", "scenes"],
    &["import", "list"],
    &["import", "bad-rows"],
    &["import", "undo"],
    &["stages"],
    &["flow"],
    &["explain"],
    &["backtest"],
    &["calibrate"],
    &["metrics"],
    &["metrics", "repurchase"],
    &["metrics", "cohort"],
    &["metrics", "funnel"],
    &["metrics", "acquisition"],
    &["metrics", "pareto"],
    &["metrics", "contribution"],
    &["metrics", "cross"],
    &["metrics", "baskets"],
    &["metrics", "products"],
    &["metrics", "first-product"],
    &["metrics", "due"],
    &["metrics", "demand"],
    &["metrics", "simulate"],
    &["value"],
    &["value", "fit"],
    &["value", "predict"],
    &["value", "refit"],
    &["value", "preview"],
    &["value", "rfm"],
    &["value", "warnings"],
    &["value", "equity"],
    &["value", "super-users"],
    &["value", "kinds"],
    &["value", "delivered"],
    &["value", "look-alikes"],
    &["sql"],
    &["policy"],
    &["policy", "list"],
    &["policy", "show"],
    &["policy", "add"],
    &["policy", "activate"],
    &["audit"],
    &["audit", "replay"],
    &["audit", "log"],
    &["export"],
    &["backup"],
    &["restore"],
    &["keys"],
    &["keys", "rotate"],
    &["lake"],
    &["lake", "rebuild"],
    &["lake", "status"],
    &["doctor"],
    &["synth"],
    &["serve"],
    &["sweep"],
];

#[test]
fn every_command_helps_with_an_example() {
    let brand = Brand::none();
    for &words in COMMANDS {
        let help = brand.ok(&[words, &["--help"][..]].concat()).out;
        assert!(help.contains("Example: perennial --data brand "), "{words:?}");
    }
}

#[test]
fn the_list_above_names_every_command() {
    let brand = Brand::none();
    for (above, words) in [
        ("", &[][..]),
        ("import", &["import"]),
        ("metrics", &["metrics"]),
        ("policy", &["policy"]),
        ("audit", &["audit"]),
        ("keys", &["keys"]),
        ("value", &["value"]),
    ] {
        let help = brand.ok(&[words, &["--help"][..]].concat()).out;
        let listed = help.split("Commands:\n").nth(1).unwrap().lines().take_while(|line| !line.is_empty());
        for line in listed.filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
            let name = line.split_whitespace().next().unwrap();
            let is_named = COMMANDS.iter().any(|known| known.last() == Some(&name) && (above.is_empty() || known[0] == above));
            assert!(name == "help" || is_named, "{above} {name}");
        }
    }
}

#[test]
fn the_first_page_stays_as_it_is() {
    let brand = Brand::none();
    insta::assert_snapshot!(brand.ok(&["--help"]).out);
    insta::assert_snapshot!(brand.ok(&["import", "orders", "--help"]).out);
}
