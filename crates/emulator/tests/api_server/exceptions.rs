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
        steps: &[
            "requests: null",
            "requests: a version that is none",
            "merge: null",
            "json-patch: the whole",
            "apply-requests: no object",
            "apply-requests: no YAML",
            "apply-config-maps: unknown field",
            "apply-config-maps: wrong type",
            "selectors: wrong set",
            "pages: wrong place",
            "delete-options: no JSON",
            "delete-options: another kind",
        ],
    },
    Exceptions {
        why: "the message quotes an object whose members are in another order",
        steps: &["metadata: two controllers", "strategic: unknown field, strictly"],
    },
    Exceptions { why: "it keeps no history of objects", steps: &["pages: exactly"] },
    Exceptions {
        why: "namespaces are deleted at once, the first one too, and service accounts have no tokens",
        steps: &["namespaces: the first is deleted", "discovery: core, aggregated"],
    },
    Exceptions {
        why: "it does not see that JSON or YAML has a key twice, or refuses it",
        steps: &[
            "unknown-fields: twice, by themselves",
            "unknown-fields: twice, refused",
            "apply-requests: twice",
        ],
    },
    Exceptions {
        why: "metadata is read more leniently, or refused in another step",
        steps: &[
            "metadata: null label",
            "metadata: owner without uid",
            "metadata: wrong time",
            "merge: wrong label",
            "strategic: wrong type",
            "namespaces: dots",
        ],
    },
    Exceptions {
        why: "it says of rules that they were not checked where there are none, and looks at values of a wrong type",
        steps: &[
            "invalid-profiles: interval with a fraction",
            "invalid-profiles: port beyond 64 bits",
            "invalid-others: nothing",
            "invalid-others: no reference",
            "invalid-others: empty reference",
            "invalid-others: ports",
            "invalid-others: port twice",
            "invalid-others: wrong types",
        ],
    },
    Exceptions {
        why: "`selfLink` is kept, and is then a change; all later steps follow",
        steps: &[
            "replace: what servers set",
            "replace: without time",
            "replace: only labels changed",
            "replace: its status is left out",
            "replace: without fields",
            "replace: with an unknown field",
            "replace: dry run",
            "replace: by another manager",
            "replace: without the monitor",
            "replace: at the end",
        ],
    },
    Exceptions {
        why: "the refusal is in other words",
        steps: &[
            "replace: without a name",
            "requests: another method",
            "requests: a method of somebody",
            "finalizers: made again",
        ],
    },
    Exceptions {
        why: "a strategic merge appends where the real one puts first",
        steps: &["strategic: more finalizers", "strategic: more owners"],
    },
    Exceptions {
        why: "a null that is applied is taken for an empty list; the last step follows",
        steps: &["apply-lists: null", "apply-lists: at the end"],
    },
    Exceptions {
        why: "queries about revisions are read more leniently, and there is no cache that ignores a limit",
        steps: &[
            "pages: pages at any revision",
            "pages: match without revision",
            "pages: wrong match",
            "pages: one at a wrong revision",
        ],
    },
    Exceptions {
        why: "forms of tables that kubectl does not ask for, and the type of the column of the age",
        steps: &[
            "tables: whole objects",
            "tables: no objects",
            "tables: wrong objects",
            "tables: maps",
            "tables: an older table",
            "tables: metadata of all in the form of one",
            "tables: a namespace",
        ],
    },
    Exceptions {
        why: "a watch of one object is a watch, and the old form of a watch is no address",
        steps: &["watch: of one", "watch: in the old form"],
    },
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
        why: "options of deletions are read more leniently; the object is gone in all later steps",
        steps: &[
            "delete-options: orphans and propagation",
            "delete-options: unknown option",
            "delete-options: wrong type",
            "delete-options: wrong query",
        ],
    },
    Exceptions {
        why: "the content of a secret is not checked by its type",
        steps: &["secrets: TLS without keys", "secrets: all"],
    },
    Exceptions {
        why: "events are in the core group only",
        steps: &["events: in their own group", "events: one in its own group", "discovery: kinds of events"],
    },
    Exceptions {
        why: "the conditions of a definition tell its generation",
        steps: &[
            "definitions: profiles",
            "definitions: backends",
            "definitions: service exports",
            "definitions: service imports",
            "definitions: services",
            "definitions: internal exports",
            "definitions: all",
        ],
    },
    Exceptions {
        why: "it does not say how objects are stored, nor whether OpenAPI has changed",
        steps: &[
            "discovery: core kinds",
            "discovery: kinds",
            "discovery: older kinds",
            "discovery: kinds of definitions",
            "discovery: OpenAPI of a group, by its address",
        ],
    },
];

/// Differences between what programs say.
pub(crate) const PROGRAMS: &[Exceptions] = &[
    Exceptions {
        why: "the fields that all objects have are explained in our own words",
        steps: &["explain trafficmanagerprofile"],
    },
    Exceptions { why: "the types of metadata have no names", steps: &["explain tmb --recursive"] },
    Exceptions { why: "a column says how many secrets there are", steps: &["get serviceaccount robot"] },
];
