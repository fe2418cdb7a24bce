//! HTML in one piece, for cells of which a page has hundreds.
//!
//! What a `view!` is made of is drawn and taken over part by part, and each element with something in it ends with a mark
//! of three bytes. A cell that only shows something needs none of that: this is its `inner_html`. What can have the focus,
//! or is pressed, stays an element of a view, since a change replaces all that stands in a cell.

use chrono::{DateTime, Utc};

use super::{icon::picture, time::datetime};

/// HTML that may stand in a page: it is made here, and texts in it are no tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// HTML that the kit has written.
    pub(super) fn written(html: String) -> Self {
        Self(html)
    }

    /// A text, whatever stands in it.
    pub fn text(text: &str) -> Self {
        Self(escape(text))
    }

    /// A text in italics: what is said where there is nothing.
    pub fn em(text: &str) -> Self {
        Self(format!("<em>{}</em>", escape(text)))
    }

    /// A text of a class.
    pub fn span(class: &'static str, text: &str) -> Self {
        Self(format!("<span class=\"{class}\">{}</span>", escape(text)))
    }

    /// An icon of the sprite. It has no class: the style sheet of the rows says how it looks, and the text beside it what
    /// it means.
    pub fn icon(name: &'static str) -> Self {
        Self(format!("<svg aria-hidden=\"true\">{}</svg>", picture(name)))
    }

    /// An instant with what the reader's clock tells of it: a text, and a title.
    pub fn time(at: DateTime<Utc>, (text, title): (String, Option<String>)) -> Self {
        let title = title.map_or_else(String::new, |title| {
            format!(" title=\"{}\"", escape(&title))
        });
        let (at, text) = (datetime(at), escape(&text));
        Self(format!("<time datetime=\"{at}\"{title}>{text}</time>"))
    }

    /// This, and another after it.
    #[must_use]
    pub fn and(mut self, next: Self) -> Self {
        self.0.push_str(&next.0);
        self
    }

    /// What `inner_html` takes.
    pub fn html(self) -> String {
        self.0
    }
}

/// A text as it is written between tags, and in the quotes of an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_tag_or_ends_an_attribute() {
        let text = "<b onclick=\"x\">R&D</b>";
        let escaped = "&lt;b onclick=&quot;x&quot;&gt;R&amp;D&lt;/b&gt;";
        assert_eq!(Markup::text(text).html(), escaped);
        assert_eq!(Markup::em(text).html(), format!("<em>{escaped}</em>"));
        assert_eq!(
            Markup::span("note", text).html(),
            format!("<span class=\"note\">{escaped}</span>")
        );
        let told = (text.to_owned(), Some(text.to_owned()));
        assert_eq!(
            Markup::time(DateTime::UNIX_EPOCH, told).html(),
            format!("<time datetime=\"1970-01-01T00:00:00Z\" title=\"{escaped}\">{escaped}</time>")
        );
    }

    #[test]
    fn parts_stand_one_after_the_other() {
        let both = Markup::icon("folder").and(Markup::text("Œuvres"));
        assert_eq!(
            both.html(),
            "<svg aria-hidden=\"true\"><use href=\"/icons.svg#folder\"/></svg>Œuvres"
        );
    }
}
