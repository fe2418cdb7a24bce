//! Signing in, also over a form whose session has ended, and setting up the first administrator.

mod set_up;
mod sign_in;
mod sign_in_here;

pub use set_up::SetUpPage;
pub use sign_in::SignInPage;
pub use sign_in_here::SignInHere;
