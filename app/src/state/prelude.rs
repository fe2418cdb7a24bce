//! What a page needs of the state: `use crate::state::prelude::*;`.

pub use super::{
    address::{Address, Go, close_href, pane_href, use_address, use_go},
    answers::{FromServer, answer_of, ask_server, is_answered, is_behind, once_in_the_browser},
    browser_time_zone, instant,
    list::{ListState, list_href, use_list},
    live::{LiveKind, use_connection_lost, use_live, use_newer_version},
    pane::{PaneRoute, use_pane},
    query::Query,
    script::{is_page_begun, is_taken_over, later, use_script},
    session::{Session, use_me, use_session},
};
