//! Where the emulated server answers otherwise than the real one, and why. Each is checked to be still so.

/// Steps, as `scenario: step`, that differ for one reason.
pub(crate) struct Exceptions {
    pub(crate) why: &'static str,
    pub(crate) steps: &'static [&'static str],
}

/// Whether a step is among them.
pub(crate) fn is_exception(of: &[Exceptions], step: &str) -> bool {
    of.iter().any(|exceptions| exceptions.steps.contains(&step))
}

/// Those that are listed and not among these steps, with the reason.
pub(crate) fn outdated(of: &[Exceptions], different: &[String]) -> Vec<String> {
    let listed = of.iter().flat_map(|Exceptions { why, steps }| steps.iter().map(move |step| (step, why)));
    let outdated = listed.filter(|(step, _)| !different.iter().any(|found| found == *step));
    outdated.map(|(step, why)| format!("no exception any more, or no step: {step} ({why})")).collect()
}

/// Differences between the answers to single requests.
pub(crate) const ANSWERS: &[Exceptions] = &[
    Exceptions {
        why: "it was built otherwise, and is at no address of its own",
        steps: &["discovery: version", "discovery: core versions"],
    },
    Exceptions { why: "it does not speak protobuf", steps: &["media-types: protobuf"] },
    Exceptions {
        why: "the message is that of another parser; the status is the same",
        steps: &["apply-requests: no YAML", "pages: wrong place"],
    },
    Exceptions {
        why: "the message quotes an object whose members are in another order",
        steps: &["metadata: two controllers", "strategic: unknown field, strictly"],
    },
    Exceptions { why: "it keeps no history of objects", steps: &["pages: exactly"] },
    Exceptions {
        why: "namespaces are deleted at once, and service accounts have no tokens",
        steps: &["discovery: core, aggregated"],
    },
    Exceptions { why: "its YAML refuses a key that is there twice", steps: &["apply-requests: twice"] },
    Exceptions {
        why: "a wrong type is refused after the patch, not by it",
        steps: &["strategic: wrong type"],
    },
    Exceptions {
        why: "of a choice of types, only the first refusal is told",
        steps: &["invalid-others: ports"],
    },
    Exceptions {
        why: "a null that is applied is taken for an empty list; the last step follows",
        steps: &["apply-lists: null", "apply-lists: at the end"],
    },
    Exceptions {
        why: "forms of answers that kubectl does not ask for, and the type of the column of the age",
        steps: &[
            "tables: maps",
            "tables: an older table",
            "tables: metadata of all in the form of one",
            "tables: a namespace",
        ],
    },
    Exceptions { why: "the old form of a watch is no address", steps: &["watch: in the old form"] },
    Exceptions {
        why: "nothing has dependants, so nothing waits for them",
        steps: &[
            "finalizers: orphaned",
            "finalizers: orphan waits",
            "finalizers: in the foreground",
            "finalizers: foreground waits",
        ],
    },
    Exceptions {
        why: "events are in the core group only",
        steps: &["events: in their own group", "events: one in its own group", "discovery: kinds of events"],
    },
    Exceptions {
        why: "it does not say how the definitions are stored",
        steps: &["discovery: kinds of definitions"],
    },
];

/// Differences between what programs say.
pub(crate) const PROGRAMS: &[Exceptions] = &[
    Exceptions {
        why: "the fields that all objects have are explained in our own words",
        steps: &["explain trafficmanagerprofile"],
    },
    Exceptions { why: "a column says how many secrets there are", steps: &["get serviceaccount robot"] },
];
