//! What tables are read, what they say, and why others are refused.

use proptest::prelude::*;

use super::*;

const SMALL: &str = "\
# edition: 2026-07-30
# statistic: P95

from,West Europe,northeurope
westeurope,,17
North Europe,18,
East US,83,
";

fn check_refused(text: &str, because: &str) {
    assert_eq!(Latencies::parse(text).unwrap_err().to_string(), because, "{text:?}");
}

#[test]
fn the_published_table_is_the_median_of_july_2026() {
    let table = Latencies::published();
    assert_eq!((table.edition(), table.statistic()), (Some("2026-07-30"), Some("P50")));
    assert_eq!(table.regions().count(), 54);
    for (from, to, milliseconds) in [
        ("eastus", "westeurope", 83),
        ("westeurope", "eastus", 85),
        ("australiacentral", "northcentralus", 192),
        ("uaenorth", "germanywestcentral", 100),
        ("germanywestcentral", "uaenorth", 118),
        ("brazilsouth", "indonesiacentral", 344),
        ("jioindiawest", "centralindia", 29),
        ("westus3", "westus2", 40),
    ] {
        assert_eq!(table.round_trip(from, to), Some(milliseconds), "{from} to {to}");
    }
}

#[test]
fn the_published_table_knows_every_pair_of_its_regions() {
    let table = Latencies::published();
    for from in table.regions() {
        assert!(region::display_name(from).is_some(), "{from}");
        for to in table.regions() {
            let time = table.round_trip(from, to).unwrap();
            assert_eq!(time <= 2, from == to, "{from} to {to}: {time}");
        }
    }
}

#[test]
fn a_region_has_many_spellings_and_one_number() {
    let table = Latencies::published();
    let west = table.region("westus2").unwrap();
    for spelling in ["West US 2", "WESTUS2", " west us 2"] {
        assert_eq!(table.region(spelling), Some(west), "{spelling:?}");
    }
    let row = table.from(west).unwrap();
    assert_eq!(row.to(west), Some(1));
    assert_eq!(row.to(table.region("West US").unwrap()), Some(24));
    assert_eq!(row.to_named("West US"), Some(24));
    assert_eq!(table.round_trip("West US 2", "west us"), Some(24));
}

#[test]
fn a_region_outside_the_table_has_no_times() {
    let table = Latencies::published();
    assert_eq!(table.region("chinaeast"), None);
    assert_eq!(table.round_trip("westeurope", "chinaeast"), None);
    assert_eq!(table.round_trip("chinaeast", "chinaeast"), None);
    let small = Latencies::parse(SMALL).unwrap();
    let foreign = table.region("westus3").unwrap();
    assert!(small.from(foreign).is_none());
    assert_eq!(small.from(RegionId(0)).unwrap().to(foreign), None);
}

#[test]
fn a_table_of_ones_own_may_lack_rows_columns_and_cells() {
    let table = Latencies::parse(SMALL).unwrap();
    assert_eq!(table.regions().collect::<Vec<_>>(), ["eastus", "northeurope", "westeurope"]);
    assert_eq!((table.edition(), table.statistic()), (Some("2026-07-30"), Some("P95")));
    assert_eq!(table.round_trip("northeurope", "westeurope"), Some(18));
    assert_eq!(table.round_trip("westeurope", "northeurope"), Some(17));
    assert_eq!(table.round_trip("eastus", "westeurope"), Some(83));
    assert_eq!(table.round_trip("westeurope", "eastus"), None);
    assert_eq!(table.round_trip("eastus", "northeurope"), None);
    assert_eq!(table.round_trip("eastus", "eastus"), Some(1));
}

#[test]
fn a_table_from_a_spreadsheet_is_read() {
    let text = "\u{feff}# edition:\r\nSource , A b,C\r\n ab ,, 5 \r\n\r\nc,4,\r\n";
    let table = Latencies::parse(text).unwrap();
    assert_eq!((table.round_trip("ab", "c"), table.round_trip("c", "ab")), (Some(5), Some(4)));
    assert_eq!((table.edition(), table.statistic()), (None, None));
}

#[test]
fn an_error_names_the_line_and_what_is_wrong() {
    check_refused("", "the table has no rows");
    check_refused("# only a comment\nfrom,a,b\n", "the table has no rows");
    check_refused("from,a,\na,,1", "line 1, column 3: the name of a region is missing");
    check_refused("from,a\n ,1", "line 2, column 1: the name of a region is missing");
    check_refused("from,West US,westus\n", "line 1: westus is there twice");
    check_refused("from,a\nb,1\n\nB,2", "line 4: b is there twice");
    check_refused("from,a,b\na,,1\nb,1", "line 3: there are 2 cells instead of 3");
    check_refused("from,a,b\na,1,1", "line 2: the time from a to itself has to be blank");
    for wrong in ["0", "10000", "65537", "1.5", "-1", "+1", "1 ms", "x"] {
        let because =
            format!("line 2: {wrong:?} from a to b is not a whole number of milliseconds from 1 to 9999");
        check_refused(&format!("from,b\na,{wrong}"), &because);
    }
}

#[test]
fn the_size_of_a_table_is_bounded() {
    let header = |regions: usize| {
        (0..regions).fold("from".to_owned(), |text, index| format!("{text},r{index}"))
            + "\nx"
            + &",".repeat(regions)
    };
    assert!(Latencies::parse(&header(1000)).is_ok());
    check_refused(&header(1001), "line 1: the table has more than 1000 regions");
    let rows = (0..1001).fold("from,a".to_owned(), |text, index| format!("{text}\nr{index},1"));
    check_refused(&rows, "line 1002: the table has more than 1000 regions");
}

/// Texts of the characters and words that tables consist of, and of others.
fn texts() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just(",".to_owned()),
        Just("\n".to_owned()),
        Just("# edition: 1\n".to_owned()),
        "[ab]{1,2}",
        "[0-9]{1,5}",
        any::<String>(),
    ];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

/// Regions in an order of their own, and for each pair a time or none.
fn tables() -> impl Strategy<Value = (Vec<String>, Vec<Vec<Option<u16>>>)> {
    proptest::collection::hash_set("[a-z]{1,3}", 1..8).prop_flat_map(|regions| {
        let regions: Vec<String> = regions.into_iter().collect();
        let row = proptest::collection::vec(proptest::option::of(1..=LONGEST), regions.len());
        let rows = proptest::collection::vec(row, regions.len());
        (Just(regions), rows)
    })
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in texts()) {
        if let Ok(table) = Latencies::parse(&text) {
            for from in table.regions() {
                prop_assert_eq!(table.round_trip(from, from), Some(1));
            }
        }
    }

    #[test]
    fn what_a_table_says_is_what_a_look_up_gives((regions, times) in tables()) {
        let mut lines = vec![format!("from,{}", regions.join(","))];
        for (from, row) in times.iter().enumerate() {
            let cell = |(to, time): (usize, &Option<u16>)| match time {
                Some(time) if from != to => time.to_string(),
                _ => String::new(),
            };
            let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
            lines.push(format!("{},{}", regions[from], cells.join(",")));
        }
        let table = Latencies::parse(&lines.join("\n")).unwrap();
        prop_assert_eq!(table.regions().count(), regions.len());
        for (from, row) in times.iter().enumerate() {
            for (to, time) in row.iter().enumerate() {
                let expected = if from == to { Some(1) } else { *time };
                prop_assert_eq!(table.round_trip(&regions[from], &regions[to]), expected);
            }
        }
    }
}
