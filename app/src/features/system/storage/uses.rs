//! What takes room, by kind.

use leptos::prelude::*;

use crate::domain::StorageUse;
use crate::features::runs::count;
use crate::i18n::{Language, format, storage as texts, use_language};
use crate::ui::prelude::*;

/// Each kind with its size and its growth.
#[component]
pub(super) fn Uses(uses: Signal<Vec<StorageUse>>) -> impl IntoView {
    let language = use_language();
    let columns = vec![
        Column::new(texts::kind(language)),
        Column::new(texts::size(language)).numeric(),
        Column::new(texts::a_day(language)).numeric(),
    ];
    let rows = move || {
        uses.get()
            .into_iter()
            .map(|used| row(language, used))
            .collect_view()
    };
    view! {
        <section class="system-group">
            <h2>{texts::uses(language)}</h2>
            <Table caption=texts::uses(language) columns=columns>
                {dynamic(rows)}
            </Table>
        </section>
    }
    .erased()
}

fn row(language: Language, used: StorageUse) -> AnyView {
    let growth = match used.per_day {
        Some(bytes) => texts::change(language, bytes),
        None => texts::too_early(language).to_owned(),
    };
    view! {
        <tr>
            <th scope="row">{texts::kind_name(language, used.kind)}</th>
            <td class="num">{format::bytes(language, count(used.bytes))}</td>
            <td class="num">{growth}</td>
        </tr>
    }
    .erased()
}
