//! The query parameters `$filter` and `$top` of lists of Azure Resource Manager.
//!
//! Of `OData` it knows what is documented for groups and resources: comparisons with `eq` and `ne`, `substringof`,
//! `startswith`, and `and` and `or` between them. Source: Azure REST, "Resources - List" and "Resource
//! Groups - List". Nothing is looked up here.

use traffic_manager::region;

use super::error::Failure;
use super::model::Tags;
use super::query_value;

/// What a filter can ask of a group or a resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) name: &'a str,
    pub(super) resource_type: &'a str,
    /// The group that a resource is in.
    pub(super) group: &'a str,
    pub(super) location: &'a str,
    pub(super) tags: Option<&'a Tags>,
}

/// What a query asks of a list.
#[derive(Debug, Default)]
pub(super) struct Selection {
    filter: Option<Condition>,
    /// How many elements at most.
    top: Option<usize>,
}

/// Alternatives, of each of which every test has to hold.
#[derive(Debug)]
struct Condition(Vec<Vec<Test>>);

#[derive(Debug)]
struct Test {
    property: Property,
    comparison: Comparison,
    value: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Property {
    Name,
    ResourceType,
    ResourceGroup,
    Location,
    TagName,
    TagValue,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Comparison {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

impl Selection {
    /// Reads `$filter` and `$top` of a query. `of_groups`: the list is one of groups, which know tags only.
    pub(super) fn parse(query: &str, of_groups: bool) -> Result<Self, Failure> {
        let filter = match query_value(query, "$filter").filter(|text| !text.trim().is_empty()) {
            None => None,
            Some(text) => Some(
                condition(&text)
                    .filter(|condition| !of_groups || condition.tests().all(Test::is_of_tag))
                    .ok_or_else(|| Failure::invalid_filter(&text))?,
            ),
        };
        let top = match query_value(query, "$top").filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => match text.parse() {
                Ok(top @ 1..) => Some(top),
                _ => return Err(Failure::invalid_top(&text)),
            },
        };
        Ok(Self { filter, top })
    }

    /// The elements of a list that are asked for.
    pub(super) fn of<'a, T>(
        &self,
        list: impl Iterator<Item = T>,
        subject: impl Fn(&T) -> Subject<'a>,
    ) -> Vec<T> {
        let wanted = list.filter(|element| {
            let subject = subject(element);
            self.filter.as_ref().is_none_or(|filter| filter.matches(subject))
        });
        wanted.take(self.top.unwrap_or(usize::MAX)).collect()
    }

    /// Whether tags decide. Azure does not show the tags of resources then.
    pub(super) fn asks_for_tags(&self) -> bool {
        self.filter.as_ref().is_some_and(|filter| filter.tests().any(Test::is_of_tag))
    }
}

impl Condition {
    /// A name and a value are those of one tag, so that tags are tried one after another.
    fn matches(&self, subject: Subject<'_>) -> bool {
        if !self.tests().any(Test::is_of_tag) {
            return self.holds(subject, ("", ""));
        }
        let mut tags = subject.tags.into_iter().flatten();
        tags.any(|(name, value)| self.holds(subject, (name, value)))
    }

    fn holds(&self, subject: Subject<'_>, tag: (&str, &str)) -> bool {
        self.0.iter().any(|conjunction| conjunction.iter().all(|test| test.holds(subject, tag)))
    }

    fn tests(&self) -> impl Iterator<Item = &Test> {
        self.0.iter().flatten()
    }
}

impl Test {
    fn is_of_tag(&self) -> bool {
        matches!(self.property, Property::TagName | Property::TagValue)
    }

    fn holds(&self, subject: Subject<'_>, (tag_name, tag_value): (&str, &str)) -> bool {
        let given = match self.property {
            Property::Name => subject.name,
            Property::ResourceType => subject.resource_type,
            Property::ResourceGroup => subject.group,
            Property::TagName => tag_name,
            Property::Location => {
                return self.compare(&region::normalize(subject.location), &region::normalize(&self.value));
            }
            // Its letter case counts, and that of nothing else.
            Property::TagValue => return self.compare(tag_value, &self.value),
        };
        self.compare(&given.to_lowercase(), &self.value.to_lowercase())
    }

    fn compare(&self, given: &str, value: &str) -> bool {
        match self.comparison {
            Comparison::Equal => given == value,
            Comparison::NotEqual => given != value,
            Comparison::Contains => given.contains(value),
            Comparison::StartsWith => given.starts_with(value),
        }
    }
}

impl Property {
    fn parse(word: &str) -> Option<Self> {
        let properties = [
            ("name", Self::Name),
            ("resourceType", Self::ResourceType),
            ("resourceGroup", Self::ResourceGroup),
            ("location", Self::Location),
            ("tagName", Self::TagName),
            ("tagValue", Self::TagValue),
        ];
        properties.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, property)| *property)
    }
}

/// Reads a whole filter: alternatives of conjunctions of tests.
fn condition(text: &str) -> Option<Condition> {
    let tokens = tokens(text)?;
    let mut rest = tokens.as_slice();
    let mut alternatives = vec![vec![test(&mut rest)?]];
    while let [Token::Word(word), after @ ..] = rest {
        rest = after;
        let next = test(&mut rest)?;
        match (word.to_ascii_lowercase().as_str(), alternatives.last_mut()) {
            ("and", Some(conjunction)) => conjunction.push(next),
            ("or", _) => alternatives.push(vec![next]),
            _ => return None,
        }
    }
    rest.is_empty().then_some(Condition(alternatives))
}

fn test(rest: &mut &[Token]) -> Option<Test> {
    use Token::{Sign, Text, Word};
    let (property, comparison, value, after) = match *rest {
        [Word(function), Sign('('), Text(value), Sign(','), Word(property), Sign(')'), after @ ..]
            if function.eq_ignore_ascii_case("substringof") =>
        {
            (property, Comparison::Contains, value, after)
        }
        [Word(function), Sign('('), Word(property), Sign(','), Text(value), Sign(')'), after @ ..]
            if function.eq_ignore_ascii_case("startswith") =>
        {
            (property, Comparison::StartsWith, value, after)
        }
        [Word(property), Word(operator), Text(value), after @ ..] => {
            let comparison = match operator.to_ascii_lowercase().as_str() {
                "eq" => Comparison::Equal,
                "ne" => Comparison::NotEqual,
                _ => return None,
            };
            (property, comparison, value, after)
        }
        _ => return None,
    };
    *rest = after;
    Some(Test { property: Property::parse(property)?, comparison, value: value.clone() })
}

/// Words, texts in single quotes (two of them in a text are one), and signs.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            blank if blank.is_whitespace() => {}
            '(' | ')' | ',' => tokens.push(Token::Sign(character)),
            '\'' => {
                let mut value = String::new();
                loop {
                    match rest.next()? {
                        '\'' if rest.next_if_eq(&'\'').is_none() => break,
                        inner => value.push(inner),
                    }
                }
                tokens.push(Token::Text(value));
            }
            first if first.is_alphanumeric() => {
                let mut word = String::from(first);
                while let Some(more) = rest.next_if(|c| c.is_alphanumeric() || *c == '/') {
                    word.push(more);
                }
                tokens.push(Token::Word(word));
            }
            _ => return None,
        }
    }
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(filter: &str) -> bool {
        let tags = Tags::from([("Team".to_owned(), "web".to_owned()), ("env".to_owned(), "it's".to_owned())]);
        let subject = Subject {
            name: "shop",
            resource_type: "Microsoft.Network/trafficManagerProfiles",
            group: "rg-global",
            location: "westeurope",
            tags: Some(&tags),
        };
        condition(filter).unwrap_or_else(|| panic!("{filter}")).matches(subject)
    }

    #[test]
    fn comparisons_functions_and_their_combinations_decide() {
        for (filter, expected) in [
            ("resourceType eq 'microsoft.network/trafficmanagerprofiles'", true),
            ("name ne 'shop'", false),
            ("substringof('GLOB', resourceGroup)", true),
            ("location eq 'West Europe'", true),
            ("tagName eq 'team' and tagValue eq 'web'", true),
            ("tagName eq 'team' and tagValue eq 'it''s'", false),
            ("tagName eq 'team' and tagValue eq 'Web'", false),
            ("startswith(tagName, 'en')", true),
            ("name eq 'x' or name eq 'shop' and location eq 'eastus'", false),
            ("name eq 'x' and location eq 'eastus' or name eq 'shop'", true),
        ] {
            assert_eq!(matches(filter), expected, "{filter}");
        }
    }

    #[test]
    fn what_is_no_filter_and_no_number_is_refused() {
        for filter in
            ["name", "name eq shop", "name eq 'shop", "colour eq 'red'", "name lt 'a'", "name eq 'a' and"]
        {
            assert!(condition(filter).is_none(), "{filter}");
        }
        assert!(Selection::parse("$filter=name%20eq%20'a'", true).is_err());
        assert!(Selection::parse("$filter=name%20eq%20'a'", false).is_ok());
        for top in ["0", "-1", "many", "99999999999999999999999"] {
            assert!(Selection::parse(&format!("$top={top}"), true).is_err(), "{top}");
        }
    }
}
