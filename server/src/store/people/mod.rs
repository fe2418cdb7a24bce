//! People, and what they sign in with. Of sessions, tokens and links only hashes are kept.

mod factors;
mod failures;
mod identities;
mod invitations;
mod sessions;
mod tokens;
mod told;
mod users;

use app::domain::Micros;

pub use factors::{
    FactorRow, HalfSignIn, begin_factor, confirm_factor, delete_half_sign_in,
    delete_half_sign_ins_before, delete_half_sign_ins_of, factor, insert_half_sign_in,
    recovery_codes_left, remove_factor, replace_recovery_codes, try_half_sign_in,
    use_recovery_code, use_step,
};
pub use failures::{
    Failures, clear_failures, delete_failures_before, failures, hold_failures, record_failure,
    take_back_failure,
};
pub use identities::{IdentityKey, give_role, identified, identify, identity_used};
pub use invitations::{
    NewInvitation, delete_invitations_before, insert_invitation, invitation, invitations,
    open_invitation, revoke_invitation, revoke_invitations_to, revoke_links_made_by,
    revoke_password_links, spend,
};
pub use sessions::{
    KeptSession, SessionRow, SessionUser, delete_expired_sessions, delete_other_sessions,
    delete_session, delete_session_of, delete_sessions_of, insert_session, session_user,
    sessions_of, touch_session,
};
pub use tokens::{
    TokenRow, TokenUser, insert_token, revoke_token, revoke_tokens_of, token, token_user,
    tokens_made_by, tokens_of, touch_token,
};
pub use told::{Told, told};
pub use users::{
    ProfileRow, UserChange, UserRow, administrators, change_profile, count_users, everybody,
    insert_invited, insert_service, insert_user, names, person, prefer_language, prefer_theme,
    profile, seen, set_password, update_user, user_by_email, user_by_id,
};

/// Times of use move by more than this, or not at all: reading must not keep the writer busy.
pub const COARSE: Micros = 60_000_000;
/// Most people, or things of one person, that are listed.
const MOST: i64 = 10_000;
