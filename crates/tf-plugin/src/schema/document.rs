//! What is said of an attribute or a block, in Markdown.

use std::borrow::Cow;

/// Lines, as comments in the code have them. An empty one ends a paragraph. Kept as they are until somebody asks for the text,
/// because most processes of a provider are not asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Document(Cow<'static, [&'static str]>);

impl From<&'static [&'static str]> for Document {
    fn from(lines: &'static [&'static str]) -> Self {
        Self(Cow::Borrowed(lines))
    }
}

impl From<&'static str> for Document {
    fn from(text: &'static str) -> Self {
        Self(Cow::Owned(vec![text]))
    }
}

impl Document {
    /// All of it in one line.
    pub(crate) fn text(&self) -> String {
        self.text_with(&[])
    }

    /// The first paragraph, these sentences, and the other paragraphs, in one line.
    pub(crate) fn text_with(&self, sentences: &[&str]) -> String {
        let (first, others) = self.0.split_at(self.end_of_first());
        let mut text = String::with_capacity(self.0.iter().map(|line| line.len() + 1).sum());
        let parts = first.iter().chain(sentences).chain(others).map(|part| part.trim());
        for part in parts.filter(|part| !part.is_empty()) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(part);
        }
        text
    }

    /// Its first paragraph, which says what something is. The others are for who sets it.
    pub(crate) fn first_paragraph(self) -> Self {
        let end = self.end_of_first();
        Self(match self.0 {
            Cow::Borrowed(lines) => Cow::Borrowed(&lines[..end]),
            Cow::Owned(lines) => Cow::Owned(lines[..end].to_vec()),
        })
    }

    /// How many lines there are to the end of the first paragraph.
    fn end_of_first(&self) -> usize {
        let is_empty = |line: &&str| line.trim().is_empty();
        let begin = self.0.iter().take_while(|line| is_empty(line)).count();
        begin + self.0[begin..].iter().take_while(|line| !is_empty(line)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::Document;

    #[test]
    fn sentences_come_after_the_first_paragraph() {
        let lines: &[&str] =
            &["", " The interval", " in seconds.", "", " ", " Defaults", " to `30`.", "", " More."];
        let document = Document::from(lines);
        assert_eq!(document.text(), "The interval in seconds. Defaults to `30`. More.");
        assert_eq!(
            document.text_with(&["From 10 to 30.", ""]),
            "The interval in seconds. From 10 to 30. Defaults to `30`. More."
        );
        assert_eq!(document.first_paragraph().text_with(&["One."]), "The interval in seconds. One.");
    }

    #[test]
    fn what_has_no_lines_says_nothing_but_the_sentences() {
        for document in [Document::default(), "".into()] {
            assert_eq!((document.text().as_str(), document.text_with(&["One."]).as_str()), ("", "One."));
            assert_eq!(document.first_paragraph().text(), "");
        }
    }
}
