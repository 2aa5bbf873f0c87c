//! The names of Azure regions, in both of Azure's spellings.
//!
//! Traffic Manager takes `westus2` and `West US 2` and answers `West US 2`. Azure publishes no list of the
//! names it takes, so an unknown name is a reason to warn and never a reason to refuse.

/// Regions as (short name, display name), sorted by short name.
///
/// Sources: the physical regions that Azure Resource Manager lists (`GET /subscriptions/{id}/locations`)
/// without those marked as staging, and the regions of the public, US Government and China clouds that
/// Azure announced after that list was taken.
const REGIONS: &[(&str, &str)] = &[
    ("australiacentral", "Australia Central"),
    ("australiacentral2", "Australia Central 2"),
    ("australiaeast", "Australia East"),
    ("australiasoutheast", "Australia Southeast"),
    ("austriaeast", "Austria East"),
    ("belgiumcentral", "Belgium Central"),
    ("brazilsouth", "Brazil South"),
    ("brazilsoutheast", "Brazil Southeast"),
    ("brazilus", "Brazil US"),
    ("canadacentral", "Canada Central"),
    ("canadaeast", "Canada East"),
    ("centralindia", "Central India"),
    ("centralus", "Central US"),
    ("centraluseuap", "Central US EUAP"),
    ("chilecentral", "Chile Central"),
    ("chinaeast", "China East"),
    ("chinaeast2", "China East 2"),
    ("chinaeast3", "China East 3"),
    ("chinanorth", "China North"),
    ("chinanorth2", "China North 2"),
    ("chinanorth3", "China North 3"),
    ("denmarkeast", "Denmark East"),
    ("eastasia", "East Asia"),
    ("eastus", "East US"),
    ("eastus2", "East US 2"),
    ("eastus2euap", "East US 2 EUAP"),
    ("eastus3", "East US 3"),
    ("francecentral", "France Central"),
    ("francesouth", "France South"),
    ("germanynorth", "Germany North"),
    ("germanywestcentral", "Germany West Central"),
    ("indiasouthcentral", "India South Central"),
    ("indonesiacentral", "Indonesia Central"),
    ("israelcentral", "Israel Central"),
    ("israelnorthwest", "Israel Northwest"),
    ("italynorth", "Italy North"),
    ("japaneast", "Japan East"),
    ("japanwest", "Japan West"),
    ("jioindiacentral", "Jio India Central"),
    ("jioindiawest", "Jio India West"),
    ("koreacentral", "Korea Central"),
    ("koreasouth", "Korea South"),
    ("malaysiasouth", "Malaysia South"),
    ("malaysiawest", "Malaysia West"),
    ("mexicocentral", "Mexico Central"),
    ("newzealandnorth", "New Zealand North"),
    ("northcentralus", "North Central US"),
    ("northeurope", "North Europe"),
    ("norwayeast", "Norway East"),
    ("norwaywest", "Norway West"),
    ("polandcentral", "Poland Central"),
    ("qatarcentral", "Qatar Central"),
    ("southafricanorth", "South Africa North"),
    ("southafricawest", "South Africa West"),
    ("southcentralus", "South Central US"),
    ("southeastasia", "Southeast Asia"),
    ("southindia", "South India"),
    ("spaincentral", "Spain Central"),
    ("swedencentral", "Sweden Central"),
    ("swedensouth", "Sweden South"),
    ("switzerlandnorth", "Switzerland North"),
    ("switzerlandwest", "Switzerland West"),
    ("taiwannorth", "Taiwan North"),
    ("taiwannorthwest", "Taiwan Northwest"),
    ("uaecentral", "UAE Central"),
    ("uaenorth", "UAE North"),
    ("uksouth", "UK South"),
    ("ukwest", "UK West"),
    ("usdodcentral", "USDoD Central"),
    ("usdodeast", "USDoD East"),
    ("usgovarizona", "USGov Arizona"),
    ("usgoviowa", "USGov Iowa"),
    ("usgovtexas", "USGov Texas"),
    ("usgovvirginia", "USGov Virginia"),
    ("westcentralus", "West Central US"),
    ("westeurope", "West Europe"),
    ("westindia", "West India"),
    ("westus", "West US"),
    ("westus2", "West US 2"),
    ("westus3", "West US 3"),
];

/// Bytes of a text that may still resemble a region; so the time that it takes to compare is bounded.
const LONGEST: usize = 100;

/// The short name of a region: lower case, without blanks (`"West US 2"` becomes `"westus2"`).
///
/// The text need not be a known region. Two spellings name the same region when their short names agree.
pub fn normalize(region: &str) -> String {
    region.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// The display name of a known region in any spelling, as the service answers it.
pub fn display_name(region: &str) -> Option<&'static str> {
    let short = normalize(region);
    REGIONS.binary_search_by(|(name, _)| (*name).cmp(short.as_str())).ok().map(|index| REGIONS[index].1)
}

/// Whether two spellings name the same region: letter case and blanks do not count.
pub fn same(a: &str, b: &str) -> bool {
    normalize(a) == normalize(b)
}

/// The short names of all known regions, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    REGIONS.iter().map(|(name, _)| *name)
}

/// The short name of the known region that an unknown text most likely means.
///
/// Finds other separators (`west-us-2`), the words in another order (`useast2`), and up to two wrong
/// letters. `None` when the text is a known region already, or resembles none.
pub fn nearest(region: &str) -> Option<&'static str> {
    if display_name(region).is_some() || region.len() > LONGEST {
        return None;
    }
    let letters: String =
        region.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if let Some(name) = names().find(|name| *name == letters || same_letters(name, &letters)) {
        return Some(name);
    }
    // Short texts resemble too much by chance: a wrong letter is allowed for every five.
    let allowed = (letters.len() / 5).min(2);
    names()
        .map(|name| (distance(name, &letters), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// Whether two texts consist of the same letters in any order.
fn same_letters(a: &str, b: &str) -> bool {
    let sorted = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes
    };
    a.len() == b.len() && sorted(a) == sorted(b)
}

/// How many letters have to be inserted, removed or replaced to make one text of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_agrees_with_itself() {
        assert!(REGIONS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (name, display) in REGIONS {
            assert_eq!(normalize(display), *name);
        }
    }

    #[test]
    fn every_spelling_of_a_region_has_one_display_name() {
        for spelling in ["westus2", "West US 2", "WESTUS2", "west us 2", " West US 2 "] {
            assert_eq!(display_name(spelling), Some("West US 2"), "{spelling:?}");
        }
        assert_eq!(display_name("global"), None);
        assert_eq!(display_name(""), None);
    }

    #[test]
    fn a_near_miss_names_the_region_meant() {
        for (text, meant) in [
            ("west-us-2", Some("westus2")),
            ("us east 2", Some("eastus2")),
            ("useast", Some("eastus")),
            ("westeurop", Some("westeurope")),
            ("nothreurope", Some("northeurope")),
            ("germany west centrall", Some("germanywestcentral")),
            ("westus", None),
            ("global", None),
            ("mars", None),
            ("", None),
        ] {
            assert_eq!(nearest(text), meant, "{text:?}");
        }
        assert_eq!(nearest(&format!("west{}us2", "-".repeat(100_000))), None);
    }
}
