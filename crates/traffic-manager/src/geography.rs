//! The geographic hierarchy of Traffic Manager: codes, names, and which place lies in which.
//!
//! The table is the service's own answer of June 2023. The service changes it now and then, so a code that
//! is not in it is a reason to warn and never a reason to refuse.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A place that queries can be mapped from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Place {
    /// The code that `geoMapping` takes, unique: `WORLD`, `GEO-EU`, `DE`, `US-WA`.
    pub code: &'static str,
    /// The name, not unique: Georgia is a country and a state.
    pub name: &'static str,
    parent: &'static str,
}

impl Place {
    /// The place that this one lies in; the world lies in none.
    pub fn parent(&self) -> Option<&'static Place> {
        find(self.parent)
    }

    /// The places directly in this one, in the service's order.
    pub fn children(&self) -> impl Iterator<Item = &'static Place> + use<> {
        let code = self.code;
        PLACES.iter().filter(move |place| place.parent == code)
    }

    /// This place, the one it lies in, and so on up to the world: the order in which mappings are tried.
    pub fn and_ancestors(&'static self) -> impl Iterator<Item = &'static Place> {
        std::iter::successors(Some(self), |place| place.parent())
    }
}

/// The place with this code, in any letter case.
pub fn find(code: &str) -> Option<&'static Place> {
    // Queries are answered by it, so it does not search.
    static INDEX: LazyLock<HashMap<&'static str, &'static Place>> =
        LazyLock::new(|| PLACES.iter().map(|place| (place.code, place)).collect());
    match INDEX.get(code) {
        Some(place) => Some(*place),
        None => INDEX.get(code.to_ascii_uppercase().as_str()).copied(),
    }
}

/// The places with this name, in any letter case. A name can be that of several.
pub fn named(name: &str) -> impl Iterator<Item = &'static Place> {
    let wanted = name.trim().to_lowercase();
    PLACES.iter().filter(move |place| place.name.to_lowercase() == wanted)
}

/// Every place, each after the one it lies in.
pub fn all() -> impl Iterator<Item = &'static Place> {
    PLACES.iter()
}

/// One line of the table.
const fn place(code: &'static str, name: &'static str, parent: &'static str) -> Place {
    Place { code, name, parent }
}

/// Recorded answer of `GET /providers/Microsoft.Network/trafficManagerGeographicHierarchies/default`.
static PLACES: &[Place] = &[
    place("WORLD", "World", ""),
    place("GEO-EU", "Europe", "WORLD"),
    place("AD", "Andorra", "GEO-EU"),
    place("AL", "Albania", "GEO-EU"),
    place("AT", "Austria", "GEO-EU"),
    place("AX", "Åland Islands", "GEO-EU"),
    place("BA", "Bosnia and Herzegovina", "GEO-EU"),
    place("BE", "Belgium", "GEO-EU"),
    place("BG", "Bulgaria", "GEO-EU"),
    place("BY", "Belarus", "GEO-EU"),
    place("CH", "Switzerland", "GEO-EU"),
    place("CY", "Cyprus", "GEO-EU"),
    place("CZ", "Czech Republic", "GEO-EU"),
    place("DE", "Germany", "GEO-EU"),
    place("DK", "Denmark", "GEO-EU"),
    place("EE", "Estonia", "GEO-EU"),
    place("ES", "Spain", "GEO-EU"),
    place("FI", "Finland", "GEO-EU"),
    place("FO", "Faroe Islands", "GEO-EU"),
    place("FR", "France", "GEO-EU"),
    place("GB", "United Kingdom", "GEO-EU"),
    place("GG", "Guernsey", "GEO-EU"),
    place("GI", "Gibraltar", "GEO-EU"),
    place("GR", "Greece", "GEO-EU"),
    place("HR", "Croatia", "GEO-EU"),
    place("HU", "Hungary", "GEO-EU"),
    place("IE", "Ireland", "GEO-EU"),
    place("IM", "Isle of Man", "GEO-EU"),
    place("IS", "Iceland", "GEO-EU"),
    place("IT", "Italy", "GEO-EU"),
    place("JE", "Jersey", "GEO-EU"),
    place("LI", "Liechtenstein", "GEO-EU"),
    place("LT", "Lithuania", "GEO-EU"),
    place("LU", "Luxembourg", "GEO-EU"),
    place("LV", "Latvia", "GEO-EU"),
    place("MC", "Monaco", "GEO-EU"),
    place("MD", "Moldova", "GEO-EU"),
    place("ME", "Montenegro", "GEO-EU"),
    place("MK", "North Macedonia", "GEO-EU"),
    place("MT", "Malta", "GEO-EU"),
    place("NL", "Netherlands", "GEO-EU"),
    place("NO", "Norway", "GEO-EU"),
    place("PL", "Poland", "GEO-EU"),
    place("PT", "Portugal", "GEO-EU"),
    place("RO", "Romania", "GEO-EU"),
    place("RS", "Serbia", "GEO-EU"),
    place("RU", "Russia", "GEO-EU"),
    place("SE", "Sweden", "GEO-EU"),
    place("SI", "Slovenia", "GEO-EU"),
    place("SJ", "Svalbard", "GEO-EU"),
    place("SK", "Slovakia", "GEO-EU"),
    place("SM", "San Marino", "GEO-EU"),
    place("UA", "Ukraine", "GEO-EU"),
    place("UA-CR", "Region of Crimea", "UA"),
    place("VA", "Vatican City", "GEO-EU"),
    place("XJ", "Jan Mayen", "GEO-EU"),
    place("XK", "Kosovo", "GEO-EU"),
    place("GEO-ME", "Middle East", "WORLD"),
    place("AE", "United Arab Emirates", "GEO-ME"),
    place("BH", "Bahrain", "GEO-ME"),
    place("IL", "Israel", "GEO-ME"),
    place("IQ", "Iraq", "GEO-ME"),
    place("IR", "Iran", "GEO-ME"),
    place("JO", "Jordan", "GEO-ME"),
    place("KW", "Kuwait", "GEO-ME"),
    place("LB", "Lebanon", "GEO-ME"),
    place("OM", "Oman", "GEO-ME"),
    place("PS", "Palestinian Authority", "GEO-ME"),
    place("QA", "Qatar", "GEO-ME"),
    place("SY", "Syria", "GEO-ME"),
    place("SA", "Saudi Arabia", "GEO-ME"),
    place("TR", "Turkey", "GEO-ME"),
    place("YE", "Yemen", "GEO-ME"),
    place("GEO-NA", "North America / Central America / Caribbean", "WORLD"),
    place("AG", "Antigua and Barbuda", "GEO-NA"),
    place("AI", "Anguilla", "GEO-NA"),
    place("AW", "Aruba", "GEO-NA"),
    place("BB", "Barbados", "GEO-NA"),
    place("BL", "Saint Barthélemy", "GEO-NA"),
    place("BM", "Bermuda", "GEO-NA"),
    place("BQ", "Bonaire", "GEO-NA"),
    place("BS", "Bahamas", "GEO-NA"),
    place("BZ", "Belize", "GEO-NA"),
    place("CA", "Canada", "GEO-NA"),
    place("CA-AB", "Alberta", "CA"),
    place("CA-BC", "British Columbia", "CA"),
    place("CA-MB", "Manitoba", "CA"),
    place("CA-NB", "New Brunswick", "CA"),
    place("CA-NL", "Newfoundland and Labrador", "CA"),
    place("CA-NS", "Nova Scotia", "CA"),
    place("CA-NT", "Northwest Territories", "CA"),
    place("CA-NU", "Nunavut", "CA"),
    place("CA-ON", "Ontario", "CA"),
    place("CA-PE", "Prince Edward Island", "CA"),
    place("CA-QC", "Québec", "CA"),
    place("CA-SK", "Saskatchewan", "CA"),
    place("CA-YT", "Yukon Territory", "CA"),
    place("CR", "Costa Rica", "GEO-NA"),
    place("CU", "Cuba", "GEO-NA"),
    place("CW", "Curaçao", "GEO-NA"),
    place("DM", "Dominica", "GEO-NA"),
    place("DO", "Dominican Republic", "GEO-NA"),
    place("GD", "Grenada", "GEO-NA"),
    place("GL", "Greenland", "GEO-NA"),
    place("GP", "Guadeloupe", "GEO-NA"),
    place("GT", "Guatemala", "GEO-NA"),
    place("HN", "Honduras", "GEO-NA"),
    place("HT", "Haiti", "GEO-NA"),
    place("JM", "Jamaica", "GEO-NA"),
    place("KN", "Saint Kitts and Nevis", "GEO-NA"),
    place("KY", "Cayman Islands", "GEO-NA"),
    place("LC", "Saint Lucia", "GEO-NA"),
    place("MF", "Saint Martin", "GEO-NA"),
    place("MQ", "Martinique", "GEO-NA"),
    place("MS", "Montserrat", "GEO-NA"),
    place("MX", "Mexico", "GEO-NA"),
    place("NI", "Nicaragua", "GEO-NA"),
    place("PA", "Panama", "GEO-NA"),
    place("PM", "Saint Pierre and Miquelon", "GEO-NA"),
    place("PR", "Puerto Rico", "GEO-NA"),
    place("SV", "El Salvador", "GEO-NA"),
    place("SX", "Sint Maarten", "GEO-NA"),
    place("TC", "Turks and Caicos Islands", "GEO-NA"),
    place("TT", "Trinidad and Tobago", "GEO-NA"),
    place("UM", "U.S. Outlying Islands", "GEO-NA"),
    place("US", "United States", "GEO-NA"),
    place("US-AK", "Alaska", "US"),
    place("US-AL", "Alabama", "US"),
    place("US-AR", "Arkansas", "US"),
    place("US-AZ", "Arizona", "US"),
    place("US-CA", "California", "US"),
    place("US-CO", "Colorado", "US"),
    place("US-CT", "Connecticut", "US"),
    place("US-DC", "District of Columbia", "US"),
    place("US-DE", "Delaware", "US"),
    place("US-FL", "Florida", "US"),
    place("US-GA", "Georgia", "US"),
    place("US-HI", "Hawaii", "US"),
    place("US-IA", "Iowa", "US"),
    place("US-ID", "Idaho", "US"),
    place("US-IL", "Illinois", "US"),
    place("US-IN", "Indiana", "US"),
    place("US-KS", "Kansas", "US"),
    place("US-KY", "Kentucky", "US"),
    place("US-LA", "Louisiana", "US"),
    place("US-MA", "Massachusetts", "US"),
    place("US-MD", "Maryland", "US"),
    place("US-ME", "Maine", "US"),
    place("US-MI", "Michigan", "US"),
    place("US-MN", "Minnesota", "US"),
    place("US-MO", "Missouri", "US"),
    place("US-MS", "Mississippi", "US"),
    place("US-MT", "Montana", "US"),
    place("US-NC", "North Carolina", "US"),
    place("US-ND", "North Dakota", "US"),
    place("US-NE", "Nebraska", "US"),
    place("US-NH", "New Hampshire", "US"),
    place("US-NJ", "New Jersey", "US"),
    place("US-NM", "New Mexico", "US"),
    place("US-NV", "Nevada", "US"),
    place("US-NY", "New York", "US"),
    place("US-OH", "Ohio", "US"),
    place("US-OK", "Oklahoma", "US"),
    place("US-OR", "Oregon", "US"),
    place("US-PA", "Pennsylvania", "US"),
    place("US-RI", "Rhode Island", "US"),
    place("US-SC", "South Carolina", "US"),
    place("US-SD", "South Dakota", "US"),
    place("US-TN", "Tennessee", "US"),
    place("US-TX", "Texas", "US"),
    place("US-UT", "Utah", "US"),
    place("US-VA", "Virginia", "US"),
    place("US-VT", "Vermont", "US"),
    place("US-WA", "Washington", "US"),
    place("US-WI", "Wisconsin", "US"),
    place("US-WV", "West Virginia", "US"),
    place("US-WY", "Wyoming", "US"),
    place("VC", "Saint Vincent and the Grenadines", "GEO-NA"),
    place("VG", "British Virgin Islands", "GEO-NA"),
    place("VI", "U.S. Virgin Islands", "GEO-NA"),
    place("XE", "Sint Eustatius", "GEO-NA"),
    place("XS", "Saba", "GEO-NA"),
    place("GEO-AS", "Asia", "WORLD"),
    place("AF", "Afghanistan", "GEO-AS"),
    place("AM", "Armenia", "GEO-AS"),
    place("AZ", "Azerbaijan", "GEO-AS"),
    place("BD", "Bangladesh", "GEO-AS"),
    place("BN", "Brunei", "GEO-AS"),
    place("BT", "Bhutan", "GEO-AS"),
    place("CC", "Cocos (Keeling) Islands", "GEO-AS"),
    place("CN", "China", "GEO-AS"),
    place("CX", "Christmas Island", "GEO-AS"),
    place("GE", "Georgia", "GEO-AS"),
    place("HK", "Hong Kong SAR", "GEO-AS"),
    place("ID", "Indonesia", "GEO-AS"),
    place("IN", "India", "GEO-AS"),
    place("IO", "British Indian Ocean Territory", "GEO-AS"),
    place("JP", "Japan", "GEO-AS"),
    place("KG", "Kyrgyzstan", "GEO-AS"),
    place("KH", "Cambodia", "GEO-AS"),
    place("KP", "North Korea", "GEO-AS"),
    place("KR", "Korea", "GEO-AS"),
    place("KZ", "Kazakhstan", "GEO-AS"),
    place("LA", "Laos", "GEO-AS"),
    place("LK", "Sri Lanka", "GEO-AS"),
    place("MM", "Myanmar", "GEO-AS"),
    place("MN", "Mongolia", "GEO-AS"),
    place("MO", "Macao SAR", "GEO-AS"),
    place("MV", "Maldives", "GEO-AS"),
    place("MY", "Malaysia", "GEO-AS"),
    place("NP", "Nepal", "GEO-AS"),
    place("PH", "Philippines", "GEO-AS"),
    place("PK", "Pakistan", "GEO-AS"),
    place("SG", "Singapore", "GEO-AS"),
    place("TH", "Thailand", "GEO-AS"),
    place("TJ", "Tajikistan", "GEO-AS"),
    place("TL", "Timor_Leste", "GEO-AS"),
    place("TM", "Turkmenistan", "GEO-AS"),
    place("TW", "Taiwan", "GEO-AS"),
    place("UZ", "Uzbekistan", "GEO-AS"),
    place("VN", "Vietnam", "GEO-AS"),
    place("GEO-AF", "Africa", "WORLD"),
    place("AO", "Angola", "GEO-AF"),
    place("BF", "Burkina Faso", "GEO-AF"),
    place("BI", "Burundi", "GEO-AF"),
    place("BJ", "Benin", "GEO-AF"),
    place("BV", "Bouvet Island", "GEO-AF"),
    place("BW", "Botswana", "GEO-AF"),
    place("CD", "Congo (DRC)", "GEO-AF"),
    place("CF", "Central African Republic", "GEO-AF"),
    place("CG", "Congo", "GEO-AF"),
    place("CI", "Côte d’Ivoire", "GEO-AF"),
    place("CM", "Cameroon", "GEO-AF"),
    place("CV", "Cabo Verde", "GEO-AF"),
    place("DJ", "Djibouti", "GEO-AF"),
    place("DZ", "Algeria", "GEO-AF"),
    place("EG", "Egypt", "GEO-AF"),
    place("ER", "Eritrea", "GEO-AF"),
    place("ET", "Ethiopia", "GEO-AF"),
    place("GA", "Gabon", "GEO-AF"),
    place("GH", "Ghana", "GEO-AF"),
    place("GM", "Gambia", "GEO-AF"),
    place("GN", "Guinea", "GEO-AF"),
    place("GQ", "Equatorial Guinea", "GEO-AF"),
    place("GW", "Guinea_Bissau", "GEO-AF"),
    place("KE", "Kenya", "GEO-AF"),
    place("KM", "Comoros", "GEO-AF"),
    place("LR", "Liberia", "GEO-AF"),
    place("LS", "Lesotho", "GEO-AF"),
    place("LY", "Libya", "GEO-AF"),
    place("MA", "Morocco", "GEO-AF"),
    place("MG", "Madagascar", "GEO-AF"),
    place("ML", "Mali", "GEO-AF"),
    place("MR", "Mauritania", "GEO-AF"),
    place("MU", "Mauritius", "GEO-AF"),
    place("MW", "Malawi", "GEO-AF"),
    place("MZ", "Mozambique", "GEO-AF"),
    place("NA", "Namibia", "GEO-AF"),
    place("NE", "Niger", "GEO-AF"),
    place("NG", "Nigeria", "GEO-AF"),
    place("RE", "Réunion", "GEO-AF"),
    place("RW", "Rwanda", "GEO-AF"),
    place("SC", "Seychelles", "GEO-AF"),
    place("SD", "Sudan", "GEO-AF"),
    place("SH", "St Helena, Ascension, Tristan da Cunha", "GEO-AF"),
    place("SL", "Sierra Leone", "GEO-AF"),
    place("SN", "Senegal", "GEO-AF"),
    place("SO", "Somalia", "GEO-AF"),
    place("SS", "South Sudan", "GEO-AF"),
    place("ST", "São Tomé and Príncipe", "GEO-AF"),
    place("SZ", "Swaziland", "GEO-AF"),
    place("TD", "Chad", "GEO-AF"),
    place("TF", "French Southern Territories", "GEO-AF"),
    place("TG", "Togo", "GEO-AF"),
    place("TN", "Tunisia", "GEO-AF"),
    place("TZ", "Tanzania", "GEO-AF"),
    place("UG", "Uganda", "GEO-AF"),
    place("YT", "Mayotte", "GEO-AF"),
    place("ZA", "South Africa", "GEO-AF"),
    place("ZM", "Zambia", "GEO-AF"),
    place("ZW", "Zimbabwe", "GEO-AF"),
    place("GEO-AN", "Antarctica", "WORLD"),
    place("AQ", "Antarctica", "GEO-AN"),
    place("GEO-SA", "South America", "WORLD"),
    place("AR", "Argentina", "GEO-SA"),
    place("BO", "Bolivia", "GEO-SA"),
    place("BR", "Brazil", "GEO-SA"),
    place("CL", "Chile", "GEO-SA"),
    place("CO", "Colombia", "GEO-SA"),
    place("EC", "Ecuador", "GEO-SA"),
    place("FK", "Falkland Islands", "GEO-SA"),
    place("GF", "French Guiana", "GEO-SA"),
    place("GS", "South Georgia and South Sandwich Islands", "GEO-SA"),
    place("GY", "Guyana", "GEO-SA"),
    place("PE", "Peru", "GEO-SA"),
    place("PY", "Paraguay", "GEO-SA"),
    place("SR", "Suriname", "GEO-SA"),
    place("UY", "Uruguay", "GEO-SA"),
    place("VE", "Venezuela", "GEO-SA"),
    place("GEO-AP", "Australia / Pacific", "WORLD"),
    place("AS", "American Samoa", "GEO-AP"),
    place("AU", "Australia", "GEO-AP"),
    place("AU-ACT", "Australian Capital Territory", "AU"),
    place("AU-NSW", "New South Wales", "AU"),
    place("AU-NT", "Northern Territory", "AU"),
    place("AU-QLD", "Queensland", "AU"),
    place("AU-SA", "South Australia", "AU"),
    place("AU-TAS", "Tasmania", "AU"),
    place("AU-VIC", "Victoria", "AU"),
    place("AU-WA", "Western Australia", "AU"),
    place("CK", "Cook Islands", "GEO-AP"),
    place("FJ", "Fiji", "GEO-AP"),
    place("FM", "Micronesia", "GEO-AP"),
    place("GU", "Guam", "GEO-AP"),
    place("HM", "Heard Island and McDonald Islands", "GEO-AP"),
    place("KI", "Kiribati", "GEO-AP"),
    place("MH", "Marshall Islands", "GEO-AP"),
    place("MP", "Northern Mariana Islands", "GEO-AP"),
    place("NC", "New Caledonia", "GEO-AP"),
    place("NF", "Norfolk Island", "GEO-AP"),
    place("NR", "Nauru", "GEO-AP"),
    place("NU", "Niue", "GEO-AP"),
    place("NZ", "New Zealand", "GEO-AP"),
    place("PF", "French Polynesia", "GEO-AP"),
    place("PG", "Papua New Guinea", "GEO-AP"),
    place("PN", "Pitcairn Islands", "GEO-AP"),
    place("PW", "Palau", "GEO-AP"),
    place("SB", "Solomon Islands", "GEO-AP"),
    place("TK", "Tokelau", "GEO-AP"),
    place("TO", "Tonga", "GEO-AP"),
    place("TV", "Tuvalu", "GEO-AP"),
    place("VU", "Vanuatu", "GEO-AP"),
    place("WF", "Wallis and Futuna", "GEO-AP"),
    place("WS", "Samoa", "GEO-AP"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_but_the_world_lies_in_one_listed_before_it() {
        let mut seen: Vec<&str> = Vec::new();
        for place in all() {
            assert!(!seen.contains(&place.code), "{} twice", place.code);
            assert_eq!(place.parent.is_empty(), seen.is_empty(), "{}", place.code);
            assert!(place.parent.is_empty() || seen.contains(&place.parent), "{}", place.code);
            seen.push(place.code);
        }
        assert_eq!(seen.len(), 334);
    }

    #[test]
    fn a_state_is_reached_through_its_country_and_group() {
        let codes: Vec<&str> = find("us-wa").unwrap().and_ancestors().map(|place| place.code).collect();
        assert_eq!(codes, ["US-WA", "US", "GEO-NA", "WORLD"]);
        assert_eq!(find("WORLD").unwrap().children().count(), 8);
        assert_eq!(find("US").unwrap().children().count(), 51);
        assert!(find("UK").is_none());
    }

    #[test]
    fn an_ambiguous_name_names_every_place() {
        let codes: Vec<&str> = named("georgia").map(|place| place.code).collect();
        assert_eq!(codes, ["US-GA", "GE"]);
        assert_eq!(named(" Åland islands").map(|place| place.code).collect::<Vec<_>>(), ["AX"]);
        assert_eq!(named("Atlantis").count(), 0);
    }
}
