//! HTML in one piece, for rows of which a page has hundreds: `maud` writes it, and this has the parts of the kit for it.
//!
//! What a `view!` is made of is drawn and taken over part by part, and each element with something in it ends with a mark
//! of three bytes. Rows that are [`HtmlRow`](super::rows::HtmlRow)s need none of that.

use chrono::{DateTime, Utc};
use maud::{Markup, PreEscaped, html};

pub use super::strip::strip;
use super::{
    icon::picture,
    time::{Clock, datetime},
};
use crate::i18n::Language;

/// An icon of the sprite. It has no class: the style sheet of the rows says how it looks, and the text beside it what it
/// means.
pub fn icon(name: &'static str) -> Markup {
    html! { svg aria-hidden="true" { (PreEscaped(picture(name))) } }
}

/// An instant as the reader's clock tells it, in the `zone` of what it belongs to. Until the clock goes the text is the
/// instant itself, and needs no second form for machines.
pub fn time(clock: Clock, language: Language, at: DateTime<Utc>, zone: &str) -> Markup {
    let (text, title) = clock.tell(language, at, Some(zone));
    if clock.runs() {
        html! { time datetime=(datetime(at)) title=[title] { (text) } }
    } else {
        html! { span { (text) } }
    }
}

/// The button of a row for the menu that all rows of a table share; the style sheet draws it. Until the script runs it
/// `opens` no menu, and is a link to `href`, a page that offers the same commands. `label` names the row too.
pub fn menu_button(label: &str, href: &str, opens: bool) -> Markup {
    let popup = opens.then_some("menu");
    html! { a class="row-menu" href=(href) aria-label=(label) aria-haspopup=[popup] {} }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_tag_or_ends_an_attribute() {
        let text = "<b onclick=\"x\">R&D</b>";
        let escaped = "&lt;b onclick=&quot;x&quot;&gt;R&amp;D&lt;/b&gt;";
        assert_eq!(
            menu_button(text, "?a=\"", false).into_string(),
            format!("<a class=\"row-menu\" href=\"?a=&quot;\" aria-label=\"{escaped}\"></a>")
        );
    }

    #[test]
    fn an_icon_is_of_the_sprite_and_hidden_from_readers() {
        assert_eq!(
            icon("folder").into_string(),
            "<svg aria-hidden=\"true\"><use href=\"/icons.svg#folder\"/></svg>"
        );
    }
}
