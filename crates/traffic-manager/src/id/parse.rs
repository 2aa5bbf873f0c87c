//! Reading ids: the segments in turn, and an error that says which one is wrong.

use super::kind::EndpointKind;

const PROFILE_FORM: &str = "/subscriptions/{subscription id}/resourceGroups/{resource group}\
/providers/Microsoft.Network/trafficManagerProfiles/{profile}";

const ENDPOINT_FORM: &str = "/subscriptions/{subscription id}/resourceGroups/{resource group}\
/providers/Microsoft.Network/trafficManagerProfiles/{profile}\
/{azureEndpoints, externalEndpoints or nestedEndpoints}/{endpoint}";

/// An id that cannot be read: the text, what is wrong with it, and the form that is expected.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{text:?} is not the ID of a Traffic Manager {noun}: {problem}; the form is {form}")]
pub struct IdError {
    /// The text that was to be read.
    pub text: String,
    /// What the id should have been of: `profile` or `endpoint`.
    pub noun: &'static str,
    /// What is wrong.
    pub problem: Problem,
    /// How such an id is written.
    pub form: &'static str,
}

/// What is wrong with an id.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Problem {
    /// There is no text.
    #[error("it is empty")]
    Empty,
    /// A web address was given.
    #[error("it is a URL; remove everything before /subscriptions and after the name")]
    WebAddress,
    /// Blanks surround the text.
    #[error("it starts or ends with whitespace")]
    Blanks,
    /// A fixed segment is another one.
    #[error("it contains {found:?} instead of {expected:?}")]
    Segment {
        /// The segment in the text.
        found: String,
        /// The segment that belongs there.
        expected: &'static str,
    },
    /// The text ends too early.
    #[error("it ends before the {0}")]
    Ends(&'static str),
    /// A name between two slashes is empty.
    #[error("its {0} is empty")]
    EmptyPart(&'static str),
    /// A name is a way up or nowhere in an address.
    #[error("its {0} consists of dots")]
    Dots(&'static str),
    /// The kind of an endpoint is none that exists.
    #[error("{0:?} is not a kind of endpoint")]
    Kind(String),
    /// The kind of an endpoint is written as its whole type.
    #[error("it contains the full type {0:?} instead of the kind; remove the part before the last slash")]
    FullType(String),
    /// The id of an endpoint was given for that of a profile.
    #[error("it is the ID of an endpoint; remove everything after the name of the profile")]
    IsEndpoint,
    /// Something follows the end.
    #[error("the name of the {noun} is followed by {rest:?}")]
    Rest {
        /// What should have been the end.
        noun: &'static str,
        /// What follows.
        rest: String,
    },
}

/// Reads the names of an id of a profile: of the subscription, the resource group and the profile.
pub(super) fn profile(text: &str) -> Result<[String; 3], IdError> {
    let read = || {
        let mut segments = Segments::split(text)?;
        let names = segments.profile()?;
        match segments.rest() {
            None => Ok(names),
            Some(rest) if EndpointKind::parse_ignoring_case(first(&rest)).is_some() => {
                Err(Problem::IsEndpoint)
            }
            Some(rest) => Err(Problem::Rest { noun: "profile", rest }),
        }
    };
    read().map_err(|problem| IdError { text: text.to_owned(), noun: "profile", problem, form: PROFILE_FORM })
}

/// Reads the id of an endpoint: the names of its profile, its kind and its own name.
pub(super) fn endpoint(text: &str) -> Result<([String; 3], EndpointKind, String), IdError> {
    let read = || {
        let mut segments = Segments::split(text)?;
        let profile = segments.profile()?;
        let kind = segments.kind()?;
        let name = segments.name("endpoint's name")?;
        match segments.rest() {
            None => Ok((profile, kind, name)),
            Some(rest) => Err(Problem::Rest { noun: "endpoint", rest }),
        }
    };
    read().map_err(|problem| IdError {
        text: text.to_owned(),
        noun: "endpoint",
        problem,
        form: ENDPOINT_FORM,
    })
}

fn first(rest: &str) -> &str {
    rest.split('/').next().unwrap_or_default()
}

/// The segments of an id that are not read yet.
struct Segments<'a> {
    left: std::vec::IntoIter<&'a str>,
}

impl<'a> Segments<'a> {
    fn split(text: &'a str) -> Result<Self, Problem> {
        if text.trim().is_empty() {
            return Err(Problem::Empty);
        }
        if text.trim() != text {
            return Err(Problem::Blanks);
        }
        if text.contains("://") {
            return Err(Problem::WebAddress);
        }
        let bare = text.strip_prefix('/').unwrap_or(text);
        let bare = bare.strip_suffix('/').unwrap_or(bare);
        Ok(Self { left: bare.split('/').collect::<Vec<_>>().into_iter() })
    }

    fn profile(&mut self) -> Result<[String; 3], Problem> {
        self.fixed("subscriptions")?;
        let subscription_id = self.name("subscription id")?;
        self.fixed("resourceGroups")?;
        let resource_group_name = self.name("resource group's name")?;
        self.fixed("providers")?;
        self.fixed("Microsoft.Network")?;
        self.fixed("trafficManagerProfiles")?;
        let name = self.name("profile's name")?;
        Ok([subscription_id, resource_group_name, name])
    }

    fn kind(&mut self) -> Result<EndpointKind, Problem> {
        let found = self.left.next().ok_or(Problem::Ends("kind of the endpoint"))?;
        if found.eq_ignore_ascii_case("Microsoft.Network") {
            let rest: Vec<&str> = std::iter::once(found).chain(self.left.by_ref().take(2)).collect();
            return Err(Problem::FullType(rest.join("/")));
        }
        EndpointKind::parse_ignoring_case(found).ok_or_else(|| Problem::Kind(found.to_owned()))
    }

    fn fixed(&mut self, expected: &'static str) -> Result<(), Problem> {
        match self.left.next() {
            None => Err(Problem::Ends(expected)),
            Some(found) if found.eq_ignore_ascii_case(expected) => Ok(()),
            Some(found) => Err(Problem::Segment { found: found.to_owned(), expected }),
        }
    }

    fn name(&mut self, part: &'static str) -> Result<String, Problem> {
        match self.left.next() {
            None => Err(Problem::Ends(part)),
            Some(found) if found.trim().is_empty() => Err(Problem::EmptyPart(part)),
            Some("." | "..") => Err(Problem::Dots(part)),
            // Blanks at the end of the text, behind which there was a slash.
            Some(found) if self.left.len() == 0 && found.trim_end() != found => Err(Problem::Blanks),
            Some(found) => Ok(found.to_owned()),
        }
    }

    fn rest(self) -> Option<String> {
        let rest: Vec<&str> = self.left.collect();
        (!rest.is_empty()).then(|| rest.join("/"))
    }
}
