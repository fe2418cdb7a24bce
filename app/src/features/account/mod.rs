//! Signing in, here or at the identity provider, also over a form whose session has ended, setting up the first
//! administrator, and using an invitation.

mod invitation;
mod loading;
mod provider_button;
mod set_up;
mod sign_in;
mod sign_in_code;
mod sign_in_here;

pub use invitation::InvitationPage;
pub use set_up::SetUpPage;
pub use sign_in::SignInPage;
pub use sign_in_code::SignInCodePage;
pub use sign_in_here::SignInHere;
