//! *Manage exports*: those that contain a segment and those that do not, and adding it to one of these.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::exports_table::{Group, GroupView};
use crate::api::{ApiError, PackedExports, add_segment, get_segment, list_exports};
use crate::domain::{
    Cursor, ExportDetails, ExportFilter, ExportId, ExportQuery, FieldErrors, Limit, Reason,
    SegmentFilter, SegmentId,
};
use crate::features::exports::use_cannot_add;
use crate::i18n::{Language, exports, segment_exports as texts, use_language};
use crate::shell::{Failure, Problem, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// So many of each group stand on a page.
const AT_ONCE: u32 = 25;
/// The parameter of the search.
const SEARCH: &str = "q";

/// Adds the segment of the pane to an export.
pub(super) type AddAction = Action<ExportId, Result<ExportDetails, ApiError>>;

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq)]
struct Asked {
    search: String,
    /// Where each group starts.
    places: [Option<Cursor>; 2],
}

impl Asked {
    fn of(address: &Address) -> Self {
        let place = |group: Group| {
            let place = address.query.get(group.parameter())?;
            Some(Cursor(place.to_owned()))
        };
        Self {
            search: address.query.get(SEARCH).unwrap_or_default().to_owned(),
            places: Group::ALL.map(place),
        }
    }
}

/// The page without what this pane keeps in its address.
fn plain(address: Address) -> Address {
    Group::ALL
        .iter()
        .fold(address.with(SEARCH, None::<String>), |address, group| {
            address.with(group.parameter(), None::<String>)
        })
}

/// The segment and its exports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Loaded {
    /// Of the segment.
    name: String,
    containing: PackedExports,
    others: PackedExports,
}

async fn load(id: SegmentId, asked: Asked, language: Language) -> Result<Loaded, ApiError> {
    let Asked { search, places } = asked;
    let [containing, others] = places;
    let query = |contains: bool, cursor: Option<Cursor>| ExportQuery {
        filter: ExportFilter {
            search: search.clone(),
            segment: Some(SegmentFilter { id, contains }),
            ..ExportFilter::default()
        },
        cursor,
        limit: Limit::parse(AT_ONCE).unwrap_or_default(),
        ..ExportQuery::default()
    };
    let (containing, others) = (query(true, containing), query(false, others));
    Ok(Loaded {
        name: get_segment(id).await?.segment.name,
        containing: list_exports(containing, language).await?,
        others: list_exports(others, language).await?,
    })
}

/// The pane of a segment's exports.
#[component]
pub(super) fn ExportsPane(id: SegmentId) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let asked = Memo::new(move |_| address.with(Asked::of));
    let hints = use_live(&[LiveKind::Exports, LiveKind::Sources]);
    let add: AddAction = Action::new(move |export: &ExportId| {
        let export = *export;
        async move { add_segment(export, id).await.map_err(of_the_whole) }
    });
    let added = add.version();
    let loaded = ask_server(
        move || (asked.get(), hints.get(), added.get()),
        move |(asked, ..)| load(id, asked, language),
    );
    let close = Signal::derive(move || plain(address.get().without_pane()).to_string());
    view! {
        <Pane
            title=texts::manage_exports(language)
            close_href=close
            size=PaneSize::Large
            footer=move || {
                view! {
                    <LinkButton href=close keep_scroll=true>
                        {texts::back(language)}
                    </LinkButton>
                }
            }
        >
            <Commands id/>
            <Failure
                title=texts::not_added(language)
                error=Signal::derive(move || add.value().get()?.err())
            />
            <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
                <Groups loaded asked add/>
            </Transition>
        </Pane>
    }
    .erased()
}

/// A new export of the segment, and the search over those there are.
#[component]
fn Commands(id: SegmentId) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let new = format!("{}?pane=new&segment={id}", routes::EXPORTS);
    let href = move |search: String| {
        let plain = plain(address.get_untracked());
        plain.with(SEARCH, Some(search)).to_string()
    };
    let hidden = vec![("pane".to_owned(), PaneRoute::of("exports", id).to_string())];
    view! {
        <div class="run-commands">
            <LinkButton href=new icon="add" disabled_reason=use_cannot_add()>
                {exports::add_export(language)}
            </LinkButton>
            <SearchBox
                action=routes::SEGMENTS
                value=Signal::derive(move || address.with(|address| Asked::of(address).search))
                label=exports::search_exports(language)
                href
                hidden=Signal::stored(hidden)
            />
        </div>
    }
    .erased()
}

/// Both groups, once they are there.
#[component]
fn Groups(
    loaded: FromServer<Result<Loaded, ApiError>>,
    asked: Memo<Asked>,
    add: AddAction,
) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let shown = answer_of(loaded);
    let toasts = use_toasts();
    let has_moved = StoredValue::new(false);
    Effect::new(move || {
        if let Some(Ok(export)) = add.value().get() {
            let segment = shown.with_untracked(|shown| {
                let loaded = shown.as_ref()?.as_ref().ok()?;
                Some(loaded.name.clone())
            });
            let segment = segment.unwrap_or_default();
            toasts.success(texts::added(language, segment, export.row.name));
            has_moved.set_value(true);
        }
    });
    // The export goes to the other group, and its button with it: the focus follows.
    Effect::new(move || {
        shown.track();
        if has_moved.get_value() {
            has_moved.set_value(false);
            focus_field_soon(Group::Containing.parameter());
        }
    });
    dynamic(move || {
        shown.get().map(|loaded| match loaded {
            Ok(loaded) => {
                let Loaded {
                    name,
                    containing,
                    others,
                } = loaded;
                let searched = untrack(|| asked.with(|asked| !asked.search.trim().is_empty()));
                view! {
                    <p class="pane-about">{texts::exports_for(language, name)}</p>
                    <GroupView group=Group::Containing page=containing.0 searched add/>
                    <GroupView group=Group::Others page=others.0 searched add/>
                }
                .erased()
            }
            Err(error) => {
                let retry_href = address.with_untracked(ToString::to_string);
                view! { <Problem error retry_href/> }.erased()
            }
        })
    })
}

/// There are no fields here: of what is wrong the first is said, whatever field it is of.
fn of_the_whole(error: ApiError) -> ApiError {
    let ApiError::Invalid { fields } = error else {
        return error;
    };
    let first = fields.0.into_iter().next();
    let reason = first.map_or_else(|| Reason::new("invalid"), |error| error.reason);
    ApiError::Invalid {
        fields: FieldErrors::one("", reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_keeps_search_and_place_of_each_group_until_the_pane_is_closed() {
        let address = Address {
            path: routes::SEGMENTS.into(),
            query: Query::parse("sort=-name&pane=exports/7&q=crm&containing=a&others=b"),
        };
        let asked = Asked {
            search: "crm".into(),
            places: [Some(Cursor("a".into())), Some(Cursor("b".into()))],
        };
        assert_eq!(Asked::of(&address), asked);
        let closed = plain(address.without_pane());
        assert_eq!(closed.to_string(), "/data/segments?sort=-name");
        assert_eq!(Asked::of(&closed), Asked::default());
    }

    #[test]
    fn what_is_wrong_is_said_whatever_field_it_is_of() {
        let mut fields =
            FieldErrors::one("options.path_template", Reason::new("template_needs_table"));
        fields.add("folder", Reason::new("path_collision"));
        let ApiError::Invalid { fields } = of_the_whole(ApiError::Invalid { fields }) else {
            panic!("still invalid")
        };
        let said = fields.of("").map(|reason| reason.code.as_str());
        assert_eq!(said, Some("template_needs_table"));
        assert_eq!(of_the_whole(ApiError::NotFound), ApiError::NotFound);
    }
}
