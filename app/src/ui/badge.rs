//! A short state beside its icon.

use leptos::prelude::*;

use super::{erase::Erase, icon::Icon};

/// The colour family of a state. It never says anything that icon and text do not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to notice.
    #[default]
    Neutral,
    /// Going on, or chosen.
    Brand,
    /// As it should be.
    Success,
    /// Worth a look.
    Warning,
    /// Wrong.
    Danger,
}

impl Tone {
    /// The end of the class names that colour this tone.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Brand => "tone-brand",
            Self::Success => "tone-success",
            Self::Warning => "tone-warning",
            Self::Danger => "tone-danger",
        }
    }
}

/// A state: icon and text in the colour of its tone.
///
/// ```ignore
/// view! { <Badge tone=Tone::Success icon="checkmark_circle">"Successful"</Badge> }
/// ```
#[component]
pub fn Badge(
    /// The colour family.
    #[prop(optional)]
    tone: Tone,
    /// The icon before the text: the shape that tells the state without colour.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Whether it stands on a tinted ground, for use outside tables.
    #[prop(optional)]
    filled: bool,
    /// The text.
    children: Children,
) -> impl IntoView {
    let class = if filled {
        "badge badge-filled "
    } else {
        "badge "
    };
    view! {
        <span class=format!("{class}{}", tone.class())>
            {icon.map(|name| view! { <Icon name/> }.erased())}
            <span>{children()}</span>
        </span>
    }
    .erased()
}
