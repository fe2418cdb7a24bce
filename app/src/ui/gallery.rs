//! Every component in every state, on one page, in development builds only. Its texts are samples
//! and not translated.

use chrono::DateTime;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::prelude::*;

const PATH: &str = "/ui";

/// The page. Panes and questions open from its address, as they do everywhere.
#[component]
pub fn Gallery() -> impl IntoView {
    let query = use_query_map();
    let opened = Memo::new(move |_| query.with(|query| query.get("pane")));
    view! {
        <main id="main" class="main" tabindex="-1">
            <PageHeader
                title="Components"
                crumbs=vec![Crumb::link("Waybill", "/"), Crumb::new("Components")]
                text="What pages are made of.".to_owned()
            />
            <Buttons/>
            <Messages/>
            <Listing/>
            <Figures/>
            <Form/>
            {move || match opened.get().as_deref() {
                Some("pane") => view! { <SamplePane/> }.erased(),
                Some("question") => view! { <SampleQuestion/> }.erased(),
                _ => ().erased(),
            }}
        </main>
        <ToastRegion/>
    }
    .erased()
}

#[component]
fn Buttons() -> impl IntoView {
    let toasts = use_toasts();
    let reason = Some("Nothing is selected.".to_owned());
    let search = move |text: String| format!("{PATH}?q={text}");
    view! {
        <h2>"Commands"</h2>
        <CommandBar
            label="Sample commands"
            end=move || view! { <SearchBox action=PATH value="" href=search/> }
        >
            <LinkButton href="/ui?pane=pane" appearance=Appearance::Subtle icon="add" keep_scroll=true>
                "Open pane…"
            </LinkButton>
            <LinkButton
                href="/ui?pane=question"
                appearance=Appearance::Subtle
                icon="delete"
                keep_scroll=true
            >
                "Ask…"
            </LinkButton>
            <CommandSeparator/>
            <Button
                appearance=Appearance::Subtle
                icon="checkmark_circle"
                on_click=move |_| toasts.success_with("Saved.", "Undo", move || toasts.success("Undone."))
            >
                "Say so"
            </Button>
            <Button appearance=Appearance::Subtle icon="play" disabled_reason=reason>
                "Run"
            </Button>
            <DropDown id="sample-choices" label="View" icon="table">
                <form>
                    <ChoiceSet
                        name="columns"
                        label="Columns"
                        options=vec![
                            PlainChoice { value: "owner", label: "Owner", chosen: true },
                            PlainChoice { value: "labels", label: "Labels", chosen: false },
                        ]
                        several=true
                    />
                </form>
            </DropDown>
            <Menu id="sample-menu" label="More">
                <MenuLink href=PATH icon="document" current=true>"A link"</MenuLink>
                <MenuButton icon="copy">"An action"</MenuButton>
                <MenuDivider/>
                <MenuButton icon="delete" danger=true disabled_reason=Some("It is in use.".to_owned())>
                    "Remove"
                </MenuButton>
            </Menu>
        </CommandBar>
        <p>
            <Button appearance=Appearance::Primary>"Primary"</Button>
            " "
            <Button>"Secondary"</Button>
            " "
            <Button appearance=Appearance::Danger icon="delete">"Danger"</Button>
            " "
            <Button appearance=Appearance::Primary busy=true>"Saving…"</Button>
            " "
            <Button icon="settings" icon_only=true>"Settings"</Button>
        </p>
        <p>
            <Link href=PATH>"A link"</Link>
        </p>
        <Facets
            label="Status"
            items=vec![
                Facet::new("Failed", "/ui?status=failed").count(21),
                Facet::new("Successful", PATH).count(1_204).current(true),
            ]
        />
        <FacetMenu
            id="facet-type"
            label="Type"
            items=vec![
                Facet::new("Folder", "/ui?type=folder").count(3),
                Facet::new("Database", PATH).count(1).current(true),
            ]
        />
        <TabLinks
            label="Views"
            tabs=vec![Tab::new("Overview", PATH).current(true), Tab::new("History", "/ui?tab=history")]
        />
    }
    .erased()
}

#[component]
fn Messages() -> impl IntoView {
    view! {
        <h2>"Messages"</h2>
        <div class="form">
            <MessageBar>"Something to know."</MessageBar>
            <MessageBar intent=Intent::Success title="Saved.">"It was."</MessageBar>
            <MessageBar
                intent=Intent::Warning
                title="The schedule is off."
                actions=move || view! { <LinkButton href=PATH>"Change"</LinkButton> }
            >
                "Nothing runs."
            </MessageBar>
            <MessageBar intent=Intent::Error title="Not saved.">"The name is taken."</MessageBar>
        </div>
        <p>
            <Badge icon="clock">"Queued"</Badge>
            " "
            <Badge tone=Tone::Brand icon="arrow_sync">"Processing"</Badge>
            " "
            <Badge tone=Tone::Success icon="checkmark_circle">"Successful"</Badge>
            " "
            <Badge tone=Tone::Warning icon="warning" filled=true>"Held"</Badge>
            " "
            <Badge tone=Tone::Danger icon="error_circle" filled=true>"Failed"</Badge>
        </p>
        <EmptyState icon="arrow_export" title="No exports yet" text="An export sends tables.">
            <LinkButton href=PATH appearance=Appearance::Primary icon="add">"Add export"</LinkButton>
        </EmptyState>
        <LoadError detail="The server did not answer." href=PATH/>
        <TextSkeleton/>
    }
    .erased()
}

#[component]
fn Listing() -> impl IntoView {
    let menu = RowMenuState::new();
    let columns = || {
        vec![
            Column::new("Display name").sort("/ui?sort=-name", Some(SortDirection::Ascending)),
            Column::new("Status").sort("/ui?sort=status", None),
            Column::new("Rows").sort("/ui?sort=rows", None).numeric(),
            Column::new("Updated").shy(),
            Column::new("Commands").action(),
        ]
    };
    let row = move |(id, name, rows): (&'static str, &'static str, &'static str)| {
        view! {
            <tr>
                <th scope="row">
                    <Link href=format!("/ui?row={id}") keep_scroll=true>
                        {name}
                    </Link>
                </th>
                <td>
                    <Badge tone=Tone::Success icon="checkmark_circle">"Successful"</Badge>
                </td>
                <td class="num">{rows}</td>
                <td class="shy">
                    <Time at=DateTime::UNIX_EPOCH/>
                </td>
                <td class="act">
                    <RowMenuButton menu row=id label=format!("Commands for {name}") href=PATH/>
                </td>
            </tr>
        }
    };
    let rows = [
        ("1", "Loyalty", "12,400"),
        ("2", "Newsletter", "7"),
        (
            "3",
            "Averyveryveryveryveryveryverylongnamewithoutanyspaceatallthatmustnotwidenthepage",
            "0",
        ),
    ];
    let items = move |row: String| {
        view! {
            <MenuLink href=format!("/ui?pane=pane&row={row}") icon="edit" keep_scroll=true>
                "Edit"
            </MenuLink>
            <MenuButton icon="play">"Run"</MenuButton>
        }
        .erased()
    };
    view! {
        <h2>"Table"</h2>
        <Table caption="Samples" columns=columns()>
            {rows.into_iter().map(row).collect_view()}
        </Table>
        <RowMenu menu label="Commands" items/>
        <Pager summary="1–3 of 1,234" previous=PATH.to_owned() next=PATH.to_owned()/>
        <Table caption="Nothing matches" columns=columns()>
            <TableMessage columns=5>
                <NoMatch clear_href=PATH/>
            </TableMessage>
        </Table>
        <Table caption="On its way" columns=columns() busy=true>
            <TableSkeleton columns=5 rows=2/>
        </Table>
    }
    .erased()
}

#[component]
fn Figures() -> impl IntoView {
    let parts = vec![
        BarPart::new("Written", 12_000, Tone::Success),
        BarPart::new("Unchanged", 38_000, Tone::Neutral),
        BarPart::new("Withheld", 200, Tone::Warning),
        BarPart::new("Rejected", 1, Tone::Danger),
    ];
    let bars: Vec<_> = [Tone::Success, Tone::Warning, Tone::Danger, Tone::Neutral]
        .into_iter()
        .cycle()
        .zip(0..30)
        .map(|(tone, place)| StripBar {
            tone,
            height: place % 10,
            hollow: false,
        })
        .collect();
    let strip = markup::strip(&bars, "Thirty runs, a quarter of them failed");
    view! {
        <h2>"Figures"</h2>
        <StackedBar label="Rows" parts/>
        <p inner_html=strip.into_string()></p>
        <Progress label="Rows" value=Some(12_400) max=50_000_u64 text="12,400 of 50,000 rows"/>
        <Progress label="Waiting" value=None max=1_u64 text="Waiting for the destination"/>
        <KeyValueList>
            <KeyValue label="Type">"Local folder"</KeyValue>
            <KeyValue label="Started">
                <Time at=DateTime::UNIX_EPOCH absolute=true/>
            </KeyValue>
        </KeyValueList>
        <CopyField id="sample-token" label="Token" value="wb_0123456789"/>
        <Steps
            label="What was tried"
            steps=vec![Step::new("Network address", true).took(Some(12)), Step::new("Sign-in", false)]
        />
    }
    .erased()
}

#[component]
fn Form() -> impl IntoView {
    let name = RwSignal::new("Loyalty".to_owned());
    let taken = Some("This name is taken.".to_owned());
    let folder = RwSignal::new(String::new());
    let statement = RwSignal::new("SELECT 1 AS one".to_owned());
    let format = RwSignal::new("csv".to_owned());
    let mode = RwSignal::new("full".to_owned());
    let [from, to] = ["06:00", "18:00"].map(|time| RwSignal::new(time.to_owned()));
    let formats = vec![
        Choice::new("csv", "CSV").group("Text"),
        Choice::new("jsonl", "JSON Lines").group("Text"),
        Choice::new("parquet", "Parquet").group("Columns"),
    ];
    let modes = vec![
        Choice::new("full", "Full")
            .description("Everything, each time.")
            .icon("table"),
        Choice::new("append", "Append")
            .description("What is new.")
            .icon("add"),
    ];
    let picks = ["Customers", "Orders"].map(|name| {
        let checked = RwSignal::new(false);
        let id = format!("field-pick-{name}");
        Pick::new(
            name,
            view! { <Checkbox name="pick" id label=name checked/> }.erased(),
        )
    });
    let groups = vec![(Some("Tables".to_owned()), Vec::from(picks))];
    view! {
        <h2>"Form"</h2>
        <form class="form" method="get" action=PATH>
            <ErrorSummary
                errors=vec![FieldError::new("name", "Name: this name is taken.")]
                failed=false
            />
            <FormSection title="Basics" text="What it is called.">
                <TextField name="name" label="Name" value=name required=true error=taken/>
                <TextField
                    name="folder"
                    label="Folder"
                    value=folder
                    mono=true
                    optional=true
                    help="Relative to the connection."
                />
                <TextArea name="sql" label="Statement" value=statement mono=true/>
                <SelectField name="format" label="Format" value=format options=formats/>
            </FormSection>
            <FormSection title="Choices">
                <RadioGroup name="mode" label="Mode" value=mode options=modes cards=true/>
                <Checkbox name="consent" label="I may share these data" checked=RwSignal::new(true)/>
                <Switch name="enabled" label="Schedule run" checked=RwSignal::new(false)/>
                <FieldGroup name="window" label="Window" help="From one time to another.">
                    <TextField name="window.0" label="From" value=from kind=InputKind::Time/>
                    <TextField name="window.1" label="To" value=to kind=InputKind::Time/>
                </FieldGroup>
                <PickList
                    name="find-table"
                    find="Find a table"
                    no_match="No table matches."
                    groups
                />
            </FormSection>
            <HiddenField name="version" value="7"/>
            <p>
                <Button kind=ButtonKind::Submit appearance=Appearance::Primary>"Save"</Button>
            </p>
        </form>
    }
    .erased()
}

#[component]
fn SamplePane() -> impl IntoView {
    let text = RwSignal::new(String::new());
    let dirty = Signal::derive(move || !text.with(String::is_empty));
    let footer = || {
        view! {
            <Button kind=ButtonKind::Submit form="sample-form" appearance=Appearance::Primary>
                "Save"
            </Button>
            <LinkButton href=PATH keep_scroll=true>"Cancel"</LinkButton>
        }
    };
    view! {
        <Pane title="Edit sample" subtitle="Loyalty".to_owned() close_href=PATH dirty footer>
            <form id="sample-form" class="form" method="get" action=PATH>
                <TextField name="sample" label="Sample" value=text autofocus=true/>
            </form>
        </Pane>
    }
    .erased()
}

#[component]
fn SampleQuestion() -> impl IntoView {
    let confirm =
        || view! { <Button appearance=Appearance::Danger icon="delete">"Remove"</Button> };
    view! {
        <ConfirmDialog title="Remove Loyalty?" cancel_href=PATH confirm>
            <p>"3 files already delivered are kept."</p>
        </ConfirmDialog>
    }
    .erased()
}
