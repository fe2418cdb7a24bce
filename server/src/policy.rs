//! Who may do what: one table, asked by services, REST and live events alike. The pages only mirror
//! it. A change of role or sharing counts from the next request, since everything is asked anew.

use app::domain::{Audience, Role, UserId};

use crate::store::EditScope;

/// The person who asks, as of this request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    pub id: UserId,
    pub role: Role,
    /// They came with a token, not with a session: a program, or whoever found it.
    pub by_token: bool,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See exports with their configuration, and their connection's name and type.
    ViewExports,
    /// Create an export on this connection.
    CreateExport,
    /// Change, duplicate or remove an export of this connection.
    EditExport,
    /// Start an export of this connection.
    RunExport,
    /// Empty the connection of an export.
    DetachExport,
    /// See which exports were removed. Who may change none has no use for it: what is restored needs `EditExport`.
    ViewRemoved,
    /// See what an export that is being set up would write: its first rows, masked as tables mask them, and its path.
    PreviewDelivery,
    /// Keep views of the list, which are one's own.
    KeepViews,
    /// See runs and waybills.
    ViewRuns,
    /// Cancel a run of an export of this connection; release or discard a held one.
    ManageRun,
    /// See, create, change, share, test and remove connections.
    ManageConnections,
    /// Be offered connections to give to an export; which ones, [`edit_scope`] says.
    ChooseConnection,
    /// See sources, tables, schemas and counts.
    ViewData,
    /// Create, change, refresh and remove sources; correct schemas.
    ManageData,
    /// See rows, *personal* columns masked.
    PreviewRows,
    /// See rows with *personal* columns clear.
    PreviewClear,
    /// See segments with their definition.
    ViewSegments,
    /// Create, preview and restore segments; change and remove those whose exports one may all edit.
    EditSegments,
    /// See the system refresh: its schedule, status, what starts next.
    ViewSystem,
    /// See one's own notices, and note that they are read.
    ViewNotices,
    /// Follow exports, or everything.
    Follow,
    /// See, create, change, test and remove the groups that get notices.
    ManageChannels,
    /// Change the system schedule; refresh everything; cancel a refresh or a task; pause everything.
    ManageSystem,
    /// Manage users, roles, invitations, other people's tokens.
    ManageUsers,
    /// See and change one's own account: name, password, sessions, tokens and second factor. In person: whoever finds a
    /// token must not get hold of the account by it.
    OwnAccount,
    /// See who did what.
    ViewAudit,
    /// Change what counts for everybody: what is kept for how long, when refreshes stop.
    ManageSettings,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 27] = [
        Self::ViewExports,
        Self::CreateExport,
        Self::EditExport,
        Self::RunExport,
        Self::DetachExport,
        Self::ViewRemoved,
        Self::PreviewDelivery,
        Self::KeepViews,
        Self::ViewRuns,
        Self::ManageRun,
        Self::ManageConnections,
        Self::ChooseConnection,
        Self::ViewData,
        Self::ManageData,
        Self::PreviewRows,
        Self::PreviewClear,
        Self::ViewSegments,
        Self::EditSegments,
        Self::ViewSystem,
        Self::ViewNotices,
        Self::Follow,
        Self::ManageChannels,
        Self::ManageSystem,
        Self::ManageUsers,
        Self::OwnAccount,
        Self::ViewAudit,
        Self::ManageSettings,
    ];
}

/// What it is to be done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource<'a> {
    /// Nothing in particular.
    None,
    /// The connection that an export has or is to get.
    Connection(&'a Audience),
    /// An export without a connection.
    Detached {
        /// At least one connection is shared with the person, to give it.
        has_shared: bool,
    },
}

/// From which role on an action is allowed.
enum Rule {
    /// Everybody who is signed in.
    Everybody,
    /// Everybody who is signed in with a session.
    InPerson,
    /// Contributors and administrators.
    Contributors,
    /// Administrators; contributors if the resource is shared with them.
    Shared,
    /// Administrators.
    Administrators,
}

/// The table (product page §2).
const fn rule(action: Action) -> Rule {
    match action {
        Action::ViewExports
        | Action::ViewRuns
        | Action::ViewData
        | Action::PreviewRows
        | Action::ViewSegments
        | Action::ViewNotices
        | Action::Follow
        | Action::KeepViews
        | Action::ViewSystem => Rule::Everybody,
        Action::OwnAccount => Rule::InPerson,
        Action::ChooseConnection
        | Action::PreviewClear
        | Action::PreviewDelivery
        | Action::ViewRemoved
        | Action::EditSegments => Rule::Contributors,
        Action::CreateExport | Action::EditExport | Action::RunExport | Action::ManageRun => {
            Rule::Shared
        }
        Action::DetachExport
        | Action::ManageConnections
        | Action::ManageData
        | Action::ManageChannels
        | Action::ManageSystem
        | Action::ManageUsers
        | Action::ViewAudit
        | Action::ManageSettings => Rule::Administrators,
    }
}

/// Whether the person may do this to that.
pub fn can(actor: &Actor, action: Action, resource: Resource<'_>) -> bool {
    match rule(action) {
        Rule::Everybody => true,
        Rule::InPerson => !actor.by_token,
        Rule::Contributors => actor.role >= Role::Contributor,
        Rule::Shared => match actor.role {
            Role::Administrator => true,
            Role::Contributor => is_shared(actor, resource),
            Role::Viewer => false,
        },
        Rule::Administrators => actor.role == Role::Administrator,
    }
}

fn is_shared(contributor: &Actor, resource: Resource<'_>) -> bool {
    match resource {
        Resource::None | Resource::Connection(Audience::Administrators) => false,
        Resource::Connection(Audience::Contributors) => true,
        Resource::Connection(Audience::People(people)) => people.contains(&contributor.id),
        Resource::Detached { has_shared } => has_shared,
    }
}

/// The exports that the person may edit, as the store asks it: equal to [`can`] with
/// [`Action::EditExport`] for every export.
pub const fn edit_scope(actor: &Actor) -> EditScope {
    match actor.role {
        Role::Administrator => EditScope::All,
        Role::Contributor => EditScope::Contributor(actor.id),
        Role::Viewer => EditScope::None,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ME: UserId = UserId::new(Uuid::from_u128(1));
    const SOMEBODY: UserId = UserId::new(Uuid::from_u128(2));

    /// Every role × action × resource, as the product page has it.
    #[test]
    fn the_table_is_the_one_of_the_product_page() {
        use Role::{Administrator, Contributor, Viewer};

        let administrators = Audience::Administrators;
        let contributors = Audience::Contributors;
        let with_me = Audience::People(vec![SOMEBODY, ME]);
        let without_me = Audience::People(vec![SOMEBODY]);
        let nobody = Audience::People(vec![]);
        let resources = [
            (Resource::None, false),
            (Resource::Connection(&administrators), false),
            (Resource::Connection(&contributors), true),
            (Resource::Connection(&with_me), true),
            (Resource::Connection(&without_me), false),
            (Resource::Connection(&nobody), false),
            (Resource::Detached { has_shared: false }, false),
            (Resource::Detached { has_shared: true }, true),
        ];
        let cases = resources
            .into_iter()
            .flat_map(|resource| [false, true].map(|by_token| (resource, by_token)));
        for ((resource, shared), by_token) in cases {
            for action in Action::ALL {
                // viewer, contributor, administrator
                let expected = match action {
                    Action::ViewExports
                    | Action::ViewRuns
                    | Action::ViewData
                    | Action::PreviewRows
                    | Action::ViewSegments
                    | Action::ViewNotices
                    | Action::Follow
                    | Action::KeepViews
                    | Action::ViewSystem => [true, true, true],
                    Action::OwnAccount => [!by_token; 3],
                    Action::ChooseConnection
                    | Action::PreviewClear
                    | Action::PreviewDelivery
                    | Action::ViewRemoved
                    | Action::EditSegments => [false, true, true],
                    Action::CreateExport
                    | Action::EditExport
                    | Action::RunExport
                    | Action::ManageRun => [false, shared, true],
                    Action::DetachExport
                    | Action::ManageConnections
                    | Action::ManageData
                    | Action::ManageChannels
                    | Action::ManageSystem
                    | Action::ManageUsers
                    | Action::ViewAudit
                    | Action::ManageSettings => [false, false, true],
                };
                for (role, expected) in [Viewer, Contributor, Administrator]
                    .into_iter()
                    .zip(expected)
                {
                    let actor = Actor {
                        id: ME,
                        role,
                        by_token,
                    };
                    assert_eq!(
                        can(&actor, action, resource),
                        expected,
                        "{role} {action:?} {resource:?}, by token: {by_token}",
                    );
                }
            }
        }
    }
}
